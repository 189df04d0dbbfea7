extension LossDefinition {
    /// Quantile loss, ℓ = u(q − [u < 0]) with u = y − η.
    static let quantile = LossDefinition(
        name: "quantile", title: "Quantile (pinball) loss",
        otherNames: ["pinball", "check", "reg:quantileerror"],
        parameters: [LossParameter(name: "q", standard: 0.5, lower: 0, upper: 1, isOpen: true)],
        kinks: ["eta = y: the derivative is taken as 1 - q"],
        expression: "where(y - eta > 0, {q} * (y - eta), ({q} - 1) * (y - eta))",
        formulas: ("where(y > eta, q * (y - eta), (q - 1) * (y - eta))", "where(y > eta, -q, 1 - q)", "0"),
        latex: (#"(y - \eta)\,(q - [y < \eta])"#, #"[y \le \eta] - q"#, "0"),
        closedForm: { eta, y, q in
            let u = y - eta
            return u > 0 ? LossValues(q[0] * u, -q[0], 0) : LossValues((q[0] - 1) * u, 1 - q[0], 0)
        })
}
