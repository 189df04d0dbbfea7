import LinearAlgebra

extension Mistake {
    /// 12c. One triangle only, as packed storage leaves it.
    static let hessianTriangle = Mistake(
        id: "hessian-triangle", title: "only one triangle of the Hessian is filled",
        program: "LAPACK's and BLAS's symmetric routines (syrk) leave the other triangle",
        gives: "hessian triu(H)",
        sign: "every entry on one side of the diagonal is zero", fix: "mirror it: H + H.T - diag(diag(H))"
    ) { context in
        guard let h = context.truth.hessian, h.rows > 1 else { return [] }
        return [true, false].flatMap { upper in
            context.withHessian(
                key: upper ? "upper" : "lower", ["triangle": .text(upper ? "upper" : "lower")],
                text: upper ? "triu(H)" : "tril(H)"
            ) {
                var triangle = h
                for j in 0..<h.rows { for k in 0..<h.rows where upper ? k < j : k > j { triangle[j, k] = 0 } }
                return NumericArray(triangle)
            }
        }
    }
}
