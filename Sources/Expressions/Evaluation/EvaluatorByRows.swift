import Foundation
import LinearAlgebra

/// Evaluation some thousand rows at a time, where a graph is cut at its sums over rows (`RowBlocks`).
extension Evaluator {
    private final class Results: @unchecked Sendable {
        // Guarded by `lock`.
        private let lock = NSLock()
        private var parts: [[Estimate]]
        private var error: EvaluationError?

        init(_ count: Int) { parts = [[Estimate]](repeating: [], count: count) }

        var hasFailed: Bool { lock.withLock { error != nil } }
        func store(_ part: [Estimate], _ index: Int) { lock.withLock { parts[index] = part } }
        func fail(_ error: EvaluationError) { lock.withLock { self.error = self.error ?? error } }
        func all() throws(EvaluationError) -> [[Estimate]] {
            lock.lock()
            defer { lock.unlock() }
            if let error { throw error }
            return parts
        }
    }

    /// The sums over rows in front of some results; nil where there is no cut, or too few rows for it to be worth while.
    ///
    /// The blocks are cut by the shape alone and added in their order, in double-double.
    static func sumsByRows(
        _ graph: Graph, roots: [NodeID], in environment: Environment, memoryLimit: Int, threads: Int?,
        rowsAtOnce: Int, cancelled: @escaping @Sendable () -> Bool
    ) throws(EvaluationError) -> [NodeID: Estimate]? {
        guard let ranges = RowBlocks.ranges(environment, rowsAtOnce: rowsAtOnce),
            let blocks = RowBlocks(graph, roots: roots, in: environment)
        else { return nil }
        let pieces = [ranges[0].count, ranges[ranges.count - 1].count].map { rows in
            let (graph, image) = blocks.graph(rows: rows, upTo: blocks.sums)
            return (graph: graph, roots: blocks.sums.compactMap { image[$0] })
        }
        let results = Results(ranges.count)
        Parallel.forEach(chunks: ranges.count, execution: Execution(threads: threads, cancelled: cancelled)) { index in
            if results.hasFailed { return }
            let piece = pieces[index == ranges.count - 1 ? 1 : 0]
            do throws(EvaluationError) {
                let part = try evaluateWhole(
                    piece.graph, roots: piece.roots, in: blocks.environment(rows: ranges[index]),
                    memoryLimit: memoryLimit, threads: 1, cancelled: cancelled)
                results.store(part, index)
            } catch {
                results.fail(error)
            }
        }
        if cancelled() { throw .cancelled }
        let parts = try results.all()
        return Dictionary(
            uniqueKeysWithValues: blocks.sums.enumerated().map { k, id in (id, total(parts.map { $0[k] })) })
    }

    /// Σ of the parts: their bounds, and one rounding of the result.
    private static func total(_ parts: [Estimate]) -> Estimate {
        let shape = parts[0].value.shape
        var value = NumericArray(shape: shape)
        var bound = NumericArray(shape: shape)
        for i in 0..<value.count {
            var sum = DoubleDouble.zero
            var errors = 0.0
            var size = 0.0
            for part in parts {
                sum += DoubleDouble(part.value[i])
                errors += part.bound(at: i)
                size += abs(part.value[i])
            }
            value[i] = sum.high
            bound[i] = errors * (1 + Double(parts.count) * unit) + unit * abs(sum.high) + 0x1p-100 * size
        }
        return Estimate(value: value, bound: bound)
    }
}
