import Foundation
import LinearAlgebra
import Losses

extension Mistake {
    /// 5b. `[1, X]` where X has a column of ones already. The second intercept's coefficient is 0, the first one's, half of
    /// it, or whatever the candidate's own gradient says it is.
    static let interceptTwice = Mistake(
        id: "intercept-twice", title: "there are two columns of ones",
        program: "Z = hstack([ones, X]) where X has ones already",
        gives: "gradient and hessian with one entry more, rank deficient by one", sign: "one entry more than β has",
        fix: "drop one: X has a column of ones already, and the program adds another (add_constant, fit_intercept=True)"
    ) { context in
        guard let column = context.interceptColumns.first, context.problem.beta.rank == 1,
            context.accepts(order: context.p + 1)
        else { return [] }
        let b = context.problem.beta[column]
        return [true, false].flatMap { isFirst in
            var values: [(name: String, value: Double)] = [("0", 0), ("the same", b)]
            // A half each is told from one and none by a penalty alone.
            if !context.problem.penalty.isZero, !context.problem.penalty.exempt.contains(column) {
                values.append(("half", b / 2))
            }
            values += SecondIntercept.fitted(context, isFirst: isFirst).filter { abs($0 - b) > 1e-9 * abs(b) }
                .map { ("\($0)", $0) }
            return values.map { name, value in
                context.rewritten(
                    key: "\(name) \(isFirst)",
                    ["coefficient": .number(value), "place": .number(isFirst ? 0 : Double(context.p))],
                    hypothesis: { rows in
                        var slopes = context.problem.beta.elements
                        if name == "half" { slopes[column] = b / 2 }
                        rows.predictor = RowHypothesis.Predictor(
                            key: "twice \(name)", coefficients: slopes, shift: value)
                        rows.columns.insert(RowHypothesis.Column(), at: isFirst ? 0 : context.p)
                        let (penalty, beta) = longer(context, value, isFirst: isFirst, slopes)
                        rows.penalty = PenaltyPart(penalty, beta, columns: context.p + 1)
                    }, slack: 16,
                    wording: wording(context, value, isFirst: isFirst, half: name == "half" ? column : nil)
                ) { problem in
                    var slopes = problem.beta.elements
                    if name == "half" { slopes[column] = b / 2 }
                    problem.x = problem.x.withOnes(first: isFirst)
                    (problem.penalty, problem.beta) = longer(context, value, isFirst: isFirst, slopes)
                }
            }
        }
    }

    /// In NumPy's notation; the expression grammar puts no arrays side by side. `half` is the column whose coefficient is
    /// shared with the second intercept.
    private static func wording(_ context: DiagnosisContext, _ value: Double, isFirst: Bool, half: Int?) -> Wording {
        let ones = "ones((n, 1))"
        let a = LossDefinition.literal(value)
        let slopes = half.map { "beta - \(a) * eye(p)[\($0)]" } ?? "beta"
        return Wording(
            definitions: [
                ("Z", isFirst ? "hstack([\(ones), X])" : "hstack([X, \(ones)])"),
                ("b", isFirst ? "hstack([\(a), \(slopes)])" : "hstack([\(slopes), \(a)])"),
            ], names: ["X": "Z", "beta": "b", "p": "(p + 1)"])
    }

    /// The penalty and the coefficients with one more, which is not penalised.
    private static func longer(
        _ context: DiagnosisContext, _ value: Double, isFirst: Bool, _ slopes: [Double]
    ) -> (Penalty, NumericArray) {
        var penalty = context.problem.penalty
        penalty.exempt = isFirst ? Set(penalty.exempt.map { $0 + 1 } + [0]) : penalty.exempt.union([context.p])
        return (penalty, NumericArray(isFirst ? [value] + slopes : slopes + [value]))
    }
}

extension Matrix {
    /// With a column of ones in front or behind.
    fileprivate func withOnes(first isFirst: Bool) -> Matrix {
        var result = Matrix(rows: rows, columns: columns + 1)
        withUnsafeElements { from in
            result.withUnsafeMutableElements { to in
                for i in 0..<rows {
                    let row = i * (columns + 1)
                    to[row + (isFirst ? 0 : columns)] = 1
                    for j in 0..<columns { to[row + j + (isFirst ? 1 : 0)] = from[i * columns + j] }
                }
            }
        }
        return result
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
            guard at.slope.isFinite else { return [] }
            // Of a piecewise linear loss the slope is a step function.
            guard at.curvature > 0 else { return stepwise(context, eta, target) { sums($0).slope } }
            let step = min(max((target - at.slope) / at.curvature, -2), 2)
            a += step
            if abs(step) <= 1e-15 * max(abs(a), 1e-3) { break }
        }
        guard a.isFinite, abs(target - sums(a).slope) <= 1e-6 * (abs(target) + abs(sums(0).slope)) else { return [] }
        return withRounded(a)
    }

    /// As it is, and rounded to the few digits that a person would have chosen.
    private static func withRounded(_ a: Double) -> [Double] {
        if abs(a) <= 1e-9 { return [] }
        let rounded = [3, 6, 9].compactMap { Double(String(format: "%.\($0)g", a)) }
        guard let round = rounded.first(where: { abs($0 - a) <= 1e-4 * abs(a) }) else { return [a] }
        // What was printed with few digits leaves some doubt.
        return abs(round - a) <= 1e-9 * abs(a) ? [round] : [round, a]
    }

    /// Where the slope does not tell one a from another: all of an interval have the right slope, and the loss, which is
    /// linear there, tells which one it is; without a loss the roundest number inside will do as well as any. O(n) a step of
    /// the bisection.
    private static func stepwise(
        _ context: DiagnosisContext, _ eta: [Double], _ target: Double, _ slope: (Double) -> Double
    ) -> [Double] {
        let problem = context.problem
        let reach = eta.indices.reduce(1) { max($0, abs(eta[$1]) + abs(problem.y[$1])) } * 4
        let doubt = 1e-9 * (abs(slope(reach)) + abs(slope(-reach)))
        /// The place where a condition that holds from there on begins to hold.
        func beginning(_ holds: (Double) -> Bool) -> Double {
            var (low, high) = (-reach, reach)
            for _ in 0..<80 {
                let middle = low / 2 + high / 2
                if holds(middle) { high = middle } else { low = middle }
            }
            return high
        }
        let low = beginning { slope($0) >= target - doubt }
        let high = beginning { slope($0) > target + doubt }
        let middle = low / 2 + high / 2
        guard high - low > 1e-12, abs(slope(middle) - target) <= doubt else { return [] }
        if let loss = context.candidate?.quantity("loss")?.values[0], loss.isFinite, abs(target) > doubt,
            let function = problem.loss
        {
            let penalty = PenaltyPart(problem.penalty, problem.beta, columns: context.p).loss
            let own = eta.indices.reduce(0) {
                $0 + context.weight($1)
                    * function.closedForm(eta[$1] + middle, problem.y[$1], problem.lossParameters).value
            }
            return withRounded(middle + ((loss - penalty) / problem.constant - own) / target)
        }
        for digits in 0...15 {
            let unit = pow(10, Double(digits))
            let round = (low * unit).rounded(.up) / unit
            if round > low, round < high, round != 0 { return [round] }
        }
        return [middle]
    }
}
