extension LossDefinition {
    /// Squared hinge loss, max(0, 1 − yη)².
    static let squaredHinge = LossDefinition(
        name: "squared-hinge", title: "Squared hinge loss", otherNames: ["l2 svm"],
        domain: .plusMinusOne,
        kinks: ["y * eta = 1: the second derivative jumps and is taken as 1/2"],
        expression: "maximum(0, 1 - y * eta)**2",
        formulas: ("maximum(0, 1 - y * eta)**2", "-2 * y * maximum(0, 1 - y * eta)", "2 * (y * eta < 1)"),
        latex: (#"\max(0, 1 - y\eta)^2"#, #"-2y\max(0, 1 - y\eta)"#, #"2\,[y\eta < 1]"#),
        closedForm: { eta, y, _ in
            let d = max(0, 1 - y * eta)
            return LossValues(d * d, d == 0 ? 0 : -2 * y * d, d > 0 ? 2 : y * eta == 1 ? 0.5 : 0)
        }, sampleTargets: [1, -1, -1, 1, 1])
}
