import Foundation

/// max(x, 0); at the kink 0 the derivative is taken as 0.
enum ReluRule: UnaryRule {
    static let names = ["relu"]
    static func value(_ x: Double) -> Double { x.isNaN ? x : max(x, 0) }
    static func first(_ x: Double) -> Double { x > 0 ? 1 : 0 }
    static func second(_ x: Double) -> Double { 0 }
    static func thirdBound(_ x: Double) -> Double { 0 }
    static let roundingUnits = 0.0
    static let symbolicDerivative = "x > 0"
    static let kinks: [Double] = [0]
    static func latex(_ x: String) -> String { "\\left(\(x)\\right)_{+}" }
    static func numpy(_ x: String) -> String { "np.maximum(\(x), 0)" }
    static let samples: [Double] = [-30, -2.5, -1, -0.1, 0, 0.1, 1, 2.5, 30]
}
