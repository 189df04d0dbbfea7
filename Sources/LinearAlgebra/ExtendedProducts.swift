import CKernels

/// η = Xβ, row by row in double-double: each η_i has an absolute error of at most about p²u²·|x_i|ᵀ|β|, u = 2⁻⁵³
/// (Ogita, Rump, Oishi, *Accurate sum and dot product*, SIAM J. Sci. Comput. 26 (2005), Dot2). O(np).
package func xBeta(_ x: Matrix, _ beta: [Double], execution: Execution = .standard) -> DoubleDoubleVector {
    xBeta(x, beta, spread: [Double](repeating: 0, count: beta.count), execution: execution).value
}

/// η = Xβ in double-double and |X|e in binary64, of which its bounds are made, in one pass over X.
package func xBeta(
    _ x: Matrix, _ beta: [Double], spread e: [Double], execution: Execution = .standard
) -> (value: DoubleDoubleVector, size: [Double]) {
    precondition(beta.count == x.columns && e.count == x.columns)
    var high = [Double](repeating: 0, count: x.rows)
    var low = high
    var size = high
    if x.rows == 0 { return (DoubleDoubleVector(high: high, low: low), size) }
    high.withUnsafeMutableBufferPointer { high in
        low.withUnsafeMutableBufferPointer { low in
            size.withUnsafeMutableBufferPointer { size in
                let out = (
                    SharedPointer(high.baseAddress), SharedPointer(low.baseAddress), SharedPointer(size.baseAddress)
                )
                forEachChunk(x, nil, rowsAtOnce(x), execution) { part, rows, start, _ in
                    let first = part * rowsAtOnce(x)
                    ck_x_beta(
                        start, rows, x.columns, beta, e, out.0.pointer + first, out.1.pointer + first,
                        out.2.pointer + first)
                }
            }
        }
    }
    return (DoubleDoubleVector(high: high, low: low), size)
}

/// Rows in one piece of work: some ten thousand elements, a multiple of the eight rows that the kernels walk together.
private func rowsAtOnce(_ x: Matrix) -> Int { max(64, 65_536 / max(x.columns, 1) / 8 * 8) }

/// Xᵀr, with r and the result in double-double: absolute error of at most about n²u²·|X|ᵀ|r|. O(np).
package func xTransposeTimes(
    _ x: Matrix, _ r: DoubleDoubleVector, execution: Execution = .standard
) -> DoubleDoubleVector {
    xTransposeTimes(x, r, spread: [Double](repeating: 0, count: r.count), execution: execution).value
}

/// Xᵀr in double-double and |X|ᵀe in binary64, of which its bounds are made, in one pass over X.
package func xTransposeTimes(
    _ x: Matrix, _ r: DoubleDoubleVector, spread e: [Double], execution: Execution = .standard
) -> (value: DoubleDoubleVector, size: [Double]) {
    precondition(r.count == x.rows && e.count == x.rows)
    let p = x.columns
    let chunk = rowsAtOnce(x)
    let parts = (x.rows + chunk - 1) / chunk
    var sums = [Double](repeating: 0, count: 3 * parts * p)
    if p > 0, parts > 0 {
        sums.withUnsafeMutableBufferPointer { sums in
            let shared = SharedPointer(sums.baseAddress)
            r.high.withUnsafeBufferPointer { high in
                r.low.withUnsafeBufferPointer { low in
                    e.withUnsafeBufferPointer { e in
                        nonisolated(unsafe) let vector = (high, low, e)
                        forEachChunk(x, nil, chunk, execution) { part, rows, start, _ in
                            guard let high = vector.0.baseAddress, let low = vector.1.baseAddress,
                                let e = vector.2.baseAddress
                            else { return }
                            let out = shared.pointer + 3 * part * p
                            let first = part * chunk
                            ck_x_transpose(
                                start, rows, p, high + first, low + first, e + first, out, out + p, out + 2 * p)
                        }
                    }
                }
            }
        }
    }
    // The parts are added in their order: the result does not depend on who computed them.
    var high = [Double](repeating: 0, count: p)
    var low = high
    var size = high
    for j in 0..<p {
        var total = DoubleDouble.zero
        for part in 0..<parts {
            let place = 3 * part * p + j
            total += DoubleDouble(high: sums[place], low: sums[place + p])
            size[j] += sums[place + 2 * p]
        }
        (high[j], low[j]) = (total.high, total.low)
    }
    return (DoubleDoubleVector(high: high, low: low), size)
}
