import LinearAlgebra
import Losses

extension Mistake {
    /// N5. H⁻¹ of a mean taken as the covariance of β̂: Cov = σ²·(2/n)·H⁻¹ for the mean squared loss. Sent in the place
    /// of the Hessian: the inverse, the covariance itself, or the square roots of their diagonals.
    static let inverseAsCovariance = Mistake(
        id: "inverse-as-covariance", title: "the inverse of the Hessian in its place", program: "inv(H)",
        gives: "hessian inv(H)", sign: "its product with the Hessian is a multiple of the identity",
        fix: "send H itself; a covariance is the inverse of the Hessian of the sum, sigma**2 * inv(X.T @ X) for squares"
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
        // The scale of maximum likelihood is that of the sum: (H/c)⁻¹.
        func ofSum(_ matrix: Matrix?) -> Matrix? {
            guard var matrix else { return nil }
            for j in 0..<order { for k in 0..<order { matrix[j, k] *= context.problem.constant } }
            return matrix
        }
        func covariance() -> Matrix? {
            guard var matrix = ofSum(inverse()) else { return nil }
            guard context.isLoss("squared", "half-squared") else { return matrix }
            guard context.n > context.p, let rows = context.rows else { return nil }
            let squares = rows.eta.indices.reduce(0) {
                let r = rows.eta[$1] - context.problem.y[$1]
                return $0 + context.weight($1) * r * r
            }
            let variance = squares / Double(context.n - context.p) * (context.isLoss("half-squared") ? 1 : 2)
            for j in 0..<order { for k in 0..<order { matrix[j, k] *= variance } }
            return matrix
        }
        func variant(_ key: String, roots isRoots: Bool, _ text: String?, _ matrix: @escaping () -> Matrix?)
            -> [Variant]
        {
            let name = isRoots ? "sqrt(diag(\(key)))" : key
            return context.withHessian(
                shape: isRoots ? [order] : nil, key: name, ["of": .text(name)], slack: 1e3,
                text: text.map { isRoots ? "sqrt(diag(\($0)))" : $0 }
            ) { isRoots ? roots(matrix()) : matrix().map { NumericArray($0) } }
        }
        let isSum = context.problem.constant == 1
        let isSquared = context.isLoss("squared", "half-squared")
        var variants =
            variant("inv(H)", roots: false, "inv(H)", inverse) + variant("inv(H)", roots: true, "inv(H)", inverse)
        for isRoots in [false, true] {
            if !isSum, !isSquared { variants += variant("inv(H of the sum)", roots: isRoots, nil, covariance) }
            if isSquared { variants += variant("sigma**2 * inv(X.T @ X)", roots: isRoots, nil, covariance) }
        }
        return variants
    }
}
