import Foundation
import SpecialFunctions

/// The hyperbolic tangent; 1 − tanh² without cancellation.
enum TanhRule: UnaryRule {
    static let names = ["tanh"]
    static func value(_ x: Double) -> Double { tanh(x) }
    static func first(_ x: Double) -> Double { sechSquared(x) }
    static func second(_ x: Double) -> Double { -2 * tanh(x) * sechSquared(x) }
    static func thirdBound(_ x: Double) -> Double { 4 * sechSquared(x) }
    static let roundingUnits = 6.0
    static let symbolicDerivative = "1 - tanh(x)**2"
    static let kinks: [Double] = []
    static func latex(_ x: String) -> String { "\\tanh\\left(\(x)\\right)" }
    static func numpy(_ x: String) -> String { "np.tanh(\(x))" }
    static let samples: [Double] = [-30, -2.5, -1, -0.1, 0, 0.1, 1, 2.5, 30]
}
