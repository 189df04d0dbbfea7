import LinearAlgebra
import Losses

extension Mistake {
    /// 7b. λ‖β₋₀‖ for its square.
    static let penaltyUnsquared = Mistake(
        id: "penalty-unsquared", title: "the norm in place of its square",
        program: "lam * norm(beta[1:]) for lam * sum(beta[1:]**2)",
        gives: "gradient lam * beta / norm(beta), hessian lam * (I / norm(beta) - outer(beta, beta) / norm(beta)**3)",
        sign: "the penalty's part of the Hessian is not a multiple of the identity",
        fix: "square the norm: sum(beta**2)"
    ) { context in
        let problem = context.problem
        let penalty = problem.penalty
        guard penalty.ridge > 0 else { return [] }
        var bare = problem
        bare.penalty.ridge = 0
        let kept = (0..<problem.beta.count).map { penalty.exempt.contains($0 % context.p) ? 0.0 : 1.0 }
        var environment = bare.environment
        environment.arrays["penalized"] = NumericArray(shape: problem.beta.shape, kept)
        let size = kept.indices.reduce(0) { $0 + kept[$1] * problem.beta[$1] * problem.beta[$1] }.squareRoot()
        guard size > 0 else { return [] }
        func sketch() -> Sketch? {
            var new = PenaltyPart(bare.penalty, problem.beta, columns: context.p)
            new.loss += penalty.ridge * size
            for j in kept.indices { new.gradient[j] += penalty.ridge * kept[j] * problem.beta[j] / size }
            return context.sketch(adding: new, removing: PenaltyPart(penalty, problem.beta, columns: context.p))
        }
        let ridge = LossDefinition.literal(penalty.ridge)
        return [
            context.program(in: environment, sketch: sketch) { bare.text + " + \(ridge) * norm(penalized * beta)" }
        ]
    }
}
