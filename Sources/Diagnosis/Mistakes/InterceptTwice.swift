import Foundation
import LinearAlgebra
import Losses

extension Mistake {
    /// 5b. `[1, X]` where X has a column of ones already. The second intercept's coefficient is 0, the first one's, half of
    /// it, or whatever the candidate's own gradient says it is.
    static let interceptTwice = Mistake(
        id: "intercept-twice", title: "the intercept stands twice",
        program: "Z = hstack([ones, X]) where X has ones already",
        gives: "gradient and hessian with one entry more, rank deficient by one", sign: "one entry more than β has",
        fix: "drop the column of ones that the program adds, or the one in X"
    ) { context in
        guard let column = context.interceptColumns.first, context.problem.beta.rank == 1,
            context.accepts(order: context.p + 1)
        else { return [] }
        let b = context.problem.beta[column]
        return [true, false].flatMap { isFirst in
            var values: [(name: String, value: Double)] = [("0", 0), ("the same", b), ("half", b / 2)]
            values += SecondIntercept.fitted(context, isFirst: isFirst).map { ("\($0)", $0) }
            return values.map { name, value in
                context.rewritten(
                    key: "\(name) \(isFirst)",
                    ["coefficient": .number(value), "place": .number(isFirst ? 0 : Double(context.p))], slack: 16,
                    wording: nil
                ) { problem in
                    let (n, p) = (problem.n, problem.p)
                    problem.x = Matrix(
                        rows: n, columns: p + 1,
                        (0..<n).flatMap { i in isFirst ? [1] + problem.x.row(i) : problem.x.row(i) + [1] })
                    var beta = problem.beta.elements
                    if name == "half" { beta[column] = b / 2 }
                    problem.beta = NumericArray(isFirst ? [value] + beta : beta + [value])
                    problem.penalty.exempt =
                        isFirst ? Set(problem.penalty.exempt.map { $0 + 1 } + [0]) : problem.penalty.exempt.union([p])
                }
            }
        }
    }
}

/// The coefficient a of a second column of ones, from what was sent.
private enum SecondIntercept {
    /// a with c·Σ wᵢ ℓ′(ηᵢ + a) equal to the column's entry of the gradient, as it is and rounded to the few digits that a
    /// person would have chosen; none where nothing was sent that tells, or no a does it. O(n) a step of Newton's method.
    static func fitted(_ context: DiagnosisContext, isFirst: Bool) -> [Double] {
        if let key = context.key {
            // The same a at another β.
            let words = key.split(separator: " ")
            guard words.count == 2, let value = Double(words[0]), value != 0, words[1] == "\(isFirst)" else {
                return []
            }
            return [value]
        }
        guard let gradient = context.candidate?.quantity("gradient")?.values, gradient.count == context.p + 1,
            let loss = context.problem.loss, let eta = context.rows?.eta
        else { return [] }
        let problem = context.problem
        let target = gradient[isFirst ? 0 : context.p] / problem.constant
        guard target.isFinite else { return [] }
        func sums(_ a: Double) -> (slope: Double, curvature: Double) {
            var total = (slope: 0.0, curvature: 0.0)
            for i in eta.indices {
                let at = loss.closedForm(eta[i] + a, problem.y[i], problem.lossParameters)
                total.slope += context.weight(i) * at.first
                total.curvature += context.weight(i) * at.second
            }
            return total
        }
        var a = 0.0
        for _ in 0..<40 {
            let at = sums(a)
            guard at.curvature > 0, at.slope.isFinite else { return [] }
            let step = min(max((target - at.slope) / at.curvature, -2), 2)
            a += step
            if abs(step) <= 1e-15 * max(abs(a), 1e-3) { break }
        }
        guard a.isFinite, abs(target - sums(a).slope) <= 1e-6 * (abs(target) + abs(sums(0).slope)) else { return [] }
        let rounded = [3, 6, 9].compactMap { Double(String(format: "%.\($0)g", a)) }
        return Set(rounded + [a]).filter { $0 != 0 }.sorted()
    }
}
