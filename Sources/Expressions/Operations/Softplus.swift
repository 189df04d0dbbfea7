import Foundation
import SpecialFunctions

/// log(1 + eˣ) without overflow.
enum SoftplusRule: UnaryRule {
    static let names = ["softplus", "log1pexp"]
    static func value(_ x: Double) -> Double { SpecialFunctions.softplus(x) }
    static func first(_ x: Double) -> Double { sigmoid(x) }
    static func second(_ x: Double) -> Double { sigmoidFirst(x) }
    static func thirdBound(_ x: Double) -> Double { sigmoidFirst(x) }
    static let roundingUnits = 4.0
    static let symbolicDerivative = "sigmoid(x)"
    static let kinks: [Double] = []
    static func latex(_ x: String) -> String { "\\operatorname{softplus}\\left(\(x)\\right)" }
    static func numpy(_ x: String) -> String { "np.logaddexp(0, \(x))" }
    static let samples: [Double] = [-30, -2.5, -1, -0.1, 0, 0.1, 1, 2.5, 30, -700, 700]
}
