import LinearAlgebra
import Losses

extension Mistake {
    /// 9a. The entries of X in column-major order read in row-major order.
    static let reshaped = Mistake(
        id: "reshaped", title: "X read in column-major order",
        program: "Z = X.T.ravel().reshape(n, p); sum((Z @ beta - y)**2) / n",
        gives: "gradient 2/n * Z.T @ (Z @ beta - y), hessian 2/n * Z.T @ Z",
        sign: "the trace of the Hessian is right, its entries are not",
        fix: "transpose with X.T; reshape keeps the order of the elements in memory"
    ) { context in
        guard context.p > 1, context.n > 1 else { return [] }
        return [
            context.rewritten(
                hypothesis: { rows in
                    let x = context.problem.x
                    var eta = context.problem.offset ?? [Double](repeating: 0, count: context.n)
                    var columns = rows.columns.map { _ in RowHypothesis.Column() }
                    let places = Set(rows.places.gradient + rows.places.hessian.flatMap { [$0.row, $0.column] })
                    for j in places where j < context.p { columns[j].values = [Double](repeating: 0, count: context.n) }
                    x.forEachReshaped { row, column, value in
                        eta[row] += value * context.problem.beta[column]
                        columns[column].values?[row] = value
                    }
                    rows.predictor = RowHypothesis.Predictor(key: "reshaped", values: eta)
                    rows.columns = columns
                },
                wording: Wording(definitions: [("Z", "reshape(X.T, (n, p))")], names: ["X": "Z"])
            ) { problem in
                let x = problem.x
                problem.x = Matrix(x.transposed().reshaped([x.rows, x.columns]))
            }
        ]
    }
}

extension Matrix {
    /// Every entry of what column-major reading makes of the matrix, row by row.
    fileprivate func forEachReshaped(_ body: (_ row: Int, _ column: Int, _ value: Double) -> Void) {
        withUnsafeElements { x in
            var (row, column) = (0, 0)
            for i in 0..<rows {
                for j in 0..<columns {
                    body(i, j, x[row * columns + column])
                    row += 1
                    if row == rows { (row, column) = (0, column + 1) }
                }
            }
        }
    }

    fileprivate func reshaped(_ shape: [Int]) -> NumericArray { NumericArray(self).reshaped(shape) }
}
