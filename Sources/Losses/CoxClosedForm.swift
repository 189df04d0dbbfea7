import Differentiation
import Foundation
import LinearAlgebra

/// Cox's partial likelihood from running sums over the risk sets, times descending: O(n log n + np²).
///
/// With r the sum of e^η over the risk set of an event time and, for Efron, less l/d of the tied events' own: the loss is
/// Σ log r − Σ η, the gradient Σ x̄ − Σ x, the Hessian Σ of the weighted covariances (Therneau and Grambsch, *Modeling
/// Survival Data*, §3.1, 3.3).
package enum CoxClosedForm {
    /// l ÷ d for every event: how many of its tied events come before it, as a share; 0 for the censored.
    package static func tieShares(_ y: NumericArray) -> [Double] {
        let n = y.shape[0]
        var deaths: [Double: Int] = [:]
        for i in 0..<n where y[2 * i + 1] == 1 { deaths[y[2 * i], default: 0] += 1 }
        var seen: [Double: Int] = [:]
        return (0..<n).map { i in
            guard y[2 * i + 1] == 1, let d = deaths[y[2 * i]] else { return 0 }
            defer { seen[y[2 * i], default: 0] += 1 }
            return Double(seen[y[2 * i], default: 0]) / Double(d)
        }
    }

    /// Sums over the rows at risk, of e, e·d and e·ddᵀ with e = e^(η − m) and d = x − c, where m is the largest η of the set
    /// and c the x of that row. The row itself is not among them: its e is 1 and its d is 0, and the others may weigh 1e-300.
    ///
    /// Where a row with a larger η comes, the sums are moved to it; in double-double, for what they had in common cancels.
    private struct RiskSet {
        var others = DoubleDouble.zero
        var one: [DoubleDouble]
        var two: [DoubleDouble]
        var peak: Int?

        init(_ p: Int) {
            one = [DoubleDouble](repeating: .zero, count: p)
            two = [DoubleDouble](repeating: .zero, count: p * p)
        }

        mutating func add(_ i: Int, _ eta: DoubleDoubleVector, _ x: Matrix) {
            guard let old = peak else {
                peak = i
                return
            }
            guard (eta[i] - eta[old]).high > 0 else { return include(i, at: old, eta, x) }
            let p = x.columns
            let factor = DoubleDouble(CoxClosedForm.ratio(eta[old], eta[i]))
            let shift = (0..<p).map { DoubleDouble(x[old, $0]) - DoubleDouble(x[i, $0]) }
            for j in 0..<p {
                for k in 0...j {
                    let cross = one[j] * shift[k] + shift[j] * one[k] + others * shift[j] * shift[k]
                    two[j * p + k] = factor * (two[j * p + k] + cross)
                }
            }
            for j in 0..<p { one[j] = factor * (one[j] + others * shift[j]) }
            others = factor * others
            peak = i
            include(old, at: i, eta, x)
        }

        /// Adds a row that is not the peak.
        mutating func includeAtPeak(_ i: Int, _ eta: DoubleDoubleVector, _ x: Matrix) {
            if let peak { include(i, at: peak, eta, x) }
        }

        private mutating func include(_ i: Int, at peak: Int, _ eta: DoubleDoubleVector, _ x: Matrix) {
            let p = x.columns
            let e = DoubleDouble(CoxClosedForm.ratio(eta[i], eta[peak]))
            let d = (0..<p).map { DoubleDouble(x[i, $0]) - DoubleDouble(x[peak, $0]) }
            others += e
            for j in 0..<p {
                one[j] += e * d[j]
                for k in 0...j { two[j * p + k] += e * d[j] * d[k] }
            }
        }
    }

    /// e^(a − b).
    private static func ratio(_ a: DoubleDouble, _ b: DoubleDouble) -> Double {
        let distance = a - b
        return exp(distance.high) * (1 + distance.low)
    }

    /// What the events add up to, with bounds.
    private struct Totals {
        var loss = DoubleDouble.zero
        var lossError = 0.0
        var gradient: [DoubleDouble]
        var gradientError: [Double]
        var hessian: Matrix
        /// D_j of the Hessian's bound √(D_j D_k).
        var spread: [Double]

        init(_ p: Int) {
            gradient = [DoubleDouble](repeating: .zero, count: p)
            gradientError = [Double](repeating: 0, count: p)
            hessian = Matrix(rows: p, columns: p)
            spread = gradientError
        }
    }

    static func derivatives(_ problem: RegressionProblem, efron: Bool) -> Derivatives {
        let (n, p) = (problem.n, problem.p)
        let unit = RegressionProblem.unit
        let eta = problem.linearPredictor()
        let order = (0..<n).sorted {
            problem.y[2 * $0] == problem.y[2 * $1] ? $0 < $1 : problem.y[2 * $0] > problem.y[2 * $1]
        }
        // A factor for every row that became the largest; the error of η where its terms cancel to all 106 digits.
        let doubt = (0..<n).reduce(0.0) { largest, i in
            max(
                largest,
                (0..<p).reduce(abs(problem.offset?[i] ?? 0)) { $0 + abs(problem.x[i, $1] * problem.beta[$1]) })
        }
        let eachError = unit * 12 + 4 * Double(p + 4) * 0x1p-103 * doubt
        var risk = RiskSet(p)
        var totals = Totals(p)
        var start = 0
        var moves = 0
        while start < n {
            var end = start
            var events: [Int] = []
            while end < n, problem.y[2 * order[end]] == problem.y[2 * order[start]] {
                let known = risk.peak
                risk.add(order[end], eta, problem.x)
                if risk.peak != known { moves += 1 }
                if problem.y[2 * order[end] + 1] == 1 { events.append(order[end]) }
                end += 1
            }
            let relative = eachError + 3 * unit * Double(moves)
            addEvents(events, efron, risk, eta, problem.x, relative, &totals)
            start = end
        }
        let c = problem.constant
        var result = Derivatives()
        result.loss = c * totals.loss.high
        result.lossBound = c * (totals.lossError + 2 * unit * abs(totals.loss.high))
        result.gradient = totals.gradient.map { c * $0.high }
        result.gradientBound = (0..<p).map {
            c * (totals.gradientError[$0] + 2 * unit * abs(totals.gradient[$0].high)) + 0x1p-1060
        }
        var hessian = totals.hessian
        var bound = hessian
        let depth = 4 * Double(n) * unit
        for j in 0..<p {
            for k in 0...j {
                let v = c * totals.hessian[j, k]
                let e =
                    c * 1.01 * (totals.spread[j] * totals.spread[k]).squareRoot() * (1 + depth)
                    + 2 * unit * abs(v) + 0x1p-1060
                (hessian[j, k], hessian[k, j]) = (v, v)
                (bound[j, k], bound[k, j]) = (e, e)
            }
        }
        result.hessian = hessian
        result.hessianBound = bound
        return result
    }

    /// The events of one time: each has the risk set less its share of the tied events.
    private static func addEvents(
        _ events: [Int], _ efron: Bool, _ risk: RiskSet, _ eta: DoubleDoubleVector, _ x: Matrix, _ relative: Double,
        _ totals: inout Totals
    ) {
        guard let peak = risk.peak, !events.isEmpty else { return }
        let p = x.columns
        let unit = RegressionProblem.unit
        // The tied events about the risk set's own centre, with the peak where it is one of them.
        var tied = RiskSet(p)
        tied.peak = peak
        var peaks = 0.0
        if efron, events.count > 1 {
            for i in events {
                if i == peak { peaks = 1 } else { tied.includeAtPeak(i, eta, x) }
            }
        }
        for (l, i) in events.enumerated() {
            let share = efron ? DoubleDouble(Double(l)) / DoubleDouble(Double(events.count)) : .zero
            let beyond = risk.others - share * (tied.others + DoubleDouble(peaks))
            let total = DoubleDouble(1) + beyond
            let lead = eta[peak] - eta[i]
            let rest = log1p(beyond.high) + beyond.low / total.high
            totals.loss += lead
            totals.loss += DoubleDouble(rest)
            let size = (risk.others.high + share.high * (tied.others.high + peaks)) / total.high
            totals.lossError += relative * size + 4 * unit * (abs(rest) + abs(lead.high))
            var mean: [Double] = []
            for j in 0..<p {
                let pull = (risk.one[j] - share * tied.one[j]) / total
                mean.append(pull.high)
                let own = DoubleDouble(x[i, j]) - DoubleDouble(x[peak, j])
                totals.gradient[j] += pull - own
                let square = max(risk.two[j * p + j].high, 0) / total.high
                // Σ e|d| ≤ √(Σ e · Σ e d²).
                totals.gradientError[j] +=
                    2 * relative * (risk.others.high / total.high * square).squareRoot() * (1 + size)
                    + 2 * unit * (abs(pull.high) + 0x1p-40 * abs(own.high))
                totals.spread[j] += 8 * relative * square * (1 + size)
                for k in 0...j {
                    let second = (risk.two[j * p + k] - share * tied.two[j * p + k]) / total
                    totals.hessian[j, k] += second.high - mean[j] * mean[k]
                }
            }
        }
    }
}
