import Foundation

extension LossDefinition {
    /// Tweedie loss with log link and power 1 < p < 2.
    static let tweedie = LossDefinition(
        name: "tweedie", title: "Tweedie loss, log link", otherNames: ["reg:tweedie", "compound poisson"],
        parameters: [LossParameter(name: "power", standard: 1.5, lower: 1, upper: 2, isOpen: true)],
        domain: .nonNegative,
        expression: "exp((2 - {power}) * eta) / (2 - {power}) - y * exp((1 - {power}) * eta) / (1 - {power})",
        formulas: (
            "exp((2 - power) * eta) / (2 - power) - y * exp((1 - power) * eta) / (1 - power)",
            "exp((2 - power) * eta) - y * exp((1 - power) * eta)",
            "(2 - power) * exp((2 - power) * eta) - (1 - power) * y * exp((1 - power) * eta)"
        ),
        latex: (
            #"\frac{\mu^{2-p}}{2-p} - y\frac{\mu^{1-p}}{1-p}"#, #"\mu^{2-p} - y\mu^{1-p}"#,
            #"(2-p)\mu^{2-p} - (1-p)y\mu^{1-p}"#
        ),
        closedForm: { eta, y, q in
            let a = exp((2 - q[0]) * eta)
            let b = y * exp((1 - q[0]) * eta)
            return LossValues(a / (2 - q[0]) - b / (1 - q[0]), a - b, (2 - q[0]) * a - (1 - q[0]) * b)
        },
        sizes: { eta, y, q in
            let a = exp((2 - q[0]) * eta) * (1 + abs(eta))
            let b = y * exp((1 - q[0]) * eta) * (1 + abs(eta))
            return LossValues(a / (2 - q[0]) + b / (q[0] - 1), a + b, a + b)
        }, expected: { eta, q in exp((2 - q[0]) * eta) }, sampleTargets: [0, 1, 2.5, 0, 0.8])
}
