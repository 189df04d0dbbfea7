import Foundation

/// 1 where a < b, else 0; its derivative is taken as 0 everywhere.
enum LessRule: BinaryRule {
    static let names: [String] = ["less"]
    static func value(_ a: Double, _ b: Double) -> Double { a < b ? 1 : 0 }
    static func first(_ a: Double, _ b: Double) -> (a: Double, b: Double) { (0, 0) }
    static func second(_ a: Double, _ b: Double) -> (aa: Double, ab: Double, bb: Double) { (0, 0, 0) }
    static func thirdBound(_ a: Double, _ b: Double) -> Double { 0 }
    static let roundingUnits = 0.0
    static let symbolicDerivatives = (a: "0", b: "0")
    static let hasKinkWhereEqual = true
    static let samples: [(Double, Double)] = [(0.5, 2), (-1, 3), (2, -0.25), (-1.5, -2), (1e5, 1e-5)]
}
