import Expressions
import LinearAlgebra

/// The second derivatives of log Σ e^a: the covariance of the elements' slopes s under the probabilities π.
///
/// Σ π(s − m)(s − m)ᵀ − ttᵀ with t = Σ π(s − m) is the same for every m. Here m is the slope of the heaviest element, the
/// *peak*: what is left is as small as the others' weight, where a distance from the mean, 1 − π of the largest π, would
/// have been lost to rounding. By Cauchy and Schwarz the difference is at least π of the peak times its first term; where
/// that is less than 1/1024, m is the mean.
struct LogSumExpCentres {
    /// π, of the operand's shape.
    let weights: Field
    private let axes: [Int]
    private let full: [Int]
    /// The heaviest element, for each result where it may be the centre.
    private var peaks: [Int?]
    /// Whether one of them has more than half of the weight.
    private var isDominated = false

    init(_ tape: Tape, _ id: NodeID) {
        guard case .logSumExp(let axes, _) = tape.graph[id].operation else { preconditionFailure("no log-sum-exp") }
        self.axes = axes
        full = tape.shape(tape.graph[id].operands[0])
        weights = Weights.softmax(tape, id)
        peaks = []
        let target = target
        peaks = [Int?](repeating: nil, count: target.reduce(1, *))
        var found = peaks
        var largest = [Double](repeating: 0x1p-10, count: found.count)
        Field.each(full, target, target) { k, i, _ in
            if weights.high[k] > largest[i] { (found[i], largest[i]) = (k, weights.high[k]) }
        }
        peaks = found
        isDominated = largest.contains { $0 > 0.5 }
    }

    /// The operand's shape with 1 for the axes that are summed over.
    var target: [Int] { full.enumerated().map { axes.contains($0.offset) ? 1 : $0.element } }

    /// s − m, exactly 0 where m is the element's own.
    func away(_ slopes: Field) -> Field {
        let wide = slopes.expanded(to: full)
        var centres = mean(wide)
        if centres.low.isEmpty { centres.low = [Double](repeating: 0, count: centres.count) }
        if centres.error.isEmpty { centres.error = centres.low.map { _ in 0 } }
        for (i, peak) in peaks.enumerated() {
            guard let peak else { continue }
            let value = wide.value(peak)
            (centres.high[i], centres.low[i], centres.error[i]) = (value.high, value.low, wide.bound(peak))
        }
        var result = Field.difference(wide, centres)
        for case let peak? in peaks {
            result.high[peak] = 0
            if !result.low.isEmpty { result.low[peak] = 0 }
            if !result.error.isEmpty { result.error[peak] = 0 }
        }
        return result
    }

    /// Σ π s, the summed axes kept.
    func mean(_ slopes: Field) -> Field { Field.product(weights, slopes).sum(axes: axes, full: full) }

    /// Adds the curvature of a node with the given adjoint.
    func add(
        _ id: NodeID, _ adjoint: Field, _ tape: Tape, _ jacobians: Jacobians, _ sum: inout HessianSum
    ) throws {
        guard case .logSumExp(_, let keeping) = tape.graph[id].operation else { return }
        let spread = keeping ? adjoint.padded(to: full.count) : adjoint.inserting(axes)
        let pulls = Field.product(weights, spread)
        let minus = spread.negated
        var jacobian = try jacobians.jacobian(tape.graph[id].operands[0])
        if case .terms(let terms) = jacobian, isSummed(terms), isDominated,
            (try? tape.admit(2 * jacobians.count, full)) != nil
        {
            // Rows of a family less one of them have no structure; multiplied out apart, both products are nearly the same.
            jacobian = .dense((0..<jacobians.count).map { Jacobians.column(terms, $0, shape: full) })
        }
        switch jacobian {
        case .dense(let columns):
            let away = columns.map { self.away($0.padded(to: full.count)) }
            sum.add(.dense(away), .dense(away), weights: pulls, full: full, mixed: false)
            let means = away.map(mean)
            sum.add(.dense(means), .dense(means), weights: minus, full: target, mixed: false)
        case .terms(let terms) where !isSummed(terms):
            let away = terms.map { Term(scale: self.away($0.scale), family: $0.family, axis: $0.axis) }
            sum.add(.terms(away), .terms(away), weights: pulls, full: full, mixed: false)
            let means = away.map { Term(scale: mean($0.scale), family: $0.family, axis: $0.axis) }
            sum.add(.terms(means), .terms(means), weights: minus, full: target, mixed: false)
        case .terms(let terms):
            let own = jacobians.summed(
                terms.map { Term(scale: Field.product(weights, $0.scale), family: $0.family, axis: $0.axis) },
                over: axes, keeping: true, full: full)
            guard let own else { preconditionFailure("a log-sum-exp of terms without terms of its own") }
            if target.allSatisfy({ $0 == 1 }) {
                // What all elements have in common cancels before it is squared.
                let away = jacobians.lifted(own, from: target, to: full).map {
                    Term(scale: $0.scale.negated, family: $0.family, axis: $0.axis)
                }
                let difference = jacobians.merged(terms + away)
                sum.add(difference, difference, weights: pulls, full: full, mixed: false)
                return
            }
            sum.add(.terms(terms), .terms(terms), weights: pulls, full: full, mixed: false)
            sum.add(.terms(own), .terms(own), weights: minus, full: target, mixed: false)
        }
    }

    /// Whether the rows of a family are among what is summed.
    private func isSummed(_ terms: [Term]) -> Bool {
        terms.contains { $0.axis.map(axes.contains) ?? false }
    }
}
