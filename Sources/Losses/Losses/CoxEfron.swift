extension LossDefinition {
    /// Cox partial likelihood with Efron's ties. Its closed form is `CoxClosedForm`.
    static let coxEfron = LossDefinition(
        name: "cox-efron", title: "Cox partial likelihood, Efron ties",
        otherNames: ["cox", "coxph", "efron", "partial likelihood", "proportional hazards"], domain: .survival,
        kind: .cox(efron: true),
        expression:
            "y[:, 1] * (log((y[:, 0] >= y[:, 0][:, None]) @ exp(eta) - tie_share * (((y[:, 0] == y[:, 0][:, None]) * y[:, 1]) @ exp(eta))) - eta)",
        formulas: (
            "event * (log(sum(exp(eta) over the risk set) - share * sum(exp(eta) over the tied events)) - eta)",
            "mean of X over the risk set less the share of the tied - X, at events",
            "covariance of X over the risk set less the share of the tied, at events"
        ),
        latex: (
            #"-\sum_i \eta_i + \sum_t \sum_{l<d_t} \log\left(\sum_{R_t} e^{\eta} - \frac{l}{d_t}\sum_{D_t} e^{\eta}\right)"#,
            #"\sum_t \sum_{l<d_t} \bar{x}_{t,l} - \sum_i x_i"#, #"\sum_t \sum_{l<d_t} \mathrm{Cov}_{t,l}(x)"#
        ), closedForm: { _, _, _ in LossValues(.nan, .nan, .nan) }, sampleTargets: [2, 5, 3, 3, 7])
}
