import Foundation
import SpecialFunctions

extension LossDefinition {
    /// Logistic loss for y = ±1, ℓ = log(1 + e^(−yη)).
    static let signedLogistic = LossDefinition(
        name: "signed-logistic", title: "Logistic loss, y = -1 or 1",
        otherNames: ["soft margin", "margin logistic", "logistic plus minus"], domain: .plusMinusOne,
        expression: "softplus(-y * eta)",
        formulas: ("softplus(-y * eta)", "-y * sigmoid(-y * eta)", "sigmoid(eta) * (1 - sigmoid(eta))"),
        latex: (#"\log(1 + e^{-y\eta})"#, #"-y\,\sigma(-y\eta)"#, #"\sigma(\eta)(1 - \sigma(\eta))"#),
        closedForm: { eta, y, _ in
            LossValues(softplus(-y * eta), -y * sigmoid(-y * eta), sigmoidFirst(eta))
        }, sampleTargets: [1, -1, -1, 1, 1])
}
