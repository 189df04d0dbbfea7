import Expressions

/// Slices turned round: what stands at places a ≤ k < b of a longer axis, and zeros elsewhere.
extension SymbolicGraph {
    /// The vector of the given length that holds a vector's elements at these places. Where the elements are the slice of
    /// something, they are written as that with a mask, `(arange(p) >= 1) * beta`; else by columns of the identity.
    mutating func scattered(
        _ m: Monomial, from start: Dimension, to end: Dimension, of length: Dimension
    ) throws(ShapeError) -> Monomial {
        let (scalars, arrays) = split(m)
        var whole = Monomial.one
        for factor in arrays.factors {
            guard let vector = try unsliced(factor.node, Slice(start: start, end: end, length: length)) else {
                let unit = try graph.subscripted(
                    graph.identity(length), [.range(start: Dimension(0), end: length), .range(start: start, end: end)])
                let array = try expanded(
                    arrays, to: Shape([Dimension(symbol: nil, count: end.count - start.count)]))
                return product(scalars, decompose(try multiplied(unit, array)))
            }
            whole = product(
                whole, Monomial(coefficient: .one, factors: [.init(node: vector, exponent: factor.exponent)]))
        }
        let isPartial = whole.factors.contains {
            $0.exponent.numerator < 0 || !$0.exponent.isWhole || self.isPartial($0.node)
        }
        var mask = try between(start, end, of: length)
        if isPartial { mask = try self.mask(mask, true) }
        return product(scalars, product(Monomial(mask), whole))
    }

    /// 1 at places a ≤ k < b, as a comparison with `arange`.
    mutating func between(_ start: Dimension, _ end: Dimension, of length: Dimension) throws(ShapeError) -> NodeID {
        let places = graph.arange(length)
        var result: NodeID?
        if start.count > 0 { result = try graph.elementwise(.greaterEqual, places, number(start)) }
        if end.count < length.count {
            let below = try graph.elementwise(.less, places, number(end))
            result = if let known = result { try graph.elementwise(.multiply, known, below) } else { below }
        }
        return result ?? graph.filled(Shape([length]), Constant(1))
    }

    private mutating func number(_ dimension: Dimension) -> NodeID {
        dimension.symbol == nil ? graph.constant(dimension.count) : graph.dimension(dimension)
    }

    struct Slice {
        var start: Dimension
        var end: Dimension
        var length: Dimension

        func isThat(_ entry: Subscript) -> Bool {
            guard case .range(let first, let last) = entry else { return false }
            return first.count == start.count && last.count == end.count
        }
    }

    /// The vector that a vector is this slice of, element by element; nil where there is none.
    private mutating func unsliced(_ id: NodeID, _ slice: Slice) throws(ShapeError) -> NodeID? {
        let node = graph[id]
        switch node.operation {
        case .subscripted(let subscripts):
            guard subscripts.count == 1, slice.isThat(subscripts[0]),
                shape(node.operands[0]).counts == [slice.length.count]
            else { return nil }
            return node.operands[0]
        case .elementwise(let function):
            var operands: [NodeID] = []
            for operand in node.operands {
                if rank(operand) == 0 {
                    operands.append(operand)
                } else {
                    guard let whole = try unsliced(operand, slice) else { return nil }
                    operands.append(whole)
                }
            }
            return operands.count == 1
                ? graph.elementwise(function, operands[0]) : try graph.elementwise(function, operands[0], operands[1])
        case .matmul:
            // A[:, a:b]ᵀ r is (Aᵀ r)[a:b].
            guard let matrix = slicedRows(node.operands[0], slice), rank(node.operands[1]) == 1 else { return nil }
            return try multiplied(matrix, node.operands[1])
        case .sum([0], false):
            guard let matrix = slicedColumns(node.operands[0], slice) else { return nil }
            return try graph.sum(matrix, axes: [0])
        default: return nil
        }
    }

    /// A of `A[:, a:b]`.
    func slicedColumns(_ id: NodeID, _ slice: Slice) -> NodeID? {
        guard case .subscripted(let subscripts) = graph[id].operation, subscripts.count == 2,
            slice.isThat(subscripts[1]),
            case .range(let first, let last) = subscripts[0], first.count == 0
        else { return nil }
        let matrix = graph[id].operands[0]
        let counts = shape(matrix).counts
        return counts.count == 2 && last.count == counts[0] && counts[1] == slice.length.count ? matrix : nil
    }

    /// Aᵀ of `A[:, a:b].T`, and A of `A[a:b]`.
    private mutating func slicedRows(_ id: NodeID, _ slice: Slice) -> NodeID? {
        if graph[id].operation == .transpose {
            return slicedColumns(graph[id].operands[0], slice).map { transposed($0) }
        }
        guard case .subscripted(let subscripts) = graph[id].operation, subscripts.count == 2 || subscripts.count == 1,
            slice.isThat(subscripts[0]), rank(id) == 2
        else { return nil }
        let matrix = graph[id].operands[0]
        guard shape(matrix).counts[0] == slice.length.count, shape(matrix).counts[1] == shape(id).counts[1] else {
            return nil
        }
        return matrix
    }
}
