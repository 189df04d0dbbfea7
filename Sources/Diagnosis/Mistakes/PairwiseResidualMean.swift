extension Mistake {
    /// 2b. As 2a, with the mean over all n² entries.
    static let pairwiseResidualMean = Mistake(
        id: "pairwise-residual-mean",
        title: "the residual became n by n, a column (n, 1) met a row (n,), and the mean is over all n² entries",
        program: "mean(((X @ beta)[:, None] - y)**2)",
        gives: "gradient 2/n * X.T @ (X @ beta - mean(y)), the right hessian",
        sign: "the Hessian is right, the gradient is that with every y replaced by their mean",
        fix: "give both the shape (n,), with ravel() or [:, 0]: then X @ beta - y has n entries"
    ) { context in PairwiseRewriting.variants(context, meanOverAll: true) }
}
