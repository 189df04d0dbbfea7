extension LossDefinition {
    /// Squared error, ℓ = (η − y)².
    static let squared = LossDefinition(
        name: "squared", title: "Squared error",
        otherNames: [
            "mse", "mean squared error", "squared error", "ols", "least squares", "l2", "gaussian", "normal",
            "regression", "reg:squarederror",
        ], expression: "(eta - y)**2",
        formulas: ("(eta - y)**2", "2 * (eta - y)", "2"), latex: (#"(\eta - y)^2"#, #"2(\eta - y)"#, "2"),
        closedForm: { eta, y, _ in
            let r = eta - y
            return LossValues(r * r, 2 * r, 2)
        })
}
