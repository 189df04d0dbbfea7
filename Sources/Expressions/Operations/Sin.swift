import Foundation

/// The sine.
enum SinRule: UnaryRule {
    static let names = ["sin"]
    static func value(_ x: Double) -> Double { sin(x) }
    static func first(_ x: Double) -> Double { cos(x) }
    static func second(_ x: Double) -> Double { -sin(x) }
    static func thirdBound(_ x: Double) -> Double { 1 }
    static let roundingUnits = 1.0
    static let symbolicDerivative = "cos(x)"
    static let kinks: [Double] = []
    static func latex(_ x: String) -> String { "\\sin\\left(\(x)\\right)" }
    static func numpy(_ x: String) -> String { "np.sin(\(x))" }
    static let samples: [Double] = [-30, -2.5, -1, -0.1, 0, 0.1, 1, 2.5, 30]
}
