import Foundation

extension LossDefinition {
    /// Gamma loss with log link, ℓ = η + ye^(−η).
    static let gamma = LossDefinition(
        name: "gamma", title: "Gamma loss, log link", otherNames: ["reg:gamma", "gamma nll"], domain: .positive,
        expression: "eta + y * exp(-eta)",
        formulas: ("eta + y * exp(-eta)", "1 - y * exp(-eta)", "y * exp(-eta)"),
        latex: (#"\eta + y e^{-\eta}"#, #"1 - y e^{-\eta}"#, #"y e^{-\eta}"#),
        closedForm: { eta, y, _ in
            let ratio = y * exp(-eta)
            return LossValues(eta + ratio, 1 - ratio, ratio)
        },
        sizes: { eta, y, _ in
            let ratio = y * exp(-eta)
            return LossValues(abs(eta) + ratio, 1 + ratio, ratio)
        }, expected: { _, _ in 1 }, sampleTargets: [0.3, 1, 2.5, 4, 0.8])
}
