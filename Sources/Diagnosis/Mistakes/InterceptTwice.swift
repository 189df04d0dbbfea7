import LinearAlgebra
import Losses

extension Mistake {
    /// 5b. `[1, X]` where X has a column of ones already; the second intercept's coefficient is 0, the first one's, or
    /// half of it.
    static let interceptTwice = Mistake(
        id: "intercept-twice", title: "the intercept stands twice",
        program: "Z = hstack([ones, X]) where X has ones already",
        gives: "gradient and hessian with one entry more, rank deficient by one", sign: "one entry more than β has",
        fix: "drop the column of ones that the program adds, or the one in X"
    ) { context in
        guard let column = context.interceptColumns.first, context.problem.beta.rank == 1 else { return [] }
        let b = context.problem.beta[column]
        let values: [(name: String, value: Double)] = [("0", 0), ("the same", b), ("half", b / 2)]
        return values.flatMap { name, value in
            [true, false].map { isFirst in
                context.rewritten(
                    key: "\(name) \(isFirst)",
                    ["coefficient": .number(value), "place": .number(isFirst ? 0 : Double(context.p))]
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
