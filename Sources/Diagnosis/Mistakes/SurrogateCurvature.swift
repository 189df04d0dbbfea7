import Losses

extension Mistake {
    /// 21. 1 or |ℓ″| where ℓ″ is zero or negative: what boosting libraries put there so that a leaf's weight is finite.
    static let surrogateCurvature = Mistake(
        id: "surrogate-curvature", title: "the second derivative is replaced by something positive",
        program: "hess = 1, or abs(hess)",
        gives: "hessian X.T @ X / n or X.T @ (abs(second derivative) * X) / n",
        sign: "the gradient is right, the Hessian is larger than the right one, which is zero or negative in places",
        fix: "boosting libraries do so on purpose; for the Hessian itself use the second derivative"
    ) { context in
        guard let values = context.rows?.values, values.contains(where: { $0.second <= 0 }) else { return [] }
        let variants =
            context.withCurvature(
                key: "1", ["curvature": .text("1")], text: context.problem.weights == nil ? "ones(n)" : "weights"
            ) { context.weight($0) }
            + context.withCurvature(
                key: "abs", ["curvature": .text("abs")],
                text: context.lossFormula(\.second).map {
                    (context.problem.weights == nil ? "" : "weights * ") + "abs(\($0))"
                }
            ) {
                context.weight($0) * abs(values[$0].second)
            }
            // Some replace only what is not positive.
            + context.withCurvature(key: "1 where not positive", ["curvature": .text("1 where not positive")]) {
                context.weight($0) * (values[$0].second > 0 ? values[$0].second : 1)
            }
        return variants.map { variant in
            var variant = variant
            let by = ["1": "by 1", "abs": "by its absolute value"][variant.key] ?? "by 1 where it is not positive"
            variant.title = "the second derivative is replaced \(by)"
            return variant
        }
    }
}
