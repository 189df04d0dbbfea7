import Foundation

extension LossDefinition {
    /// Poisson loss with log link, ℓ = e^η − yη.
    static let poisson = LossDefinition(
        name: "poisson", title: "Poisson loss, log link",
        otherNames: ["count:poisson", "poisson nll", "poisson deviance"], domain: .nonNegative,
        expression: "exp(eta) - y * eta",
        formulas: ("exp(eta) - y * eta", "exp(eta) - y", "exp(eta)"),
        latex: (#"e^\eta - y\eta"#, #"e^\eta - y"#, #"e^\eta"#),
        closedForm: { eta, y, _ in
            let mu = exp(eta)
            return LossValues(mu - y * eta, mu - y, mu)
        },
        sizes: { eta, y, _ in
            let mu = exp(eta)
            return LossValues(mu + abs(y * eta), mu + y, mu)
        }, sampleTargets: [0, 1, 3, 2, 5])
}
