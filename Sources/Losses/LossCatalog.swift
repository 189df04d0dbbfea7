import Expressions

/// The registry of losses. A new one is a file in `Losses/` and a line here.
public enum LossCatalog {
    /// Every loss, in the order of the documentation.
    public static let all: [LossDefinition] = [
        .squared, .halfSquared, .absolute, .quantile, .expectile, .huber, .pseudoHuber, .logCosh, .epsilonInsensitive,
        .squaredEpsilonInsensitive, .studentT, .logistic, .signedLogistic, .probit, .cloglog, .exponential, .hinge,
        .squaredHinge, .poisson, .gamma, .inverseGaussian, .tweedie, .negativeBinomial, .negativeBinomial1, .beta,
        .softmax,
        .coxBreslow, .coxEfron,
    ]

    private static let byName = Dictionary(all.map { ($0.name, $0) }) { first, _ in first }

    /// The loss with this name.
    public static func named(_ name: String) -> LossDefinition? { byName[name] }

    /// The known name that is most like a misspelt one.
    public static func nearest(to name: String) -> String? { nearestName(to: name, among: all.map(\.name)) }
}
