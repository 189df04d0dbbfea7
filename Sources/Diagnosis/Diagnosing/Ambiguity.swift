import Differentiation
import Expressions
import LinearAlgebra
import Losses

/// Where explanations that coincide here give different numbers.
extension Diagnoser {
    /// A second β at which the mistakes give different numbers, proven by evaluating them there; nil where none was found.
    ///
    /// First for what was sent; then for loss, gradient and Hessian together, and the reason says to send them.
    func nextPoint(_ hits: [Hit]) throws -> NextPoint? {
        let sent = hits.first?.finding.explains ?? []
        var fallback: NextPoint?
        for scale in [1.0, 0.25, 2, 8] {
            if options.cancelled() { throw Cancelled() }
            guard let (beta, predictions) = try predictions(of: hits, scale: scale) else { continue }
            func separates(_ quantities: [String]) -> Bool {
                predictions.indices.allSatisfy { i in
                    predictions.indices.allSatisfy { j in
                        i >= j || differ(predictions[i], predictions[j], quantities)
                    }
                }
            }
            if separates(sent) {
                return NextPoint(beta: beta, reason: "at this β the \(hits.count) mistakes give different numbers")
            }
            if fallback == nil, separates(["loss", "gradient", "hessian"]) {
                fallback = NextPoint(
                    beta: beta,
                    reason: "at this β loss, gradient and Hessian together tell the \(hits.count) mistakes apart; "
                        + "send all three")
            }
        }
        return fallback
    }

    /// A β at which loss, gradient and Hessian are not zero, so that a factor or a sign on some of them shows; for what no
    /// other β tells apart as long as only a part is sent.
    func pointForSendingMore(_ advice: String) throws -> NextPoint? {
        for scale in [1.0, 0.25, 2] {
            if options.cancelled() { throw Cancelled() }
            guard let (other, _, derivatives) = evaluated(scale) else { continue }
            let shows = derivatives.loss != 0 && derivatives.gradient?.contains { $0 != 0 } == true
            if shows { return NextPoint(beta: other.beta.elements, reason: "\(advice): at this β it tells them apart") }
        }
        return nil
    }

    /// The problem and its derivatives where the linear predictor differs by about `scale`, whatever the units of the
    /// columns; nil where they are not finite.
    private func evaluated(_ scale: Double) -> (problem: RegressionProblem, program: Program, truth: Derivatives)? {
        let steps: [Double] = [0.37, -0.61, 0.83, 0.19, -0.47, 0.71, -0.29]
        let sizes = columnSizes
        var other = problem
        for k in 0..<problem.beta.count {
            other.beta[k] += scale * steps[k % steps.count] * (1 + 0.01 * Double(k)) / sizes[k % problem.p]
        }
        guard let program = try? other.program(),
            let derivatives = try? AutomaticDifferentiation.derivatives(
                of: program, in: other.environment, wanting: .all, options: options)
        else { return nil }
        return (other, program, derivatives)
    }

    private func predictions(of hits: [Hit], scale: Double) throws -> (beta: [Double], [Prediction])? {
        guard let (other, program, derivatives) = evaluated(scale) else { return nil }
        var predictions: [Prediction] = []
        for hit in hits {
            let context = DiagnosisContext(
                problem: other, program: program, environment: other.environment, truth: derivatives,
                options: options, key: hit.key)
            guard let variant = try hit.mistake.variants(context).first(where: { $0.key == hit.key }),
                let prediction = try variant.evaluate(.all)
            else { return nil }
            predictions.append(prediction)
        }
        return (other.beta.elements, predictions)
    }

    /// The largest modulus of every column, 1 where it is zero.
    private var columnSizes: [Double] {
        var sizes = [Double](repeating: 0, count: problem.p)
        problem.x.withUnsafeElements { x in
            for i in x.indices { sizes[i % problem.p] = max(sizes[i % problem.p], abs(x[i])) }
        }
        return sizes.map { $0 > 0 ? $0 : 1 }
    }

    private func differ(_ a: Prediction, _ b: Prediction, _ quantities: [String]) -> Bool {
        func apart(_ x: [Double], _ y: [Double]) -> Bool {
            guard x.count == y.count else { return true }
            let scale = max(x.reduce(0) { max($0, abs($1)) }, y.reduce(0) { max($0, abs($1)) })
            return zip(x, y).contains { abs($0 - $1) > 1e-6 * scale }
        }
        return quantities.contains { quantity in
            switch quantity {
            case "loss": apart([a.loss ?? 0], [b.loss ?? 0])
            case "gradient": apart(a.gradient ?? [], b.gradient ?? [])
            default:
                a.hessian?.shape != b.hessian?.shape || apart(a.hessian?.elements ?? [], b.hessian?.elements ?? [])
            }
        }
    }
}
