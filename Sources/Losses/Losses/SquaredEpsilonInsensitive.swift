extension LossDefinition {
    /// Squared ε-insensitive loss, max(0, |r| − ε)².
    static let squaredEpsilonInsensitive = LossDefinition(
        name: "squared-epsilon-insensitive", title: "Squared epsilon-insensitive loss", otherNames: ["l2 svr"],
        parameters: [LossParameter(name: "epsilon", standard: 0.1, lower: 0, upper: .infinity, isOpen: false)],
        kinks: ["abs(eta - y) = epsilon: the second derivative jumps and is taken as 1/2"],
        expression: "maximum(0, abs(eta - y) - {epsilon})**2",
        formulas: (
            "maximum(0, abs(eta - y) - epsilon)**2", "2 * sign(eta - y) * maximum(0, abs(eta - y) - epsilon)",
            "2 * (abs(eta - y) > epsilon)"
        ),
        latex: (
            #"\max(0, |\eta - y| - \epsilon)^2"#, #"2\,\mathrm{sign}(\eta - y)\max(0, |\eta - y| - \epsilon)"#,
            #"2\,[|\eta - y| > \epsilon]"#
        ),
        closedForm: { eta, y, q in
            let r = eta - y
            let d = max(0, abs(r) - q[0])
            let second = d > 0 ? 2 : abs(r) == q[0] && q[0] > 0 ? 0.5 : 0
            return LossValues(d * d, r > 0 ? 2 * d : -2 * d, second)
        },
        sizes: { eta, y, q in
            let r = abs(eta - y)
            let d = max(0, r - q[0])
            return LossValues(d * (r + q[0]), d > 0 ? 2 * (r + q[0]) : 0, 2)
        })
}
