import Expressions

/// Sums of products by columns and of slices, as the products with matrices that they are.
extension Normalising {
    /// A term of a sum.
    private struct Term {
        var isNegative: Bool
        var node: NodeID
    }

    /// `X[:, 0] * beta[0] + X[:, 1:] @ beta[1:]` as X β, `beta[1:] - beta[:-1]` as D β with D = I[1:] − I[:−1]; nil where there
    /// is nothing to join.
    mutating func joined(_ function: ElementwiseFunction, _ a: NodeID, _ b: NodeID) throws(ShapeError) -> NodeID? {
        let counts = graph[a].shape.counts
        guard counts.count == 1, counts == graph[b].shape.counts else { return nil }
        var terms: [Term] = []
        var rest = [Term(isNegative: function == .subtract, node: b), Term(isNegative: false, node: a)]
        while let next = rest.popLast() {
            guard terms.count < 64 else { return nil }
            let node = graph[next.node]
            switch node.operation {
            case .elementwise(.negate): rest.append(Term(isNegative: !next.isNegative, node: node.operands[0]))
            case .elementwise(.add) where node.operands.allSatisfy({ graph[$0].shape.counts == counts }),
                .elementwise(.subtract) where node.operands.allSatisfy({ graph[$0].shape.counts == counts }):
                let turns = node.operation == .elementwise(.subtract)
                rest.append(Term(isNegative: next.isNegative != turns, node: node.operands[1]))
                rest.append(Term(isNegative: next.isNegative, node: node.operands[0]))
            default: terms.append(next)
            }
        }
        let count = terms.count
        terms = try joinedDifferences(try joinedColumns(terms))
        return terms.count < count ? try total(terms) : nil
    }

    private mutating func total(_ terms: [Term]) throws(ShapeError) -> NodeID? {
        var result: NodeID?
        for term in terms {
            if let known = result {
                result = try graph.elementwise(term.isNegative ? .subtract : .add, known, term.node)
            } else {
                result = term.isNegative ? graph.elementwise(.negate, term.node) : term.node
            }
        }
        return result
    }

    // MARK: Columns

    /// A[:, a:b] v[a:b], or A[:, k] v[k].
    private struct Piece {
        var matrix: NodeID
        var vector: NodeID
        var start: Dimension
        var end: Dimension
    }

    private mutating func joinedColumns(_ terms: [Term]) throws(ShapeError) -> [Term] {
        var pieces: [(index: Int, piece: Piece)] = []
        for (index, term) in terms.enumerated() {
            if let piece = piece(term.node) { pieces.append((index, piece)) }
        }
        var result = terms
        var gone: Set<Int> = []
        for (index, first) in pieces where !gone.contains(index) {
            // What belongs together in the order of the columns, as far as there is no gap.
            let others = pieces.filter {
                $0.piece.matrix == first.matrix && $0.piece.vector == first.vector && !gone.contains($0.index)
                    && terms[$0.index].isNegative == terms[index].isNegative
            }.sorted { $0.piece.start.count < $1.piece.start.count }
            var runs: [(piece: Piece, members: [Int])] = []
            for other in others {
                if let last = runs.last, last.piece.end.count == other.piece.start.count {
                    runs[runs.count - 1].piece.end = other.piece.end
                    runs[runs.count - 1].members.append(other.index)
                } else {
                    runs.append((other.piece, [other.index]))
                }
            }
            for run in runs where run.members.count > 1 {
                let place = run.members.min() ?? index
                result[place].node = try product(run.piece)
                gone.formUnion(run.members.filter { $0 != place })
            }
        }
        return result.enumerated().filter { !gone.contains($0.offset) }.map(\.element)
    }

    private func piece(_ id: NodeID) -> Piece? {
        let node = graph[id]
        guard node.operands.count == 2 else { return nil }
        switch node.operation {
        case .matmul:
            guard let columns = slice(node.operands[0], of: 2), let entries = slice(node.operands[1], of: 1),
                columns.start.count == entries.start.count, columns.end.count == entries.end.count
            else { return nil }
            return Piece(matrix: columns.array, vector: entries.array, start: columns.start, end: columns.end)
        case .elementwise(.multiply):
            for (column, entry) in [(node.operands[0], node.operands[1]), (node.operands[1], node.operands[0])] {
                guard let columns = place(column, of: 2), let entries = place(entry, of: 1),
                    columns.place.count == entries.place.count
                else { continue }
                let end = Dimension(
                    symbol: columns.place.symbol, offset: columns.place.offset + 1, count: columns.place.count + 1)
                return Piece(matrix: columns.array, vector: entries.array, start: columns.place, end: end)
            }
            return nil
        default: return nil
        }
    }

    /// A and a:b of `A[:, a:b]` (of a matrix) or `v[a:b]` (of a vector).
    private func slice(_ id: NodeID, of rank: Int) -> (array: NodeID, start: Dimension, end: Dimension)? {
        guard case .subscripted(let subscripts) = graph[id].operation, subscripts.count == rank,
            case .range(let start, let end) = subscripts[rank - 1], graph[graph[id].operands[0]].shape.rank == rank,
            isWhole(subscripts, graph[id].operands[0])
        else { return nil }
        return (graph[id].operands[0], start, end)
    }

    private func place(_ id: NodeID, of rank: Int) -> (array: NodeID, place: Dimension)? {
        guard case .subscripted(let subscripts) = graph[id].operation, subscripts.count == rank,
            case .position(let place) = subscripts[rank - 1], graph[graph[id].operands[0]].shape.rank == rank,
            isWhole(subscripts, graph[id].operands[0])
        else { return nil }
        return (graph[id].operands[0], place)
    }

    /// Whether all rows are taken, where there are any.
    private func isWhole(_ subscripts: [Subscript], _ array: NodeID) -> Bool {
        guard subscripts.count == 2 else { return true }
        guard case .range(let start, let end) = subscripts[0] else { return false }
        return start.count == 0 && end.count == graph[array].shape.counts[0]
    }

    private mutating func product(_ piece: Piece) throws(ShapeError) -> NodeID {
        let length = graph[piece.vector].shape.dimensions[0]
        if piece.start.count == 0, piece.end.count == length.count { return try product(piece.matrix, piece.vector) }
        let range = Subscript.range(start: piece.start, end: piece.end)
        let rows = Subscript.range(start: Dimension(0), end: graph[piece.matrix].shape.dimensions[0])
        return try product(
            graph.subscripted(piece.matrix, [rows, range]), graph.subscripted(piece.vector, [range]))
    }

    // MARK: Differences

    /// Matrices of differences are made up to this order.
    private static let longest = 1024

    /// c₁ β[a:b] + c₂ β[a′:b′] … as one product D β.
    private mutating func joinedDifferences(_ terms: [Term]) throws(ShapeError) -> [Term] {
        var rows: [(index: Int, matrix: NodeID)] = []
        var beta: NodeID?
        for (index, term) in terms.enumerated() {
            guard let (matrix, vector) = try selection(term.node) else { continue }
            rows.append((index, matrix))
            beta = vector
        }
        guard rows.count > 1, let beta else { return terms }
        let matrices = rows.map { Term(isNegative: terms[$0.index].isNegative, node: $0.matrix) }
        // The positive ones first.
        guard let matrix = try total(matrices.filter { !$0.isNegative } + matrices.filter(\.isNegative)) else {
            return terms
        }
        selections.insert(matrix)
        var result = terms
        result[rows[0].index] = Term(isNegative: false, node: try graph.matmul(matrix, beta))
        let gone = Set(rows.dropFirst().map(\.index))
        return result.enumerated().filter { !gone.contains($0.offset) }.map(\.element)
    }

    /// The rows of the identity that make a slice of β, times a number.
    private mutating func selection(_ id: NodeID) throws(ShapeError) -> (matrix: NodeID, vector: NodeID)? {
        let node = graph[id]
        switch node.operation {
        case .subscripted(let subscripts):
            let vector = node.operands[0]
            guard graph[vector].operation == .variable("beta"), subscripts.count == 1, case .range = subscripts[0],
                let length = graph[vector].shape.dimensions.first, length.count <= Self.longest
            else { return nil }
            let whole = Subscript.range(start: Dimension(0), end: length)
            return (try graph.subscripted(graph.identity(length), [subscripts[0], whole]), vector)
        case .matmul where selections.contains(node.operands[0]):
            return graph[node.operands[1]].operation == .variable("beta") ? (node.operands[0], node.operands[1]) : nil
        case .elementwise(.multiply):
            guard case .constant = graph[node.operands[0]].operation,
                let (matrix, vector) = try selection(node.operands[1])
            else { return nil }
            return (try graph.elementwise(.multiply, node.operands[0], matrix), vector)
        default: return nil
        }
    }

    // MARK: Sums over one axis

    /// Σⱼ Aᵢⱼvⱼ = A v and Σᵢ uᵢAᵢⱼ = Aᵀu; factors along the other axis stand outside.
    mutating func weighted(_ a: NodeID, _ axes: [Int]) throws(ShapeError) -> NodeID? {
        guard axes.count == 1, let (matrix, weights, isLeft) = graph.diagonalFactor(a) else { return nil }
        if isLeft == (axes == [0]) {
            return try isLeft ? product(graph.transpose(matrix), weights) : product(matrix, weights)
        }
        return try graph.elementwise(.multiply, weights, plainSum(matrix, axes))
    }

    /// Σ over axes that do not stay.
    mutating func plainSum(_ a: NodeID, _ axes: [Int]) throws(ShapeError) -> NodeID {
        if let sums = try factorwise(a, axes) { return sums }
        if let sums = try weighted(a, axes) { return sums }
        return try graph.sum(a, axes: axes)
    }
}
