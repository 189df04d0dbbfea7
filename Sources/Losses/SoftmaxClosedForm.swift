import Differentiation
import Foundation
import LinearAlgebra

/// Softmax cross entropy: ℓ = log Σ e^(ηₖ − η_y), g_k = c·Xᵀ(w(π_k − y_k)), H_kl = c·Xᵀdiag(w(δ_kl π_k − π_k π_l))X.
///
/// Everything is made of the differences of logits and of 1 − π summed over the other classes, so that nothing cancels:
/// each number of a row has a relative error of its own (Blanchard, Higham and Higham, *Accurately computing the
/// log-sum-exp and softmax functions*, IMA J. Numer. Anal. 41 (2021), §4).
enum SoftmaxClosedForm {
    /// One row: ℓ, the probabilities, and what each leaves to the others.
    private struct Row {
        var value = 0.0
        var valueError = 0.0
        var probabilities: [Double]
        var rests: [Double]
        /// A bound on the relative error of each probability and rest.
        var relative = 0.0

        /// - Parameter doubt: a bound on the error of each logit.
        init(_ logits: [DoubleDouble], target: Int, doubt: Double) {
            let unit = RegressionProblem.unit
            let count = logits.count
            let peak = logits.indices.reduce(0) { (logits[$1] - logits[$0]).high > 0 ? $1 : $0 }
            let powers = logits.map { logit in
                let distance = logit - logits[peak]
                return exp(distance.high) * (1 + distance.low)
            }
            let others = powers.indices.reduce(0) { $1 == peak ? $0 : $0 + powers[$1] }
            let total = 1 + others
            let shares = powers.map { $0 / total }
            probabilities = shares
            // Of the others none has more than half, so that 1 − π loses nothing there.
            rests = (0..<count).map { $0 == peak ? others / total : 1 - shares[$0] }
            relative = unit * Double(count + 12) + 4 * doubt
            let lead = (logits[peak] - logits[target]).high
            value = lead + log1p(others)
            valueError = relative * log1p(others) + 4 * unit * value + (peak == target ? 0 : 2 * doubt)
        }
    }

    static func derivatives(_ problem: RegressionProblem, wanting quantities: Quantities) -> Derivatives {
        let (n, p) = (problem.n, problem.p)
        let classes = problem.beta.shape[0]
        let unit = RegressionProblem.unit
        let predictors = (0..<classes).map { k in
            xBeta(problem.x, (0..<p).map { problem.beta[k * p + $0] })
        }
        var rows: [Row?] = []
        var terms = [Double](repeating: 0, count: n)
        var lossError = 0.0
        for i in 0..<n {
            let w = problem.weights?[i] ?? 1
            guard w != 0 else {
                rows.append(nil)
                continue
            }
            let row = Row(
                predictors.map { $0[i] }, target: Int(problem.y[i]), doubt: doubt(problem, i))
            terms[i] = w * row.value
            lossError += w * row.valueError
            rows.append(row)
        }
        let c = problem.constant
        var result = Derivatives()
        let total = compensatedSum(terms)
        result.loss = c * total.high
        result.lossBound = c * (lossError + 4 * unit * abs(total.high))
        var gradient: [Double] = []
        var gradientBound: [Double] = []
        for k in 0..<classes {
            var slopes = [Double](repeating: 0, count: n)
            var spread = slopes
            for (i, row) in rows.enumerated() {
                guard let row else { continue }
                let w = problem.weights?[i] ?? 1
                slopes[i] = w * (k == Int(problem.y[i]) ? -row.rests[k] : row.probabilities[k])
                spread[i] = (2 * row.relative + 0x1p-90) * abs(slopes[i]) + w * 0x1p-1060
            }
            let (g, size) = xTransposeTimes(problem.x, DoubleDoubleVector(slopes), spread: spread)
            gradient += g.high.map { c * $0 }
            gradientBound += zip(g.high, size).map { c * ($1 + 4 * unit * abs($0)) }
        }
        result.gradient = gradient
        result.gradientBound = gradientBound
        // Its order is that of all classes' coefficients: not asked for, it is not made.
        if quantities.contains(.hessian) { addHessian(problem, rows, &result) }
        return result
    }

    /// A bound on the error of a logit: what is left where its terms cancel to all 106 digits.
    private static func doubt(_ problem: RegressionProblem, _ i: Int) -> Double {
        let p = problem.p
        let largest = stride(from: 0, to: problem.beta.count, by: p).reduce(0.0) { largest, start in
            max(largest, (0..<p).reduce(0) { $0 + abs(problem.x[i, $1] * problem.beta[start + $1]) })
        }
        return Double(p + 4) * 0x1p-103 * largest
    }

    private static func addHessian(_ problem: RegressionProblem, _ rows: [Row?], _ result: inout Derivatives) {
        let (n, p) = (problem.n, problem.p)
        let classes = problem.beta.shape[0]
        let unit = RegressionProblem.unit
        let c = problem.constant
        let order = classes * p
        var hessian = Matrix(rows: order, columns: order)
        var bound = hessian
        let gamma = SummationDepth.gamma(SummationDepth.gramByTiles(rows: n, columns: p) + 6)
        for k in 0..<classes {
            for l in 0...k {
                var weights = [Double](repeating: 0, count: n)
                var sizes = weights
                for (i, row) in rows.enumerated() {
                    guard let row else { continue }
                    let w = problem.weights?[i] ?? 1
                    weights[i] = w * row.probabilities[k] * (k == l ? row.rests[k] : -row.probabilities[l])
                    sizes[i] = abs(weights[i]) * (gamma + 3 * row.relative) + w * 0x1p-1060
                }
                let block = gramByTiles(problem.x, weights: weights)
                let diagonal = gramSpread(problem.x, block, weights: weights, spread: sizes)
                for a in 0..<p {
                    for b in 0..<p {
                        let v = c * block[a, b]
                        let e = 1.01 * c * diagonal[a].squareRoot() * diagonal[b].squareRoot() + 2 * unit * abs(v)
                        for (row, column) in [(k * p + a, l * p + b), (l * p + b, k * p + a)] {
                            hessian[row, column] = v
                            bound[row, column] = e
                        }
                    }
                }
            }
        }
        result.hessian = hessian
        result.hessianBound = bound
    }
}
