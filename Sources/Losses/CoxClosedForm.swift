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

    /// Sums over rows: of e, of e·x and of e·xxᵀ, and of their moduli.
    private struct Sums {
        var zero = 0.0
        var one: [Double]
        var two: [Double]
        var sizes: [Double]

        init(_ p: Int) {
            one = [Double](repeating: 0, count: p)
            two = [Double](repeating: 0, count: p * p)
            sizes = one
        }

        mutating func add(_ e: Double, _ x: [Double]) {
            let p = x.count
            zero += e
            for j in 0..<p {
                one[j] += e * x[j]
                sizes[j] += e * abs(x[j])
                for k in 0...j { two[j * p + k] += e * x[j] * x[k] }
            }
        }
    }

    static func derivatives(_ problem: RegressionProblem, efron: Bool) -> Derivatives {
        let (n, p) = (problem.n, problem.p)
        let unit = RegressionProblem.unit
        let eta = problem.linearPredictor().high
        let peak = eta.max() ?? 0
        // Columns are centred first: covariances do not change and do not cancel.
        var means = [Double](repeating: 0, count: p)
        for i in 0..<n { for j in 0..<p { means[j] += problem.x[i, j] / Double(n) } }
        let order = (0..<n).sorted {
            problem.y[2 * $0] == problem.y[2 * $1] ? $0 < $1 : problem.y[2 * $0] > problem.y[2 * $1]
        }
        var risk = Sums(p)
        var loss = DoubleDouble.zero
        var gradient = [DoubleDouble](repeating: .zero, count: p)
        var hessian = Matrix(rows: p, columns: p)
        var sizes = [Double](repeating: 0, count: p)
        var spread = [Double](repeating: 0, count: p)
        var lossSize = 0.0
        var start = 0
        while start < n {
            let time = problem.y[2 * order[start]]
            var end = start
            var tied = Sums(p)
            var events: [Int] = []
            while end < n, problem.y[2 * order[end]] == time {
                let i = order[end]
                let x = (0..<p).map { problem.x[i, $0] - means[$0] }
                let e = exp(eta[i] - peak)
                risk.add(e, x)
                if problem.y[2 * i + 1] == 1 {
                    events.append(i)
                    tied.add(e, x)
                }
                end += 1
            }
            for (l, i) in events.enumerated() {
                let share = efron ? Double(l) / Double(events.count) : 0
                let r = risk.zero - share * tied.zero
                loss += DoubleDouble(log(r))
                loss += DoubleDouble(peak)
                loss += DoubleDouble(-eta[i])
                lossSize += abs(log(r)) + abs(peak) + abs(eta[i]) + 2
                for j in 0..<p {
                    let mean = (risk.one[j] - share * tied.one[j]) / r
                    gradient[j] += DoubleDouble(mean)
                    gradient[j] += DoubleDouble(-(problem.x[i, j] - means[j]))
                    sizes[j] += (risk.sizes[j] + share * tied.sizes[j]) / r + abs(problem.x[i, j]) + abs(means[j])
                    spread[j] += (risk.two[j * p + j] + share * tied.two[j * p + j]) / r
                    for k in 0...j {
                        let other = (risk.one[k] - share * tied.one[k]) / r
                        hessian[j, k] += (risk.two[j * p + k] - share * tied.two[j * p + k]) / r - mean * other
                    }
                }
            }
            start = end
        }
        let c = problem.constant
        let largest = eta.reduce(0) { max($0, abs($1)) } + abs(peak)
        let relative = SummationDepth.gamma(3 * n + 20) + 4 * unit * largest
        var result = Derivatives()
        result.loss = c * loss.high
        result.lossBound = c * relative * lossSize
        result.gradient = gradient.map { c * $0.high }
        result.gradientBound = sizes.map { c * relative * ($0 + 1e-300) }
        var bound = Matrix(rows: p, columns: p)
        for j in 0..<p {
            for k in 0...j {
                let v = c * hessian[j, k]
                let e = 4 * c * relative * (spread[j].squareRoot() * spread[k].squareRoot() + 1e-300)
                hessian[j, k] = v
                hessian[k, j] = v
                bound[j, k] = e
                bound[k, j] = e
            }
        }
        result.hessian = hessian
        result.hessianBound = bound
        return result
    }
}
