import Losses

extension Mistake {
    /// 25d. mean|r| for mean r².
    static let absoluteForSquared = Mistake(
        id: "absolute-for-squared", title: "the absolute error in place of the squared",
        program: "mean(abs(X @ beta - y))",
        gives: "gradient X.T @ sign(X @ beta - y) / n, hessian 0", sign: "the Hessian is zero",
        fix: "square the residual"
    ) { context in
        guard context.isLoss("squared", "half-squared") else { return [] }
        return context.replacing("abs(eta - y)") { eta, y in
            LossValues(abs(eta - y), eta > y ? 1 : eta < y ? -1 : 0, 0)
        }
    }
}
