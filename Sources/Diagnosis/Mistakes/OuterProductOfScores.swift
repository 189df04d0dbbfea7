import LinearAlgebra
import Losses

extension Mistake {
    /// 13a. c·Σ∇ℓᵢ∇ℓᵢᵀ, the "empirical Fisher", with c the constant of the request. A row weight may stand once in front
    /// or be part of each score; the penalty's part may be there or not.
    static let outerProductOfScores = Mistake(
        id: "outer-product-of-scores",
        title: "the Hessian is a sum of squared row gradients (empirical Fisher, OPG, BHHH)",
        program: "sum of outer(g_i, g_i) over rows / n", gives: "hessian X.T @ ((slope**2)[:, None] * X) / n",
        sign: "positive semidefinite, of the scale of the squared residuals",
        fix: "weight the rows by the second derivative of the loss, not by the square of the first"
    ) { context in
        let powers = context.problem.weights == nil ? [1] : [1, 2]
        let penalized = context.problem.penalty.ridge == 0 ? [true] : [true, false]
        return powers.flatMap { power in
            penalized.flatMap { penalized -> [Variant] in
                func weight(_ i: Int) -> Double {
                    power == 1 ? context.weight(i) : context.weight(i) * context.weight(i)
                }
                let key = "\(power) \(penalized)"
                if let rows = context.rows {
                    return context.withCurvature(
                        key: key, penalized: penalized,
                        text: context.lossFormula(\.first).map { slope in
                            (context.problem.weights == nil ? "" : power == 1 ? "weights * " : "weights**2 * ")
                                + "(\(slope))**2"
                        }
                    ) { i in
                        weight(i) * rows.values[i].first * rows.values[i].first
                    }
                }
                guard context.problem.loss != nil else { return [] }
                return context.withHessian(key: key) {
                    Scores(context.problem).map {
                        $0.gram(penalty: penalized ? context.problem.penalty : Penalty(), weight: weight)
                    }
                }
            }
        }
    }
}
