import CKernels

/// Aᵀ diag(w) B. - Precondition: A and B have as many rows as w has elements.
package func weightedProduct(
    _ a: Matrix, _ weights: [Double]?, _ b: Matrix, execution: Execution = .standard
) -> Matrix {
    precondition(a.rows == b.rows && (weights.map { $0.count == a.rows } ?? true))
    if min(a.columns, b.columns) >= tileColumns { return columnProducts(a, weights, b, execution: execution) }
    var scaled = a
    if let weights {
        let columns = a.columns
        scaled.withUnsafeMutableElements { scaled in
            for i in weights.indices { for j in 0..<columns { scaled[i * columns + j] *= weights[i] } }
        }
    }
    return multiply(scaled, b, transposeLeft: true, execution: execution)
}

/// From here on the tiles, which are padded to sixteen columns, are faster than a plain loop.
private let tileColumns = 4

/// A·B, with either factor transposed first. - Precondition: the inner dimensions agree.
package func multiply(
    _ a: Matrix, _ b: Matrix, transposeLeft: Bool = false, transposeRight: Bool = false,
    execution: Execution = .standard
) -> Matrix {
    let (rows, inner) = transposeLeft ? (a.columns, a.rows) : (a.rows, a.columns)
    let (inner2, columns) = transposeRight ? (b.columns, b.rows) : (b.rows, b.columns)
    precondition(inner == inner2)
    if transposeLeft, !transposeRight, min(rows, columns) >= tileColumns {
        return columnProducts(a, nil, b, execution: execution)
    }
    var result = Matrix(rows: rows, columns: columns)
    // Rows of the result are independent of each other, unless the left factor is read by columns.
    let block = transposeLeft ? max(rows, 1) : max(8, 200_000 / max(inner * columns, 1))
    let blocks = (rows + block - 1) / block
    a.withUnsafeElements { left in
        b.withUnsafeElements { right in
            result.withUnsafeMutableElements { out in
                nonisolated(unsafe) let shared = (left, right, out)
                Parallel.forEach(chunks: blocks, execution: blocks < 4 ? .serial : execution) { index in
                    let (left, right, out) = shared
                    guard let x = left.baseAddress, let y = right.baseAddress, let target = out.baseAddress else {
                        return
                    }
                    let first = index * block
                    ck_multiply(
                        x + (transposeLeft ? 0 : first * inner), y, target + first * columns, min(block, rows - first),
                        inner, columns, transposeLeft ? 1 : 0, transposeRight ? 1 : 0)
                }
            }
        }
    }
    return result
}

/// A·x.
package func multiply(_ a: Matrix, _ x: [Double], execution: Execution = .standard) -> [Double] {
    Magnitudes.product(a, x, [Double](repeating: 0, count: x.count), execution: execution).value
}

/// xᵀ·A.
package func multiply(_ x: [Double], _ a: Matrix, execution: Execution = .standard) -> [Double] {
    Magnitudes.transposedProduct(a, x, [Double](repeating: 0, count: x.count), execution: execution).value
}

/// NumPy's `a @ b` for operands of rank 1 or 2; a vector on the left is a row, on the right a column, and the axis
/// that stands for it is absent from the result. - Precondition: ranks are 1 or 2 and the inner lengths agree.
package func matrixProduct(_ a: NumericArray, _ b: NumericArray, execution: Execution = .standard) -> NumericArray {
    switch (a.rank, b.rank) {
    case (1, 1):
        return NumericArray(dot(a, b))
    case (2, 1): return NumericArray(multiply(Matrix(a), b.elements, execution: execution))
    case (1, 2): return NumericArray(multiply(a.elements, Matrix(b), execution: execution))
    default: return NumericArray(multiply(Matrix(a), Matrix(b), execution: execution))
    }
}

/// Σ a_i b_i over all elements, pairwise over blocks. - Precondition: equally many elements.
package func dot(_ a: NumericArray, _ b: NumericArray) -> Double {
    precondition(a.count == b.count)
    var total = 0.0
    for i in 0..<a.count { total += a[i] * b[i] }
    return total
}

extension Matrix {
    /// The transpose, a new matrix in row-major order.
    package func transposed() -> Matrix {
        var result = Matrix(rows: columns, columns: rows)
        for i in 0..<rows { for j in 0..<columns { result[j, i] = self[i, j] } }
        return result
    }

    /// Adds `Σ_l scale[l] · (left_l right_lᵀ + right_l left_lᵀ)/2` for the columns l of two p×k matrices, and keeps the
    /// matrix symmetric to the bit. - Precondition: the matrix is p×p.
    package mutating func addSymmetricLowRank(_ left: Matrix, _ right: Matrix, scale: [Double]? = nil) {
        precondition(rows == columns && left.rows == rows && right.rows == rows && left.columns == right.columns)
        for i in 0..<rows {
            for j in 0...i {
                var total = 0.0
                for l in 0..<left.columns {
                    total += (scale?[l] ?? 1) * 0.5 * (left[i, l] * right[j, l] + right[i, l] * left[j, l])
                }
                self[i, j] += total
                if i != j { self[j, i] = self[i, j] }
            }
        }
    }
}
