import Foundation

/// a ÷ b.
enum DivideRule: BinaryRule {
    static let names: [String] = ["divide", "div", "truediv", "true_divide"]
    static func value(_ a: Double, _ b: Double) -> Double { a / b }
    static func first(_ a: Double, _ b: Double) -> (a: Double, b: Double) { (1 / b, -a / (b * b)) }
    static func second(_ a: Double, _ b: Double) -> (aa: Double, ab: Double, bb: Double) {
        (0, -1 / (b * b), 2 * a / (b * b * b))
    }
    static func thirdBound(_ a: Double, _ b: Double) -> Double { abs(2 / (b * b * b)) + abs(6 * a / (b * b * b * b)) }
    static let roundingUnits = 3.0
    static let symbolicDerivatives = (a: "1 / b", b: "-a / b**2")
    static let hasKinkWhereEqual = false
    static let samples: [(Double, Double)] = [(0.5, 2), (-1, 3), (2, -0.25), (-1.5, -2), (1e5, 1e-5)]
}
