import Losses

extension Mistake {
    /// 1b. As 1a, with the mean over all n·p entries.
    static let elementwiseProductMean = Mistake(
        id: "elementwise-product-mean", title: "elementwise product, and the mean over all n·p entries",
        program: "mean((y[:, None] - X * beta)**2)", gives: "1/p of what elementwise-product gives",
        sign: "the Hessian is exactly diagonal, with 1/p of the right diagonal", fix: "replace X * beta by X @ beta"
    ) { context in
        guard context.p > 1, context.isSeparable || context.isExpression else { return [] }
        return [ElementwiseRewriting.variant(context, meanOverAll: true)]
    }
}
