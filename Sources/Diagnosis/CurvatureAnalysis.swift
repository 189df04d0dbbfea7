import Differentiation
import Foundation
import LinearAlgebra
import Losses

extension Curvature {
    /// The second-order picture from gradient and Hessian, with the warnings that belong to it.
    ///
    /// An eigenvalue counts as zero below p·u·max|λ| and the bound of the Hessian's entries. Standard errors are those of
    /// maximum likelihood from the observed information of the sum of ℓ: for the squared losses with σ² = RSS ÷ (n − p).
    static func analyse(_ problem: RegressionProblem, _ derivatives: Derivatives) -> (Curvature, [Notice])? {
        guard let hessian = derivatives.hessian, let gradient = derivatives.gradient,
            let eigenvalues = try? symmetricEigenvalues(hessian), let least = eigenvalues.first,
            let greatest = eigenvalues.last
        else { return nil }
        var notices: [Notice] = []
        let size = max(abs(least), abs(greatest))
        let spread = derivatives.hessianBound?.elements.max() ?? 0
        let zero = 0x1p-52 * Double(hessian.rows) * size + Double(hessian.rows) * spread
        let definiteness: Definiteness =
            size <= zero
            ? .zero
            : least > zero
                ? .positiveDefinite
                : greatest < -zero
                    ? .negativeDefinite
                    : least >= -zero ? .positiveSemidefinite : greatest <= zero ? .negativeSemidefinite : .indefinite
        let smallest = eigenvalues.reduce(Double.infinity) { min($0, abs($1)) }
        var step: [Double]?
        var errors: [Double]?
        if definiteness == .positiveDefinite, let factor = try? Cholesky(hessian) {
            step = factor.solve(gradient.map { -$0 })
            errors = standardErrors(problem, factor)
        } else {
            notices.append(
                Notice(
                    code: .rankDeficient,
                    message:
                        "the Hessian is \(definiteness.rawValue): there is no Newton step and there are no standard errors"
                ))
        }
        let isStationary = gradient.indices.allSatisfy { j in
            abs(gradient[j]) <= (derivatives.gradientBound.indices.contains(j) ? derivatives.gradientBound[j] : 0)
                + 1e-14 * size * abs(problem.beta[j])
        }
        if isStationary {
            notices.append(
                Notice(
                    code: .stationary,
                    message: "the gradient is zero here: mistakes of sign or scale cannot be told apart at this β"))
        }
        return (
            Curvature(
                eigenvalues: eigenvalues, condition: smallest > zero ? size / smallest : nil,
                definiteness: definiteness, newtonStep: step,
                standardErrors: errors), notices
        )
    }

    private static func standardErrors(_ problem: RegressionProblem, _ factor: Cholesky) -> [Double]? {
        guard problem.loss != nil, problem.penalty.isZero else { return nil }
        let p = problem.beta.count
        var scale = problem.constant
        if problem.loss?.name == "squared" || problem.loss?.name == "half-squared" {
            guard problem.n > p else { return nil }
            var residual = multiply(problem.x, problem.beta.elements)
            for i in 0..<problem.n { residual[i] += (problem.offset?[i] ?? 0) - problem.y[i] }
            let squares = residual.enumerated().reduce(0.0) {
                $0 + (problem.weights?[$1.offset] ?? 1) * $1.element * $1.element
            }
            // H = c·k·XᵀWX with k = 2 or 1; the covariance is σ²(XᵀWX)⁻¹.
            scale *= (problem.loss?.name == "squared" ? 2 : 1) * squares / Double(problem.n - p)
        }
        return (0..<p).map { j in
            var unit = [Double](repeating: 0, count: p)
            unit[j] = 1
            return (scale * factor.solve(unit)[j]).squareRoot()
        }
    }
}

/// Perfect separation of the two classes by the present β: the loss has no minimum.
enum Separation {
    /// A warning where every row is on its class's side of the margin: βᵀx > 0 for one class and < 0 for the other.
    static func notice(_ problem: RegressionProblem) -> Notice? {
        guard let loss = problem.loss, problem.beta.rank == 1, problem.penalty.isZero, problem.offset == nil,
            ["logistic", "signed-logistic", "probit", "cloglog", "exponential"].contains(loss.name)
        else { return nil }
        let signs = problem.y.elements.map { y -> Double in
            loss.domain == .plusMinusOne ? y : y == 1 ? 1 : y == 0 ? -1 : 0
        }
        guard !signs.contains(0), signs.contains(1), signs.contains(-1), problem.n <= 100_000 else { return nil }
        // A perceptron finds a separating direction where there is one with a margin; what it finds is a certificate.
        var direction = problem.beta.elements
        for _ in 0..<200 {
            var mistakes = 0
            for i in 0..<problem.n where (problem.weights?[i] ?? 1) > 0 {
                let row = problem.x.row(i)
                let margin = signs[i] * zip(row, direction).reduce(0.0, { $0 + $1.0 * $1.1 })
                let size = zip(row, direction).reduce(0.0, { $0 + abs($1.0 * $1.1) })
                if margin <= 1e-9 * size {
                    mistakes += 1
                    for j in row.indices { direction[j] += signs[i] * row[j] }
                }
            }
            if mistakes == 0 {
                return Notice(
                    code: .separable,
                    message: "the classes are perfectly separable: the loss has no minimum, β grows without bound")
            }
        }
        return nil
    }
}
