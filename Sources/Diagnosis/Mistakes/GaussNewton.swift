import Losses
import SpecialFunctions

extension Mistake {
    /// 17b. JᵀJ of the Brier score: its Hessian without the residual's term.
    static let gaussNewton = Mistake(
        id: "gauss-newton", title: "squared error on the probability, and of its Hessian only the Gauss-Newton part",
        program: "J.T @ J",
        gives: "hessian 2/n * X.T @ (v**2 * X), v = s * (1 - s)",
        sign: "the Hessian is positive semidefinite; the term with the residuals is missing",
        fix:
            "use the logistic loss; for the Hessian of the squared error add 2/n * X.T @ ((s - y) * v * (1 - 2 * s))[:, None] * X"
    ) { context in
        guard let eta = context.rows?.eta else { return [] }
        return SquaredOnProbability.variants(context).map { brier in
            var variant = brier
            let weights = context.problem.weights == nil ? "" : "weights * "
            variant.hessianText = context.gramText(
                "\(weights)2 * (sigmoid(eta) * (1 - sigmoid(eta)))**2", penalized: true)
            variant.evaluate = { quantities in
                guard
                    var result = quantities == .hessian
                        ? Prediction() : try brier.evaluate(quantities.subtracting(.hessian))
                else { return nil }
                result.formulas = result.program
                result.program = nil
                if quantities.contains(.hessian) {
                    result.hessian = context.gram(
                        eta.enumerated().map { i, z in 2 * context.weight(i) * sigmoidFirst(z) * sigmoidFirst(z) })
                }
                result.slack = 4
                return result
            }
            variant.rows = {
                guard var own = brier.rows?()?.first else { return nil }
                let whole = own.link
                own.link = RowLink(key: "gauss-newton", domain: whole.domain) { eta, y in
                    let at = whole.exact(eta, y)
                    let slope = sigmoidFirst(eta)
                    return LossValues(at.value, at.first, 2 * slope * slope)
                }
                return [own]
            }
            return variant
        }
    }
}
