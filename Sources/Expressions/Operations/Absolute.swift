import Foundation

/// |x|; at the kink 0 the derivative is taken as 0.
enum AbsoluteRule: UnaryRule {
    static let names = ["abs", "absolute", "fabs"]
    static func value(_ x: Double) -> Double { abs(x) }
    static func first(_ x: Double) -> Double { x > 0 ? 1 : x < 0 ? -1 : 0 }
    static func second(_ x: Double) -> Double { 0 }
    static func thirdBound(_ x: Double) -> Double { 0 }
    static let roundingUnits = 0.0
    static let symbolicDerivative = "sign(x)"
    static let kinks: [Double] = [0]
    static func latex(_ x: String) -> String { "\\left|\(x)\\right|" }
    static func numpy(_ x: String) -> String { "np.abs(\(x))" }
    static let samples: [Double] = [-30, -2.5, -1, -0.1, 0, 0.1, 1, 2.5, 30]
}
