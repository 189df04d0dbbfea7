import LinearAlgebra

extension Mistake {
    /// 13b. ggᵀ.
    static let outerProductOfGradient = Mistake(
        id: "outer-product-of-gradient", title: "the outer product of the gradient as the Hessian",
        program: "outer(g, g)", gives: "hessian outer(g, g)",
        sign: "the Hessian has rank one", fix: "differentiate the gradient"
    ) { context in
        context.withHessian(text: "outer(g, g)") {
            context.truth.gradient.map { g in
                NumericArray(shape: [g.count, g.count], g.flatMap { a in g.map { a * $0 } })
            }
        }
    }
}
