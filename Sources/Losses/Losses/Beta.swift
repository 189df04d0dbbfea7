import Foundation
import SpecialFunctions

extension LossDefinition {
    /// Beta regression with logit link and precision φ.
    static let beta = LossDefinition(
        name: "beta", title: "Beta loss, logit link", otherNames: ["beta regression", "betareg"],
        parameters: [LossParameter(name: "phi", standard: 1, lower: 0, upper: .infinity, isOpen: true)],
        domain: .openUnitInterval, isConvex: false,
        expression:
            "gammaln({phi} * sigmoid(eta)) + gammaln({phi} * sigmoid(-eta)) - gammaln({phi}) - ({phi} * sigmoid(eta) - 1) * log(y) - ({phi} * sigmoid(-eta) - 1) * log1p(-y)",
        formulas: (
            "gammaln(phi * s) + gammaln(phi * (1 - s)) - gammaln(phi) - (phi * s - 1) * log(y) - (phi * (1 - s) - 1) * log(1 - y), s = sigmoid(eta)",
            "-phi * d * v, v = s * (1 - s), d = log(y / (1 - y)) - digamma(phi * s) + digamma(phi * (1 - s))",
            "phi**2 * (polygamma(1, phi * s) + polygamma(1, phi * (1 - s))) * v**2 - phi * d * v * (1 - 2 * s)"
        ),
        latex: (
            #"-\log\Gamma(\phi) + \log\Gamma(\phi s) + \log\Gamma(\phi(1-s)) - (\phi s - 1)\log y - (\phi(1-s) - 1)\log(1-y)"#,
            #"-\phi(y^* - \mu^*)v"#,
            #"\phi^2(\psi_1(\phi s) + \psi_1(\phi(1-s)))v^2 - \phi(y^* - \mu^*)v(1 - 2s)"#
        ),
        closedForm: { eta, y, q in
            // With log Γ(φs) = log Γ(1 + φs) − log φs and log s = −softplus(−η), what is singular at the ends is gone:
            // ℓ′ = φvg + s − t and ℓ″ = 2v + (φv)²(ψ₁(1+φs) + ψ₁(1+φt)) + φvg(t − s), t = 1 − s.
            let phi = q[0]
            let s = sigmoid(eta)
            let t = sigmoid(-eta)
            let v = sigmoidFirst(eta)
            let gammas = logGamma(1 + phi * s) + logGamma(1 + phi * t) - logGamma(phi) - 2 * log(phi)
            let value =
                gammas + softplus(-eta) + softplus(eta) - (phi * s - 1) * log(y) - (phi * t - 1) * log1p(-y)
            let gap = digamma(1 + phi * s) - digamma(1 + phi * t) - (log(y) - log1p(-y))
            let curvature = phi * v * (phi * v) * (trigamma(1 + phi * s) + trigamma(1 + phi * t))
            return LossValues(value, phi * v * gap + (s - t), 2 * v + curvature + phi * v * gap * (t - s))
        },
        sizes: { eta, y, q in
            let phi = q[0]
            let s = sigmoid(eta)
            let t = sigmoid(-eta)
            let v = sigmoidFirst(eta)
            let gap = abs(log(y)) + abs(log1p(-y)) + abs(digamma(1 + phi * s)) + abs(digamma(1 + phi * t)) + 4
            let gammas =
                abs(logGamma(1 + phi * s)) + abs(logGamma(1 + phi * t)) + abs(logGamma(phi)) + 2 * abs(log(phi)) + 4
            let value =
                gammas + softplus(-eta) + softplus(eta) + (phi * s + 1) * abs(log(y))
                + (phi * t + 1) * abs(log1p(-y))
            let curvature = phi * v * (phi * v) * (trigamma(1 + phi * s) + trigamma(1 + phi * t))
            return LossValues(value, phi * v * gap + 1, 2 * v + curvature + phi * v * gap)
        },
        expected: { eta, q in
            let v = q[0] * sigmoidFirst(eta)
            return (trigamma(q[0] * sigmoid(eta)) + trigamma(q[0] * sigmoid(-eta))) * v * v
        }, sampleTargets: [0.3, 0.9, 0.5, 0.05, 0.7])
}
