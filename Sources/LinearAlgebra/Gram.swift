import CKernels

/// H = Xᵀ diag(w) X: the end of every Hessian of a sum over rows of functions of Xβ.
///
/// Weights may have any sign; they multiply one of the two factors while it is packed, so no square root is taken. One
/// triangle is computed and mirrored: the result is symmetric to the bit.
/// - Parameters:
///   - weights: w, one number per row; `nil` means all ones.
///   - factor: a number that multiplies all, before the results are rounded.
/// - Complexity: np² floating-point operations.
package func weightedGram(
    _ x: Matrix, weights: [Double]? = nil, factor: DoubleDouble = DoubleDouble(1), execution: Execution = .standard
) -> Matrix {
    precondition(weights.map { $0.count == x.rows } ?? true)
    if x.columns == 0 || x.rows == 0 { return Matrix(rows: x.columns, columns: x.columns) }
    return x.columns <= fewColumns
        ? gramOfFewColumns(x, weights, factor, execution: execution)
        : gramByBlocks(x, weights, factor, execution: execution)
}

/// Up to here the sums are compensated product by product where there are few rows, so that small Hessians come out as if
/// rounded once, and eight products at a time where there are many.
private let fewColumns = 16

/// Up to here `gramByTiles` has a kernel of its own.
private let moderateColumns = 64
/// Rows in one piece of its work, and in the blocks of that whose sums are added one by one.
private func rowsAtOnce(_ p: Int) -> Int { max(1, 262_144 / max(p, 1)) }
private let plainBlock = 128

/// Xᵀ diag(w) X in blocks of rows, plain sums: the symbolic evaluator's own route for moderate p. It shares no
/// kernel with `weightedGram`; beyond 64 columns, where that would cost ten times as much, both use the same tiles.
package func gramByTiles(_ x: Matrix, weights: [Double]? = nil, execution: Execution = .standard) -> Matrix {
    precondition(weights.map { $0.count == x.rows } ?? true)
    let p = x.columns
    if p == 0 || x.rows == 0 { return Matrix(rows: p, columns: p) }
    guard p <= moderateColumns else { return gramByBlocks(x, weights, DoubleDouble(1), execution: execution) }
    let (sums, parts) = chunkSums(x, weights, chunk: rowsAtOnce(p), execution, ck_gram_plain)
    var result = Matrix(rows: p, columns: p)
    for part in 0..<parts {
        for j in 0..<p { for k in 0...j { result[j, k] += sums[2 * part * p * p + j * p + k] } }
    }
    mirror(&result)
    return result
}

private func gramOfFewColumns(
    _ x: Matrix, _ weights: [Double]?, _ factor: DoubleDouble, execution: Execution
) -> Matrix {
    let p = x.columns
    // 8,192 rows are some hundred microseconds of work.
    let isExact = ck_gram_few_depth(x.rows) == 1
    let (sums, parts) = chunkSums(x, weights, chunk: 8192, execution) { x, n, p, w, high, low in
        ck_gram_few(x, n, p, w, isExact ? 1 : 0, high, low)
    }
    var result = Matrix(rows: p, columns: p)
    for j in 0..<p {
        for k in 0...j {
            var total = DoubleDouble.zero
            for part in 0..<parts {
                let place = 2 * part * p * p + j * p + k
                total += DoubleDouble.twoSum(sums[place], sums[place + p * p])
            }
            result[j, k] = (total * factor).high
        }
    }
    mirror(&result)
    return result
}

/// What a kernel writes for each chunk of rows, two p × p matrices one after the other, and the number of chunks.
private func chunkSums(
    _ x: Matrix, _ weights: [Double]?, chunk: Int, _ execution: Execution,
    _ kernel:
        @Sendable (
            UnsafePointer<Double>, Int, Int, UnsafePointer<Double>?, UnsafeMutablePointer<Double>,
            UnsafeMutablePointer<Double>
        ) -> Void
) -> (sums: [Double], parts: Int) {
    let p = x.columns
    let parts = (x.rows + chunk - 1) / chunk
    var sums = [Double](repeating: 0, count: 2 * parts * p * p)
    sums.withUnsafeMutableBufferPointer { sums in
        let shared = SharedPointer(sums.baseAddress)
        forEachChunk(x, weights, chunk, execution) { part, rows, start, w in
            let out = shared.pointer + 2 * part * p * p
            kernel(start, rows, p, w, out, out + p * p)
        }
    }
    return (sums, parts)
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
func mirror(_ a: inout Matrix) {
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

extension SummationDepth {
    /// `weightedGram`: the weight's product, and, but for few columns, the fused sums of a block of rows; what is added
    /// without rounding counts as one.
    package static func weightedGram(rows n: Int, columns p: Int) -> Int {
        p <= fewColumns ? ck_gram_few_depth(n) + 2 : min(n, ck_gram_depth()) + 3
    }
    /// `gramByTiles`: the weight's product, four rows at once in blocks of 128, these one by one.
    package static func gramByTiles(rows n: Int, columns p: Int) -> Int {
        guard p <= moderateColumns else { return weightedGram(rows: n, columns: p) }
        let chunk = rowsAtOnce(p)
        let blocks = (min(n, chunk) + plainBlock - 1) / plainBlock
        return min(n, plainBlock / 4) + 4 + blocks + (n + chunk - 1) / chunk
    }
}

/// D_j of E_jk ≤ √(D_j D_k), the bound of Xᵀ diag(w) X by Cauchy and Schwarz: D_j ≥ Σᵢ x²ᵢⱼ sᵢ for spreads sᵢ ≥ 0.
///
/// Where the weights have one sign and the spreads are nearly proportional to them, the diagonal of the product itself
/// gives it: Σ x²s ≤ max(s/|w|)·|G_jj|, without another pass over the matrix; else one pass is made.
/// - Parameters:
///   - weights: one number per row, or a single one for all rows; nil means all ones.
///   - spread: likewise, as many as there are weights.
package func gramSpread(
    _ x: Matrix, _ gram: Matrix, weights: [Double]?, spread: [Double], execution: Execution = .standard
) -> [Double] {
    // The diagonal's own rounding, and what underflows of its terms.
    let slack = 1.001
    let tiny = Double(x.rows) * 0x1p-1060
    let weights = weights ?? [Double](repeating: 1, count: spread.count)
    var (largest, total, size) = (0.0, 0.0, 0.0)
    var (least, most) = (0.0, 0.0)
    for i in spread.indices where spread[i] != 0 || weights[i] != 0 {
        let w = weights[i]
        (least, most) = (min(least, w), max(most, w))
        largest = max(largest, spread[i] / abs(w))
        total += spread[i]
        size += abs(w)
    }
    // Cancellation in the diagonal would make it worthless; subnormal terms would make it inexact.
    let isOneSigned = least == 0 || most == 0
    let isEven = largest * size <= 2 * total && largest < 0x1p-20
    let isNormal = (0..<x.columns).allSatisfy { abs(gram[$0, $0]) > 0x1p-900 || gram[$0, $0] == 0 }
    guard isOneSigned, isEven, isNormal else {
        let all = spread.count == x.rows ? spread : [Double](repeating: spread[0], count: x.rows)
        return Magnitudes.squares(x, all, execution: execution)
    }
    return (0..<x.columns).map { slack * largest * abs(gram[$0, $0]) + tiny * largest }
}
