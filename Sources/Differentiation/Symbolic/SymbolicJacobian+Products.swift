import Expressions

/// Terms of matrix products from the terms of their factors.
extension SymbolicJacobian {
    func product(_ node: Node, _ s: inout SymbolicGraph) throws(ShapeError) -> [Term]? {
        let (left, right) = (node.operands[0], node.operands[1])
        let (a, b) = (s.shape(left), s.shape(right))
        var result: [Term] = []
        if dependent[right.index] {
            guard let own = terms(right) else { return nil }
            for term in own {
                guard let next = try timesLeft(left, a, term, b, &s) else { return nil }
                result.append(next)
            }
        }
        if dependent[left.index] {
            guard let own = terms(left) else { return nil }
            // a @ B is Bᵀ @ aᵀ: the same rule on transposes.
            let turned = s.transposed(right)
            for term in own {
                let flipped: Term
                if a.rank == 2 {
                    let scale = try s.transposed(term.scale, full: a)
                    flipped = Term(scale: scale, family: term.family, axis: term.axis.map { 1 - $0 })
                } else {
                    flipped = term
                }
                let shape = a.rank == 2 ? Shape(a.dimensions.reversed()) : a
                guard let next = try timesLeft(turned, s.shape(turned), flipped, shape, &s) else { return nil }
                if node.shape.rank == 2 {
                    let scale = try s.transposed(next.scale, full: Shape(node.shape.dimensions.reversed()))
                    result.append(Term(scale: scale, family: next.family, axis: next.axis.map { 1 - $0 }))
                } else {
                    result.append(next)
                }
            }
        }
        return result
    }

    /// The term of A @ v for one of v's terms.
    func timesLeft(
        _ matrix: NodeID, _ a: Shape, _ term: Term, _ b: Shape, _ s: inout SymbolicGraph
    ) throws(ShapeError) -> Term? {
        let (scalars, arrays) = s.split(term.scale)
        if b.rank == 1 {
            if a.rank == 1 {
                // Inner product.
                let product = Term(
                    scale: s.product(s.decompose(matrix), term.scale), family: term.family, axis: term.axis)
                return try summed([product], over: [0], full: b, keeping: false, &s)?.first
            }
            guard term.axis != nil else {
                let sum = try s.matmul(s.decompose(matrix), a, term.scale, b)
                return Term(scale: sum, family: term.family, axis: nil)
            }
            // A diag(s) F: the weights stand with F, so that Xᵀ(w∘X) can be recognised.
            let (outer, core) = s.split(s.decompose(matrix))
            let left = try s.expanded(core, to: a)
            switch term.family {
            case .identity(let length, _) where length.count == columns.count:
                if arrays.factors.isEmpty {
                    return Term(scale: s.product(scalars, outer), family: .matrix(left), axis: 0)
                }
                let weighted = try s.node(s.product(Monomial(left), arrays))
                return Term(scale: s.product(scalars, outer), family: .matrix(weighted), axis: 0)
            default:
                let rows = try rows(term.family, &s)
                let weighted: NodeID
                if arrays.factors.isEmpty {
                    weighted = rows
                } else {
                    let column = try s.inserting(1, into: arrays, full: b)
                    weighted = try s.node(s.product(column, Monomial(rows)))
                }
                return Term(
                    scale: s.product(scalars, outer), family: .matrix(try s.multiplied(left, weighted)), axis: 0)
            }
        }
        // A (m,k) @ B (k,j).
        if term.axis == 1 || term.axis == nil {
            if arrays.factors.isEmpty {
                let sums = try s.reduce(s.decompose(matrix), axes: [a.rank - 1], full: a, keeping: a.rank == 2)
                return Term(
                    scale: s.product(scalars, sums), family: term.family,
                    axis: term.axis.map { $0 - (a.rank == 1 ? 1 : 0) })
            }
            let product = try s.matmul(s.decompose(matrix), a, arrays, b)
            return Term(
                scale: s.product(scalars, product), family: term.family,
                axis: term.axis.map { $0 - (a.rank == 1 ? 1 : 0) })
        }
        if a.rank == 1 {
            // a (k) @ B (k, j), rows of the family along k.
            let column = try s.inserting(1, into: s.decompose(matrix), full: a)
            let product = Term(scale: s.product(column, term.scale), family: term.family, axis: 0)
            return try summed([product], over: [0], full: b, keeping: false, &s)?.first
        }
        let varies = arrays.factors.contains {
            s.rank($0.node) == 1 || (s.rank($0.node) == 2 && s.shape($0.node).counts[1] != 1)
        }
        guard !varies else { return nil }
        let rows = try rows(term.family, &s)
        let weighted = arrays.factors.isEmpty ? rows : try s.node(s.product(arrays, Monomial(rows)))
        return Term(scale: scalars, family: .matrix(try s.multiplied(matrix, weighted)), axis: 0)
    }
}
