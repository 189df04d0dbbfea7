import Expressions

/// Jacobians of matrices that hold a diagonal matrix inside: dM = L diag(F dβ) R, as of Xᵀ diag(w) X, its inverse and
/// what they are multiplied with. Closed under products, transposes, sums and inverses, so that nothing of order three is
/// formed: d(M⁻¹) = −M⁻¹L diag(F dβ) RM⁻¹ (*The Matrix Cookbook* (2012), 59), d log|det M| = tr(M⁻¹ dM) (43).
extension SymbolicJacobian {
    /// scale · L diag(F dβ) R: L (m, q), F (q, p), R (q, k).
    struct Sandwich {
        var scale: Monomial
        var left: NodeID
        var weights: NodeID
        var right: NodeID
    }

    /// Elementwise squares of q×q matrices are worth their memory up to here; beyond, arrays of order three with p² columns
    /// are smaller.
    private static let longest = 4096

    private func sandwichTerms(_ id: NodeID) -> [Sandwich]? {
        if case .sandwiches(let own)? = known[id] { return own }
        return nil
    }

    /// The sandwiches of a node, nil where it is no sum of such.
    func sandwiches(_ id: NodeID, _ s: inout SymbolicGraph) throws(ShapeError) -> [Sandwich]? {
        let node = s.graph[id]
        guard node.shape.rank == 2 else { return nil }
        switch node.operation {
        case .matmul: return try sandwichedProduct(node, &s)
        case .diagonalMatrix:
            guard let own = terms(node.operands[0]) else { return nil }
            let unit = s.graph.identity(node.shape.dimensions[0])
            var result: [Sandwich] = []
            for term in own {
                guard term.axis == 0 else { return nil }
                let (scalars, arrays) = s.split(term.scale)
                let column = try s.inserting(1, into: arrays, full: s.shape(node.operands[0]))
                let rows = try s.node(s.product(column, Monomial(rows(term.family, &s))))
                result.append(Sandwich(scale: scalars, left: unit, weights: rows, right: unit))
            }
            return result
        case .transpose:
            guard let own = sandwichTerms(node.operands[0]) else { return nil }
            return own.map {
                Sandwich(
                    scale: $0.scale, left: s.graph.transpose($0.right), weights: $0.weights,
                    right: s.graph.transpose($0.left))
            }
        case .inverse:
            guard let own = sandwichTerms(node.operands[0]) else { return nil }
            var result: [Sandwich] = []
            for term in own {
                result.append(
                    Sandwich(
                        scale: term.scale.negated, left: try s.graph.matmul(id, term.left), weights: term.weights,
                        right: try s.graph.matmul(term.right, id)))
            }
            return result
        case .elementwise(let function):
            var result: [Sandwich] = []
            for (k, operand) in node.operands.enumerated() where dependent[operand.index] {
                guard let own = sandwichTerms(operand), s.shape(operand).counts == node.shape.counts else { return nil }
                let slope = try ElementwiseTemplates.derivative(function, by: k, at: node.operands, in: &s)
                guard slope.factors.allSatisfy({ s.rank($0.node) == 0 && !dependent(on: $0.node, s) }) else {
                    return nil
                }
                for term in own {
                    var scaled = term
                    scaled.scale = s.product(slope, term.scale)
                    result.append(scaled)
                }
            }
            return result
        default: return nil
        }
    }

    private func dependent(on id: NodeID, _ s: SymbolicGraph) -> Bool {
        id.index < dependent.count ? dependent[id.index] : s.graph.dependence(on: "beta")[id.index]
    }

    private func sandwichedProduct(_ node: Node, _ s: inout SymbolicGraph) throws(ShapeError) -> [Sandwich]? {
        var result: [Sandwich] = []
        let (a, b) = (node.operands[0], node.operands[1])
        guard s.rank(a) == 2, s.rank(b) == 2 else { return nil }
        if dependent[b.index] {
            if let own = sandwichTerms(b) {
                for term in own {
                    var next = term
                    next.left = try s.graph.matmul(a, term.left)
                    result.append(next)
                }
            } else if let own = try rowScaled(b, along: 0, &s) {
                for term in own {
                    result.append(Sandwich(scale: term.scale, left: a, weights: term.rows, right: term.matrix))
                }
            } else {
                return nil
            }
        }
        if dependent[a.index] {
            if let own = sandwichTerms(a) {
                for term in own {
                    var next = term
                    next.right = try s.graph.matmul(term.right, b)
                    result.append(next)
                }
            } else if let own = try rowScaled(a, along: 1, &s) {
                for term in own {
                    result.append(Sandwich(scale: term.scale, left: term.matrix, weights: term.rows, right: b))
                }
            } else {
                return nil
            }
        }
        return result
    }

    /// The terms of a matrix whose family runs along one axis: scale, the family's rows with the factors that vary along
    /// that axis alone, and the other factors as a matrix.
    private func rowScaled(
        _ id: NodeID, along axis: Int, _ s: inout SymbolicGraph
    ) throws(ShapeError) -> [(scale: Monomial, rows: NodeID, matrix: NodeID)]? {
        guard let terms = terms(id) else { return nil }
        let full = s.shape(id)
        guard full.counts[axis] <= Self.longest else { return nil }
        var result: [(scale: Monomial, rows: NodeID, matrix: NodeID)] = []
        for term in terms {
            guard term.axis == axis else { return nil }
            let (scalars, arrays) = s.split(term.scale)
            var along = Monomial.one
            var across = Monomial.one
            for factor in arrays.factors {
                let counts = s.shape(factor.node).counts
                let isAlong = axis == 0 ? counts.count == 2 && counts[1] == 1 : counts.count == 1
                if isAlong { along.factors.append(factor) } else { across.factors.append(factor) }
            }
            var rows = try rows(term.family, &s)
            if !along.factors.isEmpty {
                let column = axis == 0 ? along : try s.inserting(1, into: along, full: Shape([full.dimensions[1]]))
                rows = try s.node(s.product(column, Monomial(rows)))
            }
            result.append((scalars, rows, try s.expanded(across, to: full)))
        }
        return result
    }

    // MARK: What is made of them

    /// Terms of a node whose operand is a sandwich: sums, with or without a constant factor, diagonals, determinants,
    /// products with a vector. Nil where the node is none of these.
    func unwrapped(_ id: NodeID, _ s: inout SymbolicGraph) throws(ShapeError) -> [Term]? {
        let node = s.graph[id]
        switch node.operation {
        case .sum(let axes, false):
            guard let (own, constant) = weightedSandwiches(node.operands[0], s) else { return nil }
            var result: [Term] = []
            for term in own { result.append(try summed(term, constant, axes, node, &s)) }
            return result
        case .diagonal:
            // diag(L diag(t) R) = (L∘Rᵀ) t.
            guard let own = sandwichTerms(node.operands[0]) else { return nil }
            var result: [Term] = []
            for term in own {
                let matrix = try s.graph.elementwise(.multiply, term.left, s.graph.transpose(term.right))
                let rows = try s.graph.matmul(matrix, term.weights)
                result.append(Term(scale: term.scale, family: .matrix(rows), axis: 0))
            }
            return result
        case .logDeterminant:
            guard let own = sandwichTerms(node.operands[0]) else { return nil }
            let inverse = try s.graph.inverse(node.operands[0])
            var result: [Term] = []
            for term in own { result.append(try traced(term, inverse, .one, &s)) }
            return result
        case .determinant:
            guard let own = sandwichTerms(node.operands[0]) else { return nil }
            let inverse = try s.graph.inverse(node.operands[0])
            var result: [Term] = []
            for term in own { result.append(try traced(term, inverse, Monomial(id), &s)) }
            return result
        case .matmul:
            let (a, b) = (node.operands[0], node.operands[1])
            if let own = sandwichTerms(a), s.rank(b) == 1, !dependent[b.index] {
                var result: [Term] = []
                for term in own {
                    let weights = try s.graph.matmul(term.right, b)
                    result.append(try applied(term.left, weights, term, &s))
                }
                return result
            }
            if let own = sandwichTerms(b), s.rank(a) == 1, !dependent[a.index] {
                var result: [Term] = []
                for term in own {
                    let weights = try s.graph.matmul(s.graph.transpose(term.left), a)
                    result.append(try applied(s.graph.transpose(term.right), weights, term, &s))
                }
                return result
            }
            return nil
        default: return nil
        }
    }

    /// The sandwiches of S or of C∘S with C constant.
    private func weightedSandwiches(_ id: NodeID, _ s: SymbolicGraph) -> (own: [Sandwich], constant: NodeID?)? {
        if let own = sandwichTerms(id) { return (own, nil) }
        guard s.graph[id].operation == .elementwise(.multiply) else { return nil }
        let operands = s.graph[id].operands
        for (matrix, constant) in [(operands[0], operands[1]), (operands[1], operands[0])] {
            if let own = sandwichTerms(matrix), !dependent[constant.index],
                s.shape(matrix).counts == s.shape(constant).counts
            {
                return (own, constant)
            }
        }
        return nil
    }

    /// A diag(w) F as a term.
    private func applied(
        _ a: NodeID, _ weights: NodeID, _ term: Sandwich, _ s: inout SymbolicGraph
    ) throws(ShapeError) -> Term {
        let column = try s.graph.expandingDimensions(weights, at: 1)
        let weighted = try s.graph.elementwise(.multiply, column, term.weights)
        return Term(scale: term.scale, family: .matrix(try s.graph.matmul(a, weighted)), axis: 0)
    }

    /// Σ over axes of C∘(L diag(t) R): over the second, ((C Rᵀ)∘L) t; over the first, ((Cᵀ L)∘Rᵀ) t; over both, one number.
    private func summed(
        _ term: Sandwich, _ constant: NodeID?, _ axes: [Int], _ node: Node, _ s: inout SymbolicGraph
    ) throws(ShapeError) -> Term {
        let turnedRight = s.graph.transpose(term.right)
        if axes == [0] {
            let inner: NodeID
            if let constant {
                inner = try s.graph.matmul(s.graph.transpose(constant), term.left)
            } else {
                inner = try s.graph.expandingDimensions(s.graph.sum(term.left, axes: [0]), at: 0)
            }
            let matrix = try s.graph.elementwise(.multiply, inner, turnedRight)
            return Term(scale: term.scale, family: .matrix(try s.graph.matmul(matrix, term.weights)), axis: 0)
        }
        let inner: NodeID
        if let constant {
            inner = try s.graph.matmul(constant, turnedRight)
        } else {
            inner = try s.graph.expandingDimensions(s.graph.sum(term.right, axes: [1]), at: 0)
        }
        let matrix = try s.graph.elementwise(.multiply, inner, term.left)
        if axes == [1] {
            return Term(scale: term.scale, family: .matrix(try s.graph.matmul(matrix, term.weights)), axis: 0)
        }
        return try row(s.graph.sum(matrix, axes: [0]), term, .one, &s)
    }

    /// tr(Y L diag(t) R) = diag(R Y L)·t.
    private func traced(
        _ term: Sandwich, _ inverse: NodeID, _ factor: Monomial, _ s: inout SymbolicGraph
    ) throws(ShapeError) -> Term {
        let product = try s.graph.elementwise(
            .multiply, s.graph.matmul(term.right, inverse), s.graph.transpose(term.left))
        return try row(s.graph.sum(product, axes: [1]), term, factor, &s)
    }

    private func row(
        _ vector: NodeID, _ term: Sandwich, _ factor: Monomial, _ s: inout SymbolicGraph
    ) throws(ShapeError) -> Term {
        let row = try s.graph.matmul(s.graph.transpose(term.weights), vector)
        return Term(scale: s.product(factor, term.scale), family: .row(row), axis: nil)
    }

    /// The array of derivatives of a sandwich, where something without structure is made of it.
    func array(_ terms: [Sandwich], _ full: Shape, _ s: inout SymbolicGraph) throws(ShapeError) -> NodeID {
        var parts: [Monomial] = []
        for term in terms {
            let product = try s.graph.einsum(
                inputs: ["ac", "cz", "cb"], output: "abz", [term.left, term.weights, term.right])
            parts.append(s.product(term.scale, Monomial(product)))
        }
        return try s.expanded(s.sum(parts), to: Shape(full.dimensions + [columns]))
    }
}
