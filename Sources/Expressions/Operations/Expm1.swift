import Foundation

/// eˣ − 1 without cancellation near zero.
enum Expm1Rule: UnaryRule {
    static let names = ["expm1"]
    static func value(_ x: Double) -> Double { expm1(x) }
    static func first(_ x: Double) -> Double { exp(x) }
    static func second(_ x: Double) -> Double { exp(x) }
    static func thirdBound(_ x: Double) -> Double { exp(x) }
    static let roundingUnits = 1.0
    static let symbolicDerivative = "exp(x)"
    static let kinks: [Double] = []
    static func latex(_ x: String) -> String { "\\left(e^{\(x)} - 1\\right)" }
    static func numpy(_ x: String) -> String { "np.expm1(\(x))" }
    static let samples: [Double] = [-30, -2.5, -1, -0.1, 0, 0.1, 1, 2.5, 30]
}
