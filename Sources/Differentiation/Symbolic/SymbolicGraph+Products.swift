import Expressions

/// Products of matrices and vectors in the form that people write: vectors on the right, diagonal factors beside the vector.
extension SymbolicGraph {
    /// A·B. A vector stands on the right, and products with it are taken from there: vᵀA as Aᵀv, (AB)v as A(Bv),
    /// (A diag(w))v as A(w∘v), (diag(w)A)v as w∘(Av).
    mutating func multiplied(_ x: NodeID, _ y: NodeID) throws(ShapeError) -> NodeID {
        if isIdentity(x) { return y }
        if isIdentity(y) { return x }
        if rank(x) == 1, rank(y) == 1 { return try inner(x, y) }
        if rank(x) == 1 { return try multiplied(transposed(y), x) }
        let node = graph[x]
        // (u vᵀ) B = u (Bᵀv)ᵀ, A (u vᵀ) = (A u) vᵀ.
        if let (u, v) = graph.outerFactors(x) {
            if rank(y) == 1 { return try graph.elementwise(.multiply, inner(v, y), u) }
            return try graph.outer(u, multiplied(transposed(y), v))
        }
        if rank(y) == 2, let (u, v) = graph.outerFactors(y) { return try graph.outer(multiplied(x, u), v) }
        // A diag(w) is A∘w, diag(w) B is w∘B.
        if rank(x) == 2, let weights = diagonalVector(y) { return try graph.elementwise(.multiply, x, weights) }
        if let weights = diagonalVector(x) {
            return try graph.elementwise(.multiply, rank(y) == 2 ? graph.column(weights) : weights, y)
        }
        guard rank(y) == 1 else {
            // X[:, a:b] I[a:b] is X with a mask of columns.
            if let slice = unitRows(y), let matrix = slicedColumns(x, slice) {
                return try graph.elementwise(
                    .multiply, matrix, between(slice.start, slice.end, of: slice.length))
            }
            // A diag(w) B: the weights stand with B, as in Xᵀ (w∘X).
            if let (matrix, weights, isLeft) = graph.diagonalFactor(x), !isLeft {
                return try multiplied(matrix, graph.elementwise(.multiply, graph.column(weights), y))
            }
            if node.operation == .transpose, let (matrix, weights, isLeft) = graph.diagonalFactor(node.operands[0]),
                isLeft
            {
                let weighted = try graph.elementwise(.multiply, graph.column(weights), y)
                return try multiplied(graph.transpose(matrix), weighted)
            }
            return try graph.matmul(x, y)
        }
        switch node.operation {
        case .matmul where node.operands.allSatisfy({ rank($0) == 2 }):
            return try multiplied(node.operands[0], multiplied(node.operands[1], y))
        case .elementwise(.multiply):
            if let (matrix, weights, isLeft) = graph.diagonalFactor(x) {
                guard isLeft else { return try multiplied(matrix, graph.elementwise(.multiply, weights, y)) }
                return try graph.elementwise(.multiply, weights, multiplied(matrix, y))
            }
        case .transpose:
            if let (matrix, weights, isLeft) = graph.diagonalFactor(node.operands[0]) {
                let turned = graph.transpose(matrix)
                guard isLeft else { return try graph.elementwise(.multiply, weights, multiplied(turned, y)) }
                return try multiplied(turned, graph.elementwise(.multiply, weights, y))
            }
        default: break
        }
        return try graph.matmul(x, y)
    }

    /// u·v; a sum where one of them is nothing but ones.
    mutating func inner(_ x: NodeID, _ y: NodeID) throws(ShapeError) -> NodeID {
        if isOnes(x) { return try graph.sum(y) }
        if isOnes(y) { return try graph.sum(x) }
        if x == y { return try graph.sum(graph.elementwise(.power, x, graph.constant(2))) }
        return try graph.matmul(min(x, y), max(x, y))
    }

    /// A·B where one of them is made of vectors along its axes alone: A (u vᵀ) = (A u) vᵀ, (u vᵀ) B = u (Bᵀ v)ᵀ; nil where
    /// neither is.
    mutating func separatedProduct(
        _ a: Monomial, _ shapeA: Shape, _ b: Monomial, _ shapeB: Shape
    ) throws(ShapeError) -> Monomial? {
        if shapeB.rank == 2, let (down, along) = separated(b, shapeB) {
            let inner = try matmul(a, shapeA, down, Shape([shapeB.dimensions[0]]))
            let outer = shapeA.rank == 2 ? try inserting(1, into: inner, full: Shape([shapeA.dimensions[0]])) : inner
            return product(outer, along)
        }
        if shapeA.rank == 2, let (down, along) = separated(a, shapeA) {
            let column = try inserting(1, into: down, full: Shape([shapeA.dimensions[0]]))
            let inner = try matmul(along, Shape([shapeA.dimensions[1]]), b, shapeB)
            return product(shapeB.rank == 2 ? column : down, inner)
        }
        return nil
    }

    /// The vectors u and v of u vᵀ, ones where nothing varies; nil where a factor varies along both axes.
    private mutating func separated(_ m: Monomial, _ full: Shape) -> (down: Monomial, along: Monomial)? {
        var (down, along) = (Monomial.one, Monomial.one)
        for factor in m.factors {
            if rank(factor.node) == 1 {
                along = product(along, Monomial(coefficient: .one, factors: [factor]))
            } else if graph[factor.node].operation == .outer {
                let (u, v) = (graph[factor.node].operands[0], graph[factor.node].operands[1])
                down = product(down, Monomial(coefficient: .one, factors: [.init(node: u, exponent: factor.exponent)]))
                along = product(
                    along, Monomial(coefficient: .one, factors: [.init(node: v, exponent: factor.exponent)]))
            } else if let vector = graph.columnVector(factor.node), full.counts[0] == shape(vector).counts[0] {
                down = product(
                    down, Monomial(coefficient: .one, factors: [.init(node: vector, exponent: factor.exponent)]))
            } else {
                return nil
            }
        }
        return (down, along)
    }

    /// Mᵀ, factor by factor.
    mutating func transposed(_ m: Monomial, full: Shape) throws(ShapeError) -> Monomial {
        var result = Monomial(coefficient: m.coefficient, factors: [])
        for factor in m.factors {
            let node: NodeID
            if rank(factor.node) == 0 {
                node = factor.node
            } else if rank(factor.node) == 1 {
                node = try graph.column(factor.node)
            } else if let vector = graph.columnVector(factor.node) {
                node = vector
            } else {
                node = transposed(factor.node)
            }
            result = product(
                result, Monomial(coefficient: .one, factors: [.init(node: node, exponent: factor.exponent)]))
        }
        return result
    }

    /// Aᵀ, of a product factor by factor; A itself where it is symmetric by its form.
    mutating func transposed(_ a: NodeID) -> NodeID {
        if SymbolicShapes.isSymmetric(a, in: graph) { return a }
        let operands = graph[a].operands
        switch graph[a].operation {
        case .transpose: return operands[0]
        case .outer:
            if let turned = try? graph.outer(operands[1], operands[0]) { return turned }
        case .matmul where operands.allSatisfy({ rank($0) == 2 }):
            if let turned = try? graph.matmul(transposed(operands[1]), transposed(operands[0])) { return turned }
        case .elementwise(.multiply) where operands.allSatisfy({ shape($0).counts == shape(a).counts }):
            // Where a factor is transposed, or symmetric.
            guard
                operands.contains(where: {
                    graph[$0].operation == .transpose || SymbolicShapes.isSymmetric($0, in: graph)
                })
            else { break }
            if let turned = try? graph.elementwise(.multiply, transposed(operands[0]), transposed(operands[1])) {
                return turned
            }
        default: break
        }
        return graph.transpose(a)
    }

    /// A monomial of columns and vectors as vectors, the new axes dropped.
    func vectors(_ m: Monomial) -> Monomial? {
        var result = Monomial(coefficient: m.coefficient, factors: [])
        for factor in m.factors {
            let node: NodeID
            if rank(factor.node) <= 1 {
                node = factor.node
            } else if let vector = graph.columnVector(factor.node) {
                node = vector
            } else {
                return nil
            }
            result.factors.append(.init(node: node, exponent: factor.exponent))
        }
        result.factors.sort { $0.node < $1.node }
        return result
    }

    /// w of `diag(w)` and of `w[:, None] * eye(p)`.
    private func diagonalVector(_ id: NodeID) -> NodeID? {
        guard rank(id) == 2 else { return nil }
        if graph[id].operation == .diagonalMatrix { return graph[id].operands[0] }
        guard let (matrix, weights, _) = graph.diagonalFactor(id), isIdentity(matrix) else { return nil }
        return weights
    }

    /// Rows a ≤ k < b of the identity.
    private func unitRows(_ id: NodeID) -> Slice? {
        guard case .subscripted(let subscripts) = graph[id].operation, graph[graph[id].operands[0]].operands.isEmpty,
            case .identity(let length) = graph[graph[id].operands[0]].operation,
            case .range(let start, let end)? = subscripts.first, rank(id) == 2, shape(id).counts[1] == length.count
        else { return nil }
        return Slice(start: start, end: end, length: length)
    }

    func isOnes(_ id: NodeID) -> Bool {
        if case .filled(_, let value) = graph[id].operation { return value == Constant(1) }
        return false
    }
}

extension Graph {
    /// u and v of u vᵀ, however it is written.
    mutating func outerFactors(_ id: NodeID) -> (u: NodeID, v: NodeID)? {
        let operands = self[id].operands
        switch self[id].operation {
        case .outer: return (operands[0], operands[1])
        case .transpose: return outerFactors(operands[0]).map { ($0.v, $0.u) }
        case .elementwise(.multiply):
            for (column, row) in [(operands[0], operands[1]), (operands[1], operands[0])] {
                if self[row].shape.rank == 1, let vector = columnVector(column) { return (vector, row) }
            }
            // A vector repeated along an axis.
            for (vector, ones) in [(operands[0], operands[1]), (operands[1], operands[0])] {
                guard case .filled(_, let value) = self[ones].operation, value == Constant(1),
                    self[ones].shape == self[id].shape
                else {
                    continue
                }
                let lengths = self[id].shape.dimensions
                if self[vector].shape.rank == 1 { return (filled(Shape([lengths[0]]), Constant(1)), vector) }
                if let column = columnVector(vector) { return (column, filled(Shape([lengths[1]]), Constant(1))) }
            }
            return nil
        default: return nil
        }
    }

    /// The matrix and the vector of `w[:, None] * A` (on the left) and `A * w` (on the right).
    func diagonalFactor(_ id: NodeID) -> (matrix: NodeID, weights: NodeID, isLeft: Bool)? {
        guard self[id].operation == .elementwise(.multiply), self[id].shape.rank == 2 else { return nil }
        let operands = self[id].operands
        for (matrix, weights) in [(operands[1], operands[0]), (operands[0], operands[1])]
        where self[matrix].shape.counts == self[id].shape.counts {
            if self[weights].shape.rank == 1 { return (matrix, weights, false) }
            if let column = columnVector(weights) { return (matrix, column, true) }
        }
        return nil
    }

    /// v of `v[:, None]`.
    func columnVector(_ id: NodeID) -> NodeID? {
        guard case .subscripted(let subscripts) = self[id].operation, subscripts.count == 2, subscripts[1] == .newAxis,
            case .range(let start, let end) = subscripts[0], start.count == 0,
            end.count == self[self[id].operands[0]].shape.counts.first, self[self[id].operands[0]].shape.rank == 1
        else { return nil }
        return self[id].operands[0]
    }

    /// `v[:, None]`.
    mutating func column(_ vector: NodeID) throws(ShapeError) -> NodeID { try expandingDimensions(vector, at: 1) }
}
