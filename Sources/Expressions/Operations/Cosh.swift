import Foundation

/// The hyperbolic cosine.
enum CoshRule: UnaryRule {
    static let names = ["cosh"]
    static func value(_ x: Double) -> Double { cosh(x) }
    static func first(_ x: Double) -> Double { sinh(x) }
    static func second(_ x: Double) -> Double { cosh(x) }
    static func thirdBound(_ x: Double) -> Double { cosh(x) }
    static let roundingUnits = 2.0
    static let symbolicDerivative = "sinh(x)"
    static let kinks: [Double] = []
    static func latex(_ x: String) -> String { "\\cosh\\left(\(x)\\right)" }
    static func numpy(_ x: String) -> String { "np.cosh(\(x))" }
    static let samples: [Double] = [-30, -2.5, -1, -0.1, 0, 0.1, 1, 2.5, 30]
}
