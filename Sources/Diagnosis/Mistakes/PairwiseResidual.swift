extension Mistake {
    /// 2a. A column met a row: every prediction against every target, divided by n.
    static let pairwiseResidual = Mistake(
        id: "pairwise-residual", title: "the residual became n by n: a column (n, 1) met a row (n,)",
        program: "sum(((X @ beta)[:, None] - y)**2) / n",
        gives: "gradient 2 * X.T @ (X @ beta - mean(y)), hessian 2 * X.T @ X",
        sign: "the Hessian is off by exactly n, the gradient is not",
        fix: "give both the shape (n,), with ravel() or [:, 0]: then X @ beta - y has n entries"
    ) { context in PairwiseRewriting.variants(context, meanOverAll: false) }
}
