import Foundation
import SpecialFunctions

/// The standard normal distribution function Φ.
enum NdtrRule: UnaryRule {
    static let names = ["ndtr", "norm.cdf"]
    static func value(_ x: Double) -> Double { SpecialFunctions.ndtr(x) }
    static func first(_ x: Double) -> Double { normalDensity(x) }
    static func second(_ x: Double) -> Double { -x * normalDensity(x) }
    static func thirdBound(_ x: Double) -> Double { abs(x * x - 1) * normalDensity(x) }
    static let roundingUnits = 5.0
    static let symbolicDerivative = "exp(-x**2 / 2) / sqrt(2 * pi)"
    static let kinks: [Double] = []
    static func latex(_ x: String) -> String { "\\Phi\\left(\(x)\\right)" }
    static func numpy(_ x: String) -> String { "sp.ndtr(\(x))" }
    static let samples: [Double] = [-30, -5, -1, -0.1, 0, 0.1, 1, 5]
}
