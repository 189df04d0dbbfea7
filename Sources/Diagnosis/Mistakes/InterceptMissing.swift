import LinearAlgebra
import Losses

extension Mistake {
    /// 5a. The program fits columns 2…p only.
    static let interceptMissing = Mistake(
        id: "intercept-missing", title: "the intercept is missing", program: "Z = X[:, 1:]; the loss of Z @ beta[1:]",
        gives: "gradient and hessian without the intercept's entries", sign: "one entry fewer than β has",
        fix: "add a column of ones to X"
    ) { context in
        guard context.p > 1, context.problem.beta.rank == 1 else { return [] }
        return context.interceptColumns.map { column in
            let kept = (0..<context.p).filter { $0 != column }
            return context.rewritten(key: "\(column)", ["column": .number(Double(column))]) { problem in
                problem.x = problem.x.selecting(kept)
                problem.beta = NumericArray(kept.map { problem.beta[$0] })
                problem.penalty.exempt = Set(problem.penalty.exempt.compactMap { kept.firstIndex(of: $0) })
            }
        }
    }
}

extension Matrix {
    /// The columns at these places, in this order.
    func selecting(_ order: [Int]) -> Matrix {
        withUnsafeElements { from in
            Matrix(rows: rows, columns: order.count, (0..<rows).flatMap { i in order.map { from[i * columns + $0] } })
        }
    }
}
