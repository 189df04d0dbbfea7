import Differentiation
import Foundation
import LinearAlgebra
import Losses
import SpecialFunctions

/// Perfect separation of the two classes by some β: the loss then has no minimum (Albert and Anderson, *On the existence
/// of maximum likelihood estimates in logistic regression models*, Biometrika 71 (1984)).
///
/// A certificate is looked for: β with sᵢxᵢᵀβ > 0 in every row, s the class's sign. The logistic loss's own Newton path
/// finds one where there is one, since the loss goes to 0 along it; where there is none, it ends at the minimum. An offset
/// changes nothing: it is finite. Complexity: O(np²) for each of at most 60 steps; ended quickly as a rule.
enum Separation {
    private static let losses: Set = ["logistic", "signed-logistic", "probit", "cloglog", "exponential"]

    /// A warning where the classes are separable.
    static func notice(_ problem: RegressionProblem) -> Notice? {
        guard let loss = problem.loss, losses.contains(loss.name), problem.penalty.isZero, problem.n <= 100_000 else {
            return nil
        }
        let rows = (0..<problem.n).filter { (problem.weights?[$0] ?? 1) > 0 }
        let signs = rows.map { i in problem.y[i] == 1 ? 1.0 : problem.y[i] == loss.otherClass ? -1 : 0 }
        guard !rows.isEmpty, !signs.contains(0), separates(signedRows(problem.x, rows, signs)) else { return nil }
        let isSingle = !signs.contains(1) || !signs.contains(-1)
        let what = isSingle ? "there is only one class" : "the classes are perfectly separable"
        return Notice(code: .separable, message: "\(what): the loss has no minimum, β grows without bound")
    }

    /// sᵢxᵢ as rows, columns scaled to a largest entry of about 1.
    private static func signedRows(_ x: Matrix, _ rows: [Int], _ signs: [Double]) -> Matrix {
        var a = Matrix(rows: rows.count, columns: x.columns)
        for j in 0..<x.columns {
            let largest = rows.reduce(0.0) { max($0, abs(x[$1, j])) }
            let scale = largest > 0 ? scalbn(1, -Int(largest.exponent)) : 1
            for (k, i) in rows.enumerated() { a[k, j] = signs[k] * x[i, j] * scale }
        }
        return a
    }

    /// Whether Newton's path for Σ log(1 + e^(−aᵢᵀβ)) reaches a β with Aβ > 0.
    private static func separates(_ a: Matrix) -> Bool {
        var beta = [Double](repeating: 0, count: a.columns)
        var margins = [Double](repeating: 0, count: a.rows)
        for _ in 0..<60 {
            let slopes = margins.map { -sigmoid(-$0) }
            let gradient = (0..<a.columns).map { j in (0..<a.rows).reduce(0) { $0 + a[$1, j] * slopes[$1] } }
            var hessian = gramByTiles(a, weights: margins.map(sigmoidFirst))
            // Directions that the data do not see stay where they are.
            let ridge = 1e-10 * (0..<a.columns).reduce(1e-300) { max($0, hessian[$1, $1]) }
            for j in 0..<a.columns { hessian[j, j] += ridge }
            guard let factor = try? Cholesky(hessian) else { return false }
            let step = factor.solve(gradient.map { -$0 })
            let decrement = -zip(step, gradient).reduce(0) { $0 + $1.0 * $1.1 }
            // At a minimum, and a minimum is no separation.
            guard decrement > 1e-12 else { return false }
            guard let next = descend(a, beta, step, from: loss(margins), decrement) else { return false }
            (beta, margins) = next
            if isCertificate(a, beta, margins) { return true }
        }
        return false
    }

    private static func loss(_ margins: [Double]) -> Double { margins.reduce(0) { $0 + softplus(-$1) } }

    /// A step that lowers the loss enough (Armijo's rule), halved until it does.
    private static func descend(
        _ a: Matrix, _ beta: [Double], _ step: [Double], from value: Double, _ decrement: Double
    ) -> (beta: [Double], margins: [Double])? {
        var length = 1.0
        for _ in 0..<30 {
            let next = zip(beta, step).map { $0 + length * $1 }
            let margins = multiply(a, next)
            if loss(margins) <= value - 1e-4 * length * decrement { return (next, margins) }
            length /= 2
        }
        return nil
    }

    /// Whether every margin is positive beyond its rounding error.
    private static func isCertificate(_ a: Matrix, _ beta: [Double], _ margins: [Double]) -> Bool {
        (0..<a.rows).allSatisfy { i in
            guard margins[i] > 0 else { return false }
            let size = beta.indices.reduce(0) { $0 + abs(a[i, $1] * beta[$1]) }
            return margins[i] > 0x1p-50 * Double(a.columns) * size
        }
    }
}

extension LossDefinition {
    /// The class that is not 1.
    fileprivate var otherClass: Double { domain == .plusMinusOne ? -1 : 0 }
}
