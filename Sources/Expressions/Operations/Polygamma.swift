import Foundation
import SpecialFunctions

/// ψ⁽ᵃ⁾(b) for a whole order a, which does not depend on β.
enum PolygammaRule: BinaryRule {
    static let names: [String] = ["polygamma"]
    static func value(_ a: Double, _ b: Double) -> Double { SpecialFunctions.polygamma(Int(a), b) }
    static func first(_ a: Double, _ b: Double) -> (a: Double, b: Double) {
        (0, SpecialFunctions.polygamma(Int(a) + 1, b))
    }
    static func second(_ a: Double, _ b: Double) -> (aa: Double, ab: Double, bb: Double) {
        (0, 0, SpecialFunctions.polygamma(Int(a) + 2, b))
    }
    static func thirdBound(_ a: Double, _ b: Double) -> Double { abs(SpecialFunctions.polygamma(Int(a) + 3, b)) }
    static let roundingUnits = 32.0
    static let symbolicDerivatives = (a: "0", b: "polygamma(a + 1, b)")
    static let hasKinkWhereEqual = false
    static let samples: [(Double, Double)] = [(1, 0.5), (1, 3), (2, 1.5), (3, 10)]
}
