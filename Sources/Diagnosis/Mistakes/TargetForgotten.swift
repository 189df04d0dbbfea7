import LinearAlgebra
import Losses

extension Mistake {
    /// 25b. The loss of η alone: y is 0 throughout.
    static let targetForgotten = Mistake(
        id: "target-forgotten", title: "the target is left out", program: "mean((X @ beta)**2)",
        gives: "gradient 2/n * X.T @ X @ beta, the right hessian",
        sign: "the gradient is linear in β", fix: "use y: X @ beta - y for X @ beta"
    ) { context in
        let isPossible = context.isExpression || context.isSeparable && context.problem.loss?.domain.contains(0) == true
        guard isPossible, context.problem.y.withUnsafeElements({ $0.contains { $0 != 0 } }) else { return [] }
        return [
            context.rewritten(
                rows: "TargetForgotten", wording: Wording(names: ["y": "zeros(n)"])
            ) { $0.y = NumericArray(shape: $0.y.shape, repeating: 0) }
        ]
    }
}
