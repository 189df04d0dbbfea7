import LinearAlgebra
import Losses

extension Mistake {
    /// 7b. λ‖β₋₀‖ for its square.
    static let penaltyUnsquared = Mistake(
        id: "penalty-unsquared", title: "the penalty is the norm of β, not its square",
        program: "lam * norm(beta[1:]) for lam * sum(beta[1:]**2)",
        gives: "gradient lam * beta / norm(beta), hessian lam * (I / norm(beta) - outer(beta, beta) / norm(beta)**3)",
        sign: "the penalty's part of the Hessian is not a multiple of the identity",
        fix: "write lam * sum(beta**2) for lam * norm(beta)"
    ) { context in
        let problem = context.problem
        let penalty = problem.penalty
        guard penalty.ridge > 0 else { return [] }
        var bare = problem
        bare.penalty.ridge = 0
        let kept = (0..<problem.beta.count).map { penalty.exempt.contains($0 % context.p) ? 0.0 : 1.0 }
        let size = kept.indices.reduce(0) { $0 + kept[$1] * problem.beta[$1] * problem.beta[$1] }.squareRoot()
        guard size > 0 else { return [] }
        func sketch() -> Sketch? {
            var new = PenaltyPart(bare.penalty, problem.beta, columns: context.p)
            new.loss += penalty.ridge * size
            for j in kept.indices { new.gradient[j] += penalty.ridge * kept[j] * problem.beta[j] / size }
            let old = PenaltyPart(penalty, problem.beta, columns: context.p)
            return context.sketch(adding: new, removing: old) { j, k in
                let slopes = kept[j] * problem.beta[j] * kept[k] * problem.beta[k]
                return penalty.ridge * ((j == k ? kept[j] / size : 0) - slopes / (size * size * size))
                    - (j == k ? old.curvature[j] : 0)
            }
        }
        let ridge = LossDefinition.literal(penalty.ridge)
        return [context.program(sketch: sketch) { bare.text + " + \(ridge) * \(norm(context))" }]
    }

    /// The norm of the entries of β that are penalised: `norm(beta[1:])`.
    private static func norm(_ context: DiagnosisContext) -> String {
        let columns = (0..<context.p).filter { !context.problem.penalty.exempt.contains($0) }
        let classes = context.problem.beta.rank == 2 ? ":, " : ""
        let parts = RegressionProblem.runs(columns).map { run in
            if run == 0..<context.p { return "beta" }
            let (from, to) = (run.lowerBound, run.upperBound)
            return "beta[\(classes)\(from == 0 ? "" : "\(from)"):\(to == context.p ? "" : "\(to)")]"
        }
        guard parts.count > 1 else { return "norm(\(parts.first ?? "beta"))" }
        return "sqrt(" + parts.map { "sum(\($0)**2)" }.joined(separator: " + ") + ")"
    }
}
