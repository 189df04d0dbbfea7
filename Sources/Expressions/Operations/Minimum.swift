import Foundation

/// The smaller; where both are equal each has derivative ½.
enum MinimumRule: BinaryRule {
    static let names: [String] = ["minimum"]
    static func value(_ a: Double, _ b: Double) -> Double { a.isNaN || b.isNaN ? .nan : a <= b ? a : b }
    static func first(_ a: Double, _ b: Double) -> (a: Double, b: Double) {
        a < b ? (1, 0) : a > b ? (0, 1) : (0.5, 0.5)
    }
    static func second(_ a: Double, _ b: Double) -> (aa: Double, ab: Double, bb: Double) { (0, 0, 0) }
    static func thirdBound(_ a: Double, _ b: Double) -> Double { 0 }
    static let roundingUnits = 0.0
    static let symbolicDerivatives = (a: "(a < b) + (a == b) / 2", b: "(b < a) + (a == b) / 2")
    static let hasKinkWhereEqual = true
    static let samples: [(Double, Double)] = [(0.5, 2), (-1, 3), (2, -0.25), (-1.5, -2), (1e5, 1e-5)]
}
