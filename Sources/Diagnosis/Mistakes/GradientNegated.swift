import LinearAlgebra

extension Mistake {
    /// 4b. Xᵀ(y − η) with the Hessian of the loss.
    static let gradientNegated = Mistake(
        id: "gradient-negated", title: "the gradient alone has the other sign", program: "X.T @ (y - X @ beta)",
        gives: "gradient -g, the right hessian",
        sign: "the gradient is off by -1, the Hessian is right",
        fix: "differentiate X @ beta - y, or minimise along the other direction"
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
