import Differentiation
import Foundation
import LinearAlgebra

/// Softmax cross entropy: g_k = c·Xᵀ(w(π_k − y_k)), H_kl = c·Xᵀdiag(w(δ_kl π_k − π_k π_l))X; π_k(1 − π_k) is summed over
/// the other classes, so that it does not cancel.
enum SoftmaxClosedForm {
    static func derivatives(_ problem: RegressionProblem) -> Derivatives {
        let (n, p) = (problem.n, problem.p)
        let classes = problem.beta.shape[0]
        let unit = RegressionProblem.unit
        let predictors = (0..<classes).map { k in
            xBeta(problem.x, (0..<p).map { problem.beta[k * p + $0] })
        }
        var probabilities = [[Double]](repeating: [Double](repeating: 0, count: n), count: classes)
        var slopes = probabilities
        var errors = [Double](repeating: 0, count: n)
        var terms = errors
        var lossError = 0.0
        for i in 0..<n {
            let w = problem.weights?[i] ?? 1
            let eta = predictors.map { $0.high[i] }
            let peak = eta.max() ?? 0
            let powers = eta.map { exp($0 - peak) }
            let total = powers.reduce(0, +)
            let target = Int(problem.y[i])
            let size = eta.reduce(0) { max($0, abs($1)) }
            for k in 0..<classes {
                probabilities[k][i] = powers[k] / total
                let others = powers.enumerated().reduce(0.0) { $0 + ($1.offset == k ? 0 : $1.element) }
                slopes[k][i] = w * (k == target ? -others / total : powers[k] / total)
            }
            terms[i] = w * (log(total) + (peak - (target < classes ? eta[target] : 0)))
            errors[i] = w * unit * (Double(classes) + 8 + 4 * size)
            lossError += errors[i] * (1 + abs(terms[i]))
        }
        let c = problem.constant
        var result = Derivatives()
        let total = compensatedSum(terms)
        result.loss = c * total.high
        result.lossBound = c * (lossError + 4 * unit * abs(total.high))
        var gradient: [Double] = []
        var gradientBound: [Double] = []
        for k in 0..<classes {
            let spread = (0..<n).map { errors[$0] * 2 + 0x1p-90 * abs(slopes[k][$0]) }
            let (g, size) = xTransposeTimes(problem.x, DoubleDoubleVector(slopes[k]), spread: spread)
            gradient += g.high.map { c * $0 }
            gradientBound += zip(g.high, size).map { c * ($1 + 4 * unit * abs($0)) }
        }
        result.gradient = gradient
        result.gradientBound = gradientBound
        let order = classes * p
        var hessian = Matrix(rows: order, columns: order)
        var bound = hessian
        let gamma = SummationDepth.gamma(SummationDepth.gramByTiles(rows: n, columns: p) + 6)
        for k in 0..<classes {
            for l in 0...k {
                var weights = [Double](repeating: 0, count: n)
                var sizes = weights
                for i in 0..<n {
                    let w = problem.weights?[i] ?? 1
                    let rest = (0..<classes).reduce(0.0) { $0 + ($1 == k ? 0 : probabilities[$1][i]) }
                    weights[i] = w * probabilities[k][i] * (k == l ? rest : -probabilities[l][i])
                    sizes[i] =
                        abs(weights[i]) * gamma + errors[i] * 4 * probabilities[k][i]
                        * (k == l ? 1 : probabilities[l][i])
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
        return result
    }
}
