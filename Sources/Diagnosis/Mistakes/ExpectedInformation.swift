import Losses

extension Mistake {
    /// 19. E[ℓ″] for ℓ″, as iteratively reweighted least squares has it.
    static let expectedInformation = Mistake(
        id: "expected-information",
        title: "the Hessian is the expected (Fisher) information, not the second derivative",
        program: "H = X.T @ (W[:, None] * X) / n with the weights W of IRLS",
        gives: "hessian X.T @ (E[second derivative] * X) / n",
        sign: "equal to the Hessian for canonical links (logistic, Poisson with log link), different elsewhere",
        fix: "for the Hessian use the second derivative at the observed y; what was sent is right as Fisher information"
    ) { context in
        guard let loss = context.problem.loss, let expected = loss.expected, let eta = context.rows?.eta else {
            return []
        }
        let parameters = context.problem.lossParameters
        let text = texts[loss.name].map { context.withParameters($0) }
        return context.withCurvature(
            text: text.map { context.problem.weights == nil ? $0 : "weights * (\($0))" }
        ) { i in context.weight(i) * expected(eta[i], parameters) }
    }

    /// E[ℓ″] as a formula in η.
    private static let texts = [
        "student-t": "(nu + 1) / (nu + 3) * ones(n)",
        "probit": "exp(-eta**2) / (2 * pi * ndtr(eta) * ndtr(-eta))",
        "cloglog": "exp(2 * eta - exp(eta)) / (1 - exp(-exp(eta)))",
        "gamma": "ones(n)",
        "inverse-gaussian": "exp(-eta)",
        "tweedie": "exp((2 - power) * eta)",
        "negative-binomial": "exp(eta) / (1 + alpha * exp(eta))",
        "beta": "phi**2 * (polygamma(1, phi * sigmoid(eta)) + polygamma(1, phi * sigmoid(-eta)))"
            + " * (sigmoid(eta) * (1 - sigmoid(eta)))**2",
    ]
}
