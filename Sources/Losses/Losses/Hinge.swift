extension LossDefinition {
    /// Hinge loss, max(0, 1 − yη).
    static let hinge = LossDefinition(
        name: "hinge", title: "Hinge loss", otherNames: ["svm", "svc", "binary:hinge"],
        domain: .plusMinusOne,
        kinks: ["y * eta = 1: the derivative is taken as -y / 2"], expression: "maximum(0, 1 - y * eta)",
        formulas: ("maximum(0, 1 - y * eta)", "-y * (y * eta < 1)", "0"),
        latex: (#"\max(0, 1 - y\eta)"#, #"-y\,[y\eta < 1]"#, "0"),
        closedForm: { eta, y, _ in
            let d = 1 - y * eta
            return LossValues(max(0, d), d > 0 ? -y : d < 0 ? 0 : -y / 2, 0)
        }, sampleTargets: [1, -1, -1, 1, 1])
}
