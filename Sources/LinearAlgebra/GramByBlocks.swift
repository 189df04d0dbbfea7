import CKernels

/// Xᵀ diag(w) X for more than a few columns. Rows are copied into panels, 192 at a time, and the panels multiplied tile by
/// tile; the products of 192 rows are added to what is there without rounding.
///
/// How the work is cut depends on the shape alone. Up to 192 columns the rows are cut into up to sixteen parts, each with
/// a sum of its own. Beyond, blocks of 192 columns are multiplied with each other, and all threads share the panels, so
/// that each row is read from memory once.
func gramByBlocks(
    _ x: Matrix, _ weights: [Double]?, _ factor: DoubleDouble, execution: Execution
) -> Matrix {
    let blocks = ColumnBlocks(columns: x.columns)
    // Below some hundred microseconds of work another thread only costs.
    let execution = x.rows * x.columns * x.columns < 200_000 ? .serial : execution
    let parts = blocks.pairs.count > 1 ? 1 : min(16, max(1, x.rows * x.columns * x.columns / 4_000_000))
    let length = (x.rows + parts - 1) / parts
    let sums = AlignedBuffer(parts * blocks.pairs.count * 2 * blocks.size)
    x.withUnsafeElements { elements in
        withOptionalPointer(weights) { w in
            guard let base = elements.baseAddress else { return }
            let source = GramSource(x: base, columns: x.columns, weights: w)
            if parts > 1 {
                Parallel.forEach(chunks: parts, execution: execution) { part in
                    let rows = part * length..<min(x.rows, (part + 1) * length)
                    let out = sums.base + part * 2 * blocks.size
                    accumulate(source, rows, blocks, out, execution: .serial)
                }
            } else {
                accumulate(source, 0..<x.rows, blocks, sums.base, execution: execution)
            }
        }
    }
    return assemble(sums, blocks, parts: parts, factor)
}

/// Blocks of columns and the pairs of them on and below the diagonal.
private struct ColumnBlocks {
    /// A multiple of a panel's width; two blocks of it and 192 rows stay in the second-level cache with their sums.
    static let width = 192
    let columns: Int
    let pairs: [(left: Int, right: Int)]
    /// Numbers of one of the two halves, high and low, of a pair's sums.
    let size: Int

    init(columns: Int) {
        self.columns = columns
        let count = (columns + Self.width - 1) / Self.width
        pairs = (0..<count).flatMap { left in (0...left).map { (left * Self.width, $0 * Self.width) } }
        let stride = ck_gram_width(min(Self.width, columns))
        size = stride * stride
    }

    var starts: [Int] { Array(stride(from: 0, to: columns, by: Self.width)) }
    func count(from start: Int) -> Int { min(Self.width, columns - start) }
}

/// The matrix and the weights, for as long as their storage is held.
private struct GramSource: @unchecked Sendable {
    let x: UnsafePointer<Double>
    let columns: Int
    let weights: UnsafePointer<Double>?
}

/// Adds the products of some rows to the sums of every pair of blocks.
private func accumulate(
    _ source: GramSource, _ rows: Range<Int>, _ blocks: ColumnBlocks, _ sums: UnsafeMutablePointer<Double>,
    execution: Execution
) {
    let depth = ck_gram_depth()
    let width = ck_gram_width(source.columns)
    // Where blocks are shared out among threads, two depths of rows at once, so that they meet half as often.
    let chunk = blocks.pairs.count > 1 ? 2 * depth : depth
    let plain = AlignedBuffer(chunk * width)
    let weighted = AlignedBuffer(source.weights == nil ? 0 : chunk * width)
    let left = source.weights == nil ? plain : weighted
    let sums = SharedPointer(sums)
    let starts = blocks.starts
    for first in stride(from: rows.lowerBound, to: rows.upperBound, by: chunk) {
        let last = min(first + chunk, rows.upperBound)
        let pieces = stride(from: first, to: last, by: depth).map { (start: $0, count: min(depth, last - $0)) }
        let packed = Parallel.forEach(chunks: pieces.count * starts.count, execution: execution) { task in
            let piece = pieces[task / starts.count]
            let start = starts[task % starts.count]
            let place = (piece.start - first) * width + start * piece.count
            ck_gram_pack(
                source.x + piece.start * source.columns, source.columns, piece.count, start, blocks.count(from: start),
                source.weights.map { $0 + piece.start }, plain.base + place, weighted.base + place)
        }
        guard packed else { return }
        let multiplied = Parallel.forEach(chunks: blocks.pairs.count, execution: execution) { task in
            let pair = blocks.pairs[task]
            let out = sums.pointer + task * 2 * blocks.size
            for piece in pieces {
                let place = (piece.start - first) * width
                ck_gram_tiles(
                    left.base + place + pair.left * piece.count, plain.base + place + pair.right * piece.count,
                    piece.count, pair.left, blocks.count(from: pair.left), pair.right, blocks.count(from: pair.right),
                    out, out + blocks.size)
            }
        }
        guard multiplied else { return }
    }
}

/// Aᵀ diag(w) B for two matrices with the same rows, by the same tiles: up to sixteen parts of the rows, cut by the shape
/// alone, each with sums of its own, added in their order.
func columnProducts(_ a: Matrix, _ weights: [Double]?, _ b: Matrix, execution: Execution) -> Matrix {
    let (n, p, q) = (a.rows, a.columns, b.columns)
    var result = Matrix(rows: p, columns: q)
    if n == 0 || p == 0 || q == 0 { return result }
    let (left, right) = (ck_gram_width(p), ck_gram_width(q))
    let size = left * right
    // Their sums together stay below some 32 MB.
    let parts = min(16, max(1, min(n * p * q / 4_000_000, 2_000_000 / size)))
    let length = (n + parts - 1) / parts
    let sums = AlignedBuffer(parts * 2 * size)
    a.withUnsafeElements { x in
        b.withUnsafeElements { y in
            withOptionalPointer(weights) { w in
                nonisolated(unsafe) let sources = (x.baseAddress, y.baseAddress, w)
                Parallel.forEach(chunks: parts, execution: execution) { part in
                    guard let x = sources.0, let y = sources.1 else { return }
                    let out = sums.base + part * 2 * size
                    let depth = ck_gram_depth()
                    let panels = (
                        AlignedBuffer(depth * left), AlignedBuffer(depth * left), AlignedBuffer(depth * right)
                    )
                    for first in stride(from: part * length, to: min(n, (part + 1) * length), by: depth) {
                        let rows = min(depth, min(n, (part + 1) * length) - first)
                        let w = sources.2.map { $0 + first }
                        ck_gram_pack(x + first * p, p, rows, 0, p, w, panels.0.base, panels.1.base)
                        ck_gram_pack(y + first * q, q, rows, 0, q, nil, panels.2.base, panels.2.base)
                        // Columns that are said to stand right of all others have no tile above a diagonal.
                        ck_gram_tiles(
                            (w == nil ? panels.0 : panels.1).base, panels.2.base, rows, right, p, 0, q, out,
                            out + size)
                    }
                }
            }
        }
    }
    result.withUnsafeMutableElements { result in
        for j in 0..<p {
            for k in 0..<q {
                var total = DoubleDouble.zero
                for part in 0..<parts {
                    let place = part * 2 * size + j * right + k
                    total += DoubleDouble.twoSum(sums.base[place], sums.base[place + size])
                }
                result[j * q + k] = total.high
            }
        }
    }
    return result
}

/// The matrix from the sums of its pairs of blocks; parts are added in their order, and multiplied by the factor.
private func assemble(
    _ sums: AlignedBuffer, _ blocks: ColumnBlocks, parts: Int, _ factor: DoubleDouble
) -> Matrix {
    var result = Matrix(rows: blocks.columns, columns: blocks.columns)
    result.withUnsafeMutableElements { result in
        for (index, pair) in blocks.pairs.enumerated() {
            let stride = ck_gram_width(blocks.count(from: pair.right))
            for j in 0..<blocks.count(from: pair.left) {
                for k in 0..<blocks.count(from: pair.right) where pair.right + k <= pair.left + j {
                    var total = DoubleDouble.zero
                    for part in 0..<parts {
                        let place = (part * blocks.pairs.count + index) * 2 * blocks.size + j * stride + k
                        total += DoubleDouble.twoSum(sums.base[place], sums.base[place + blocks.size])
                    }
                    result[(pair.left + j) * blocks.columns + pair.right + k] = (total * factor).high
                }
            }
        }
    }
    mirror(&result)
    return result
}

/// Zeroed numbers that start on a cache line: a vector that straddles two lines costs two loads.
///
/// Threads write through it, each its own part, while the owner waits for them.
private final class AlignedBuffer: @unchecked Sendable {
    let base: UnsafeMutablePointer<Double>

    init(_ count: Int) {
        let raw = UnsafeMutableRawPointer.allocate(byteCount: max(count, 1) * 8, alignment: 64)
        base = raw.bindMemory(to: Double.self, capacity: max(count, 1))
        base.initialize(repeating: 0, count: max(count, 1))
    }

    deinit { base.deallocate() }
}

private func withOptionalPointer(_ values: [Double]?, _ body: (UnsafePointer<Double>?) -> Void) {
    guard let values else { return body(nil) }
    values.withUnsafeBufferPointer { body($0.baseAddress) }
}
