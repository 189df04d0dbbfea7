extension LossDefinition {
    /// Absolute error, ℓ = |η − y|.
    static let absolute = LossDefinition(
        name: "absolute", title: "Absolute error",
        otherNames: ["mae", "mean absolute error", "absolute error", "l1", "lad", "laplace", "reg:absoluteerror"],
        kinks: ["eta = y: the derivative is taken as 0"],
        expression: "abs(eta - y)", formulas: ("abs(eta - y)", "sign(eta - y)", "0"),
        latex: (#"|\eta - y|"#, #"\mathrm{sign}(\eta - y)"#, "0"),
        closedForm: { eta, y, _ in
            let r = eta - y
            return LossValues(abs(r), r > 0 ? 1 : r < 0 ? -1 : 0, 0)
        })
}
