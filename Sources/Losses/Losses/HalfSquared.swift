extension LossDefinition {
    /// Half the squared error, ℓ = ½(η − y)².
    static let halfSquared = LossDefinition(
        name: "half-squared", title: "Half the squared error", otherNames: ["half squared error", "half mse"],
        expression: "(eta - y)**2 / 2",
        formulas: ("(eta - y)**2 / 2", "eta - y", "1"), latex: (#"\frac{1}{2}(\eta - y)^2"#, #"\eta - y"#, "1"),
        closedForm: { eta, y, _ in
            let r = eta - y
            return LossValues(r * r / 2, r, 1)
        })
}
