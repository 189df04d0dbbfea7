import Foundation
import LinearAlgebra
import Losses
import SpecialFunctions

/// Families 4b, 10, 13, 15–19, 21 and 25d: signs, other losses, other curvatures.
extension Mistake {
    static let gradientNegated = Mistake(
        id: "gradient-negated", title: "the gradient alone has the other sign", program: "X.T @ (y - X @ beta)",
        gives: "gradient -g, the right hessian",
        sign: "the gradient is off by -1, the Hessian is right",
        fix: "differentiate X @ beta - y, or minimise along the other direction"
    ) { context in
        guard let g = context.truth.gradient else { return [] }
        return [
            Prediction(
                loss: context.truth.loss, gradient: g.map { -$0 },
                hessian: context.truth.hessian.map { NumericArray($0) })
        ]
    }

    static let rootMeanSquare = Mistake(
        id: "root-mean-square", title: "the root of the loss", program: "sqrt(mean((X @ beta - y)**2))",
        gives: "gradient g / (2 * s), hessian H / (2 * s) - outer(g, g) / (4 * s**3), s = sqrt(L)",
        sign: "H minus its scaled self has rank one along g",
        fix: "leave the square root out, or differentiate it too"
    ) { context in
        guard let loss = context.truth.loss, loss > 0, context.isLoss("squared", "half-squared") else { return [] }
        let lines = context.text.split(separator: "\n", maxSplits: 1).map(String.init)
        guard lines.count == 2 else { return [] }
        return try context.prediction(lines[0] + "\nsqrt(" + lines[1] + ")").map { [$0] } ?? []
    }

    static let outerProductOfScores = Mistake(
        id: "outer-product-of-scores", title: "the outer product of the scores (empirical Fisher) as the Hessian",
        program: "sum of outer(g_i, g_i) over rows / n", gives: "hessian X.T @ ((slope**2)[:, None] * X) / n",
        sign: "positive semidefinite, of the scale of the squared residuals",
        fix: "use the second derivative of the loss for the weights"
    ) { context in
        guard let (_, values) = context.rows() else { return [] }
        return [context.withHessian(context.gram(values.map { $0.first * $0.first }))]
    }

    static let outerProductOfGradient = Mistake(
        id: "outer-product-of-gradient", title: "the outer product of the gradient as the Hessian",
        program: "outer(g, g)", gives: "hessian outer(g, g)",
        sign: "the Hessian has rank one", fix: "differentiate the gradient"
    ) { context in
        guard let g = context.truth.gradient, g.count > 1 || context.truth.hessian != nil else { return [] }
        return [context.withHessian(NumericArray(shape: [g.count, g.count], g.flatMap { a in g.map { a * $0 } }))]
    }

    static let labelsPlusMinus = Mistake(
        id: "labels-plus-minus", title: "labels -1 and 1 in the formula for 0 and 1, or the reverse",
        program: "sigmoid(X @ beta) - y with y in {-1, 1}",
        gives: "gradient + X.T @ (1 - y) / n, the right hessian",
        sign: "the gradient differs by the sum of the rows of one class",
        fix: "recode the labels: (y + 1) / 2"
    ) { context in
        if context.isLoss("logistic") {
            return try context.prediction { $0.y = NumericArray($0.y.elements.map { 2 * $0 - 1 }) }.map { [$0] } ?? []
        }
        if context.isLoss("signed-logistic") {
            return try context.prediction { $0.y = NumericArray($0.y.elements.map { ($0 + 1) / 2 }) }.map { [$0] } ?? []
        }
        return []
    }

    /// The program with another ℓ in terms of `eta` and `y`.
    private static func replacing(_ each: String, _ context: DiagnosisContext) throws -> [Prediction] {
        guard var loss = context.problem.loss else { return [] }
        loss.expression = each
        let changed = loss
        return try context.prediction { $0.objective = .loss(changed, parameters: []) }.map { [$0] } ?? []
    }

    static let sigmoidTwice = Mistake(
        id: "sigmoid-twice", title: "the sigmoid is applied twice",
        program: "BCEWithLogitsLoss()(sigmoid(X @ beta), y)",
        gives: "gradient X.T @ ((sigmoid(s) - y) * s * (1 - s)) / n, s = sigmoid(X @ beta)",
        sign: "the loss of a row is never below 0.313",
        fix: "give the loss the linear predictor, not the probability"
    ) { context in
        if context.isLoss("logistic") { return try replacing("softplus(sigmoid(eta)) - y * sigmoid(eta)", context) }
        if context.isLoss("signed-logistic") { return try replacing("softplus(-y * sigmoid(eta))", context) }
        return []
    }

    static let squaredOnProbability = Mistake(
        id: "squared-on-probability", title: "squared error on the probability",
        program: "mean((sigmoid(X @ beta) - y)**2)",
        gives: "gradient 2/n * X.T @ ((s - y) * s * (1 - s))",
        sign: "the gradient vanishes where the probability saturates",
        fix: "use the logistic loss"
    ) { context in
        context.isLoss("logistic") ? try replacing("(sigmoid(eta) - y)**2", context) : []
    }

    static let gaussNewton = Mistake(
        id: "gauss-newton", title: "the Gauss-Newton part of the Hessian of a squared error on the probability",
        program: "J.T @ J",
        gives: "hessian 2/n * X.T @ (v**2 * X), v = s * (1 - s)",
        sign: "positive semidefinite; differs by the residual's term",
        fix: "add the term with the residual, or call it Gauss-Newton"
    ) { context in
        guard context.isLoss("logistic"), let (eta, _) = context.rows(),
            var base = try replacing("(sigmoid(eta) - y)**2", context).first
        else { return [] }
        base.hessian = context.gram(eta.map { 2 * sigmoidFirst($0) * sigmoidFirst($0) })
        base.program = nil
        base.text = nil
        return [base]
    }

    static let marginAsProbability = Mistake(
        id: "margin-as-probability", title: "the linear predictor is used as the probability",
        program: "grad = eta - y; hess = eta * (1 - eta)",
        gives: "gradient X.T @ (eta - y) / n, hessian X.T @ ((eta * (1 - eta))[:, None] * X) / n",
        sign: "the pair is inconsistent: that gradient has the Hessian X.T @ X / n",
        fix: "apply the sigmoid first"
    ) { context in
        guard context.isLoss("logistic"), let (eta, _) = context.rows() else { return [] }
        let slopes = zip(eta, context.problem.y.elements).enumerated().map {
            ($1.0 - $1.1) * (context.problem.weights?[$0] ?? 1)
        }
        var gradient = multiply(slopes, context.problem.x).map { $0 * context.problem.constant }
        for j in 0..<context.p where !context.problem.penalty.exempt.contains(j) {
            gradient[j] += 2 * context.problem.penalty.ridge * context.problem.beta[j]
        }
        return [
            Prediction(
                loss: context.truth.loss, gradient: gradient, hessian: context.gram(eta.map { $0 * (1 - $0) }), slack: 8
            )
        ]
    }

    static let expectedInformation = Mistake(
        id: "expected-information", title: "the expected (Fisher) information in place of the observed",
        program: "IRLS weights",
        gives: "hessian X.T @ (E[second derivative] * X) / n", sign: "equal for canonical links, different elsewhere",
        fix: "use the second derivative itself, or call it Fisher information"
    ) { context in
        guard let loss = context.problem.loss, let expected = loss.expected, let (eta, _) = context.rows() else {
            return []
        }
        return [context.withHessian(context.gram(eta.map { expected($0, context.problem.lossParameters) }))]
    }

    static let surrogateCurvature = Mistake(
        id: "surrogate-curvature", title: "a positive surrogate where the curvature is zero or negative",
        program: "hess = 1, or abs(hess)",
        gives: "hessian X.T @ X / n or X.T @ (abs(second derivative) * X) / n",
        sign: "the gradient is right, the Hessian dominates the right one",
        fix: "that is how boosting libraries do it; for the Hessian itself use the second derivative"
    ) { context in
        guard let (_, values) = context.rows(), values.contains(where: { $0.second <= 0 }) else { return [] }
        return [
            context.withHessian(context.gram([Double](repeating: 1, count: context.n)), ["curvature": .text("1")]),
            context.withHessian(context.gram(values.map { abs($0.second) }), ["curvature": .text("abs")]),
        ]
    }

    static let absoluteForSquared = Mistake(
        id: "absolute-for-squared", title: "the absolute error in place of the squared",
        program: "mean(abs(X @ beta - y))",
        gives: "gradient X.T @ sign(X @ beta - y) / n, hessian 0", sign: "the Hessian is zero",
        fix: "square the residual"
    ) { context in
        context.isLoss("squared", "half-squared") ? try replacing("abs(eta - y)", context) : []
    }

    static let halvedFirstTerm = Mistake(
        id: "halved-first-term", title: "half of one term in the Hessian of a concentrated likelihood",
        program: "-n/2 * log(SSR)",
        gives: "hessian -(n/2) * (A / SSR - 4 * outer(v, v) / SSR**2)",
        sign: "at the optimum exactly half of the truth",
        fix: "differentiate -n/2 * log(SSR) twice: -n * (A / SSR - 2 * outer(v, v) / SSR**2)"
    ) { context in
        guard case .expression(let text) = context.problem.objective, text.contains("log"),
            let h = context.truth.hessian,
            let g = context.truth.gradient
        else { return [] }
        return [-0.5, 0.5].map { sign in
            let k = sign * Double(context.n)
            var halved = h
            for i in 0..<h.rows { for j in 0..<h.rows { halved[i, j] = h[i, j] / 2 - g[i] * g[j] / (2 * k) } }
            return context.withHessian(NumericArray(halved))
        }
    }

    static let reparametrized = Mistake(
        id: "reparametrized", title: "a logarithmic parameter without the chain rule",
        program: "theta = log(alpha): score by theta, Hessian by alpha",
        gives: "row and column of the parameter divided by alpha", sign: "the ratio of the blocks is alpha",
        fix: "multiply by d alpha / d theta = alpha once for each derivative"
    ) { context in
        guard case .expression(let text) = context.problem.objective, text.contains("exp(beta["),
            let h = context.truth.hessian,
            let g = context.truth.gradient
        else { return [] }
        return (0..<h.rows).map { j in
            let alpha = exp(context.problem.beta[j])
            var other = h
            for k in 0..<h.rows where k != j {
                other[j, k] = h[j, k] / alpha
                other[k, j] = other[j, k]
            }
            other[j, j] = (h[j, j] - g[j]) / (alpha * alpha)
            return context.withHessian(NumericArray(other), ["alpha": .number(alpha)])
        }
    }
}
