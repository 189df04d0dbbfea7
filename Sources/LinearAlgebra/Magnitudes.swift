import CKernels

/// Sums of magnitudes that error bounds are made of, in fixed blocks of rows, so that the result is the same for any
/// number of threads. Each is one pass over the matrix.
package enum Magnitudes {
    /// Rows in one piece of work: small enough for the second-level cache, large enough to be worth a hand-over.
    fileprivate static func block(_ columns: Int) -> Int { max(256, 65_536 / max(columns, 1) / 8 * 8) }

    /// (X∘X)ᵀ e.
    package static func squares(_ x: Matrix, _ e: [Double], execution: Execution = .standard) -> [Double] {
        precondition(e.count == x.rows)
        return partials(x, width: x.columns, execution) { rows, start, out in
            e.withUnsafeBufferPointer { e in
                guard let e = e.baseAddress else { return }
                ck_square_columns(start, rows.count, x.columns, e + rows.lowerBound, out)
            }
        }
    }

    /// X b and |X| e in one pass.
    package static func product(
        _ x: Matrix, _ b: [Double], _ e: [Double], execution: Execution = .standard
    ) -> (value: [Double], size: [Double]) {
        precondition(b.count == x.columns && e.count == x.columns)
        var value = [Double](repeating: 0, count: x.rows)
        var size = value
        value.withUnsafeMutableBufferPointer { value in
            size.withUnsafeMutableBufferPointer { size in
                let first = Shared(value.baseAddress)
                let second = Shared(size.baseAddress)
                forEachBlock(x, execution) { rows, start in
                    guard let value = first.pointer, let size = second.pointer else { return }
                    ck_rows_bounded(
                        start, rows.count, x.columns, b, e, value + rows.lowerBound, size + rows.lowerBound)
                }
            }
        }
        return (value, size)
    }

    /// Xᵀ b and |X|ᵀ e in one pass.
    package static func transposedProduct(
        _ x: Matrix, _ b: [Double], _ e: [Double], execution: Execution = .standard
    ) -> (value: [Double], size: [Double]) {
        precondition(b.count == x.rows && e.count == x.rows)
        let p = x.columns
        let both = partials(x, width: 2 * p, execution) { rows, start, out in
            b.withUnsafeBufferPointer { b in
                e.withUnsafeBufferPointer { e in
                    guard let b = b.baseAddress, let e = e.baseAddress else { return }
                    ck_columns_bounded(start, rows.count, p, b + rows.lowerBound, e + rows.lowerBound, out, out + p)
                }
            }
        }
        return (Array(both[..<p]), Array(both[p...]))
    }

    // MARK: Blocks

    /// A pointer that blocks write through, each its own part.
    private struct Shared: @unchecked Sendable {
        let pointer: UnsafeMutablePointer<Double>?
        init(_ pointer: UnsafeMutablePointer<Double>?) { self.pointer = pointer }
    }

    private static func forEachBlock(
        _ x: Matrix, _ execution: Execution,
        _ body: @Sendable (_ rows: Range<Int>, _ start: UnsafePointer<Double>) -> Void
    ) {
        let block = block(x.columns)
        let blocks = (x.rows + block - 1) / block
        x.withUnsafeElements { elements in
            nonisolated(unsafe) let elements = elements
            Parallel.forEach(chunks: blocks, execution: blocks < 2 ? .serial : execution) { index in
                guard let base = elements.baseAddress else { return }
                let rows = index * block..<min(x.rows, (index + 1) * block)
                body(rows, base + rows.lowerBound * x.columns)
            }
        }
    }

    /// One vector of sums a block, added in the order of the blocks.
    private static func partials(
        _ x: Matrix, width: Int, _ execution: Execution,
        _ body: @Sendable (Range<Int>, UnsafePointer<Double>, UnsafeMutablePointer<Double>) -> Void
    ) -> [Double] {
        let block = block(x.columns)
        let blocks = (x.rows + block - 1) / block
        var sums = [Double](repeating: 0, count: max(blocks, 1) * width)
        sums.withUnsafeMutableBufferPointer { sums in
            let shared = Shared(sums.baseAddress)
            forEachBlock(x, execution) { rows, start in
                guard let target = shared.pointer else { return }
                body(rows, start, target + rows.lowerBound / block * width)
            }
        }
        var total = Array(sums[..<width])
        for index in 1..<max(blocks, 1) {
            for j in 0..<width { total[j] += sums[index * width + j] }
        }
        return total
    }
}

extension SummationDepth {
    /// `Magnitudes.product`: eight partial sums of a row.
    package static func rowProduct(_ p: Int) -> Int { min(p, p / 8 + 9) }
    /// `Magnitudes.transposedProduct`: sums of 128 rows, added within blocks, and these in their order.
    package static func columnProduct(rows n: Int, columns p: Int) -> Int {
        let inner = ck_columns_block()
        let block = Magnitudes.block(p)
        return min(n, inner) + (min(n, block) + inner - 1) / inner + (n + block - 1) / block + 1
    }
}
