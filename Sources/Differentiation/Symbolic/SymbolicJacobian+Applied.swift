import Expressions

/// Jacobians of products of a matrix with a vector, M(β) v(β), from (dM) v alone: for inverses, outer products, diagonal
/// matrices and what is made of them, so that nothing of order three is formed. d(M⁻¹) v = −M⁻¹ (dM) M⁻¹v (*The Matrix
/// Cookbook* (2012), 59).
extension SymbolicJacobian {
    /// The terms of `M @ v`; nil where M's change has no structure.
    func productWithVector(_ node: Node, _ s: inout SymbolicGraph) throws(ShapeError) -> [Term]? {
        guard node.operation == .matmul else { return nil }
        let (matrix, vector) = (node.operands[0], node.operands[1])
        guard s.rank(matrix) == 2, s.rank(vector) == 1 else { return nil }
        guard var result = try applied(matrix, to: vector, &s) else { return nil }
        if dependent[vector.index] {
            guard let own = terms(vector) else { return nil }
            guard let more = try multiplied(own, by: matrix, s.shape(vector), &s) else { return nil }
            result += more
        }
        return result
    }

    /// (dM) w for a w that stays as it is, as the terms of a vector.
    private func applied(_ id: NodeID, to w: NodeID, _ s: inout SymbolicGraph) throws(ShapeError) -> [Term]? {
        guard id.index < dependent.count, dependent[id.index] else { return [] }
        let node = s.graph[id]
        let operands = node.operands
        if case .changes(let own)? = known[id] {
            var result: [Term] = []
            for change in own {
                guard let term = try change.applied(to: w, &s) else { return nil }
                result.append(term)
            }
            return result
        }
        if let own = terms(id) {
            // Rows or columns with structure: Σⱼ wⱼ dMᵢⱼ.
            let weighted = scaled(own, by: s.decompose(w), &s)
            if let sums = try summed(weighted, over: [1], full: node.shape, keeping: false, &s) { return sums }
        }
        switch node.operation {
        case .elementwise(.add), .elementwise(.subtract):
            guard operands.allSatisfy({ s.shape($0).counts == node.shape.counts }),
                let a = try applied(operands[0], to: w, &s), let b = try applied(operands[1], to: w, &s)
            else { return nil }
            return a + (node.operation == .elementwise(.subtract) ? scaled(b, by: Monomial.one.negated, &s) : b)
        case .elementwise(.negate):
            guard let inner = try applied(operands[0], to: w, &s) else { return nil }
            return scaled(inner, by: Monomial.one.negated, &s)
        case .elementwise(.multiply), .elementwise(.divide):
            // A constant number times a matrix.
            guard let k = operands.firstIndex(where: { s.rank($0) == 0 }), !dependent[operands[k].index],
                node.operation == .elementwise(.multiply) || k == 1,
                let inner = try applied(operands[1 - k], to: w, &s)
            else { return nil }
            let factor = s.decompose(operands[k])
            guard node.operation == .elementwise(.divide) else { return scaled(inner, by: factor, &s) }
            guard let inverse = s.power(factor, Fraction(-1)) else { return nil }
            return scaled(inner, by: inverse, &s)
        case .inverse:
            let solution = try s.multiplied(id, w)
            guard let inner = try applied(operands[0], to: solution, &s),
                let turned = try multiplied(inner, by: id, s.shape(w), &s)
            else { return nil }
            return scaled(turned, by: Monomial.one.negated, &s)
        case .transpose where SymbolicShapes.isSymmetric(operands[0], in: s.graph):
            return try applied(operands[0], to: w, &s)
        case .matmul where operands.allSatisfy({ s.rank($0) == 2 }):
            let product = try s.multiplied(operands[1], w)
            guard let a = try applied(operands[0], to: product, &s), let b = try applied(operands[1], to: w, &s),
                let turned = try multiplied(b, by: operands[0], s.shape(product), &s)
            else { return nil }
            return a + turned
        case .outer:
            // d(u vᵀ) w = (v·w) du + u (w·dv).
            var result: [Term] = []
            if dependent[operands[0].index] {
                guard let own = terms(operands[0]) else { return nil }
                result += scaled(own, by: Monomial(try s.inner(operands[1], w)), &s)
            }
            if dependent[operands[1].index] {
                guard let own = terms(operands[1]) else { return nil }
                let weighted = scaled(own, by: s.decompose(w), &s)
                guard
                    let rows = try summed(weighted, over: [0], full: s.shape(operands[1]), keeping: false, &s)
                else { return nil }
                result += scaled(rows, by: s.decompose(operands[0]), &s)
            }
            return result
        case .diagonalMatrix:
            guard let own = terms(operands[0]) else { return nil }
            return scaled(own, by: s.decompose(w), &s)
        default: return nil
        }
    }

    private func scaled(_ terms: [Term], by factor: Monomial, _ s: inout SymbolicGraph) -> [Term] {
        var result: [Term] = []
        for term in terms {
            result.append(Term(scale: s.product(factor, term.scale), family: term.family, axis: term.axis))
        }
        return result
    }

    /// The terms of A v from those of v.
    private func multiplied(
        _ terms: [Term], by matrix: NodeID, _ shape: Shape, _ s: inout SymbolicGraph
    ) throws(ShapeError) -> [Term]? {
        var result: [Term] = []
        for term in terms {
            guard let next = try timesLeft(matrix, s.shape(matrix), term, shape, &s) else { return nil }
            result.append(next)
        }
        return result
    }
}
