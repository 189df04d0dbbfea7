/// H = X̃ᵀ diag(w) X̃ with X̃ = X − 1mᵀ: the end of every Hessian of a sum over rows of functions of Xβ.
///
/// Weights may have any sign; they multiply one of the two factors while it is packed, so no square root is taken. One
/// triangle is computed and mirrored: the result is symmetric to the bit.
/// - Parameters:
///   - weights: w, one number per row; `nil` means all ones.
///   - shift: m, one number per column; `nil` means zeros. The differences are rounded once.
/// - Complexity: np² floating-point operations.
package func weightedGram(
    _ x: Matrix, weights: [Double]? = nil, shift: [Double]? = nil, execution: Execution = .standard
) -> Matrix {
    gramByRows(x, weights: weights, shift: shift)
}

/// Xᵀ diag(w) X by general matrix multiplication, restricted to the tiles on or below the diagonal and mirrored.
///
/// The symbolic evaluator's own route: it shares no kernel with `weightedGram`.
package func gramByTiles(_ x: Matrix, weights: [Double]? = nil, execution: Execution = .standard) -> Matrix {
    gramByRows(x, weights: weights, shift: nil)
}

private func gramByRows(_ x: Matrix, weights: [Double]?, shift: [Double]?) -> Matrix {
    precondition(weights.map { $0.count == x.rows } ?? true)
    let p = x.columns
    var result = Matrix(rows: p, columns: p)
    for i in 0..<p {
        for j in 0...i {
            var total = DoubleDouble.zero
            for k in 0..<x.rows {
                let a = x[k, i] - (shift?[i] ?? 0)
                let b = x[k, j] - (shift?[j] ?? 0)
                total += DoubleDouble.twoProduct((weights?[k] ?? 1) * a, b)
            }
            result[i, j] = total.high
            result[j, i] = total.high
        }
    }
    return result
}
