import Losses
import SpecialFunctions

extension Mistake {
    /// 17a. (σ(η) − y)², the Brier score.
    static let squaredOnProbability = Mistake(
        id: "squared-on-probability",
        title: "squared error of the probability (Brier score) in place of the logistic loss",
        program: "mean((sigmoid(X @ beta) - y)**2)",
        gives: "gradient 2/n * X.T @ ((s - y) * s * (1 - s))",
        sign: "the gradient vanishes where the probability saturates",
        fix: "use -log of the probability of what was observed: softplus(eta) - y * eta"
    ) { context in SquaredOnProbability.variants(context) }
}

/// The Brier score in the place of the logistic loss.
enum SquaredOnProbability {
    static func variants(_ context: DiagnosisContext) -> [Variant] {
        // Labels ±1 are recoded, as one who writes the score would.
        guard context.isLoss("logistic", "signed-logistic") else { return [] }
        let isSigned = context.isLoss("signed-logistic")
        return context.replacing(isSigned ? "(sigmoid(eta) - (y + 1) / 2)**2" : "(sigmoid(eta) - y)**2") { eta, y in
            let s = sigmoid(eta)
            let v = sigmoidFirst(eta)
            let r = s - (isSigned ? (y + 1) / 2 : y)
            return LossValues(r * r, 2 * r * v, 2 * v * v + 2 * r * v * (1 - 2 * s))
        }
    }
}
