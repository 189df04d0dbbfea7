import Foundation

extension LossDefinition {
    /// Inverse Gaussian loss with log link, ℓ = ½ye^(−2η) − e^(−η).
    static let inverseGaussian = LossDefinition(
        name: "inverse-gaussian", title: "Inverse Gaussian loss, log link", otherNames: ["wald", "inverse normal"],
        domain: .positive, isConvex: false,
        expression: "y * exp(-2 * eta) / 2 - exp(-eta)",
        formulas: (
            "y * exp(-2 * eta) / 2 - exp(-eta)", "exp(-eta) - y * exp(-2 * eta)", "2 * y * exp(-2 * eta) - exp(-eta)"
        ),
        latex: (
            #"\frac{y}{2}e^{-2\eta} - e^{-\eta}"#, #"e^{-\eta} - y e^{-2\eta}"#, #"2y e^{-2\eta} - e^{-\eta}"#
        ),
        closedForm: { eta, y, _ in
            let e = exp(-eta)
            return LossValues(e * (y * e / 2 - 1), e * (1 - y * e), e * (2 * y * e - 1))
        },
        sizes: { eta, y, _ in
            let e = exp(-eta)
            return LossValues(e * (y * e / 2 + 1), e * (1 + y * e), e * (2 * y * e + 1))
        }, expected: { eta, _ in exp(-eta) }, sampleTargets: [0.3, 1, 2.5, 4, 0.8])
}
