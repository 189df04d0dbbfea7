import CKernels

/// η = Xβ, row by row in double-double: each η_i has an absolute error of at most about p²u²·|x_i|ᵀ|β|, u = 2⁻⁵³
/// (Ogita, Rump, Oishi, *Accurate sum and dot product*, SIAM J. Sci. Comput. 26 (2005), Dot2). O(np).
package func xBeta(_ x: Matrix, _ beta: [Double], execution: Execution = .standard) -> DoubleDoubleVector {
    precondition(beta.count == x.columns)
    var high = [Double](repeating: 0, count: x.rows)
    var low = high
    x.withUnsafeElements { elements in
        guard let start = elements.baseAddress else { return }
        ck_x_beta(start, x.rows, x.columns, beta, &high, &low)
    }
    return DoubleDoubleVector(high: high, low: low)
}

/// Xᵀr, with r and the result in double-double: absolute error of at most about n²u²·|X|ᵀ|r|. O(np).
package func xTransposeTimes(
    _ x: Matrix, _ r: DoubleDoubleVector, execution: Execution = .standard
) -> DoubleDoubleVector {
    precondition(r.count == x.rows)
    var high = [Double](repeating: 0, count: x.columns)
    var low = high
    x.withUnsafeElements { elements in
        guard let start = elements.baseAddress else { return }
        ck_x_transpose(start, x.rows, x.columns, r.high, r.low, &high, &low)
    }
    return DoubleDoubleVector(high: high, low: low)
}
