extension Mistake {
    /// 2b. As 2a, with the mean over all n² entries.
    static let pairwiseResidualMean = Mistake(
        id: "pairwise-residual-mean", title: "the residual is n by n, and the mean is over n² entries",
        program: "mean(((X @ beta)[:, None] - y)**2)",
        gives: "gradient 2/n * X.T @ (X @ beta - mean(y)), the right hessian",
        sign: "the Hessian is right, the gradient is that with y replaced by its mean",
        fix: "make both vectors one-dimensional: (X @ beta) - y with shapes (n,) and (n,)"
    ) { context in PairwiseRewriting.variants(context, meanOverAll: true) }
}
