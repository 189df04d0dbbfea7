import Foundation
import SpecialFunctions

/// log cosh x without overflow.
enum LogCoshRule: UnaryRule {
    static let names = ["logcosh", "log_cosh"]
    static func value(_ x: Double) -> Double { SpecialFunctions.logcosh(x) }
    static func first(_ x: Double) -> Double { tanh(x) }
    static func second(_ x: Double) -> Double { sechSquared(x) }
    static func thirdBound(_ x: Double) -> Double { 2 * sechSquared(x) }
    static let roundingUnits = 5.0
    static let symbolicDerivative = "tanh(x)"
    static let kinks: [Double] = []
    static func latex(_ x: String) -> String { "\\log\\cosh\\left(\(x)\\right)" }
    static func numpy(_ x: String) -> String { "(np.logaddexp(\(x), -\(x)) - np.log(2))" }
    static let samples: [Double] = [-30, -2.5, -1, -0.1, 0, 0.1, 1, 2.5, 30, -700, 700]
}
