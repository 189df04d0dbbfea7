import Foundation

/// eˣ.
enum ExpRule: UnaryRule {
    static let names = ["exp"]
    static func value(_ x: Double) -> Double { exp(x) }
    static func first(_ x: Double) -> Double { exp(x) }
    static func second(_ x: Double) -> Double { exp(x) }
    static func thirdBound(_ x: Double) -> Double { exp(x) }
    static let roundingUnits = 1.0
    static let symbolicDerivative = "exp(x)"
    static let kinks: [Double] = []
    static func latex(_ x: String) -> String { "\\exp\\left(\(x)\\right)" }
    static func numpy(_ x: String) -> String { "np.exp(\(x))" }
    static let samples: [Double] = [-30, -2.5, -1, -0.1, 0, 0.1, 1, 2.5, 30]
}
