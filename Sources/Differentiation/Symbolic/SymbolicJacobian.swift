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
        /// Of shape (shape of the node, p).
        case dense(NodeID)
    }

    private var known: [NodeID: Jacobian] = [:]
    private let dependent: [Bool]
    private let columns: Dimension

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
            if let terms = try jacobians.structured(id, &s) {
                jacobians.known[id] = .terms(try jacobians.merged(terms, s.rank(id), &s))
            } else {
                jacobians.known[id] = .dense(try jacobians.dense(id, &s))
            }
        }
        return try jacobians.matrix(root, &s)
    }

    /// Equal structures added.
    private func merged(_ terms: [Term], _ rank: Int, _ s: inout SymbolicGraph) throws(ShapeError) -> [Term] {
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

    private func same(_ a: Term, _ b: Term) -> Bool {
        guard a.axis == b.axis else { return false }
        switch (a.family, b.family) {
        case (.identity(let x, let i), .identity(let y, let j)): return x == y && i?.count ?? 0 == j?.count ?? 0
        case (.matrix(let x), .matrix(let y)), (.row(let x), .row(let y)): return x == y
        default: return false
        }
    }

    private func terms(_ id: NodeID) -> [Term]? {
        guard dependent[id.index] else { return [] }
        if case .terms(let terms)? = known[id] { return terms }
        return nil
    }

    // MARK: Structure

    private func structured(_ id: NodeID, _ s: inout SymbolicGraph) throws(ShapeError) -> [Term]? {
        let node = s.graph[id]
        let full = node.shape
        switch node.operation {
        case .variable:
            guard full.rank == 1 else { return nil }
            return [Term(scale: .one, family: .identity(length: full.dimensions[0], start: nil), axis: 0)]
        case .elementwise(let function):
            var result: [Term] = []
            for (k, operand) in node.operands.enumerated() where dependent[operand.index] {
                guard let own = terms(operand) else { return nil }
                let slope = try ElementwiseTemplates.derivative(function, by: k, at: node.operands, in: &s)
                for term in try lifted(own, from: s.shape(operand), to: full, &s) {
                    result.append(Term(scale: s.product(slope, term.scale), family: term.family, axis: term.axis))
                }
            }
            return result
        case .select:
            var result: [Term] = []
            for branch in 1...2 where dependent[node.operands[branch].index] {
                guard let own = terms(node.operands[branch]) else { return nil }
                let mask = Monomial(try s.mask(node.operands[0], branch == 1))
                for term in try lifted(own, from: s.shape(node.operands[branch]), to: full, &s) {
                    result.append(Term(scale: s.product(mask, term.scale), family: term.family, axis: term.axis))
                }
            }
            return result
        case .sum(let axes, let keeping):
            guard let own = terms(node.operands[0]) else { return nil }
            return try summed(own, over: axes, full: s.shape(node.operands[0]), keeping: keeping, &s)
        case .transpose:
            guard let own = terms(node.operands[0]) else { return nil }
            let inner = s.shape(node.operands[0])
            var result: [Term] = []
            for term in own {
                let scale =
                    isConstant(term.scale, s)
                    ? term.scale : try s.map(term.scale, full: inner) { (g, a) throws(ShapeError) in g.transpose(a) }
                result.append(Term(scale: scale, family: term.family, axis: term.axis.map { full.rank - 1 - $0 }))
            }
            return result
        case .subscripted(let subscripts): return try subscripted(node, subscripts, &s)
        case .logSumExp(let axes, let keeping):
            guard let own = terms(node.operands[0]) else { return nil }
            let inner = s.shape(node.operands[0])
            var value = id
            if !keeping, full.rank > 0 {
                for axis in axes where s.rank(value) < inner.rank {
                    value = try s.graph.expandingDimensions(value, at: axis)
                }
            }
            let share = Monomial(s.graph.elementwise(.exp, try s.graph.elementwise(.subtract, node.operands[0], value)))
            let scaled = own.map { Term(scale: s.product(share, $0.scale), family: $0.family, axis: $0.axis) }
            return try summed(scaled, over: axes, full: inner, keeping: keeping, &s)
        case .norm:
            guard let own = terms(node.operands[0]) else { return nil }
            let inner = s.shape(node.operands[0])
            let unit = s.product(
                s.decompose(node.operands[0]),
                Monomial(coefficient: .one, factors: [.init(node: id, exponent: Fraction(-1))]))
            let scaled = own.map { Term(scale: s.product(unit, $0.scale), family: $0.family, axis: $0.axis) }
            return try summed(scaled, over: Array(0..<inner.rank), full: inner, keeping: false, &s)
        case .matmul: return try product(node, &s)
        case .outer:
            var result: [Term] = []
            for k in 0..<2 where dependent[node.operands[k].index] {
                guard let own = terms(node.operands[k]) else { return nil }
                let other = s.decompose(node.operands[1 - k])
                for term in own {
                    let scale =
                        k == 0
                        ? s.product(try column(term.scale, s.shape(node.operands[0]), &s), other)
                        : s.product(try column(other, s.shape(node.operands[0]), &s), term.scale)
                    result.append(Term(scale: scale, family: term.family, axis: term.axis.map { _ in k }))
                }
            }
            return result
        default: return nil
        }
    }

    private func isConstant(_ m: Monomial, _ s: SymbolicGraph) -> Bool { m.factors.allSatisfy { s.rank($0.node) == 0 } }

    /// A vector as a column.
    private func column(_ m: Monomial, _ full: Shape, _ s: inout SymbolicGraph) throws(ShapeError) -> Monomial {
        try s.inserting(1, into: m, full: full)
    }

    /// Terms of an operand that is broadcast.
    private func lifted(_ terms: [Term], from: Shape, to: Shape, _ s: inout SymbolicGraph) throws(ShapeError) -> [Term]
    {
        let extra = to.rank - from.rank
        var result: [Term] = []
        for term in terms {
            guard let axis = term.axis else {
                result.append(term)
                continue
            }
            if from.counts[axis] == 1, to.counts[axis + extra] != 1 {
                result.append(Term(scale: term.scale, family: .row(try row(term.family, Dimension(0), &s)), axis: nil))
            } else {
                result.append(Term(scale: term.scale, family: term.family, axis: axis + extra))
            }
        }
        return result
    }

    /// Row k of a family as a vector.
    private func row(_ family: Family, _ k: Dimension, _ s: inout SymbolicGraph) throws(ShapeError) -> NodeID {
        switch family {
        case .row(let node): return node
        case .matrix(let node): return try s.graph.subscripted(node, [.position(k)])
        case .identity(_, let start):
            let place = Dimension(
                symbol: start?.symbol ?? k.symbol, offset: (start?.offset ?? 0) + k.offset,
                count: (start?.count ?? 0) + k.count)
            return try s.graph.subscripted(s.graph.identity(columns), [.position(start == nil ? k : place)])
        }
    }

    /// The rows of a family as a matrix.
    private func rows(_ family: Family, _ s: inout SymbolicGraph) throws(ShapeError) -> NodeID {
        switch family {
        case .row(let node): return try s.graph.expandingDimensions(node, at: 0)
        case .matrix(let node): return node
        case .identity(let length, let start):
            let whole = s.graph.identity(columns)
            guard length.count != columns.count else { return whole }
            let from = start ?? Dimension(0)
            let end = Dimension(
                symbol: columns.count == from.count + length.count ? columns.symbol : nil,
                count: from.count + length.count)
            return try s.graph.subscripted(whole, [.range(start: from, end: end)])
        }
    }

    /// Σ over axes; nil where what comes out has no structure.
    private func summed(
        _ terms: [Term], over axes: [Int], full: Shape, keeping: Bool, _ s: inout SymbolicGraph
    ) throws(ShapeError) -> [Term]? {
        var result: [Term] = []
        for term in terms {
            guard let k = term.axis, axes.contains(k) else {
                let scale = try s.reduce(term.scale, axes: axes, full: full, keeping: keeping)
                result.append(
                    Term(
                        scale: scale, family: term.family,
                        axis: term.axis.map { a in keeping ? a : a - axes.count { $0 < a } }))
                continue
            }
            let others = axes.filter { $0 != k }
            var scale = try s.reduce(term.scale, axes: others, full: full, keeping: true)
            var shape = full
            for axis in others { shape.dimensions[axis] = Dimension(1) }
            let (scalars, arrays) = s.split(scale)
            let remaining = shape.dimensions.indices.filter { axis in
                axis != k && shape.counts[axis] != 1
                    && arrays.factors.contains { f in
                        let own = s.shape(f.node)
                        let place = axis - (shape.rank - own.rank)
                        return place >= 0 && own.counts[place] != 1
                    }
            }
            var family: Family
            var axis: Int?
            if remaining.isEmpty {
                // Fᵀs, one row for all.
                let vector = try vector(arrays, axis: k, shape, &s)
                let row: Monomial
                switch term.family {
                case .row(let node):
                    row = s.product(try s.reduce(arrays, axes: [k], full: shape, keeping: false), Monomial(node))
                case .identity(let length, let start):
                    if length.count == columns.count {
                        row = vector
                    } else {
                        let turned = s.graph.transpose(try rows(.identity(length: length, start: start), &s))
                        row = try s.matmul(Monomial(turned), s.shape(turned), vector, Shape([shape.dimensions[k]]))
                    }
                case .matrix(let node):
                    let turned = s.graph.transpose(node)
                    row = try s.matmul(s.decompose(turned), s.shape(turned), vector, Shape([shape.dimensions[k]]))
                }
                let (outer, inner) = s.split(row)
                family = .row(try s.expanded(inner, to: Shape([columns])))
                scale = s.product(scalars, outer)
                axis = nil
            } else if remaining.count == 1 {
                let r = remaining[0]
                var wide = try s.expanded(
                    arrays,
                    to: Shape(
                        shape.dimensions.enumerated().map {
                            $0.offset == k || $0.offset == r ? $0.element : Dimension(1)
                        }))
                if s.rank(wide) > 2 {
                    wide = try s.graph.reshape(
                        wide, to: Shape([shape.dimensions[min(k, r)], shape.dimensions[max(k, r)]]))
                }
                if r > k { wide = s.graph.transpose(wide) }
                switch term.family {
                case .identity(let length, _) where length.count == columns.count: family = .matrix(wide)
                default: family = .matrix(try s.graph.matmul(wide, rows(term.family, &s)))
                }
                scale = scalars
                axis = r
            } else {
                return nil
            }
            if !keeping { axis = axis.map { a in a - axes.count { $0 < a } } }
            result.append(Term(scale: scale, family: family, axis: axis))
        }
        return result
    }

    /// The array part along one axis, as a vector.
    private func vector(_ arrays: Monomial, axis: Int, _ shape: Shape, _ s: inout SymbolicGraph) throws(ShapeError)
        -> Monomial
    {
        if arrays.factors.isEmpty { return .one }
        let node = try s.node(arrays)
        let flat = try s.graph.flattened(node)
        return Monomial(flat)
    }

    private func subscripted(_ node: Node, _ subscripts: [Subscript], _ s: inout SymbolicGraph) throws(ShapeError)
        -> [Term]?
    {
        guard let own = terms(node.operands[0]) else { return nil }
        let inner = s.shape(node.operands[0])
        var result: [Term] = []
        for term in own {
            var family = term.family
            var axis: Int?
            var source = 0
            var target = 0
            for entry in subscripts {
                switch entry {
                case .newAxis: target += 1
                case .position(let position):
                    if term.axis == source { family = .row(try row(term.family, position, &s)) }
                    source += 1
                case .range(let start, let end):
                    if term.axis == source {
                        axis = target
                        if start.count != 0 || end.count != inner.counts[source] {
                            switch term.family {
                            case .identity(_, let old):
                                let from = Dimension(symbol: nil, count: (old?.count ?? 0) + start.count)
                                family = .identity(length: Dimension(end.count - start.count), start: from)
                            case .matrix(let node):
                                family = .matrix(try s.graph.subscripted(node, [.range(start: start, end: end)]))
                            case .row: break
                            }
                        }
                    }
                    source += 1
                    target += 1
                }
            }
            let scale =
                isConstant(term.scale, s)
                ? term.scale
                : try s.map(term.scale, full: inner) { (g, a) throws(ShapeError) in try g.subscripted(a, subscripts) }
            result.append(Term(scale: scale, family: family, axis: axis))
        }
        return result
    }

    private func product(_ node: Node, _ s: inout SymbolicGraph) throws(ShapeError) -> [Term]? {
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
            let turned = s.graph.transpose(right)
            for term in own {
                let flipped: Term
                if a.rank == 2 {
                    let scale =
                        isConstant(term.scale, s)
                        ? term.scale : try s.map(term.scale, full: a) { (g, m) throws(ShapeError) in g.transpose(m) }
                    flipped = Term(scale: scale, family: term.family, axis: term.axis.map { 1 - $0 })
                } else {
                    flipped = term
                }
                let shape = a.rank == 2 ? Shape(a.dimensions.reversed()) : a
                guard let next = try timesLeft(turned, s.shape(turned), flipped, shape, &s) else { return nil }
                if node.shape.rank == 2 {
                    let scale =
                        isConstant(next.scale, s)
                        ? next.scale
                        : try s.map(next.scale, full: Shape(node.shape.dimensions.reversed())) {
                            (g, m) throws(ShapeError) in g.transpose(m)
                        }
                    result.append(Term(scale: scale, family: next.family, axis: next.axis.map { 1 - $0 }))
                } else {
                    result.append(next)
                }
            }
        }
        return result
    }

    /// The term of A @ v for one of v's terms.
    private func timesLeft(
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
                    scale: s.product(scalars, outer), family: .matrix(try s.graph.matmul(left, weighted)), axis: 0)
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
        return Term(scale: scalars, family: .matrix(try s.graph.matmul(matrix, weighted)), axis: 0)
    }

    // MARK: Arrays

    private static let letters = Array("abcdefgh")

    /// A term or an array of derivatives as an array of shape (shape of the node, p).
    private func array(_ id: NodeID, _ s: inout SymbolicGraph) throws(ShapeError) -> NodeID {
        switch known[id] {
        case .dense(let node): return node
        case .terms(let terms):
            let full = s.shape(id)
            var total: [Monomial] = []
            for term in terms { total.append(try monomial(term, full, &s)) }
            let sum = try s.sum(total)
            return try s.expanded(s.product(sum, .one), to: Shape(full.dimensions + [columns]))
        case nil: return s.graph.filled(Shape(s.shape(id).dimensions + [columns]), Constant(0))
        }
    }

    private func monomial(_ term: Term, _ full: Shape, _ s: inout SymbolicGraph) throws(ShapeError) -> Monomial {
        let scale = try s.inserting(full.rank, into: term.scale, full: full)
        guard let axis = term.axis else {
            if case .row(let node) = term.family { return s.product(scale, Monomial(node)) }
            return .zero
        }
        var rows = try rows(term.family, &s)
        for _ in axis + 1..<max(full.rank, axis + 1) {
            rows = try s.graph.expandingDimensions(rows, at: s.rank(rows) - 1)
        }
        return s.product(scale, Monomial(rows))
    }

    private func expandLast(_ m: Monomial, _ full: Shape, _ s: inout SymbolicGraph) throws(ShapeError) -> Monomial {
        try s.inserting(full.rank, into: m, full: full)
    }

    private func dense(_ id: NodeID, _ s: inout SymbolicGraph) throws(ShapeError) -> NodeID {
        let node = s.graph[id]
        let full = node.shape
        let target = Shape(full.dimensions + [columns])
        let operands = node.operands
        switch node.operation {
        case .variable:
            return try s.graph.reshape(s.graph.identity(columns), to: target)
        case .elementwise(let function):
            var parts: [Monomial] = []
            for (k, operand) in operands.enumerated() where dependent[operand.index] {
                let slope = try expandLast(
                    ElementwiseTemplates.derivative(function, by: k, at: operands, in: &s), full, &s)
                parts.append(s.product(slope, Monomial(try array(operand, &s))))
            }
            return try s.expanded(s.sum(parts), to: target)
        case .select:
            let condition = try expandLast(Monomial(operands[0]), s.shape(operands[0]), &s)
            let zero = s.graph.constant(0)
            let yes = dependent[operands[1].index] ? try array(operands[1], &s) : zero
            let no = dependent[operands[2].index] ? try array(operands[2], &s) : zero
            return try s.graph.select(s.node(condition), yes, no)
        case .sum(let axes, let keeping):
            return try s.graph.sum(array(operands[0], &s), axes: axes, keepingAxes: keeping)
        case .transpose:
            let names = Array(Self.letters.prefix(full.rank))
            return try s.graph.einsum(
                inputs: [String(names) + "z"], output: String(names.reversed()) + "z", [array(operands[0], &s)])
        case .subscripted(let subscripts): return try s.graph.subscripted(array(operands[0], &s), subscripts)
        case .reshape: return try s.graph.reshape(array(operands[0], &s), to: target)
        case .trace, .diagonal:
            let inner = s.shape(operands[0])
            let eye = s.graph.identity(inner.dimensions[0])
            let output = node.operation == .trace ? "z" : "az"
            return try s.graph.einsum(inputs: ["ab", "abz"], output: output, [eye, array(operands[0], &s)])
        case .diagonalMatrix:
            return try s.graph.einsum(
                inputs: ["ab", "az"], output: "abz", [s.graph.identity(full.dimensions[0]), array(operands[0], &s)])
        case .matmul: return try denseProduct(operands, &s)
        case .outer:
            var parts: [Monomial] = []
            if dependent[operands[0].index] {
                parts.append(
                    Monomial(
                        try s.graph.einsum(inputs: ["az", "b"], output: "abz", [array(operands[0], &s), operands[1]])))
            }
            if dependent[operands[1].index] {
                parts.append(
                    Monomial(
                        try s.graph.einsum(inputs: ["a", "bz"], output: "abz", [operands[0], array(operands[1], &s)])))
            }
            return try s.expanded(s.sum(parts), to: target)
        case .inverse:
            let change = try s.graph.einsum(
                inputs: ["ab", "bcz", "cd"], output: "adz", [id, array(operands[0], &s), id])
            return s.graph.elementwise(.negate, change)
        case .logDeterminant:
            return try s.graph.einsum(
                inputs: ["ba", "abz"], output: "z", [s.graph.inverse(operands[0]), array(operands[0], &s)])
        case .determinant:
            let slope = try s.graph.einsum(
                inputs: ["ba", "abz"], output: "z", [s.graph.inverse(operands[0]), array(operands[0], &s)])
            return try s.graph.elementwise(.multiply, id, slope)
        case .solve:
            let inverse = try s.graph.inverse(operands[0])
            let isVector = full.rank == 1
            var parts: [Monomial] = []
            if dependent[operands[1].index] {
                parts.append(
                    Monomial(
                        try s.graph.einsum(
                            inputs: ["ab", isVector ? "bz" : "bcz"], output: isVector ? "az" : "acz",
                            [inverse, array(operands[1], &s)])))
            }
            if dependent[operands[0].index] {
                let part = try s.graph.einsum(
                    inputs: ["ab", "bdz", isVector ? "d" : "dc"], output: isVector ? "az" : "acz",
                    [inverse, array(operands[0], &s), id])
                parts.append(Monomial(part).negated)
            }
            return try s.expanded(s.sum(parts), to: target)
        case .norm:
            let inner = s.shape(operands[0])
            let slope = try s.node(expandLast(s.decompose(operands[0]), inner, &s))
            let product = try s.graph.elementwise(.multiply, slope, array(operands[0], &s))
            return try s.graph.elementwise(.divide, s.graph.sum(product, axes: Array(0..<inner.rank)), id)
        case .logSumExp(let axes, let keeping):
            let inner = s.shape(operands[0])
            let total = try s.graph.logSumExp(operands[0], axes: axes, keepingAxes: true)
            let share = Monomial(s.graph.elementwise(.exp, try s.graph.elementwise(.subtract, operands[0], total)))
            let product = try s.node(s.product(expandLast(share, inner, &s), Monomial(array(operands[0], &s))))
            return try s.graph.sum(product, axes: axes, keepingAxes: keeping)
        case .softmax(let axis):
            let jacobian = try array(operands[0], &s)
            let own = try expandLast(Monomial(id), full, &s)
            let mean = try s.graph.sum(s.node(s.product(own, Monomial(jacobian))), axes: [axis], keepingAxes: true)
            return try s.node(s.product(own, Monomial(try s.graph.elementwise(.subtract, jacobian, mean))))
        case .einsum(let inputs, let output):
            var parts: [Monomial] = []
            for (k, operand) in operands.enumerated() where dependent[operand.index] {
                var names = inputs
                var arrays = operands
                names[k] += "z"
                arrays[k] = try array(operand, &s)
                parts.append(Monomial(try s.graph.einsum(inputs: names, output: output + "z", arrays)))
            }
            return try s.expanded(s.sum(parts), to: target)
        default: throw ShapeError("no derivative of \(node.operation)")
        }
    }

    private func denseProduct(_ operands: [NodeID], _ s: inout SymbolicGraph) throws(ShapeError) -> NodeID {
        let (a, b) = (s.rank(operands[0]), s.rank(operands[1]))
        let left = a == 2 ? "ab" : "b"
        let right = b == 2 ? "bc" : "b"
        let output = (a == 2 ? "a" : "") + (b == 2 ? "c" : "") + "z"
        var parts: [Monomial] = []
        if dependent[operands[0].index] {
            parts.append(
                Monomial(
                    try s.graph.einsum(
                        inputs: [left + "z", right], output: output, [array(operands[0], &s), operands[1]])))
        }
        if dependent[operands[1].index] {
            parts.append(
                Monomial(
                    try s.graph.einsum(
                        inputs: [left, right + "z"], output: output, [operands[0], array(operands[1], &s)])))
        }
        return try s.node(s.sum(parts))
    }

    // MARK: The matrix

    private func matrix(_ id: NodeID, _ s: inout SymbolicGraph) throws(ShapeError) -> NodeID {
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
