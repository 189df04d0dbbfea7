import Foundation
import LinearAlgebra
import Losses

extension Mistake {
    /// 24. θ = log α with the score by θ and the Hessian by α (statsmodels' `NegativeBinomial` before `fit`).
    static let reparametrized = Mistake(
        id: "reparametrized", title: "the Hessian is by α, the gradient by log α: a chain rule is missing",
        program: "theta = log(alpha): score by theta, Hessian by alpha",
        gives: "row and column of the parameter divided by alpha", sign: "the ratio of the blocks is alpha",
        fix:
            "multiply by alpha once for each derivative by theta = log(alpha), and add alpha * dL/dalpha on the diagonal"
    ) { context in
        guard case .expression(let text) = context.problem.objective,
            text.contains("exp(beta["), let h = context.truth.hessian, let g = context.truth.gradient
        else { return [] }
        return (0..<h.rows).flatMap { j in
            let alpha = exp(context.problem.beta[j])
            return context.withHessian(key: "\(j)", ["alpha": .number(alpha), "parameter": .number(Double(j))]) {
                var other = h
                for k in 0..<h.rows where k != j {
                    other[j, k] = h[j, k] / alpha
                    other[k, j] = other[j, k]
                }
                other[j, j] = (h[j, j] - g[j]) / (alpha * alpha)
                return NumericArray(other)
            }
        }
    }
}
