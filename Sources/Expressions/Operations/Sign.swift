import Foundation

/// −1, 0 or 1; its derivative is taken as 0 everywhere.
enum SignRule: UnaryRule {
    static let names = ["sign", "sgn"]
    static func value(_ x: Double) -> Double { x > 0 ? 1 : x < 0 ? -1 : 0 }
    static func first(_ x: Double) -> Double { 0 }
    static func second(_ x: Double) -> Double { 0 }
    static func thirdBound(_ x: Double) -> Double { 0 }
    static let roundingUnits = 0.0
    static let symbolicDerivative = "0"
    static let kinks: [Double] = [0]
    static func latex(_ x: String) -> String { "\\operatorname{sign}\\left(\(x)\\right)" }
    static func numpy(_ x: String) -> String { "np.sign(\(x))" }
    static let samples: [Double] = [-30, -2.5, -1, -0.1, 0, 0.1, 1, 2.5, 30]
}
