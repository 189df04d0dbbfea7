import LinearAlgebra

extension Mistake {
    /// 4b. Xᵀ(y − η) with the Hessian of the loss.
    static let gradientNegated = Mistake(
        id: "gradient-negated", title: "the gradient has the wrong sign", program: "X.T @ (y - X @ beta)",
        gives: "gradient -g, the right hessian",
        sign: "the gradient is -1 times the right one, loss and Hessian are right",
        fix: "change its sign, X.T @ (X @ beta - y) for X.T @ (y - X @ beta): the gradient points uphill"
    ) { context in
        guard let g = context.truth.gradient else { return [] }
        var variant = Variant(changes: .gradient) { _ in
            Prediction(
                loss: context.truth.loss, gradient: g.map { -$0 },
                hessian: context.truth.hessian.map { NumericArray($0) })
        }
        variant.gradientText = "-g"
        return [variant]
    }
}
