import LinearAlgebra

extension Mistake {
    /// 12b. Second derivatives by each parameter alone, as a matrix or as a vector.
    static let hessianDiagonal = Mistake(
        id: "hessian-diagonal", title: "only the diagonal of the Hessian is there",
        program: "H[j, j] = d2L/dbeta[j]**2, all else 0",
        gives: "hessian diag(diag(H))", sign: "the diagonal is right, all else is zero, and the gradient is right",
        fix: "compute the mixed derivatives d2L/dbeta[j] dbeta[k] too: X.T @ (v[:, None] * X), jax.hessian"
    ) { context in
        let order = context.problem.beta.count
        guard let h = context.truth.hessian, order > 1 else { return [] }
        return context.withHessian(key: "matrix", text: "diag(diag(H))") {
            var diagonal = Matrix(rows: order, columns: order)
            for j in 0..<order { diagonal[j, j] = h[j, j] }
            return NumericArray(diagonal)
        }
            + context.withHessian(shape: [order], key: "vector", text: "diag(H)") {
                NumericArray((0..<order).map { h[$0, $0] })
            }
    }
}
