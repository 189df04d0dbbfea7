import Losses

extension Mistake {
    /// 6. λ‖β‖² for λ‖β₋₀‖².
    static let penaltyOnIntercept = Mistake(
        id: "penalty-on-intercept", title: "the columns that are exempt (the intercept) are penalised too",
        program: "lam * sum(beta**2) for lam * sum(beta[1:]**2)",
        gives: "gradient + 2 * lam * beta[0], hessian + 2 * lam at the intercept",
        sign: "only the entries of the exempt columns differ",
        fix: "leave them out of the penalty: sum(beta[1:]**2), and 0 in their place on the diagonal"
    ) { context in
        let penalty = context.problem.penalty
        guard !penalty.isZero, !penalty.exempt.isEmpty else { return [] }
        return [context.withPenalty(Penalty(ridge: penalty.ridge, lasso: penalty.lasso))]
    }
}
