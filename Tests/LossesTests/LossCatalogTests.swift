import Losses
import Testing

/// What is answered to names that are none.
@Suite struct LossCatalogTests {
    @Test(arguments: [
        ("logistc", ["logistic"]), ("Squared", ["squared"]), ("half_squared", ["half-squared"]), ("mse", ["squared"]),
        ("OLS", ["squared"]), ("MSELoss", ["squared"]), ("mean_absolute_error", ["absolute"]),
        ("pinball_loss", ["quantile"]),
        ("SmoothL1Loss", ["huber"]), ("BCEWithLogitsLoss", ["logistic"]), ("log_loss", ["logistic"]),
        ("CrossEntropyLoss", ["logistic", "softmax"]), ("multi:softprob", ["softmax"]),
        ("PoissonNLLLoss", ["poisson"]), ("negbin", ["negative-binomial"]), ("coxph", ["cox-breslow", "cox-efron"]),
        ("efron", ["cox-efron"]), ("hinge_loss", ["hinge"]), ("something else", []), ("", []),
    ])
    func meant(name: String, losses: [String]) { #expect(LossCatalog.meant(by: name) == losses) }

    /// Another library's word is never the name of another of our losses, and finds the loss that lists it.
    @Test(arguments: LossCatalog.all.map(\.name))
    func otherNames(name: String) throws {
        let loss = try #require(LossCatalog.named(name))
        for other in loss.otherNames {
            #expect(LossCatalog.named(other) == nil, "\(other)")
            #expect(LossCatalog.meant(by: other).contains(name), "\(other)")
        }
    }
}
