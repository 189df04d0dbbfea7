import Foundation
import LinearAlgebra
import Losses

extension Mistake {
    /// 25c. The loss of the first m rows: a mini-batch taken for the whole.
    static let firstRowsOnly = Mistake(
        id: "first-rows-only", title: "only the first rows are used", program: "the loss of X[:m], y[:m]",
        gives: "gradient and hessian of the first m rows", sign: "the sums over the first m rows fit exactly",
        fix: "use all rows: a mini-batch was taken for the whole, or a slice X[:m] was left in"
    ) { context in
        guard context.n > 2, context.problem.beta.count > 1 else { return [] }
        let sizes = FirstRows.sizes(context)
        return sizes.map { m in
            var variant = context.rewritten(
                key: "rows=\(m)", ["rows": .number(Double(m))], wording: FirstRows.wording(context.problem, m)
            ) { problem in
                problem = FirstRows.prefix(problem, m)
            }
            variant.chance = log10(Double(context.n))
            variant.title = "only the first \(m) of \(context.n) rows are used"
            return variant
        }
    }
}

/// Which numbers of rows are worth a full evaluation.
enum FirstRows {
    /// The problem of the first m rows, with the scale of its own number of rows.
    static func prefix(_ whole: RegressionProblem, _ m: Int) -> RegressionProblem {
        var problem = whole
        problem.x = problem.x.prefix(m)
        let width = problem.y.count / whole.n
        problem.y = NumericArray(shape: [m] + problem.y.shape.dropFirst(), Array(problem.y.elements.prefix(m * width)))
        problem.weights = problem.weights.map { Array($0.prefix(m)) }
        problem.offset = problem.offset.map { Array($0.prefix(m)) }
        for (name, array) in problem.parameters where array.rank > 0 && array.shape[0] == whole.n {
            let size = array.count / whole.n
            problem.parameters[name] = NumericArray(
                shape: [m] + array.shape.dropFirst(), Array(array.elements.prefix(m * size)))
        }
        return problem
    }

    /// `X[:20]` for X, and so on for everything that has a row for each row of X.
    /// Nil for Efron's loss, whose shares of ties are those of the first rows alone.
    static func wording(_ problem: RegressionProblem, _ m: Int) -> Wording? {
        if case .cox(efron: true)? = problem.loss?.kind { return nil }
        let parameters = problem.parameters.filter { $0.value.rank > 0 && $0.value.shape[0] == problem.n }.keys
        var names = ["n": "\(m)"]
        for name in ["X", "y", "weights", "offset"] + parameters { names[name] = "\(name)[:\(m)]" }
        return Wording(names: names)
    }

    static func sizes(_ context: DiagnosisContext) -> [Int] {
        let n = context.n
        let likely = [n - 1, n / 2, n / 4, n / 10, 32, 64, 100, 128, 256, 512, 1000, 1024].filter { $0 > 0 && $0 < n }
        if let key = context.key { return (1..<n).filter { key == "rows=\($0)" } }
        guard let candidate = context.candidate, let places = context.places else {
            return Array(Set(likely.prefix(2))).sorted()
        }
        guard let prefixes = fitting(context, candidate, places) else {
            return n <= 60 ? Array(1..<n) : Array(Set(likely)).sorted()
        }
        return prefixes
    }

    /// Every m whose sums over the first m rows fit the candidate at the places of a sketch, up to a named factor; nil where
    /// the objective is no sum over rows. O(np) for η, O(n) for the sums.
    private static func fitting(_ context: DiagnosisContext, _ candidate: CandidateNumbers, _ places: Sketch.Places)
        -> [Int]?
    {
        let problem = context.problem
        guard let rows = context.rows else { return nil }
        if let gradient = candidate.quantity("gradient"), gradient.values.count != problem.p { return [] }
        if let hessian = candidate.quantity("hessian"), hessian.values.shape != [problem.p, problem.p] { return [] }
        let penalty = PenaltyPart(problem.penalty, problem.beta, columns: problem.p)
        // Factors that are made of n are those of m for a program that has m rows; each is tried once here and once there.
        let factors = Array(Set([1.0] + NamedFactors(problem, context.truth).map(\.value))).sorted()
        func constant(_ m: Int, _ total: Double) -> Double {
            switch problem.scale {
            case .mean: 1 / Double(m)
            case .halfMean: 0.5 / Double(m)
            case .weightedMean: total > 0 ? 1 / total : 0
            case .sum, .number: problem.constant
            }
        }
        // One entry rules out nearly every m; the rest is summed for those that it leaves.
        func sizes(at places: Sketch.Places, among kept: [Int]?) -> [Int] {
            var sums = RowSums(places)
            var total = 0.0
            var found: [Int] = []
            var next = 0
            let last = kept?.last ?? problem.n - 1
            problem.x.withUnsafeElements { x in
                rows.values.withUnsafeBufferPointer { values in
                    for i in 0..<last {
                        let w = context.weight(i)
                        total += w
                        let at = values[i]
                        let row = i * problem.p
                        sums.add(w * at.value, w * at.first, w * at.second) { x[row + $0] }
                        if let kept {
                            guard kept[next] == i + 1 else { continue }
                            next += 1
                        }
                        if sums.fits(candidate, times: constant(i + 1, total), plus: penalty, factors: factors) {
                            found.append(i + 1)
                        }
                    }
                }
            }
            return found
        }
        let kept = sizes(at: places.first, among: nil)
        return kept.isEmpty ? [] : sizes(at: places, among: kept)
    }
}

extension Sketch.Places {
    /// One of them.
    fileprivate var first: Sketch.Places {
        var one = self
        one.gradient = Array(gradient.prefix(1))
        one.hessian = gradient.isEmpty ? Array(hessian.prefix(1)) : []
        if !(one.gradient.isEmpty && one.hessian.isEmpty) { one.loss = false }
        return one
    }
}

extension Matrix {
    /// The first rows.
    func prefix(_ count: Int) -> Matrix {
        withUnsafeElements { Matrix(rows: count, columns: columns, Array($0[..<(count * columns)])) }
    }
}
