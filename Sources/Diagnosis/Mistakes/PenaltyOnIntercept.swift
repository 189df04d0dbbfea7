import Losses

extension Mistake {
    /// 6. λ‖β‖² for λ‖β₋₀‖².
    static let penaltyOnIntercept = Mistake(
        id: "penalty-on-intercept", title: "the penalty reaches the columns that are exempt",
        program: "lam * sum(beta**2) for lam * sum(beta[1:]**2)",
        gives: "gradient + 2 * lam * beta[0], hessian + 2 * lam at the intercept",
        sign: "only the intercept's entries differ",
        fix: "leave the intercept out of the penalty"
    ) { context in
        let penalty = context.problem.penalty
        guard !penalty.isZero, !penalty.exempt.isEmpty else { return [] }
        return [context.withPenalty(Penalty(ridge: penalty.ridge, lasso: penalty.lasso))]
    }
}
