import Foundation
import SpecialFunctions

/// The logistic function σ(x) = 1 ÷ (1 + e⁻ˣ).
enum SigmoidRule: UnaryRule {
    static let names = ["sigmoid", "expit", "logistic.cdf"]
    static func value(_ x: Double) -> Double { SpecialFunctions.sigmoid(x) }
    static func first(_ x: Double) -> Double { sigmoidFirst(x) }
    static func second(_ x: Double) -> Double { sigmoidSecond(x) }
    static func thirdBound(_ x: Double) -> Double { 2 * sigmoidFirst(x) }
    static let roundingUnits = 6.0
    static let symbolicDerivative = "sigmoid(x) * (1 - sigmoid(x))"
    static let kinks: [Double] = []
    static func latex(_ x: String) -> String { "\\sigma\\left(\(x)\\right)" }
    static func numpy(_ x: String) -> String { "sp.expit(\(x))" }
    static let samples: [Double] = [-30, -2.5, -1, -0.1, 0, 0.1, 1, 2.5, 30, -700, 700]
}
