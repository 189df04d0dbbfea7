import Losses

extension Mistake {
    /// 7a. kλ‖β‖² with k one of 0 (forgotten), ½, 2, 1/n, n, 1/(2n), n/2.
    static let penaltyScale = Mistake(
        id: "penalty-scale", title: "the penalty has another factor", program: "k * lam * sum(beta**2)",
        gives: "gradient + (k - 1) * 2 * lam * beta, hessian + (k - 1) * 2 * lam * I",
        sign: "the difference is a multiple of the penalty's own part",
        fix: "check whether the penalty is λ‖β‖² or ½λ‖β‖², and whether it is divided by n"
    ) { context in
        let penalty = context.problem.penalty
        guard !penalty.isZero else { return [] }
        let n = Double(context.n)
        let factors = [
            ("0", 0), ("1/2", 0.5), ("2", 2), ("1/n", 1 / n), ("n", n), ("1/(2n)", 0.5 / n), ("n/2", n / 2),
        ]
        return factors.filter { $0.1 != 1 }.map { name, k in
            context.withPenalty(
                Penalty(ridge: k * penalty.ridge, lasso: k * penalty.lasso, exempt: penalty.exempt), key: name,
                ["k": .number(k), "name": .text(name)])
        }
    }
}
