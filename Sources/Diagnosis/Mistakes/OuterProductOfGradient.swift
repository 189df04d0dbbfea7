import LinearAlgebra

extension Mistake {
    /// 13b. ggᵀ.
    static let outerProductOfGradient = Mistake(
        id: "outer-product-of-gradient", title: "the Hessian is the gradient times its transpose",
        program: "outer(g, g)", gives: "hessian outer(g, g)",
        sign: "the Hessian has rank one",
        fix: "differentiate the gradient once more; outer(g, g) is no second derivative"
    ) { context in
        context.withHessian(text: "outer(g, g)") {
            context.truth.gradient.map { g in
                NumericArray(shape: [g.count, g.count], g.flatMap { a in g.map { a * $0 } })
            }
        }
    }
}
