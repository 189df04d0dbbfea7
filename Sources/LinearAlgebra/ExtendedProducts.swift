import CKernels

/// η = Xβ, row by row in double-double: each η_i has an absolute error of at most about p²u²·|x_i|ᵀ|β|, u = 2⁻⁵³
/// (Ogita, Rump, Oishi, *Accurate sum and dot product*, SIAM J. Sci. Comput. 26 (2005), Dot2). O(np).
package func xBeta(_ x: Matrix, _ beta: [Double], execution: Execution = .standard) -> DoubleDoubleVector {
    precondition(beta.count == x.columns)
    var high = [Double](repeating: 0, count: x.rows)
    var low = high
    if x.rows == 0 { return DoubleDoubleVector(high: high, low: low) }
    high.withUnsafeMutableBufferPointer { high in
        low.withUnsafeMutableBufferPointer { low in
            let out = (SharedPointer(high.baseAddress), SharedPointer(low.baseAddress))
            forEachChunk(x, nil, rowsAtOnce(x), execution) { part, rows, start, _ in
                let first = part * rowsAtOnce(x)
                ck_x_beta(start, rows, x.columns, beta, out.0.pointer + first, out.1.pointer + first)
            }
        }
    }
    return DoubleDoubleVector(high: high, low: low)
}

/// Rows in one piece of work: some ten thousand elements.
private func rowsAtOnce(_ x: Matrix) -> Int { max(64, 65_536 / max(x.columns, 1)) }

/// Xᵀr, with r and the result in double-double: absolute error of at most about n²u²·|X|ᵀ|r|. O(np).
package func xTransposeTimes(
    _ x: Matrix, _ r: DoubleDoubleVector, execution: Execution = .standard
) -> DoubleDoubleVector {
    precondition(r.count == x.rows)
    let p = x.columns
    let chunk = rowsAtOnce(x)
    let parts = (x.rows + chunk - 1) / chunk
    var sums = [Double](repeating: 0, count: 2 * parts * p)
    if p > 0, parts > 0 {
        sums.withUnsafeMutableBufferPointer { sums in
            let shared = SharedPointer(sums.baseAddress)
            r.high.withUnsafeBufferPointer { high in
                r.low.withUnsafeBufferPointer { low in
                    nonisolated(unsafe) let vector = (high, low)
                    forEachChunk(x, nil, chunk, execution) { part, rows, start, _ in
                        guard let high = vector.0.baseAddress, let low = vector.1.baseAddress else { return }
                        let out = shared.pointer + 2 * part * p
                        ck_x_transpose(start, rows, p, high + part * chunk, low + part * chunk, out, out + p)
                    }
                }
            }
        }
    }
    // The parts are added in their order: the result does not depend on who computed them.
    var high = [Double](repeating: 0, count: p)
    var low = high
    for j in 0..<p {
        var total = DoubleDouble.zero
        for part in 0..<parts { total += DoubleDouble(high: sums[2 * part * p + j], low: sums[2 * part * p + p + j]) }
        (high[j], low[j]) = (total.high, total.low)
    }
    return DoubleDoubleVector(high: high, low: low)
}
