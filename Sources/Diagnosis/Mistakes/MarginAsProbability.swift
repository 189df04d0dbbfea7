import LinearAlgebra
import Losses

extension Mistake {
    /// 18. η − y and η(1 − η): a boosting objective that forgot the sigmoid. No loss has this pair.
    static let marginAsProbability = Mistake(
        id: "margin-as-probability", title: "X @ beta is used as the probability, the sigmoid is missing",
        program: "grad = eta - y; hess = eta * (1 - eta)",
        gives: "gradient X.T @ (eta - y) / n, hessian X.T @ ((eta * (1 - eta))[:, None] * X) / n",
        sign: "the pair is inconsistent: that gradient has the Hessian X.T @ X / n",
        fix: "apply the sigmoid first, s = sigmoid(X @ beta), grad = s - y, hess = s * (1 - s)"
    ) { context in
        guard context.isLoss("logistic", "signed-logistic") else { return [] }
        let isSigned = context.isLoss("signed-logistic")
        // The loss may be the right one; for the sketch it is.
        return context.replacing("where(eta == 0, 0, 0)") { eta, y in
            LossValues(0, eta - (isSigned ? (y + 1) / 2 : y), eta * (1 - eta))
        }.map { variant in
            var variant = variant
            variant.changes = [.gradient, .hessian]
            variant.gradientText = context.slopeText(isSigned ? "eta - (y + 1) / 2" : "eta - y")
            variant.hessianText = context.gramText(
                (context.problem.weights == nil ? "" : "weights * ") + "eta * (1 - eta)", penalized: true)
            let rows = variant.rows
            variant.rows = {
                rows?()?.map { own in
                    var own = own
                    own.places.loss = false
                    return own
                }
            }
            variant.evaluate = { quantities in
                guard let eta = context.rows?.eta else { return nil }
                let problem = context.problem
                let slopes = eta.indices.map {
                    context.weight($0) * (eta[$0] - (isSigned ? (problem.y[$0] + 1) / 2 : problem.y[$0]))
                }
                let penalty = PenaltyPart(problem.penalty, problem.beta, columns: context.p)
                let gradient = multiply(slopes, problem.x).enumerated().map {
                    $0.element * problem.constant + penalty.gradient[$0.offset]
                }
                return Prediction(
                    loss: context.truth.loss, gradient: gradient,
                    hessian: quantities.contains(.hessian)
                        ? context.gram(eta.indices.map { context.weight($0) * eta[$0] * (1 - eta[$0]) }) : nil,
                    slack: 8)
            }
            return variant
        }
    }
}
