import Foundation

extension LossDefinition {
    /// Complementary log-log loss, −y log(1 − e^(−μ)) + (1 − y)μ with μ = e^η.
    static let cloglog = LossDefinition(
        name: "cloglog", title: "Complementary log-log loss", otherNames: ["complementary log log"], domain: .zeroOrOne,
        expression: "where(y == 1, -log(-expm1(-exp(eta))), exp(eta))",
        formulas: (
            "-y * log(1 - exp(-mu)) + (1 - y) * mu, mu = exp(eta)", "mu * (1 - y / (1 - exp(-mu)))",
            "mu * (1 - y * (1 / (1 - exp(-mu)) - mu * exp(-mu) / (1 - exp(-mu))**2))"
        ),
        latex: (
            #"-y\log(1 - e^{-\mu}) + (1 - y)\mu,\ \mu = e^\eta"#, #"\mu\left(1 - \frac{y}{1 - e^{-\mu}}\right)"#,
            #"\mu\left(1 - y\left(\frac{1}{1 - e^{-\mu}} - \frac{\mu e^{-\mu}}{(1 - e^{-\mu})^2}\right)\right)"#
        ),
        closedForm: { eta, y, _ in
            let mu = exp(eta)
            if y == 0 { return LossValues(mu, mu, mu) }
            if mu < 1e-300 { return LossValues(-eta, -1, mu / 2) }
            // With t = e^(−μ) and d = 1 − t: ℓ = −log d, ℓ′ = −μt/d, ℓ″ = μt(μ − d)/d².
            let t = exp(-mu)
            let d = -expm1(-mu)
            let value = mu > 0.7 ? -log1p(-t) : -log(d)
            if t == 0 { return LossValues(value, 0, 0) }
            // μ − d = μ − 1 + e^(−μ), by its series where it cancels.
            var excess = mu - d
            if mu < 0.3 {
                var term = mu * mu / 2
                excess = 0
                for k in 3...18 {
                    excess += term
                    term *= -mu / Double(k)
                }
            }
            return LossValues(value, -mu * t / d, mu * t * (excess / d) / d)
        },
        expected: { eta, _ in
            let mu = exp(eta)
            return mu > 700 ? 0 : mu * mu * exp(-mu) / -expm1(-mu)
        }, sampleTargets: [0, 1, 1, 0, 1])
}
