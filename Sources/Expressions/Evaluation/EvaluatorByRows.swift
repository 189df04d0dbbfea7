import LinearAlgebra

/// Evaluation some thousand rows at a time, where a graph is cut at its sums over rows (`RowBlocks`).
extension Evaluator {
    /// The sums over rows in front of some results; nil where there is no cut, where there are too few rows for it to be
    /// worth while, or where it takes more than the memory limit.
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
        let execution = Execution(threads: threads, cancelled: cancelled)
        // As much for a block as for the whole by its share of the rows: what would be refused at once is not worked off
        // piece by piece either, and is refused below with the shape of the whole.
        let share = memoryLimit / max(environment.n, 1) * ranges[0].count
        let parts = try Parallel.map(chunks: ranges.count, execution: execution) {
            index throws(EvaluationError) -> [Estimate]? in
            let piece = pieces[index == ranges.count - 1 ? 1 : 0]
            do throws(EvaluationError) {
                return try evaluateWhole(
                    piece.graph, roots: piece.roots, in: blocks.environment(rows: ranges[index]), memoryLimit: share,
                    threads: 1, cancelled: cancelled)
            } catch .tooLarge {
                return nil
            }
        }
        if cancelled() { throw .cancelled }
        guard let parts else { return nil }
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
