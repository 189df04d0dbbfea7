extension LossDefinition {
    /// Huber loss, ½r² up to |r| = δ and linear beyond.
    static let huber = LossDefinition(
        name: "huber", title: "Huber loss", otherNames: ["smooth l1"],
        parameters: [LossParameter(name: "delta", standard: 1.345, lower: 0, upper: .infinity, isOpen: true)],
        kinks: ["abs(eta - y) = delta: the second derivative jumps and is taken as 1"],
        expression: "where(abs(eta - y) <= {delta}, (eta - y)**2 / 2, {delta} * (abs(eta - y) - {delta} / 2))",
        formulas: (
            "where(abs(eta - y) <= delta, (eta - y)**2 / 2, delta * (abs(eta - y) - delta / 2))",
            "clip(eta - y, -delta, delta)", "abs(eta - y) <= delta"
        ),
        latex: (
            #"\frac{1}{2}r^2\ (|r| \le \delta),\ \delta(|r| - \frac{\delta}{2})\ (|r| > \delta)"#,
            #"\max(-\delta, \min(\delta, r))"#, #"[|r| \le \delta]"#
        ),
        closedForm: { eta, y, q in
            let r = eta - y
            let a = abs(r)
            if a <= q[0] { return LossValues(r * r / 2, r, 1) }
            return LossValues(q[0] * (a - q[0] / 2), r > 0 ? q[0] : -q[0], 0)
        })
}
