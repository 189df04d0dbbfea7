import Foundation
import SpecialFunctions

extension LossDefinition {
    /// Negative binomial loss (NB1) with log link and dispersion α: of size k = μ/α.
    static let negativeBinomial1 = LossDefinition(
        name: "negative-binomial-1", title: "Negative binomial loss (NB1), log link", otherNames: ["nb1", "negbin1"],
        parameters: [LossParameter(name: "alpha", standard: 1, lower: 0, upper: .infinity, isOpen: true)],
        domain: .count,
        isConvex: false,
        expression:
            "gammaln(exp(eta) / {alpha}) - gammaln(y + exp(eta) / {alpha}) + gammaln(y + 1) + (y + exp(eta) / {alpha}) * log1p({alpha}) - y * log({alpha})",
        formulas: (
            "gammaln(k) - gammaln(y + k) + gammaln(y + 1) + (y + k) * log(1 + alpha) - y * log(alpha), k = exp(eta) / alpha",
            "-k * B, B = digamma(y + k) - digamma(k) - log(1 + alpha)",
            "-k * B - k**2 * (polygamma(1, y + k) - polygamma(1, k))"
        ),
        latex: (
            #"\log\frac{\Gamma(k)\,y!}{\Gamma(y + k)} + (y + k)\log(1 + \alpha) - y\log\alpha,\ k = e^\eta/\alpha"#,
            #"-kB,\ B = \psi(y + k) - \psi(k) - \log(1 + \alpha)"#, #"-kB - k^2(\psi_1(y + k) - \psi_1(k))"#
        ),
        closedForm: { eta, y, q in
            let a = q[0]
            let k = exp(eta) / a
            let terms = RisingFactorial.logarithm(k, count: y)
            let growth = k * log1p(a)
            return LossValues(
                logGamma(y + 1) - terms.value + (y + k) * log1p(a) - y * log(a), growth - terms.first,
                growth - terms.second)
        },
        sizes: { eta, y, q in
            let a = q[0]
            let k = exp(eta) / a
            let terms = RisingFactorial.logarithm(k, count: y)
            let growth = k * log1p(a)
            let gammas = abs(logGamma(k)) + abs(logGamma(y + k))
            return LossValues(
                gammas + logGamma(y + 1) + (y + k) * log1p(a) + abs(y * log(a)),
                (growth + terms.first) * (1 + abs(eta)), (growth + terms.second) * (1 + abs(eta)))
        }, sampleTargets: [0, 1, 3, 2, 5])
}
