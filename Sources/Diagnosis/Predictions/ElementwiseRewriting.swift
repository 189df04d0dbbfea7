import Differentiation
import Foundation
import LinearAlgebra
import Losses

/// The program with `X * beta` for `X @ beta`, every n-vector beside it as a column.
enum ElementwiseRewriting {
    /// The text; nil where there is no such product or where the result has no meaning of its own.
    ///
    /// `meanOverAll` divides the sum over rows by p, the penalty apart; a client's `mean` does so by itself.
    static func text(_ context: DiagnosisContext, meanOverAll: Bool = false) -> String? {
        let text = context.text
        guard text.contains("X @ beta"), !text.contains("beta.T"), !text.contains("y[:, 0]") else { return nil }
        if context.isExpression {
            let isMean = text.contains("mean(")
            return ProgramText.wrappingResult(asColumns(text)) { loss in
                if isMean == meanOverAll { return loss }
                return meanOverAll ? "(\(loss)) / p" : "p * (\(loss))"
            }
        }
        var problem = context.problem
        guard meanOverAll else { return asColumns(problem.text) }
        problem.penalty = Penalty()
        let penalty = String(context.problem.text.dropFirst(problem.text.count))
        return asColumns(problem.text) + " / p" + penalty
    }

    private static func asColumns(_ text: String) -> String {
        var result = text.replacingOccurrences(of: "X @ beta", with: "X * beta")
        for name in ["y", "weights", "offset"] { result = asColumn(name, in: result) }
        return result.replacingOccurrences(of: "sum(weights[:, None])", with: "sum(weights)")
    }

    /// Every whole word `name` that is not subscripted as `name[:, None]`.
    private static func asColumn(_ name: String, in text: String) -> String {
        var result = ""
        var word = ""
        func isPart(_ c: Character) -> Bool { c.isLetter || c.isNumber || c == "_" }
        for character in text + " " {
            if isPart(character) {
                word.append(character)
            } else {
                result += word == name && character != "[" ? name + "[:, None]" : word
                word = ""
                result.append(character)
            }
        }
        return String(result.dropLast())
    }

    /// The gradient's entry j from column j alone: Σ wᵢ ℓ′(xᵢⱼβⱼ + oᵢ, yᵢ) xᵢⱼ.
    static func sketch(_ context: DiagnosisContext, divided: Bool = false) -> Sketch? {
        let problem = context.problem
        guard let places = context.places, let loss = problem.loss, case .separable = loss.kind,
            problem.beta.rank == 1
        else { return nil }
        var sketch = Sketch()
        guard places.gradient.allSatisfy({ $0 < problem.p }) else { return .impossible }
        let c = problem.constant / (divided ? Double(problem.p) : 1)
        let penalty = PenaltyPart(problem.penalty, problem.beta, columns: problem.p)
        let parameters = problem.lossParameters
        let isDiagonalOnly = places.gradient.isEmpty
        if isDiagonalOnly, places.order != 0 {
            guard places.order == problem.p else { return .impossible }
        }
        let columns = isDiagonalOnly ? places.hessian.filter { $0.row == $0.column }.map(\.row) : places.gradient
        problem.x.withUnsafeElements { x in
            for j in columns {
                var value = 0.0
                var size = 0.0
                let b = problem.beta[j]
                for i in 0..<problem.n {
                    let z = x[i * problem.p + j]
                    let at = loss.closedForm(z * b + (problem.offset?[i] ?? 0), problem.y[i], parameters)
                    let term = context.weight(i) * (isDiagonalOnly ? at.second * z : at.first) * z
                    value += term
                    size += abs(term)
                }
                sketch.entries.append(
                    Sketch.Entry(
                        quantity: isDiagonalOnly ? "hessian" : "gradient",
                        index: isDiagonalOnly ? j * problem.p + j : j,
                        value: c * value + (isDiagonalOnly ? penalty.curvature[j] : penalty.gradient[j]),
                        size: c * size + abs(isDiagonalOnly ? penalty.curvature[j] : penalty.gradient[j])))
            }
        }
        return sketch
    }

    /// Where η is more than one number a row or the rows depend on each other: the sum over columns j of the loss of
    /// column j alone, which is what broadcasting gives.
    static func columnByColumn(_ context: DiagnosisContext) -> [Variant] {
        let problem = context.problem
        guard problem.loss != nil, !context.isSeparable, problem.p > 1 else { return [] }
        var variant = Variant { quantities in
            let (k, p) = (problem.beta.count / problem.p, problem.p)
            let penalty = PenaltyPart(problem.penalty, problem.beta, columns: p)
            var loss = penalty.loss
            var gradient = penalty.gradient
            var hessian = Matrix(rows: k * p, columns: k * p)
            for j in 0..<k * p { hessian[j, j] = penalty.curvature[j] }
            for j in 0..<p {
                var column = problem
                column.penalty = Penalty()
                column.x = Matrix(rows: problem.n, columns: 1, (0..<problem.n).map { problem.x[$0, j] })
                let beta = (0..<k).map { problem.beta[$0 * p + j] }
                column.beta = problem.beta.rank == 2 ? NumericArray(shape: [k, 1], beta) : NumericArray(beta)
                guard
                    let part = try context.prediction(
                        column.text, in: column.environment, wanting: quantities.union(.loss))
                else { return nil }
                loss += part.loss ?? 0
                for (a, slope) in (part.gradient ?? []).enumerated() { gradient[a * p + j] += slope }
                guard let own = part.hessian else { continue }
                for a in 0..<k { for b in 0..<k { hessian[a * p + j, b * p + j] += own[a * k + b] } }
            }
            return Prediction(
                loss: quantities.contains(.loss) ? loss : nil,
                gradient: quantities.contains(.gradient) ? gradient : nil,
                hessian: quantities.contains(.hessian) ? NumericArray(hessian) : nil, slack: 16)
        }
        variant.hasFormulas = false
        return [variant]
    }
}
