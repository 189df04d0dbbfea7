import Losses

extension Mistake {
    /// 1a. `tf.multiply(X, beta)` for `X @ beta`: p separate regressions, each on one column.
    static let elementwiseProduct = Mistake(
        id: "elementwise-product", title: "elementwise product in place of the matrix product",
        program: "sum((y[:, None] - X * beta)**2) / n",
        gives: "gradient 2/n * (diag(X.T @ X) * beta - X.T @ y), hessian 2/n * diag(diag(X.T @ X))",
        sign: "the Hessian is exactly diagonal, and its diagonal is right", fix: "replace X * beta by X @ beta"
    ) { context in
        guard context.isSeparable || context.isExpression else { return ElementwiseRewriting.columnByColumn(context) }
        return [ElementwiseRewriting.variant(context)]
    }
}
