import Foundation
import SpecialFunctions

/// log Φ(x), accurate in both tails.
enum LogNdtrRule: UnaryRule {
    static let names = ["log_ndtr", "norm.logcdf", "normal.log_cdf"]
    static func value(_ x: Double) -> Double { SpecialFunctions.logNdtr(x) }
    static func first(_ x: Double) -> Double { inverseMills(x) }
    static func second(_ x: Double) -> Double { -negativeLogNdtrSecond(x) }
    static func thirdBound(_ x: Double) -> Double { 2 }
    static let roundingUnits = 16.0
    static let symbolicDerivative = "exp(-x**2 / 2 - log_ndtr(x)) / sqrt(2 * pi)"
    static let kinks: [Double] = []
    static func latex(_ x: String) -> String { "\\log\\Phi\\left(\(x)\\right)" }
    static func numpy(_ x: String) -> String { "sp.log_ndtr(\(x))" }
    static let samples: [Double] = [-700, -30, -5, -1, -0.1, 0, 0.1, 1, 5]
}
