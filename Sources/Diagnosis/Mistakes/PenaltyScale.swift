import Losses

extension Mistake {
    /// 7a. kλ‖β‖² with k one of 0 (forgotten), ½, 2, 1/n, n, 1/(2n), n/2.
    static let penaltyScale = Mistake(
        id: "penalty-scale", title: "the penalty is missing or has another factor", program: "k * lam * sum(beta**2)",
        gives: "gradient + (k - 1) * 2 * lam * beta, hessian + (k - 1) * 2 * lam * I",
        sign: "the difference is a multiple of the penalty's own part",
        fix: "use λ·Σβ² as it is, not halved and not divided by n with the loss"
    ) { context in
        func part(_ penalty: Penalty) -> String {
            let ridge = "λ·Σβ², 2λβ and 2λ on the diagonal"
            let lasso = "λ·Σ|β| and λ·sign(β)"
            return penalty.ridge == 0 ? lasso : penalty.lasso == 0 ? ridge : "\(ridge); \(lasso)"
        }
        let penalty = context.problem.penalty
        guard !penalty.isZero else { return [] }
        let n = Double(context.n)
        let factors = [
            ("0", 0), ("1/2", 0.5), ("2", 2), ("1/n", 1 / n), ("n", n), ("1/(2n)", 0.5 / n), ("n/2", n / 2),
        ]
        return factors.filter { $0.1 != 1 }.map { name, k in
            var variant = context.withPenalty(
                Penalty(ridge: k * penalty.ridge, lasso: k * penalty.lasso, exempt: penalty.exempt), key: name,
                ["k": .number(k), "name": .text(name)])
            variant.title = k == 0 ? "the penalty is left out" : "the penalty is \(name) times the right one"
            if k == 0 { variant.fix = "add it to loss, gradient and Hessian: \(part(penalty))" }
            return variant
        }
    }
}
