extension Mistake {
    /// 2a. A column met a row: every prediction against every target, divided by n.
    static let pairwiseResidual = Mistake(
        id: "pairwise-residual", title: "the residual is n by n: a column met a row",
        program: "sum(((X @ beta)[:, None] - y)**2) / n",
        gives: "gradient 2 * X.T @ (X @ beta - mean(y)), hessian 2 * X.T @ X",
        sign: "the Hessian is off by exactly n, the gradient is not",
        fix: "make both vectors one-dimensional: (X @ beta) - y with shapes (n,) and (n,)"
    ) { context in PairwiseRewriting.variants(context, meanOverAll: false) }
}
