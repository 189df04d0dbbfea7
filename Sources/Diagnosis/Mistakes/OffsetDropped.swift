import Losses

extension Mistake {
    /// 20. exp(Xβ) for exp(Xβ + o).
    static let offsetDropped = Mistake(
        id: "offset-dropped", title: "the offset is left out", program: "exp(X @ beta) for exp(X @ beta + offset)",
        gives: "gradient and hessian without the offset", sign: "gradient and Hessian are right for offset 0",
        fix: "add it to the linear predictor: X @ beta + offset (offset is log(exposure))"
    ) { context in
        guard let offset = context.problem.offset, offset.contains(where: { $0 != 0 }) else { return [] }
        let isExpression = context.isExpression
        return [
            // A client's program names the offset: it must be there, and zero.
            context.rewritten(
                hypothesis: {
                    $0.predictor = RowHypothesis.Predictor(
                        key: "no offset", coefficients: context.problem.beta.elements, usesOffset: false)
                },
                wording: Wording(names: ["offset": "zeros(n)"])
            ) { $0.offset = isExpression ? [Double](repeating: 0, count: offset.count) : nil }
        ]
    }
}
