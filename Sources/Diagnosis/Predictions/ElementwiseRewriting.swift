import Differentiation
import Expressions
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

    /// The gradient's entry j from column j alone: Σ wᵢ ℓ′(xᵢⱼβⱼ + oᵢ, yᵢ) xᵢⱼ; of a Hessian alone the diagonal likewise.
    static func rows(_ context: DiagnosisContext, divided: Bool = false) -> [RowHypothesis]? {
        guard let right = context.rightRows else { return nil }
        guard right.fits else { return [right] }
        let columns =
            right.places.gradient.isEmpty
            ? right.places.hessian.filter { $0.row == $0.column }.map(\.row) : right.places.gradient
        if columns.isEmpty { return nil }
        return columns.map { j in
            var own = right
            var slopes = [Double](repeating: 0, count: context.p)
            slopes[j] = context.problem.beta[j]
            own.predictor = RowHypothesis.Predictor(key: "column \(j)", coefficients: slopes)
            own.places.loss = false
            own.places.gradient = right.places.gradient.isEmpty ? [] : [j]
            own.places.hessian = [(j, j)]
            if divided { own.constant /= Double(context.p) }
            return own
        }
    }

    /// From so many entries on what the program gives is summed column by column instead of made as an n by p array.
    static let directEntries = 20_000

    /// The program, or its sums by the closed form where X is large.
    static func variant(_ context: DiagnosisContext, meanOverAll: Bool = false) -> Variant {
        let look = { rows(context, divided: meanOverAll) }
        guard context.n * context.p > directEntries, context.isSeparable, context.problem.beta.rank == 1 else {
            return context.program(rows: look) { text(context, meanOverAll: meanOverAll) }
        }
        return Variant(rows: look) { quantities in
            guard let text = text(context, meanOverAll: meanOverAll) else { return nil }
            var result = sums(context, quantities, divided: meanOverAll)
            // Its formulas are printed; n·p numbers are not made.
            result?.formulas = try? Program.parse(
                text, in: context.environment, limits: ExpressionLimits(memory: .max))
            return result
        }
    }

    /// Σᵢ wᵢ ℓ(xᵢⱼβⱼ + oᵢ, yᵢ) over all columns, ℓ′xᵢⱼ and ℓ″xᵢⱼ² column by column: O(np).
    private static func sums(_ context: DiagnosisContext, _ quantities: Quantities, divided: Bool) -> Prediction? {
        let problem = context.problem
        guard let loss = problem.loss else { return nil }
        let (n, p, parameters) = (problem.n, problem.p, problem.lossParameters)
        let (beta, y) = (problem.beta.elements, problem.y.elements)
        let c = problem.constant / (divided ? Double(p) : 1)
        let penalty = PenaltyPart(problem.penalty, problem.beta, columns: p)
        // The sums of a column: compensated, so that what is left are the errors of the terms.
        var columns = [(value: DoubleDouble, first: DoubleDouble, second: DoubleDouble)](
            repeating: (.zero, .zero, .zero), count: p)
        let execution = Execution(threads: context.options.threads, cancelled: context.options.cancelled)
        columns.withUnsafeMutableBufferPointer { columns in
            nonisolated(unsafe) let out = columns
            problem.x.withUnsafeElements { x in
                nonisolated(unsafe) let x = x
                Parallel.forEach(chunks: p, execution: execution) { j in
                    var total = (value: DoubleDouble.zero, first: DoubleDouble.zero, second: DoubleDouble.zero)
                    for i in 0..<n {
                        let w = problem.weights?[i] ?? 1
                        if w == 0 { continue }
                        let z = x[i * p + j]
                        let at = loss.closedForm(z * beta[j] + (problem.offset?[i] ?? 0), y[i], parameters)
                        total.value += DoubleDouble(w * at.value)
                        total.first += DoubleDouble(w * at.first * z)
                        total.second += DoubleDouble(w * at.second * z * z)
                    }
                    out[j] = total
                }
            }
        }
        var result = Prediction(slack: 64)
        if quantities.contains(.loss) {
            result.loss = c * columns.reduce(DoubleDouble.zero) { $0 + $1.value }.high + penalty.loss
        }
        if quantities.contains(.gradient) {
            result.gradient = (0..<p).map { c * columns[$0].first.high + penalty.gradient[$0] }
        }
        if quantities.contains(.hessian) {
            var hessian = Matrix(rows: p, columns: p)
            for j in 0..<p { hessian[j, j] = c * columns[j].second.high + penalty.curvature[j] }
            result.hessian = NumericArray(hessian)
        }
        let isFinite = columns.allSatisfy {
            $0.value.high.isFinite && $0.first.high.isFinite && $0.second.high.isFinite
        }
        return isFinite ? result : nil
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
