import Foundation

extension LossDefinition {
    /// Exponential loss of boosting, ℓ = e^(−yη).
    static let exponential = LossDefinition(
        name: "exponential", title: "Exponential loss (boosting)", otherNames: ["exp", "adaboost"],
        domain: .plusMinusOne, expression: "exp(-y * eta)",
        formulas: ("exp(-y * eta)", "-y * exp(-y * eta)", "exp(-y * eta)"),
        latex: (#"e^{-y\eta}"#, #"-y e^{-y\eta}"#, #"e^{-y\eta}"#),
        closedForm: { eta, y, _ in
            let e = exp(-y * eta)
            return LossValues(e, -y * e, e)
        }, sampleTargets: [1, -1, -1, 1, 1])
}
