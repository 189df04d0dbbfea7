import Foundation
import Losses
import SpecialFunctions

extension Mistake {
    /// 16. `BCEWithLogitsLoss` on what is a probability already.
    static let sigmoidTwice = Mistake(
        id: "sigmoid-twice", title: "the sigmoid is applied twice",
        program: "BCEWithLogitsLoss()(sigmoid(X @ beta), y)",
        gives: "gradient X.T @ ((sigmoid(s) - y) * s * (1 - s)) / n, s = sigmoid(X @ beta)",
        sign: "the loss of a row is never below 0.313",
        fix: "pass X @ beta itself to the loss with logits, not sigmoid(X @ beta)"
    ) { context in
        switch context.problem.loss?.name {
        case "logistic":
            return context.replacing("softplus(sigmoid(eta)) - y * sigmoid(eta)") { eta, y in
                let s = sigmoid(eta)
                return LossValues(
                    softplus(s) - y * s, (sigmoid(s) - y) * sigmoidFirst(eta),
                    sigmoidFirst(s) * sigmoidFirst(eta) * sigmoidFirst(eta)
                        + (sigmoid(s) - y) * sigmoidFirst(eta) * (1 - 2 * s))
            }
        case "signed-logistic":
            return context.replacing("softplus(-y * sigmoid(eta))") { eta, y in
                let s = sigmoid(eta)
                let v = sigmoidFirst(eta)
                return LossValues(
                    softplus(-y * s), -y * sigmoid(-y * s) * v,
                    sigmoidFirst(y * s) * v * v - y * sigmoid(-y * s) * v * (1 - 2 * s))
            }
        default: return []
        }
    }
}
