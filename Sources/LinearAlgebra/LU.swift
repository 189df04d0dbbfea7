import Foundation

/// PA = LU by Gaussian elimination with partial pivoting (Golub and Van Loan, Algorithm 3.4.1). O(p³·2/3).
package struct LU: Sendable {
    /// L below the diagonal (ones on it), U on and above.
    package let factors: Matrix
    /// Row i of PA is row `permutation[i]` of A.
    package let permutation: [Int]
    /// The sign of the permutation.
    package let permutationSign: Double
    /// The first column whose pivot is exactly zero (or NaN): A is singular.
    package let singularColumn: Int?

    /// Factorises a square matrix; a singular one is reported in `singularColumn`.
    package init(_ a: Matrix) {
        precondition(a.rows == a.columns)
        let p = a.rows
        var f = a
        var permutation = Array(0..<p)
        var sign = 1.0
        var singular: Int?
        for k in 0..<p {
            var pivot = k
            for i in k + 1..<max(p, k + 1) where abs(f[i, k]) > abs(f[pivot, k]) { pivot = i }
            if pivot != k {
                permutation.swapAt(k, pivot)
                sign = -sign
                for j in 0..<p { (f[k, j], f[pivot, j]) = (f[pivot, j], f[k, j]) }
            }
            guard abs(f[k, k]) > 0 else {
                if singular == nil { singular = k }
                continue
            }
            for i in k + 1..<max(p, k + 1) {
                let factor = f[i, k] / f[k, k]
                f[i, k] = factor
                for j in k + 1..<p { f[i, j] -= factor * f[k, j] }
            }
        }
        factors = f
        self.permutation = permutation
        permutationSign = sign
        singularColumn = singular
    }

    /// The solution of AX = B for every column of B; meaningless when A is singular.
    package func solve(_ b: Matrix) -> Matrix {
        let p = factors.rows
        precondition(b.rows == p)
        var x = Matrix(rows: p, columns: b.columns)
        for c in 0..<b.columns {
            for i in 0..<p {
                var total = b[permutation[i], c]
                for k in 0..<i { total -= factors[i, k] * x[k, c] }
                x[i, c] = total
            }
            for i in stride(from: p - 1, through: 0, by: -1) {
                var total = x[i, c]
                for k in i + 1..<max(p, i + 1) { total -= factors[i, k] * x[k, c] }
                x[i, c] = total / factors[i, i]
            }
        }
        return x
    }

    /// A⁻¹; meaningless when A is singular.
    package func inverse() -> Matrix { solve(.identity(factors.rows)) }

    /// det A, with its sign; may overflow where `signAndLogDeterminant` does not.
    package var determinant: Double {
        (0..<factors.rows).reduce(permutationSign) { $0 * factors[$1, $1] }
    }

    /// NumPy's `slogdet`: the sign of det A and log |det A|; (0, −∞) when A is singular.
    package var signAndLogDeterminant: (sign: Double, logMagnitude: Double) {
        var sign = permutationSign
        var total = 0.0
        for i in 0..<factors.rows {
            let pivot = factors[i, i]
            if pivot == 0 { return (0, -.infinity) }
            if pivot < 0 { sign = -sign }
            total += log(abs(pivot))
        }
        return (sign, total)
    }
}
