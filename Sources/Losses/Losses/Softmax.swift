extension LossDefinition {
    /// Softmax cross entropy, log Σₖ e^ηₖ − η_y, with one row of β for each class. Its closed form is `SoftmaxClosedForm`.
    static let softmax = LossDefinition(
        name: "softmax", title: "Softmax cross entropy",
        otherNames: [
            "cross entropy", "categorical crossentropy", "categorical cross entropy", "sparse categorical crossentropy",
            "multinomial", "multinomial logistic", "multiclass", "multi:softmax", "multi:softprob", "nll",
        ], domain: .classes, kind: .softmax,
        expression: "logsumexp(eta, axis=1) - sum(where(y[:, None] == classes, eta, 0), axis=1)",
        formulas: ("logsumexp(eta) - eta[y]", "softmax(eta) - onehot(y)", "diag(s) - outer(s, s), s = softmax(eta)"),
        latex: (#"\log\sum_k e^{\eta_k} - \eta_y"#, #"\pi - e_y"#, #"\mathrm{diag}(\pi) - \pi\pi^{\top}"#),
        closedForm: { _, _, _ in LossValues(.nan, .nan, .nan) }, sampleTargets: [0, 1, 2, 1, 0])
}
