extension LossDefinition {
    /// Expectile loss, ℓ = |τ − [u < 0]|u² with u = y − η.
    static let expectile = LossDefinition(
        name: "expectile", title: "Expectile loss", otherNames: ["asymmetric squared", "asymmetric least squares"],
        parameters: [LossParameter(name: "tau", standard: 0.5, lower: 0, upper: 1, isOpen: true)],
        kinks: ["eta = y: the second derivative jumps and is taken as 2 * tau"],
        expression: "where(y - eta < 0, 1 - {tau}, {tau}) * (eta - y)**2",
        formulas: (
            "where(y < eta, 1 - tau, tau) * (eta - y)**2", "2 * where(y < eta, 1 - tau, tau) * (eta - y)",
            "2 * where(y < eta, 1 - tau, tau)"
        ),
        latex: (
            #"|\tau - [y < \eta]|\,(\eta - y)^2"#, #"2\,|\tau - [y < \eta]|\,(\eta - y)"#, #"2\,|\tau - [y < \eta]|"#
        ),
        closedForm: { eta, y, q in
            let r = eta - y
            let w = r > 0 ? 1 - q[0] : q[0]
            return LossValues(w * r * r, 2 * w * r, 2 * w)
        })
}
