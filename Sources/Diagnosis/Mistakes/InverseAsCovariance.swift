import LinearAlgebra
import Losses

extension Mistake {
    /// N5. H⁻¹ of a mean taken as the covariance of β̂: Cov = σ²·(2/n)·H⁻¹ for the mean squared loss. Sent in the place
    /// of the Hessian: the inverse, the covariance itself, or the square roots of their diagonals.
    static let inverseAsCovariance = Mistake(
        id: "inverse-as-covariance", title: "the inverse of the Hessian of a mean as the covariance", program: "inv(H)",
        gives: "hessian inv(H)", sign: "the product with the Hessian is a multiple of the identity",
        fix: "send H itself; the covariance is sigma**2 * 2/n * inv(H) for the mean squared loss"
    ) { context in
        let order = context.problem.beta.count
        guard order > 1, let h = context.truth.hessian else { return [] }
        func inverse() -> Matrix? {
            let factors = LU(h)
            return factors.singularColumn == nil ? factors.inverse() : nil
        }
        func roots(_ matrix: Matrix?) -> NumericArray? {
            guard let matrix, (0..<order).allSatisfy({ matrix[$0, $0] > 0 }) else { return nil }
            return NumericArray((0..<order).map { matrix[$0, $0].squareRoot() })
        }
        return context.withHessian(key: "inverse", slack: 1e3, text: "inv(H)") { inverse().map { NumericArray($0) } }
            + context.withHessian(
                shape: [order], key: "roots", ["of": .text("diag(inv(H))")], slack: 1e3,
                text: "sqrt(diag(inv(H)))"
            ) {
                roots(inverse())
            }
            + context.withHessian(key: "covariance", ["of": .text("sigma**2 * 2/n * inv(H)")], slack: 1e3) {
                guard context.isLoss("squared", "half-squared"), context.n > context.p, var matrix = inverse(),
                    let rows = context.rows
                else { return nil }
                let squares = rows.eta.indices.reduce(0) {
                    let r = rows.eta[$1] - context.problem.y[$1]
                    return $0 + context.weight($1) * r * r
                }
                let isHalf = context.isLoss("half-squared")
                let c = squares / Double(context.n - context.p) * context.problem.constant * (isHalf ? 1 : 2)
                for j in 0..<order { for k in 0..<order { matrix[j, k] *= c } }
                return NumericArray(matrix)
            }
    }
}
