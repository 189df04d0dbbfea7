import Foundation

extension LossDefinition {
    /// Student-t loss of scale 1, ½(ν + 1) log(1 + r²/ν).
    static let studentT = LossDefinition(
        name: "student-t", title: "Student-t loss, scale 1", otherNames: ["t", "student", "cauchy"],
        parameters: [LossParameter(name: "nu", standard: 4, lower: 0, upper: .infinity, isOpen: true)], isConvex: false,
        expression: "({nu} + 1) / 2 * log1p((eta - y)**2 / {nu})",
        formulas: (
            "(nu + 1) / 2 * log(1 + (eta - y)**2 / nu)", "(nu + 1) * (eta - y) / (nu + (eta - y)**2)",
            "(nu + 1) * (nu - (eta - y)**2) / (nu + (eta - y)**2)**2"
        ),
        latex: (
            #"\frac{\nu + 1}{2}\log\left(1 + \frac{r^2}{\nu}\right)"#, #"\frac{(\nu + 1)r}{\nu + r^2}"#,
            #"\frac{(\nu + 1)(\nu - r^2)}{(\nu + r^2)^2}"#
        ),
        closedForm: { eta, y, q in
            let r = eta - y
            let s = r * r
            let d = q[0] + s
            let m = q[0] + 1
            return LossValues(m / 2 * log1p(s / q[0]), m * (r / d), m * ((q[0] - s) / d) / d)
        },
        sizes: { eta, y, q in
            let r = eta - y
            let d = q[0] + r * r
            return LossValues((q[0] + 1) / 2 * log1p(r * r / q[0]), (q[0] + 1) * abs(r) / d, (q[0] + 1) / d)
        }, expected: { _, q in (q[0] + 1) / (q[0] + 3) })
}
