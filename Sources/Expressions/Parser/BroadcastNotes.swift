/// Which broadcasts are worth a warning: the mistake that this service was founded on is one.
extension Parser {
    /// Notes an elementwise operation whose result is larger than either operand, or that pairs an n-vector or a
    /// p-vector made of β with a matrix.
    mutating func noteBroadcast(
        _ node: NodeID, _ a: NodeID, _ b: NodeID, _ left: Item, _ right: Item, _ function: ElementwiseFunction,
        at range: SourceRange
    ) {
        let x = program.graph[a].shape
        let y = program.graph[b].shape
        let result = program.graph[node].shape
        guard let size = result.elementCount, let first = x.elementCount, let second = y.elementCount else { return }
        guard !program.broadcasts.contains(where: { $0.node == node }) else { return }
        let isLarger = size > first && size > second
        let pairsVector =
            (x.rank == 2 && y.rank == 1 && pairs(y, b, with: x)) || (y.rank == 2 && x.rank == 1 && pairs(x, a, with: y))
        guard isLarger || pairsVector else { return }
        let leftText = source(left.range)
        let rightText = source(right.range)
        var message = "`\(source(range))`: \(x) and \(y) became \(result)"
        if isLarger {
            message += ", one entry for every pair"
            let vectors = [(x, leftText), (y, rightText)].filter { $0.0.rank == 2 && $0.0.dimensions[1].count == 1 }
            if let column = vectors.first {
                message += "; if the entries belong together one by one, drop the extra axis of `\(column.1)`"
            }
        } else {
            let vectorIsRight = y.rank == 1
            let matrix = vectorIsRight ? leftText : rightText
            let vector = vectorIsRight ? rightText : leftText
            message += ", the vector repeated for every row"
            if function == .multiply {
                message += "; for the product of a matrix and a vector write `\(matrix) @ \(vector)`"
            } else if (vectorIsRight ? y : x).dimensions[0].symbol == .n {
                message += "; for one entry a row write `\(vector)[:, None]`"
            }
        }
        program.broadcasts.append(
            BroadcastWarning(message: message, operands: [x, y], result: result, source: range, node: node))
    }

    /// An n-vector, or one that depends on β, beside a matrix whose axis of that length has more than one entry.
    private func pairs(_ vector: Shape, _ node: NodeID, with matrix: Shape) -> Bool {
        guard vector.dimensions[0].count > 1, matrix.dimensions[0].count > 1 else { return false }
        return vector.dimensions[0].symbol == .n || depends(node)
    }
}
