import Losses

extension Mistake {
    /// 19. E[ℓ″] for ℓ″, as iteratively reweighted least squares has it.
    static let expectedInformation = Mistake(
        id: "expected-information", title: "the expected (Fisher) information in place of the observed",
        program: "IRLS weights",
        gives: "hessian X.T @ (E[second derivative] * X) / n", sign: "equal for canonical links, different elsewhere",
        fix: "use the second derivative itself, or call it Fisher information"
    ) { context in
        guard let expected = context.problem.loss?.expected, let eta = context.rows?.eta else { return [] }
        let parameters = context.problem.lossParameters
        return context.withCurvature { i in context.weight(i) * expected(eta[i], parameters) }
    }
}
