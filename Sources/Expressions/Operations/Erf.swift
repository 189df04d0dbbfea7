import Foundation

/// The error function.
enum ErfRule: UnaryRule {
    static let names = ["erf"]
    static func value(_ x: Double) -> Double { erf(x) }
    static func first(_ x: Double) -> Double { 1.1283791670955126 * exp(-x * x) }
    static func second(_ x: Double) -> Double { -2 * x * 1.1283791670955126 * exp(-x * x) }
    static func thirdBound(_ x: Double) -> Double { 1.1283791670955126 * abs(4 * x * x - 2) * exp(-x * x) }
    static let roundingUnits = 4.0
    static let symbolicDerivative = "2 / sqrt(pi) * exp(-x**2)"
    static let kinks: [Double] = []
    static func latex(_ x: String) -> String { "\\operatorname{erf}\\left(\(x)\\right)" }
    static func numpy(_ x: String) -> String { "sp.erf(\(x))" }
    static let samples: [Double] = [-3, -1, -0.1, 0, 0.1, 1, 3]
}
