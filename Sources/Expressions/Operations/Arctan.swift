import Foundation

/// The inverse tangent.
enum ArctanRule: UnaryRule {
    static let names = ["arctan", "atan"]
    static func value(_ x: Double) -> Double { atan(x) }
    static func first(_ x: Double) -> Double { 1 / (1 + x * x) }
    static func second(_ x: Double) -> Double { -2 * x / ((1 + x * x) * (1 + x * x)) }
    static func thirdBound(_ x: Double) -> Double { 6 / (1 + x * x) }
    static let roundingUnits = 4.0
    static let symbolicDerivative = "1 / (1 + x**2)"
    static let kinks: [Double] = []
    static func latex(_ x: String) -> String { "\\arctan\\left(\(x)\\right)" }
    static func numpy(_ x: String) -> String { "np.arctan(\(x))" }
    static let samples: [Double] = [-30, -2.5, -1, -0.1, 0, 0.1, 1, 2.5, 30]
}
