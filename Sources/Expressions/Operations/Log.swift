import Foundation

/// The natural logarithm.
enum LogRule: UnaryRule {
    static let names = ["log"]
    static func value(_ x: Double) -> Double { log(x) }
    static func first(_ x: Double) -> Double { 1 / x }
    static func second(_ x: Double) -> Double { -1 / (x * x) }
    static func thirdBound(_ x: Double) -> Double { abs(2 / (x * x * x)) }
    static let roundingUnits = 2.0
    static let symbolicDerivative = "1 / x"
    static let kinks: [Double] = []
    static func latex(_ x: String) -> String { "\\log\\left(\(x)\\right)" }
    static func numpy(_ x: String) -> String { "np.log(\(x))" }
    static let samples: [Double] = [0.001, 0.1, 0.5, 1, 1.5, 2.5, 7, 100]
}
