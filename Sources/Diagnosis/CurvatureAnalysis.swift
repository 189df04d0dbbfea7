import Differentiation
import Foundation
import LinearAlgebra
import Losses

extension Curvature {
    /// The second-order picture from gradient and Hessian, with the warnings that belong to it.
    ///
    /// The signs of the eigenvalues are read off SHS with S as in `SymmetricScaling`: by Sylvester's law of inertia they
    /// are those of H, and columns in millions beside columns in millionths do not drown each other. An eigenvalue of
    /// SHS counts as zero below q·u·max|λ| and the bound of the entries, |SES|∞ (Weyl). The Newton step is given where H
    /// is positive definite; standard errors are those of maximum likelihood from the observed information of the sum of
    /// ℓ. Complexity: O(q³), q = β's count.
    static func analyse(_ problem: RegressionProblem, _ derivatives: Derivatives) -> (Curvature, [Notice])? {
        guard let hessian = derivatives.hessian, let gradient = derivatives.gradient,
            let eigenvalues = try? symmetricEigenvalues(hessian), let least = eigenvalues.first,
            let greatest = eigenvalues.last
        else { return nil }
        let scaling = SymmetricScaling(of: hessian)
        let scaled = scaling.applied(to: hessian)
        guard let signs = try? symmetricEigenvalues(scaled) else { return nil }
        let zero =
            0x1p-52 * Double(hessian.rows) * signs.reduce(0) { max($0, abs($1)) }
            + (derivatives.hessianBound.map { scaling.applied(to: $0).largestRowSum } ?? 0)
        let definiteness = Definiteness(eigenvalues: signs, zero: zero)
        var notices: [Notice] = []
        var step: [Double]?
        var errors: [Double]?
        if definiteness == .positiveDefinite, let factor = try? Cholesky(scaled) {
            // H⁻¹ = S(SHS)⁻¹S; S holds powers of two, so that scaling rounds nothing.
            let solve = { (b: [Double]) in scaling.applied(to: factor.solve(scaling.applied(to: b))) }
            step = solve(gradient.map { -$0 })
            errors = standardErrors(problem, solve)
        } else {
            notices.append(
                Notice(
                    code: .rankDeficient,
                    message: "the Hessian is \(definiteness.rawValue): there is no Newton step and there are no "
                        + "standard errors"))
        }
        if isStationary(gradient, derivatives.gradientBound, hessian, problem.beta.elements) {
            notices.append(
                Notice(
                    code: .stationary,
                    message: "the gradient is zero here: mistakes of sign or scale cannot be told apart at this β"))
        }
        let size = max(abs(least), abs(greatest))
        let smallest = eigenvalues.reduce(Double.infinity) { min($0, abs($1)) }
        let isRegular = signs.allSatisfy { abs($0) > zero } && smallest > 0 && (size / smallest).isFinite
        return (
            Curvature(
                eigenvalues: eigenvalues, condition: isRegular ? size / smallest : nil, definiteness: definiteness,
                newtonStep: step.flatMap { $0.allSatisfy(\.isFinite) ? $0 : nil }, standardErrors: errors), notices
        )
    }

    /// Whether |g| is at most its own rounding error and what a β of fifteen digits leaves: Σₖ|H_jk βₖ|·10⁻¹⁴.
    private static func isStationary(
        _ gradient: [Double], _ bounds: [Double], _ hessian: Matrix, _ beta: [Double]
    ) -> Bool {
        gradient.indices.allSatisfy { j in
            let bound = bounds.indices.contains(j) ? bounds[j] : 0
            let moved = beta.indices.reduce(0) { $0 + abs(hessian[j, $1] * beta[$1]) }
            return abs(gradient[j]) <= bound + 1e-14 * moved
        }
    }

    /// √(c·(H⁻¹)_jj): the Hessian of the sum is H ÷ c. The squared losses have no likelihood of their own; with
    /// σ² = RSS ÷ (n − p) they get the standard errors of ordinary (weighted) least squares. A row of weight 0 is not
    /// there, also for n. nil with a penalty, whose minimum is no maximum of the likelihood.
    private static func standardErrors(_ problem: RegressionProblem, _ solve: ([Double]) -> [Double]) -> [Double]? {
        guard problem.loss != nil, problem.penalty.isZero else { return nil }
        let count = problem.beta.count
        var scale = problem.constant
        if problem.loss?.name == "squared" || problem.loss?.name == "half-squared" {
            let rows = problem.weights?.filter { $0 > 0 }.count ?? problem.n
            guard rows > count else { return nil }
            let eta = problem.linearPredictor()
            var squares = 0.0
            for i in 0..<problem.n {
                let residual = (eta[i] - DoubleDouble(problem.y[i])).high
                squares += (problem.weights?[i] ?? 1) * residual * residual
            }
            // H = c·k·XᵀWX with k = 2 or 1; the covariance is σ²(XᵀWX)⁻¹.
            scale *= (problem.loss?.name == "squared" ? 2 : 1) * squares / Double(rows - count)
        }
        let errors = (0..<count).map { j in
            var unit = [Double](repeating: 0, count: count)
            unit[j] = 1
            return (scale * solve(unit)[j]).squareRoot()
        }
        return errors.allSatisfy(\.isFinite) ? errors : nil
    }
}

extension Curvature.Definiteness {
    /// The verdict on eigenvalues in ascending order; up to `zero` they count as zero.
    init(eigenvalues: [Double], zero: Double) {
        let least = eigenvalues.first ?? 0
        let greatest = eigenvalues.last ?? 0
        let size = max(abs(least), abs(greatest))
        if size <= zero {
            self = .zero
        } else if least > zero {
            self = .positiveDefinite
        } else if greatest < -zero {
            self = .negativeDefinite
        } else if least >= -zero {
            self = .positiveSemidefinite
        } else if greatest <= zero {
            self = .negativeSemidefinite
        } else {
            self = .indefinite
        }
    }
}
