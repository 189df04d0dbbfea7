import Foundation
import SpecialFunctions

/// log(eᵃ + eᵇ) without overflow.
enum LogAddExpRule: BinaryRule {
    static let names: [String] = ["logaddexp"]
    static func value(_ a: Double, _ b: Double) -> Double {
        a == b ? a + 0.6931471805599453 : max(a, b) + log1p(exp(-abs(a - b)))
    }
    static func first(_ a: Double, _ b: Double) -> (a: Double, b: Double) { (sigmoid(a - b), sigmoid(b - a)) }
    static func second(_ a: Double, _ b: Double) -> (aa: Double, ab: Double, bb: Double) {
        {
            let w = sigmoidFirst(a - b); return (w, -w, w)
        }()
    }
    static func thirdBound(_ a: Double, _ b: Double) -> Double { sigmoidFirst(a - b) }
    static let roundingUnits = 4.0
    static let symbolicDerivatives = (a: "exp(a - logaddexp(a, b))", b: "exp(b - logaddexp(a, b))")
    static let hasKinkWhereEqual = false
    static let samples: [(Double, Double)] = [
        (0.5, 2), (-1, 3), (2, -0.25), (-1.5, -2), (1e5, 1e-5), (-700, 700), (700, 1),
    ]
}
