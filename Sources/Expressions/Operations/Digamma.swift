import Foundation
import SpecialFunctions

/// ψ = (log Γ)′.
enum DigammaRule: UnaryRule {
    static let names = ["digamma", "psi"]
    static func value(_ x: Double) -> Double { SpecialFunctions.digamma(x) }
    static func first(_ x: Double) -> Double { trigamma(x) }
    static func second(_ x: Double) -> Double { polygamma(2, x) }
    static func thirdBound(_ x: Double) -> Double { abs(polygamma(3, x)) }
    static let roundingUnits = 32.0
    static let symbolicDerivative = "polygamma(1, x)"
    static let kinks: [Double] = []
    static func latex(_ x: String) -> String { "\\psi\\left(\(x)\\right)" }
    static func numpy(_ x: String) -> String { "sp.digamma(\(x))" }
    static let samples: [Double] = [0.001, 0.1, 0.5, 1, 1.5, 2.5, 7, 100]
}
