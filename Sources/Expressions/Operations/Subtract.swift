import Foundation

/// a − b.
enum SubtractRule: BinaryRule {
    static let names: [String] = ["subtract", "sub"]
    static func value(_ a: Double, _ b: Double) -> Double { a - b }
    static func first(_ a: Double, _ b: Double) -> (a: Double, b: Double) { (1, -1) }
    static func second(_ a: Double, _ b: Double) -> (aa: Double, ab: Double, bb: Double) { (0, 0, 0) }
    static func thirdBound(_ a: Double, _ b: Double) -> Double { 0 }
    static let roundingUnits = 1.0
    static let symbolicDerivatives = (a: "1", b: "-1")
    static let hasKinkWhereEqual = false
    static let samples: [(Double, Double)] = [(0.5, 2), (-1, 3), (2, -0.25), (-1.5, -2), (1e5, 1e-5)]
}
