import Expressions

/// The Jacobian of a node with respect to β, in formulas: a sum of structured terms, or an array with one more axis.
///
/// A term is J[idx, :] = s[idx]·F[idx[axis], :], with F rows of a matrix, rows of the identity, or one row for all. Sums
/// and products keep the structure, so that ∂(Xᵀr(Xβ)) comes out as Xᵀ diag(s) X and nothing of order three is formed.
/// What has no structure (inverses, matrix-valued β) falls back to the array.
struct SymbolicJacobian {
    enum Family {
        /// Columns `start ..< start + length` of the identity's rows: row k of the family is unit vector start + k.
        case identity(length: Dimension, start: Dimension?)
        /// Rows of a matrix with p columns.
        case matrix(NodeID)
        /// One row.
        case row(NodeID)
    }

    struct Term {
        var scale: Monomial
        var family: Family
        var axis: Int?
    }

    enum Jacobian {
        case terms([Term])
        /// A sum of structured changes, for matrices.
        case changes([MatrixChange])
        /// Of shape (shape of the node, p).
        case dense(NodeID)
    }

    var known: [NodeID: Jacobian] = [:]
    let dependent: [Bool]
    let columns: Dimension

    private init(dependent: [Bool], columns: Dimension) {
        self.dependent = dependent
        self.columns = columns
    }

    /// The matrix of derivatives of a vector (or of a matrix, flattened) by β.
    static func derive(_ root: NodeID, columns: Dimension, in s: inout SymbolicGraph) throws(ShapeError) -> NodeID {
        let order = s.graph.reachable(from: [root])
        var jacobians = SymbolicJacobian(dependent: s.graph.dependence(on: "beta"), columns: columns)
        let zero = s.graph.filled(Shape([columns, columns]), Constant(0))
        guard jacobians.dependent[root.index] else { return zero }
        for id in order where jacobians.dependent[id.index] {
            var terms = try jacobians.structured(id, &s)
            if terms == nil { terms = try jacobians.unwrapped(id, &s) }
            if terms == nil { terms = try jacobians.productWithVector(s.graph[id], &s) }
            let changes = terms == nil ? try jacobians.matrixChanges(id, &s) : nil
            if let changes { terms = try jacobians.asTerms(changes, s.shape(id), &s) }
            if let terms {
                jacobians.known[id] = .terms(try jacobians.merged(terms, s.rank(id), &s))
            } else if let changes {
                jacobians.known[id] = .changes(changes)
            } else {
                jacobians.known[id] = .dense(try jacobians.dense(id, &s))
            }
        }
        return try jacobians.matrix(root, &s)
    }

    /// Equal structures added.
    func merged(_ terms: [Term], _ rank: Int, _ s: inout SymbolicGraph) throws(ShapeError) -> [Term] {
        var groups: [(term: Term, scales: [Monomial])] = []
        for term in terms where !term.scale.isZero {
            let twin = groups.firstIndex { same($0.term, term) }
            if let twin { groups[twin].scales.append(term.scale) } else { groups.append((term, [term.scale])) }
        }
        var result: [Term] = []
        for group in groups {
            let scale = group.scales.count == 1 ? group.scales[0] : try s.sum(group.scales)
            if !scale.isZero { result.append(Term(scale: scale, family: group.term.family, axis: group.term.axis)) }
        }
        return result
    }

    func same(_ a: Term, _ b: Term) -> Bool {
        guard a.axis == b.axis else { return false }
        switch (a.family, b.family) {
        case (.identity(let x, let i), .identity(let y, let j)): return x == y && i?.count ?? 0 == j?.count ?? 0
        case (.matrix(let x), .matrix(let y)), (.row(let x), .row(let y)): return x == y
        default: return false
        }
    }

    func terms(_ id: NodeID) -> [Term]? {
        guard dependent[id.index] else { return [] }
        if case .terms(let terms)? = known[id] { return terms }
        return nil
    }

    // MARK: The matrix

    func matrix(_ id: NodeID, _ s: inout SymbolicGraph) throws(ShapeError) -> NodeID {
        let shape = s.shape(id)
        let square = Shape([columns, columns])
        guard shape.rank == 1, case .terms(let terms)? = known[id] else {
            let dense = try array(id, &s)
            return try s.graph.reshape(dense, to: square)
        }
        var parts: [Monomial] = []
        for term in terms {
            let (scalars, arrays) = s.split(term.scale)
            switch (term.family, term.axis) {
            case (.row(let g), _):
                let (outer, inner) = s.split(s.decompose(g))
                let left = try s.expanded(arrays, to: shape)
                parts.append(
                    s.product(
                        s.product(scalars, outer), Monomial(try s.graph.outer(left, s.expanded(inner, to: shape)))))
            case (.identity(let length, _), _) where length.count == columns.count:
                if arrays.factors.isEmpty {
                    parts.append(s.product(scalars, Monomial(s.graph.identity(columns))))
                } else {
                    parts.append(s.product(scalars, Monomial(try s.graph.diag(s.expanded(arrays, to: shape)))))
                }
            default:
                let rows = try rows(term.family, &s)
                let inner = s.decompose(rows)
                let weights = try s.inserting(1, into: arrays, full: shape)
                parts.append(s.product(s.product(scalars, weights), inner))
            }
        }
        return try s.expanded(s.sum(parts), to: square)
    }
}
