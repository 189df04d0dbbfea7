import LinearAlgebra
import Losses

extension Mistake {
    /// 5a. The program fits columns 2…p only: one entry fewer or, where it still differentiates by the whole of β, zeros.
    static let interceptMissing = Mistake(
        id: "intercept-missing", title: "the intercept is left out", program: "Z = X[:, 1:]; the loss of Z @ beta[1:]",
        gives: "gradient and hessian without the intercept's entries",
        sign: "the gradient has one entry fewer than β, or a zero for the intercept",
        fix: "keep the column of ones in X and its coefficient in β"
    ) { context in
        guard context.p > 1, context.problem.beta.rank == 1 else { return [] }
        return context.interceptColumns.flatMap { column in
            let kept = (0..<context.p).filter { $0 != column }
            let shorter = context.rewritten(
                key: "\(column)", ["column": .number(Double(column))],
                hypothesis: { rows in
                    var slopes = context.problem.beta.elements
                    slopes[column] = 0
                    rows.predictor = RowHypothesis.Predictor(key: "without \(column)", coefficients: slopes)
                    rows.columns = kept.map { RowHypothesis.Column(index: $0) }
                    rows.penalty = PenaltyPart(
                        penalty(of: kept, context), NumericArray(kept.map { context.problem.beta[$0] }),
                        columns: kept.count)
                }, wording: wording(without: column, of: context.p)
            ) { problem in
                problem.x = problem.x.selecting(kept)
                problem.beta = NumericArray(kept.map { problem.beta[$0] })
                problem.penalty = penalty(of: kept, context)
            }
            return (context.accepts(order: context.p - 1) ? [shorter] : [])
                + (context.accepts(order: context.p) ? [padded(shorter, column, context)] : [])
        }
    }

    /// The penalty of the columns that are left.
    private static func penalty(of kept: [Int], _ context: DiagnosisContext) -> Penalty {
        var penalty = context.problem.penalty
        penalty.exempt = Set(penalty.exempt.compactMap { kept.firstIndex(of: $0) })
        return penalty
    }

    /// The names of the shorter problem, where the columns that stay are neighbours.
    private static func wording(without column: Int, of p: Int) -> Wording? {
        guard column == 0 || column == p - 1 else { return nil }
        let range = column == 0 ? "1:" : ":\(p - 1)"
        return Wording(names: ["X": "X[:, \(range)]", "beta": "beta[\(range)]", "p": "\(p - 1)"])
    }

    /// The same with zeros for the intercept's entries. Ruled out at a glance where one of them is not zero.
    private static func padded(_ shorter: Variant, _ column: Int, _ context: DiagnosisContext) -> Variant {
        let order = context.p
        var variant = shorter
        variant.key += " zeros"
        variant.wording = nil
        variant.rows = nil
        variant.sketch = {
            guard let candidate = context.candidate else { return nil }
            let hasZeros = candidate.quantities.allSatisfy { quantity in
                switch quantity.name {
                case "loss": true
                case "gradient": quantity.values.count == order && quantity.values[column] == 0
                default:
                    quantity.values.shape == [order, order]
                        && (0..<order).allSatisfy {
                            quantity.values[column * order + $0] == 0 && quantity.values[$0 * order + column] == 0
                        }
                }
            }
            return hasZeros && candidate.quantities.contains { $0.name != "loss" } ? nil : .impossible
        }
        variant.evaluate = { quantities in
            guard var result = try shorter.evaluate(quantities) else { return nil }
            result.gradient?.insert(0, at: column)
            if let inner = result.hessian {
                var whole = Matrix(rows: order, columns: order)
                let kept = (0..<order).filter { $0 != column }
                for (a, j) in kept.enumerated() {
                    for (b, k) in kept.enumerated() { whole[j, k] = inner[a * (order - 1) + b] }
                }
                result.hessian = NumericArray(whole)
            }
            // The bounds of the shorter program have other places.
            result.program = nil
            result.slack = 8
            return result
        }
        return variant
    }
}

extension Matrix {
    /// The columns at these places, in this order.
    func selecting(_ order: [Int]) -> Matrix {
        withUnsafeElements { from in
            var selected = Matrix(rows: rows, columns: order.count)
            selected.withUnsafeMutableElements { to in
                var place = 0
                for i in 0..<rows {
                    for j in order {
                        to[place] = from[i * columns + j]
                        place += 1
                    }
                }
            }
            return selected
        }
    }
}
