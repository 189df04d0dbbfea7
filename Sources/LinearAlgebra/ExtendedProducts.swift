/// η = Xβ, row by row in double-double: each η_i has an absolute error of at most about p²u²·|x_i|ᵀ|β|, u = 2⁻⁵³
/// (Ogita, Rump, Oishi, *Accurate sum and dot product*, SIAM J. Sci. Comput. 26 (2005), Dot2). O(np).
package func xBeta(_ x: Matrix, _ beta: [Double], execution: Execution = .standard) -> DoubleDoubleVector {
    precondition(beta.count == x.columns)
    var result = DoubleDoubleVector([Double](repeating: 0, count: x.rows))
    for i in 0..<x.rows {
        var total = DoubleDouble.zero
        for j in 0..<x.columns { total += DoubleDouble.twoProduct(x[i, j], beta[j]) }
        result[i] = total
    }
    return result
}

/// Xᵀr, with r and the result in double-double: absolute error of at most about n²u²·|X|ᵀ|r|. O(np).
package func xTransposeTimes(
    _ x: Matrix, _ r: DoubleDoubleVector, execution: Execution = .standard
) -> DoubleDoubleVector {
    precondition(r.count == x.rows)
    var result = DoubleDoubleVector([Double](repeating: 0, count: x.columns))
    for i in 0..<x.rows {
        for j in 0..<x.columns { result[j] += DoubleDouble(x[i, j]) * r[i] }
    }
    return result
}
