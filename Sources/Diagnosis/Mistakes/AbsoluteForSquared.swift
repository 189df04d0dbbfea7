import Losses

extension Mistake {
    /// 25d. mean|r| for mean r².
    static let absoluteForSquared = Mistake(
        id: "absolute-for-squared", title: "the residuals are taken by their absolute values, not squared",
        program: "mean(abs(X @ beta - y))",
        gives: "gradient X.T @ sign(X @ beta - y) / n, hessian 0",
        sign: "the Hessian is zero and the gradient takes only the signs of the residuals",
        fix: "write (X @ beta - y)**2 for abs(X @ beta - y)"
    ) { context in
        guard context.isLoss("squared", "half-squared") else { return [] }
        return context.replacing("abs(eta - y)") { eta, y in
            LossValues(abs(eta - y), eta > y ? 1 : eta < y ? -1 : 0, 0)
        }
    }
}
