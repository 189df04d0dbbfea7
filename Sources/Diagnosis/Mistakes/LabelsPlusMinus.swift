import LinearAlgebra
import Losses
import SpecialFunctions

extension Mistake {
    /// 15. σ(η) − y with y = ±1, or the formula for ±1 with y in {0, 1}.
    static let labelsPlusMinus = Mistake(
        id: "labels-plus-minus", title: "labels -1 and 1 in the formula for 0 and 1, or the reverse",
        program: "sigmoid(X @ beta) - y with y in {-1, 1}",
        gives: "gradient + X.T @ (1 - y) / n, the right hessian",
        sign: "the gradient differs by the sum of the rows of one class",
        fix: "recode the labels: (y + 1) / 2"
    ) { context in
        switch context.problem.loss?.name {
        case "logistic":
            var variant = context.rewritten(
                rows: "LabelsPlusMinus", wording: Wording(names: ["y": "(2 * y - 1)"])
            ) { $0.y = NumericArray($0.y.elements.map { 2 * $0 - 1 }) }
            variant.title = "labels -1 and 1 in the formula for 0 and 1"
            return [variant]
        case "signed-logistic":
            // A label 0 is none of the formula's: its closed form takes y² for 1.
            return context.replacing("softplus(-(y + 1) / 2 * eta)") { eta, y in
                let label = (y + 1) / 2
                return LossValues(
                    softplus(-label * eta), -label * sigmoid(-label * eta), label * label * sigmoidFirst(label * eta))
            }.map { variant in
                var variant = variant
                variant.title = "labels 0 and 1 in the formula for -1 and 1"
                variant.fix = "recode the labels: 2 * y - 1"
                return variant
            }
        default: return []
        }
    }
}
