import Foundation

/// The square root.
enum SqrtRule: UnaryRule {
    static let names = ["sqrt"]
    static func value(_ x: Double) -> Double { x.squareRoot() }
    static func first(_ x: Double) -> Double { 0.5 / x.squareRoot() }
    static func second(_ x: Double) -> Double { -0.25 / (x * x.squareRoot()) }
    static func thirdBound(_ x: Double) -> Double { abs(0.375 / (x * x * x.squareRoot())) }
    static let roundingUnits = 2.0
    static let symbolicDerivative = "1 / (2 * sqrt(x))"
    static let kinks: [Double] = []
    static func latex(_ x: String) -> String { "\\sqrt{\(x)}" }
    static func numpy(_ x: String) -> String { "np.sqrt(\(x))" }
    static let samples: [Double] = [0.001, 0.1, 0.5, 1, 1.5, 2.5, 7, 100]
}
