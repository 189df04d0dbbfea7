import Foundation

/// aᵇ. Whole exponents and ½ are exact in the base's sign; the terms of ∂/∂b are used only where the exponent depends
/// on β, so that log a of a negative base with a constant exponent does no harm.
enum PowerRule: BinaryRule {
    static let names = ["power", "pow"]
    static func value(_ a: Double, _ b: Double) -> Double { power(a, b) }
    static func first(_ a: Double, _ b: Double) -> (a: Double, b: Double) {
        (b == 0 ? 0 : b * power(a, b - 1), a > 0 ? power(a, b) * log(a) : a == 0 ? 0 : .nan)
    }
    static func second(_ a: Double, _ b: Double) -> (aa: Double, ab: Double, bb: Double) {
        let aa = b == 0 || b == 1 ? 0 : b * (b - 1) * power(a, b - 2)
        guard a > 0 else { return (aa, a == 0 ? 0 : .nan, a == 0 ? 0 : .nan) }
        let logarithm = log(a)
        return (aa, power(a, b - 1) * (1 + b * logarithm), power(a, b) * logarithm * logarithm)
    }
    static func thirdBound(_ a: Double, _ b: Double) -> Double {
        let aaa = b == 0 || b == 1 || b == 2 ? 0 : abs(b * (b - 1) * (b - 2) * power(a, b - 3))
        return aaa
    }
    static let roundingUnits = 4.0
    static let symbolicDerivatives = (a: "b * a**(b - 1)", b: "a**b * log(a)")
    static let hasKinkWhereEqual = false
    static let samples: [(Double, Double)] = [(2, 3), (0.5, 0.5), (3, -1), (1.5, 2.5), (4, -0.5)]

    /// Exact for the exponents that people write.
    private static func power(_ a: Double, _ b: Double) -> Double {
        switch b {
        case 0: 1
        case 1: a
        case 2: a * a
        case -1: 1 / a
        case 0.5: a.squareRoot()
        default: pow(a, b)
        }
    }
}
