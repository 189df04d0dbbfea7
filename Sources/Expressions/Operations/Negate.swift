import Foundation

/// −x.
enum NegateRule: UnaryRule {
    static let names = ["negative"]
    static func value(_ x: Double) -> Double { -x }
    static func first(_ x: Double) -> Double { -1 }
    static func second(_ x: Double) -> Double { 0 }
    static func thirdBound(_ x: Double) -> Double { 0 }
    static let roundingUnits = 0.0
    static let symbolicDerivative = "-1"
    static let kinks: [Double] = []
    static func latex(_ x: String) -> String { "-\(x)" }
    static func numpy(_ x: String) -> String { "-\(x)" }
    static let samples: [Double] = [-30, -2.5, -1, -0.1, 0, 0.1, 1, 2.5, 30]
}
