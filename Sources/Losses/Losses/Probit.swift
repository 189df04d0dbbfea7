import SpecialFunctions

extension LossDefinition {
    /// Probit loss, ℓ = −log Φ((2y − 1)η).
    static let probit = LossDefinition(
        name: "probit", title: "Probit loss", otherNames: ["normit", "gaussian link"], domain: .zeroOrOne,
        expression: "-log_ndtr((2 * y - 1) * eta)",
        formulas: (
            "-log_ndtr(s * eta), s = 2 * y - 1", "-s * m, m = exp(-eta**2 / 2) / sqrt(2 * pi) / ndtr(s * eta)",
            "m * (m + s * eta)"
        ),
        latex: (
            #"-\log\Phi(y_\pm\eta)"#, #"-y_\pm m,\ m = \frac{\varphi(\eta)}{\Phi(y_\pm\eta)}"#, #"m(m + y_\pm\eta)"#
        ),
        closedForm: { eta, y, _ in
            let sign = y == 1 ? 1.0 : -1.0
            let z = sign * eta
            return LossValues(-logNdtr(z), -sign * inverseMills(z), negativeLogNdtrSecond(z))
        }, expected: { eta, _ in inverseMills(eta) * inverseMills(-eta) }, sampleTargets: [0, 1, 1, 0, 1])
}
