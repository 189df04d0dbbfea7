import Differentiation
import Expressions
import LinearAlgebra
import Losses

/// The program in which a column met a row: ℓ(ηᵢ, yⱼ) for all pairs, row weights with the targets.
enum PairwiseRewriting {
    /// Up to here the n² entries are evaluated as the program has them; beyond, the sum over the targets is worked out for
    /// each η.
    static let directRows = 300

    static func variants(_ context: DiagnosisContext, meanOverAll: Bool) -> [Variant] {
        guard context.n > 1 else { return [] }
        if context.isExpression {
            guard context.n <= 1500 else { return [] }
            return [context.program { expression(context, meanOverAll: meanOverAll) }]
        }
        guard context.isSeparable else { return [] }
        let look = { rows(context, meanOverAll: meanOverAll) }
        if context.n <= directRows {
            return [context.program(rows: look) { named(context, meanOverAll: meanOverAll) }]
        }
        return [
            Variant(rows: look) { quantities in
                guard let text = named(context, meanOverAll: meanOverAll) else { return nil }
                return prediction(context, text, meanOverAll: meanOverAll, quantities)
            }
        ]
    }

    /// A client's program with `(X @ beta)[:, None]`; his `mean` divides by n² by itself.
    private static func expression(_ context: DiagnosisContext, meanOverAll: Bool) -> String? {
        let text = context.text
        guard text.contains("X @ beta"), context.problem.beta.rank == 1 else { return nil }
        let changed = text.replacingOccurrences(of: "X @ beta", with: "(X @ beta)[:, None]")
        let isMean = text.contains("mean(")
        return ProgramText.wrappingResult(changed) { loss in
            if isMean == meanOverAll { return loss }
            return meanOverAll ? "(\(loss)) / n" : "n * (\(loss))"
        }
    }

    private static func named(_ context: DiagnosisContext, meanOverAll: Bool) -> String? {
        var bare = context.problem
        bare.penalty = Penalty()
        let text = bare.text
        let lines = text.split(separator: "\n", maxSplits: 1).map(String.init)
        guard lines.count == 2, lines[0].hasPrefix("eta = X @ beta") else { return nil }
        let penalty = String(context.problem.text.dropFirst(text.count))
        let predictor = lines[0].dropFirst("eta = ".count)
        return "eta = (\(predictor))[:, None]\n\(lines[1])" + (meanOverAll ? " / n" : "") + penalty
    }

    /// Σᵢ of the sums over all targets at ηᵢ: value, slope and curvature of row i.
    private static func constant(_ context: DiagnosisContext, _ meanOverAll: Bool) -> Double {
        context.problem.constant / (meanOverAll ? Double(context.n) : 1)
    }

    private static func rows(_ context: DiagnosisContext, meanOverAll: Bool) -> [RowHypothesis]? {
        guard var own = context.rightRows, let sums = context.targetSums else { return nil }
        own.link = RowLink(key: "pairwise") { eta, _ in sums.at(eta) }
        own.targets = RowHypothesis.Values(key: "none", values: [Double](repeating: 0, count: context.n))
        own.weights = RowHypothesis.Values(key: "ones")
        own.constant = constant(context, meanOverAll)
        return [own]
    }

    /// By the sums over the targets: O(np²) and what the sums cost.
    private static func prediction(
        _ context: DiagnosisContext, _ text: String, meanOverAll: Bool, _ quantities: Quantities
    ) -> Prediction? {
        guard let rows = context.rows, let sums = context.targetSums else { return nil }
        let problem = context.problem
        let c = constant(context, meanOverAll)
        let all = rows.eta.map(sums.at)
        guard all.allSatisfy({ $0.value.isFinite && $0.first.isFinite && $0.second.isFinite }) else { return nil }
        let penalty = PenaltyPart(problem.penalty, problem.beta, columns: context.p)
        var result = Prediction(slack: 64)
        if quantities.contains(.loss) { result.loss = c * compensatedSum(all.map(\.value)).high + penalty.loss }
        if quantities.contains(.gradient) {
            result.gradient = multiply(all.map(\.first), problem.x).enumerated().map {
                c * $0.element + penalty.gradient[$0.offset]
            }
        }
        if quantities.contains(.hessian) {
            var matrix = weightedGram(problem.x, weights: all.map(\.second))
            for j in 0..<context.p {
                for k in 0..<context.p { matrix[j, k] *= c }
                matrix[j, j] += penalty.curvature[j]
            }
            result.hessian = NumericArray(matrix)
        }
        // Its formulas are printed; n² numbers are not evaluated.
        result.formulas = try? Program.parse(text, in: context.environment, limits: ExpressionLimits(memory: .max))
        return result
    }
}
