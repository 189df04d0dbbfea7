import Foundation

/// The cosine.
enum CosRule: UnaryRule {
    static let names = ["cos"]
    static func value(_ x: Double) -> Double { cos(x) }
    static func first(_ x: Double) -> Double { -sin(x) }
    static func second(_ x: Double) -> Double { -cos(x) }
    static func thirdBound(_ x: Double) -> Double { 1 }
    static let roundingUnits = 1.0
    static let symbolicDerivative = "-sin(x)"
    static let kinks: [Double] = []
    static func latex(_ x: String) -> String { "\\cos\\left(\(x)\\right)" }
    static func numpy(_ x: String) -> String { "np.cos(\(x))" }
    static let samples: [Double] = [-30, -2.5, -1, -0.1, 0, 0.1, 1, 2.5, 30]
}
