import Foundation
import SpecialFunctions

/// log |Γ(x)|.
enum GammalnRule: UnaryRule {
    static let names = ["gammaln", "lgamma", "loggamma"]
    static func value(_ x: Double) -> Double { logGamma(x) }
    static func first(_ x: Double) -> Double { SpecialFunctions.digamma(x) }
    static func second(_ x: Double) -> Double { trigamma(x) }
    static func thirdBound(_ x: Double) -> Double { abs(polygamma(2, x)) }
    static let roundingUnits = 16.0
    static let symbolicDerivative = "digamma(x)"
    static let kinks: [Double] = []
    static func latex(_ x: String) -> String { "\\log\\Gamma\\left(\(x)\\right)" }
    static func numpy(_ x: String) -> String { "sp.gammaln(\(x))" }
    static let samples: [Double] = [0.001, 0.1, 0.5, 1, 1.5, 2.5, 7, 100]
}
