extension LossDefinition {
    /// ε-insensitive loss, max(0, |r| − ε).
    static let epsilonInsensitive = LossDefinition(
        name: "epsilon-insensitive", title: "Epsilon-insensitive loss",
        otherNames: ["svr"],
        parameters: [LossParameter(name: "epsilon", standard: 0.1, lower: 0, upper: .infinity, isOpen: false)],
        kinks: ["abs(eta - y) = epsilon: the derivative is taken as sign(eta - y) / 2"],
        expression: "maximum(0, abs(eta - y) - {epsilon})",
        formulas: ("maximum(0, abs(eta - y) - epsilon)", "sign(eta - y) * (abs(eta - y) > epsilon)", "0"),
        latex: (
            #"\max(0, |\eta - y| - \epsilon)"#, #"\mathrm{sign}(\eta - y)\,[|\eta - y| > \epsilon]"#, "0"
        ),
        closedForm: { eta, y, q in
            let r = eta - y
            let d = abs(r) - q[0]
            let sign: Double = r > 0 ? 1 : r < 0 ? -1 : 0
            return LossValues(max(0, d), d > 0 ? sign : d < 0 ? 0 : sign / 2, 0)
        },
        sizes: { eta, y, q in
            let r = abs(eta - y)
            return LossValues(r >= q[0] ? r + q[0] : 0, 1, 0)
        })
}
