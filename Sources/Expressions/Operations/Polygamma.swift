import Foundation
import SpecialFunctions

/// ψ⁽ᵃ⁾(b) for a whole order a ≥ 0, which does not depend on β; NaN for any other order, as it has no meaning there.
enum PolygammaRule: BinaryRule {
    static let names: [String] = ["polygamma"]
    static func value(_ a: Double, _ b: Double) -> Double { derivative(0, a, b) }
    static func first(_ a: Double, _ b: Double) -> (a: Double, b: Double) {
        (0, derivative(1, a, b))
    }
    static func second(_ a: Double, _ b: Double) -> (aa: Double, ab: Double, bb: Double) {
        (0, 0, derivative(2, a, b))
    }
    static func thirdBound(_ a: Double, _ b: Double) -> Double { abs(derivative(3, a, b)) }
    /// The `further`-th derivative of ψ⁽ᵃ⁾. Orders beyond 200 overflow for every argument of interest.
    private static func derivative(_ further: Int, _ a: Double, _ b: Double) -> Double {
        guard let order = Int(exactly: a), (0...200).contains(order) else { return .nan }
        return SpecialFunctions.polygamma(order + further, b)
    }
    static let roundingUnits = 32.0
    static let symbolicDerivatives = (a: "0", b: "polygamma(a + 1, b)")
    static let hasKinkWhereEqual = false
    static let samples: [(Double, Double)] = [(1, 0.5), (1, 3), (2, 1.5), (3, 10)]
}
