import Expressions

/// Jacobians of matrices as sums of `MatrixChange`s, and what is made of such matrices.
extension SymbolicJacobian {
    /// Products of q×q matrices element by element are worth their memory up to here; beyond, arrays of order three with p²
    /// columns are smaller.
    private static let longest = 4096

    /// The changes of a node that is known, nil where it has no such form; none where it does not depend on β.
    func changes(of id: NodeID, _ s: inout SymbolicGraph) throws(ShapeError) -> [MatrixChange]? {
        guard id.index < dependent.count, dependent[id.index] else { return [] }
        switch known[id] {
        case .changes(let own): return own
        case .terms(let terms):
            guard s.rank(id) == 2 else { return nil }
            var result: [MatrixChange] = []
            for term in terms {
                guard let change = try change(term, s.shape(id), &s) else { return nil }
                result.append(change)
            }
            return result
        default: return nil
        }
    }

    /// A term of a matrix as a change; nil where it would take too large a matrix.
    private func change(
        _ term: Term, _ full: Shape, _ s: inout SymbolicGraph
    ) throws(ShapeError) -> MatrixChange? {
        let (scalars, arrays) = s.split(term.scale)
        guard let axis = term.axis else {
            guard case .row(let gradient) = term.family else { return nil }
            return MatrixChange(.multiple(matrix: try s.expanded(arrays, to: full), gradient: gradient), scale: scalars)
        }
        // The factors that vary along the family's axis alone, along the other alone, and along both.
        var along = Monomial.one
        var across = Monomial.one
        var both = Monomial.one
        for factor in try s.withoutOuterProducts(arrays).factors {
            let counts = s.shape(factor.node).counts
            let isColumn = counts.count == 2 && counts[1] == 1
            let isRow = counts.count == 1 || counts[0] == 1
            switch (isColumn, isRow) {
            case (true, _): if axis == 0 { along.factors.append(factor) } else { across.factors.append(factor) }
            case (_, true): if axis == 1 { along.factors.append(factor) } else { across.factors.append(factor) }
            default: both.factors.append(factor)
            }
        }
        var rows = try rows(term.family, &s)
        if !along.factors.isEmpty {
            let column = axis == 0 ? along : try s.inserting(1, into: along, full: Shape([full.dimensions[1]]))
            rows = try s.node(s.product(column, Monomial(rows)))
        }
        if both.factors.isEmpty {
            let other = full.dimensions[1 - axis]
            guard let plain = s.vectors(across) else { return nil }
            let vector = try s.expanded(plain, to: Shape([other]))
            return MatrixChange(
                axis == 0 ? .column(rows: rows, across: vector) : .row(along: vector, rows: rows), scale: scalars)
        }
        guard full.counts[axis] <= Self.longest else { return nil }
        let matrix = try s.expanded(s.product(both, across), to: full)
        let unit = s.graph.identity(full.dimensions[axis])
        return MatrixChange(
            axis == 0
                ? .diagonal(left: unit, rows: rows, right: matrix) : .diagonal(left: matrix, rows: rows, right: unit),
            scale: scalars)
    }

    /// What is known of a matrix: its changes, nil where it has no such form.
    func matrixChanges(_ id: NodeID, _ s: inout SymbolicGraph) throws(ShapeError) -> [MatrixChange]? {
        let node = s.graph[id]
        let operands = node.operands
        guard node.shape.rank == 2 else { return nil }
        switch node.operation {
        case .matmul:
            let (a, b) = (operands[0], operands[1])
            guard s.rank(a) == 2, s.rank(b) == 2, let left = try changes(of: a, &s), let right = try changes(of: b, &s)
            else { return nil }
            var result: [MatrixChange] = []
            for change in right {
                guard let next = try change.times(left: a, &s) else { return nil }
                result.append(next)
            }
            for change in left {
                guard let next = try change.times(right: b, &s) else { return nil }
                result.append(next)
            }
            return result
        case .diagonalMatrix:
            guard let own = terms(operands[0]) else { return nil }
            let unit = s.graph.identity(node.shape.dimensions[0])
            var result: [MatrixChange] = []
            for term in own {
                let (scalars, arrays) = s.split(term.scale)
                if case .row(let gradient) = term.family {
                    let matrix = try s.graph.diag(s.expanded(arrays, to: s.shape(operands[0])))
                    result.append(MatrixChange(.multiple(matrix: matrix, gradient: gradient), scale: scalars))
                    continue
                }
                let column = try s.inserting(1, into: arrays, full: s.shape(operands[0]))
                let rows = try s.node(s.product(column, Monomial(rows(term.family, &s))))
                result.append(MatrixChange(.diagonal(left: unit, rows: rows, right: unit), scale: scalars))
            }
            return result
        case .transpose:
            guard let own = try changes(of: operands[0], &s) else { return nil }
            var result: [MatrixChange] = []
            for change in own { result.append(change.transposed(&s)) }
            return result
        case .inverse:
            guard let own = try changes(of: operands[0], &s) else { return nil }
            var result: [MatrixChange] = []
            for change in own {
                guard var next = try change.times(left: id, &s)?.times(right: id, &s) else { return nil }
                next.scale = next.scale.negated
                result.append(next)
            }
            return result
        case .elementwise(let function):
            var result: [MatrixChange] = []
            for (k, operand) in operands.enumerated() where dependent[operand.index] {
                let slope = try ElementwiseTemplates.derivative(function, by: k, at: operands, in: &s)
                guard let own = try broadcastChanges(operand, node.shape, &s) else { return nil }
                for change in own { result.append(try change.scaled(by: slope, full: node.shape, &s)) }
            }
            return result
        case .select:
            var result: [MatrixChange] = []
            for branch in 1...2 where dependent[operands[branch].index] {
                let mask = Monomial(try s.mask(operands[0], branch == 1))
                guard let own = try broadcastChanges(operands[branch], node.shape, &s) else { return nil }
                for change in own { result.append(try change.scaled(by: mask, full: node.shape, &s)) }
            }
            return result
        default: return nil
        }
    }

    /// The changes of an operand of an elementwise operation with this result.
    private func broadcastChanges(
        _ operand: NodeID, _ full: Shape, _ s: inout SymbolicGraph
    ) throws(ShapeError) -> [MatrixChange]? {
        if s.shape(operand).counts == full.counts { return try changes(of: operand, &s) }
        guard let own = terms(operand) else { return nil }
        var result: [MatrixChange] = []
        for term in try lifted(own, from: s.shape(operand), to: full, &s) {
            guard let change = try change(term, full, &s) else { return nil }
            result.append(change)
        }
        return result
    }

    /// Changes as terms, where none of them is a diagonal form.
    func asTerms(_ changes: [MatrixChange], _ full: Shape, _ s: inout SymbolicGraph) throws(ShapeError) -> [Term]? {
        var result: [Term] = []
        for change in changes {
            guard let term = try change.term(full, &s) else { return nil }
            result.append(term)
        }
        return result
    }

    // MARK: What is made of them

    /// Terms of a node whose operand is a matrix that changes: sums, diagonals, determinants, norms. Nil where the node is
    /// none of these, or the matrix has no such form.
    func unwrapped(_ id: NodeID, _ s: inout SymbolicGraph) throws(ShapeError) -> [Term]? {
        let node = s.graph[id]
        guard let operand = node.operands.first, s.rank(operand) == 2 else { return nil }
        switch node.operation {
        case .sum(let axes, let keeping):
            return try summed(operand, nil, axes, keeping, &s)
        case .norm:
            let slope = s.product(
                s.decompose(operand), Monomial(coefficient: .one, factors: [.init(node: id, exponent: Fraction(-1))]))
            return try summed(operand, slope, [0, 1], false, &s)
        case .logSumExp(let axes, let keeping):
            let total = try s.graph.logSumExp(operand, axes: axes, keepingAxes: true)
            let share = s.graph.elementwise(.exp, try s.graph.elementwise(.subtract, operand, total))
            return try summed(operand, Monomial(share), axes, keeping, &s)
        case .diagonal:
            guard let own = try changes(of: operand, &s) else { return nil }
            var result: [Term] = []
            for change in own { result.append(try change.diagonal(&s)) }
            return result
        case .trace:
            guard let own = try changes(of: operand, &s) else { return nil }
            var result: [Term] = []
            for change in own { result.append(try change.trace(&s)) }
            return result
        case .logDeterminant, .determinant:
            guard let own = try changes(of: operand, &s) else { return nil }
            let inverse = try s.graph.inverse(operand)
            var result: [Term] = []
            for change in own {
                guard var term = try change.traced(inverse, &s) else { return nil }
                if node.operation == .determinant { term.scale = s.product(Monomial(id), term.scale) }
                result.append(term)
            }
            return result
        default: return nil
        }
    }

    /// Σ over axes of c∘dM.
    private func summed(
        _ operand: NodeID, _ factor: Monomial?, _ axes: [Int], _ keeping: Bool, _ s: inout SymbolicGraph
    ) throws(ShapeError) -> [Term]? {
        guard let own = try changes(of: operand, &s) else { return nil }
        let full = s.shape(operand)
        var result: [Term] = []
        for plain in own {
            let change =
                try factor.map { factor throws(ShapeError) in
                    try plain.scaled(by: factor, full: full, &s)
                } ?? plain
            if let term = try change.term(full, &s) {
                guard let sums = try summed([term], over: axes, full: full, keeping: keeping, &s) else { return nil }
                result += sums
            } else {
                guard !keeping, let sum = try change.summed(axes, full, &s) else { return nil }
                result.append(sum)
            }
        }
        return result
    }

    /// The array of derivatives of a matrix that changes.
    func array(_ changes: [MatrixChange], _ full: Shape, _ s: inout SymbolicGraph) throws(ShapeError) -> NodeID {
        var parts: [Monomial] = []
        for change in changes { parts.append(try change.array(full, &s)) }
        return try s.expanded(s.sum(parts), to: Shape(full.dimensions + [columns]))
    }
}
