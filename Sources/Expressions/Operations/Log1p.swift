import Foundation

/// log(1 + x) without loss near zero.
enum Log1pRule: UnaryRule {
    static let names = ["log1p"]
    static func value(_ x: Double) -> Double { log1p(x) }
    static func first(_ x: Double) -> Double { 1 / (1 + x) }
    static func second(_ x: Double) -> Double { -1 / ((1 + x) * (1 + x)) }
    static func thirdBound(_ x: Double) -> Double { abs(2 / ((1 + x) * (1 + x) * (1 + x))) }
    static let roundingUnits = 3.0
    static let symbolicDerivative = "1 / (1 + x)"
    static let kinks: [Double] = []
    static func latex(_ x: String) -> String { "\\log\\left(1 + \(x)\\right)" }
    static func numpy(_ x: String) -> String { "np.log1p(\(x))" }
    static let samples: [Double] = [-0.9, -0.1, 0, 0.1, 1, 30]
}
