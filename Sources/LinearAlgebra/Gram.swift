import CKernels

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
    gramByRows(shifted(x, by: shift), weights: weights, isCompensated: x.columns <= 128)
}

/// Xᵀ diag(w) X by general matrix multiplication, restricted to the tiles on or below the diagonal and mirrored.
///
/// The symbolic evaluator's own route: it shares no kernel with `weightedGram`.
package func gramByTiles(_ x: Matrix, weights: [Double]? = nil, execution: Execution = .standard) -> Matrix {
    gramByRows(x, weights: weights, isCompensated: false)
}

/// X − 1mᵀ; X itself where there is no shift.
private func shifted(_ x: Matrix, by shift: [Double]?) -> Matrix {
    guard let shift, shift.contains(where: { $0 != 0 }) else { return x }
    var result = x
    result.withUnsafeMutableElements { elements in
        for i in elements.indices { elements[i] -= shift[i % x.columns] }
    }
    return result
}

/// One triangle from a kernel, mirrored. Compensated sums cost about four times the plain ones and pay for small p, where
/// the products are few.
private func gramByRows(_ x: Matrix, weights: [Double]?, isCompensated: Bool) -> Matrix {
    precondition(weights.map { $0.count == x.rows } ?? true)
    let p = x.columns
    var result = Matrix(rows: p, columns: p)
    var scratch = [Double](repeating: 0, count: p * p)
    x.withUnsafeElements { elements in
        result.withUnsafeMutableElements { out in
            guard let start = elements.baseAddress, let target = out.baseAddress else { return }
            let kernel = isCompensated ? ck_gram_compensated : ck_gram_plain
            if let weights {
                kernel(start, x.rows, p, weights, target, &scratch)
            } else {
                kernel(start, x.rows, p, nil, target, &scratch)
            }
            for i in 0..<p { for j in 0..<i { target[j * p + i] = target[i * p + j] } }
        }
    }
    return result
}
