import Foundation
import Losses

/// ℓ(η, y) with its derivatives, and what tells it from other functions.
struct RowLink: Sendable {
    var key: String
    var domain: TargetDomain
    var exact: @Sendable (_ eta: Double, _ y: Double) -> LossValues

    init(key: String, domain: TargetDomain = .real, exact: @escaping @Sendable (Double, Double) -> LossValues) {
        self.key = key
        self.domain = domain
        self.exact = exact
    }

    /// The loss of a row of a problem; nil where the loss is no sum over rows.
    init?(_ problem: RegressionProblem, key: String) {
        guard let loss = problem.loss, case .separable = loss.kind else { return nil }
        let (closedForm, parameters) = (loss.closedForm, problem.lossParameters)
        self.init(key: key, domain: loss.domain) { closedForm($0, $1, parameters) }
    }
}

/// A link on given targets, from tables where it is smooth and there are enough rows to be worth them:
/// one for each of few targets; two where the target, or its logit, enters ℓ′ affinely; one of η − y for losses of a
/// residual. Good to about 10⁻⁸ of the values about: to rule out, not to confirm.
struct RowFunction: Sendable {
    private enum Form: Sendable {
        case direct
        case ofDifference(HermiteTable)
        /// The nodes of one table after the other, one for each whole number from `lowest` on.
        case ofTarget(HermiteTable.Grid, nodes: [SIMD4<Double>], lowest: Double)
        /// ℓ′ = (1 − τ)·first + τ·second, with a share τ for each row.
        case affine(first: HermiteTable, second: HermiteTable, shares: [Double])
    }

    private let form: Form
    private let exact: @Sendable (Double, Double) -> LossValues
    /// Whether ℓ itself is right, or only its derivatives.
    let hasValue: Bool

    /// From here on tables are made.
    private static let fewRows = 4096

    /// `range` is about that of the η to come; beyond it the link itself is called.
    init(_ link: RowLink, targets y: UnsafeBufferPointer<Double>, range: ClosedRange<Double>) {
        exact = link.exact
        guard y.count >= Self.fewRows, let lowest = y.min(), let highest = y.max(), lowest.isFinite, highest.isFinite
        else {
            (form, hasValue) = (.direct, true)
            return
        }
        let isWhole = highest - lowest <= 64 && y.allSatisfy { $0 == $0.rounded() }
        if link.domain == .real, Self.isOfDifference(link) {
            let reach = min(
                max(abs(range.lowerBound), abs(range.upperBound)) + max(abs(lowest), abs(highest)), 250)
            if let table = HermiteTable(-reach...reach, { link.exact($0, 0) }) {
                (form, hasValue) = (.ofDifference(table), true)
                return
            }
        } else if !(isWhole && highest - lowest <= 2), lowest < highest, Self.isAffine(link, lowest, highest) {
            if let first = HermiteTable(range, { link.exact($0, lowest) }),
                let second = HermiteTable(range, { link.exact($0, highest) })
            {
                let (a, b) = (Self.statistic(link, lowest), Self.statistic(link, highest))
                let shares = y.map { (Self.statistic(link, $0) - a) / (b - a) }
                form = .affine(first: first, second: second, shares: shares)
                hasValue = Self.isAffine(link, lowest, highest, part: \.value)
                return
            }
        } else if isWhole {
            if let (grid, nodes) = Self.tables(link, y, lowest, highest, range) {
                (form, hasValue) = (.ofTarget(grid, nodes: nodes, lowest: lowest), true)
                return
            }
        }
        (form, hasValue) = (.direct, true)
    }

    /// Writes ℓ, ℓ′ and ℓ″ of `count` rows from row `row` on, to which the pointers point.
    func fill(
        _ eta: UnsafePointer<Double>, _ y: UnsafePointer<Double>, from row: Int, count: Int,
        _ value: UnsafeMutablePointer<Double>, _ first: UnsafeMutablePointer<Double>,
        _ second: UnsafeMutablePointer<Double>
    ) {
        @inline(__always) func write(_ at: (Int) -> LossValues) {
            for i in 0..<count {
                let found = at(i)
                value[i] = found.value
                first[i] = found.first
                second[i] = found.second
            }
        }
        switch form {
        case .direct: write { exact(eta[$0], y[$0]) }
        case .ofDifference(let table):
            Self.withNodes(table.nodes) { nodes in
                write { table.grid.at(eta[$0] - y[$0], nodes) ?? exact(eta[$0], y[$0]) }
            }
        case .ofTarget(let grid, let nodes, let lowest):
            Self.withNodes(nodes) { nodes in
                write { grid.at(eta[$0], nodes + Int(y[$0] - lowest) * grid.count) ?? exact(eta[$0], y[$0]) }
            }
        case .affine(let a, let b, let shares):
            Self.withNodes(a.nodes) { first in
                Self.withNodes(b.nodes) { second in
                    shares.withUnsafeBufferPointer { shares in
                        write { i in
                            guard let left = a.grid.at(eta[i], first), let right = b.grid.at(eta[i], second) else {
                                return exact(eta[i], y[i])
                            }
                            let share = shares[row + i]
                            return LossValues(
                                left.value + share * (right.value - left.value),
                                left.first + share * (right.first - left.first),
                                left.second + share * (right.second - left.second))
                        }
                    }
                }
            }
        }
    }

    private static func withNodes(_ nodes: [SIMD4<Double>], _ body: (UnsafePointer<SIMD4<Double>>) -> Void) {
        nodes.withUnsafeBufferPointer { if let base = $0.baseAddress { body(base) } }
    }

    // MARK: Forms

    /// Tables on one grid for the whole numbers that are targets; nil where one of them is not smooth.
    private static func tables(
        _ link: RowLink, _ y: UnsafeBufferPointer<Double>, _ lowest: Double, _ highest: Double,
        _ range: ClosedRange<Double>
    ) -> (HermiteTable.Grid, [SIMD4<Double>])? {
        var used = [Bool](repeating: false, count: Int(highest - lowest) + 1)
        for value in y { used[Int(value - lowest)] = true }
        var grid: HermiteTable.Grid?
        var nodes: [SIMD4<Double>] = []
        for k in used.indices {
            guard used[k] else {
                nodes += [SIMD4<Double>](repeating: .zero, count: grid?.count ?? 0)
                continue
            }
            guard let table = HermiteTable(range, { link.exact($0, lowest + Double(k)) }) else { return nil }
            // The lowest target is one of them.
            if let grid, grid.count != table.grid.count { return nil }
            grid = table.grid
            nodes += table.nodes
        }
        return grid.map { ($0, nodes) }
    }

    private static let probes = [-1.1, -0.3, 0.2, 0.7, 1.3]

    /// Whether ℓ depends on η − y alone.
    private static func isOfDifference(_ link: RowLink) -> Bool {
        probes.allSatisfy { eta in
            [-0.7, 0.45, 2.3].allSatisfy { y in
                let (a, b) = (link.exact(eta + y, y), link.exact((eta + y) - y, 0))
                func same(_ x: Double, _ y: Double) -> Bool { abs(x - y) <= 1e-12 * (abs(x) + abs(y) + 1e-3) }
                return same(a.value, b.value) && same(a.first, b.first) && same(a.second, b.second)
            }
        }
    }

    /// What of the target enters ℓ′ affinely, if anything does: the target, or its logit where it is between 0 and 1.
    private static func statistic(_ link: RowLink, _ y: Double) -> Double {
        link.domain == .openUnitInterval ? log(y / (1 - y)) : y
    }

    /// Whether y, or its logit, enters ℓ′ and ℓ″, or ℓ, affinely between two targets.
    private static func isAffine(
        _ link: RowLink, _ low: Double, _ high: Double, part: KeyPath<LossValues, Double>? = nil
    ) -> Bool {
        func target(_ t: Double) -> Double { link.domain == .openUnitInterval ? 1 / (1 + exp(-t)) : t }
        let (from, to) = (statistic(link, low), statistic(link, high))
        return probes.allSatisfy { eta in
            [0.31, 0.64].allSatisfy { share in
                let (a, b) = (link.exact(eta, low), link.exact(eta, high))
                let middle = link.exact(eta, target(from + share * (to - from)))
                return (part.map { [$0] } ?? [\.first, \.second]).allSatisfy { part in
                    let expected = a[keyPath: part] + share * (b[keyPath: part] - a[keyPath: part])
                    return abs(middle[keyPath: part] - expected)
                        <= 1e-12 * (abs(a[keyPath: part]) + abs(b[keyPath: part]))
                }
            }
        }
    }
}
