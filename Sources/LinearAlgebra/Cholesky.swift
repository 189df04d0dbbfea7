/// A symmetric matrix was not positive definite.
package struct NotPositiveDefinite: Error, Equatable {
    /// The first column whose pivot is not positive.
    package let column: Int
    /// That pivot.
    package let pivot: Double
}

/// The factorisation A = LLᵀ of a symmetric positive definite matrix (Golub and Van Loan, *Matrix Computations*, 4th
/// ed., Algorithm 4.2.1); only A's lower triangle is read. O(p³/3).
package struct Cholesky: Sendable {
    /// L, with zeros above the diagonal.
    package let factor: Matrix

    /// - Throws: `NotPositiveDefinite` at the first pivot that is not positive, or is NaN.
    package init(_ a: Matrix) throws(NotPositiveDefinite) {
        precondition(a.rows == a.columns)
        let p = a.rows
        var l = Matrix(rows: p, columns: p)
        for i in 0..<p {
            for j in 0...i {
                var total = a[i, j]
                for k in 0..<j { total -= l[i, k] * l[j, k] }
                if i == j {
                    guard total > 0 else { throw NotPositiveDefinite(column: j, pivot: total) }
                    l[i, i] = total.squareRoot()
                } else {
                    l[i, j] = total / l[j, j]
                }
            }
        }
        factor = l
    }

    /// The solution of Ax = b; O(p²).
    package func solve(_ b: [Double]) -> [Double] {
        let p = factor.rows
        precondition(b.count == p)
        var x = b
        for i in 0..<p {
            for k in 0..<i { x[i] -= factor[i, k] * x[k] }
            x[i] /= factor[i, i]
        }
        for i in stride(from: p - 1, through: 0, by: -1) {
            for k in i + 1..<max(p, i + 1) { x[i] -= factor[k, i] * x[k] }
            x[i] /= factor[i, i]
        }
        return x
    }

    /// log det A = 2 Σ log l_ii is left to the caller, who has the logarithm; this is the diagonal of L.
    package var diagonal: [Double] { (0..<factor.rows).map { factor[$0, $0] } }
}
