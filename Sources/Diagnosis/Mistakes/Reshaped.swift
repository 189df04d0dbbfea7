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
                wording: Wording(definitions: [("Z", "reshape(X.T, (n, p))")], names: ["X": "Z"])
            ) { problem in
                let x = problem.x
                problem.x = Matrix(x.transposed().reshaped([x.rows, x.columns]))
            }
        ]
    }
}

extension Matrix {
    fileprivate func reshaped(_ shape: [Int]) -> NumericArray { NumericArray(self).reshaped(shape) }
}
