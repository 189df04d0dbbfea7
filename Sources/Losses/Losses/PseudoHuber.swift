extension LossDefinition {
    /// Pseudo-Huber loss, δ²(√(1 + (r/δ)²) − 1).
    static let pseudoHuber = LossDefinition(
        name: "pseudo-huber", title: "Pseudo-Huber loss",
        otherNames: ["charbonnier", "reg:pseudohubererror", "huber smooth"],
        parameters: [LossParameter(name: "delta", standard: 1, lower: 0, upper: .infinity, isOpen: true)],
        expression: "{delta}**2 * (sqrt(1 + ((eta - y) / {delta})**2) - 1)",
        formulas: (
            "delta**2 * (sqrt(1 + ((eta - y) / delta)**2) - 1)", "(eta - y) / sqrt(1 + ((eta - y) / delta)**2)",
            "(1 + ((eta - y) / delta)**2)**(-3/2)"
        ),
        latex: (
            #"\delta^2\left(\sqrt{1 + (r/\delta)^2} - 1\right)"#, #"\frac{r}{\sqrt{1 + (r/\delta)^2}}"#,
            #"\left(1 + (r/\delta)^2\right)^{-3/2}"#
        ),
        closedForm: { eta, y, q in
            let r = eta - y
            let t = r / q[0]
            let s = (1 + t * t).squareRoot()
            // δ²(s − 1) = r²/(s + 1), without cancellation.
            return LossValues(r * (r / (s + 1)), r / s, 1 / (s * s * s))
        })
}
