import Foundation
import SpecialFunctions

extension LossDefinition {
    /// Negative binomial loss (NB2) with log link and dispersion α.
    static let negativeBinomial = LossDefinition(
        name: "negative-binomial", title: "Negative binomial loss (NB2), log link",
        otherNames: ["nb", "nb2", "negbin", "negative binomial 2"],
        parameters: [LossParameter(name: "alpha", standard: 1, lower: 0, upper: .infinity, isOpen: true)],
        domain: .count,
        expression:
            "gammaln(1 / {alpha}) - gammaln(y + 1 / {alpha}) + gammaln(y + 1) + (y + 1 / {alpha}) * softplus(eta + log({alpha})) - y * (eta + log({alpha}))",
        formulas: (
            "gammaln(1 / alpha) - gammaln(y + 1 / alpha) + gammaln(y + 1) + (y + 1 / alpha) * log(1 + alpha * exp(eta)) - y * (eta + log(alpha))",
            "(exp(eta) - y) / (1 + alpha * exp(eta))", "exp(eta) * (1 + alpha * y) / (1 + alpha * exp(eta))**2"
        ),
        latex: (
            #"\log\frac{\Gamma(1/\alpha)\,y!}{\Gamma(y + 1/\alpha)} + (y + \frac{1}{\alpha})\log(1 + \alpha\mu) - y(\log\alpha + \eta)"#,
            #"\frac{\mu - y}{1 + \alpha\mu}"#, #"\frac{\mu(1 + \alpha y)}{(1 + \alpha\mu)^2}"#
        ),
        closedForm: { eta, y, q in
            let a = q[0]
            let mu = exp(eta)
            let z = eta + log(a)
            let constant = logGamma(y + 1) - RisingFactorial.logarithm(1 / a, count: y).value
            return LossValues(
                constant + softplus(z) / a + y * softplus(-z), mu.isFinite ? (mu - y) / (1 + a * mu) : 1 / a,
                sigmoidFirst(z) * (1 / a + y))
        },
        sizes: { eta, y, q in
            let a = q[0]
            let mu = exp(eta)
            let z = eta + log(a)
            let constant = logGamma(y + 1) + abs(logGamma(1 / a)) + abs(logGamma(y + 1 / a))
            return LossValues(
                constant + (softplus(z) / a + y * softplus(-z)) * (1 + abs(log(a))),
                mu.isFinite ? (mu + y) / (1 + a * mu) : 1 / a,
                sigmoidFirst(z) * (1 / a + y) * (1 + abs(z) + abs(log(a))))
        }, expected: { eta, q in sigmoid(eta + log(q[0])) / q[0] }, sampleTargets: [0, 1, 3, 2, 5])
}
