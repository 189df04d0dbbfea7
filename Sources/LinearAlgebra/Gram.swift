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
    precondition(weights.map { $0.count == x.rows } ?? true)
    let x = shifted(x, by: shift)
    if x.columns == 0 || x.rows == 0 { return Matrix(rows: x.columns, columns: x.columns) }
    return x.columns <= fewColumns
        ? gramOfFewColumns(x, weights, execution: execution) : gramByBlocks(x, weights, execution: execution)
}

/// Up to here every product and every sum is compensated: it costs little, and small Hessians come out as if rounded once.
private let fewColumns = 16

/// Xᵀ diag(w) X in blocks of rows, one thread, plain sums: the symbolic evaluator's own route for moderate p. It shares no
/// kernel with `weightedGram`; beyond 64 columns, where that would cost ten times as much, both use the same tiles.
package func gramByTiles(_ x: Matrix, weights: [Double]? = nil, execution: Execution = .standard) -> Matrix {
    precondition(weights.map { $0.count == x.rows } ?? true)
    let p = x.columns
    if p == 0 || x.rows == 0 { return Matrix(rows: p, columns: p) }
    guard p <= 64 else { return gramByBlocks(x, weights, execution: execution) }
    let chunk = max(1, 262_144 / p)
    let parts = (x.rows + chunk - 1) / chunk
    var sums = [Double](repeating: 0, count: 2 * parts * p * p)
    sums.withUnsafeMutableBufferPointer { sums in
        let shared = SharedPointer(sums.baseAddress)
        forEachChunk(x, weights, chunk, execution) { part, rows, start, w in
            let out = shared.pointer + 2 * part * p * p
            ck_gram_plain(start, rows, p, w, out, out + p * p)
        }
    }
    var result = Matrix(rows: p, columns: p)
    for part in 0..<parts {
        for j in 0..<p { for k in 0...j { result[j, k] += sums[2 * part * p * p + j * p + k] } }
    }
    mirror(&result)
    return result
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

private func gramOfFewColumns(_ x: Matrix, _ weights: [Double]?, execution: Execution) -> Matrix {
    let p = x.columns
    // 8,192 rows are some hundred microseconds of work.
    let chunk = 8192
    let parts = (x.rows + chunk - 1) / chunk
    var sums = [Double](repeating: 0, count: 2 * parts * p * p)
    sums.withUnsafeMutableBufferPointer { sums in
        let shared = SharedPointer(sums.baseAddress)
        forEachChunk(x, weights, chunk, execution) { part, rows, start, w in
            let out = shared.pointer + 2 * part * p * p
            ck_gram_few(start, rows, p, w, out, out + p * p)
        }
    }
    var result = Matrix(rows: p, columns: p)
    for j in 0..<p {
        for k in 0...j {
            var total = DoubleDouble.zero
            for part in 0..<parts {
                let place = 2 * part * p * p + j * p + k
                total += DoubleDouble.twoSum(sums[place], sums[place + p * p])
            }
            result[j, k] = total.high
        }
    }
    mirror(&result)
    return result
}

/// Blocks of at most 192 columns against each other, each over all rows, or over up to sixteen chunks of rows where there
/// is one block only: how the work is cut depends on the shape alone.
private func gramByBlocks(_ x: Matrix, _ weights: [Double]?, execution: Execution) -> Matrix {
    let p = x.columns
    let width = 192
    let blocks = (p + width - 1) / width
    let pairs = (0..<blocks).flatMap { left in (0...left).map { (left: left * width, right: $0 * width) } }
    let parts = blocks > 1 ? 1 : min(16, max(1, x.rows * p * p / 4_000_000))
    let chunk = (x.rows + parts - 1) / parts
    let stride = ck_gram_stride(min(width, p))
    let size = stride * stride
    var sums = [Double](repeating: 0, count: 2 * size * pairs.count * parts)
    sums.withUnsafeMutableBufferPointer { sums in
        let shared = SharedPointer(sums.baseAddress)
        x.withUnsafeElements { elements in
            nonisolated(unsafe) let base = elements.baseAddress
            let tasks = pairs.count * parts
            Parallel.forEach(chunks: tasks, execution: x.rows * p * p < 200_000 ? .serial : execution) { task in
                guard let base else { return }
                let pair = pairs[task / parts]
                let rows = task % parts * chunk..<min(x.rows, (task % parts + 1) * chunk)
                if rows.isEmpty { return }
                let out = shared.pointer + 2 * size * task
                let left = min(width, p - pair.left)
                let right = min(width, p - pair.right)
                var scratch = [Double](repeating: 0, count: ck_gram_scratch(left, right))
                let start = base + rows.lowerBound * p
                if let weights {
                    weights.withUnsafeBufferPointer { w in
                        ck_gram_block(
                            start, rows.count, p, w.baseAddress.map { $0 + rows.lowerBound }, pair.left, left,
                            pair.right, right, out, out + size, &scratch)
                    }
                } else {
                    ck_gram_block(
                        start, rows.count, p, nil, pair.left, left, pair.right, right, out, out + size, &scratch)
                }
            }
        }
    }
    var result = Matrix(rows: p, columns: p)
    for (index, pair) in pairs.enumerated() {
        let right = min(width, p - pair.right)
        let own = ck_gram_stride(right)
        for j in 0..<min(width, p - pair.left) {
            for k in 0..<right where pair.right + k <= pair.left + j {
                var total = DoubleDouble.zero
                for part in 0..<parts {
                    let place = 2 * size * (index * parts + part) + j * own + k
                    total += DoubleDouble.twoSum(sums[place], sums[place + size])
                }
                result[pair.left + j, pair.right + k] = total.high
            }
        }
    }
    mirror(&result)
    return result
}

/// Calls `body` for chunks of rows, the last of which may be shorter.
func forEachChunk(
    _ x: Matrix, _ weights: [Double]?, _ chunk: Int, _ execution: Execution,
    _ body: @Sendable (_ part: Int, _ rows: Int, _ start: UnsafePointer<Double>, _ w: UnsafePointer<Double>?) -> Void
) {
    let parts = (x.rows + chunk - 1) / chunk
    x.withUnsafeElements { elements in
        nonisolated(unsafe) let base = elements.baseAddress
        Parallel.forEach(chunks: parts, execution: execution) { part in
            guard let base else { return }
            let first = part * chunk
            let rows = min(chunk, x.rows - first)
            guard let weights else { return body(part, rows, base + first * x.columns, nil) }
            weights.withUnsafeBufferPointer { w in
                body(part, rows, base + first * x.columns, w.baseAddress.map { $0 + first })
            }
        }
    }
}

/// The upper triangle from the lower.
private func mirror(_ a: inout Matrix) {
    let p = a.rows
    a.withUnsafeMutableElements { a in
        for i in 0..<p { for j in 0..<i { a[j * p + i] = a[i * p + j] } }
    }
}

/// A pointer that pieces of work write through, each its own part.
struct SharedPointer: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<Double>

    /// - Precondition: there is at least one element.
    init(_ pointer: UnsafeMutablePointer<Double>?) {
        guard let pointer else { preconditionFailure("no elements to write") }
        self.pointer = pointer
    }
}
