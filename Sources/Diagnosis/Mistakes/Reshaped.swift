import LinearAlgebra
import Losses

extension Mistake {
    /// 9a. The entries of X in column-major order read in row-major order.
    static let reshaped = Mistake(
        id: "reshaped", title: "X is read in the wrong memory order",
        program: "Z = X.T.ravel().reshape(n, p); sum((Z @ beta - y)**2) / n",
        gives: "gradient 2/n * Z.T @ (Z @ beta - y), hessian 2/n * Z.T @ Z",
        sign: "the trace of the Hessian is right, its entries are not",
        fix: "reshape does not transpose: use X.T to transpose, and order=\"F\" for data stored by columns"
    ) { context in
        guard context.p > 1, context.n > 1 else { return [] }
        return [
            context.rewritten(
                hypothesis: { rows in
                    let x = context.problem.x
                    let beta = context.problem.beta.elements
                    var eta = context.problem.offset ?? [Double](repeating: 0, count: context.n)
                    eta.withUnsafeMutableBufferPointer { eta in
                        x.forEachReshaped { row, column, value in eta[row] += value * beta[column] }
                    }
                    var columns = rows.columns.map { _ in RowHypothesis.Column() }
                    let places = Set(rows.places.gradient + rows.places.hessian.flatMap { [$0.row, $0.column] })
                    for j in places where j < context.p { columns[j].values = x.reshapedColumn(j) }
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
    @inline(__always)
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

    /// A column of it.
    fileprivate func reshapedColumn(_ j: Int) -> [Double] {
        withUnsafeElements { x in
            (0..<rows).map { i in
                let place = i * columns + j
                return x[place % rows * columns + place / rows]
            }
        }
    }

    fileprivate func reshaped(_ shape: [Int]) -> NumericArray { NumericArray(self).reshaped(shape) }
}
