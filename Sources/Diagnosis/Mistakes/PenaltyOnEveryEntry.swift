import LinearAlgebra
import Losses

extension Mistake {
    /// 8. `X.T @ X + lam` without `eye(p)`: as a loss, λ(Σβ)² for λΣβ².
    static let penaltyOnEveryEntry = Mistake(
        id: "penalty-on-every-entry", title: "λ is added to every entry of XᵀX", program: "X.T @ X + lam",
        gives: "gradient + 2 * lam * sum(beta), hessian + 2 * lam in every entry",
        sign: "a constant difference in every entry",
        fix: "add it to the diagonal only: X.T @ X + lam * eye(p)"
    ) { context in
        let problem = context.problem
        let ridge = problem.penalty.ridge
        guard ridge > 0, problem.beta.count > 1 else { return [] }
        var bare = problem
        bare.penalty.ridge = 0
        let total = problem.beta.elements.reduce(0, +)
        func sketch() -> Sketch? {
            var new = PenaltyPart(bare.penalty, problem.beta, columns: context.p)
            new.loss += ridge * total * total
            for j in new.gradient.indices { new.gradient[j] += 2 * ridge * total }
            let old = PenaltyPart(problem.penalty, problem.beta, columns: context.p)
            return context.sketch(adding: new, removing: old) { j, k in
                2 * ridge - (j == k ? old.curvature[j] - new.curvature[j] : 0)
            }
        }
        return [
            context.program(sketch: sketch) { bare.text + " + \(LossDefinition.literal(ridge)) * sum(beta)**2" }
        ]
    }
}
