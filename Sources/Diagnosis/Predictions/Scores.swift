import Foundation
import LinearAlgebra
import Losses

/// The gradients of the terms of a loss that is no sum over rows of functions of one predictor.
struct Scores {
    /// One vector of β's length a term, with the row that it belongs to.
    private var terms: [(row: Int, score: [Double])] = []
    private let problem: RegressionProblem

    /// Softmax: (p_k − [y = k])·x a row. Cox: x̄(t) − x an event, over its risk set (Efron: less the share of the ties).
    init?(_ problem: RegressionProblem) {
        self.problem = problem
        switch problem.loss?.kind {
        case .softmax: addSoftmax()
        // Every event sums over its risk set: O(n²p).
        case .cox(let efron) where problem.n <= 2000: addEvents(efron: efron)
        default: return nil
        }
    }

    private mutating func addSoftmax() {
        let (classes, p) = (problem.beta.shape[0], problem.p)
        for i in 0..<problem.n {
            let x = problem.x.row(i)
            let eta = (0..<classes).map { k in (0..<p).reduce(0) { $0 + x[$1] * problem.beta[k * p + $1] } }
            let top = eta.max() ?? 0
            let total = eta.reduce(0) { $0 + exp($1 - top) }
            terms.append(
                (
                    i,
                    (0..<classes).flatMap { k in
                        let slope = exp(eta[k] - top) / total - (Int(problem.y[i]) == k ? 1 : 0)
                        return x.map { slope * $0 }
                    }
                ))
        }
    }

    private mutating func addEvents(efron: Bool) {
        let (n, p) = (problem.n, problem.p)
        let hazard = Sketch.linearPredictor(problem).map { exp($0) }
        let shares = efron ? CoxClosedForm.tieShares(problem.y) : [Double](repeating: 0, count: n)
        for i in 0..<n where problem.y[2 * i + 1] == 1 {
            var total = 0.0
            var mean = [Double](repeating: 0, count: p)
            for k in 0..<n where problem.y[2 * k] >= problem.y[2 * i] {
                let isTied = problem.y[2 * k] == problem.y[2 * i] && problem.y[2 * k + 1] == 1
                let weight = hazard[k] * (isTied ? 1 - shares[i] : 1)
                total += weight
                for j in 0..<p { mean[j] += weight * problem.x[k, j] }
            }
            terms.append((i, (0..<p).map { mean[$0] / total - problem.x[i, $0] }))
        }
    }

    /// c·Σ ω ∇ℓ∇ℓᵀ, plus the curvature of a penalty.
    func gram(penalty: Penalty, weight: (Int) -> Double) -> NumericArray {
        let order = problem.beta.count
        var result = Matrix(rows: order, columns: order)
        for (row, score) in terms {
            let c = problem.constant * weight(row)
            for a in 0..<order { for b in 0..<order { result[a, b] += c * score[a] * score[b] } }
        }
        let added = PenaltyPart(penalty, problem.beta, columns: problem.p)
        for j in 0..<order { result[j, j] += added.curvature[j] }
        return NumericArray(result)
    }
}
