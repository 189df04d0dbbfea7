import Foundation
import SpecialFunctions

extension LossDefinition {
    /// Logistic loss for y in [0, 1], ℓ = log(1 + e^η) − yη.
    static let logistic = LossDefinition(
        name: "logistic", title: "Logistic loss, y in [0, 1]",
        otherNames: [
            "bce", "binary cross entropy", "binary crossentropy", "bce with logits", "cross entropy", "log loss",
            "binomial", "bernoulli", "logit", "binary:logistic", "reg:logistic", "binary logloss",
        ], domain: .unitInterval,
        expression: "softplus(eta) - y * eta",
        formulas: ("softplus(eta) - y * eta", "sigmoid(eta) - y", "sigmoid(eta) * (1 - sigmoid(eta))"),
        latex: (#"\log(1 + e^\eta) - y\eta"#, #"\sigma(\eta) - y"#, #"\sigma(\eta)(1 - \sigma(\eta))"#),
        closedForm: { eta, y, _ in
            if y == 1 { return LossValues(softplus(-eta), -sigmoid(-eta), sigmoidFirst(eta)) }
            return LossValues(softplus(eta) - y * eta, sigmoid(eta) - y, sigmoidFirst(eta))
        },
        sizes: { eta, y, _ in
            let z = y == 1 ? -eta : eta
            let isFraction = y != 0 && y != 1
            return LossValues(
                softplus(z) + (isFraction ? abs(y * eta) : 0), isFraction ? 1 : sigmoid(z), sigmoidFirst(eta))
        }, sampleTargets: [0, 1, 1, 0, 0.25])
}
