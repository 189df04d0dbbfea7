extension LossDefinition {
    /// Cox partial likelihood with Breslow's ties. Its closed form is `CoxClosedForm`.
    static let coxBreslow = LossDefinition(
        name: "cox-breslow", title: "Cox partial likelihood, Breslow ties",
        otherNames: ["cox", "coxph", "breslow", "partial likelihood", "proportional hazards", "survival:cox"],
        domain: .survival, kind: .cox(efron: false),
        expression: "y[:, 1] * (log((y[:, 0] >= y[:, 0][:, None]) @ exp(eta)) - eta)",
        formulas: (
            "event * (log(sum(exp(eta) over the risk set)) - eta)", "mean of X over the risk set - X, at events",
            "covariance of X over the risk set, at events"
        ),
        latex: (
            #"-\sum_i \eta_i + \sum_t d_t \log\sum_{R_t} e^{\eta}"#, #"\sum_t d_t \bar{x}_t - \sum_i x_i"#,
            #"\sum_t d_t \mathrm{Cov}_{R_t}(x)"#
        ), closedForm: { _, _, _ in LossValues(.nan, .nan, .nan) }, sampleTargets: [2, 5, 3, 3, 7])
}
