import Expressions

/// ∂L/∂β by adjoints that are formulas: one sweep from the loss to β, every adjoint a monomial over lowered nodes.
struct SymbolicGradient {
    private var adjoints: [NodeID: [Monomial]] = [:]
    private let dependent: [Bool]

    private init(dependent: [Bool]) { self.dependent = dependent }

    /// The gradient as a node of β's shape; zeros where the loss does not depend on β.
    static func derive(_ root: NodeID, in symbolic: inout SymbolicGraph) throws(ShapeError) -> NodeID? {
        var sweep = SymbolicGradient(dependent: symbolic.graph.dependence(on: "beta"))
        let order = symbolic.graph.reachable(from: [root])
        guard let beta = order.first(where: { symbolic.graph[$0].operation == .variable("beta") }) else { return nil }
        sweep.adjoints[root] = [.one]
        for id in order.reversed() where sweep.dependent[id.index] && id != beta {
            guard let terms = sweep.adjoints[id] else { continue }
            let adjoint = try symbolic.sum(terms)
            if adjoint.isZero { continue }
            try sweep.push(id, adjoint, &symbolic)
        }
        let total = try symbolic.sum(sweep.adjoints[beta] ?? [])
        let shape = symbolic.shape(beta)
        if total.isZero { return symbolic.graph.filled(shape, Constant(0)) }
        let node = try symbolic.node(total)
        if symbolic.shape(node).counts == shape.counts { return node }
        return try symbolic.graph.elementwise(.multiply, node, symbolic.graph.filled(shape, Constant(1)))
    }

    private mutating func add(_ id: NodeID, _ m: Monomial) {
        if !m.isZero { adjoints[id, default: []].append(m) }
    }

    private mutating func push(_ id: NodeID, _ adjoint: Monomial, _ s: inout SymbolicGraph) throws(ShapeError) {
        let node = s.graph[id]
        let operands = node.operands
        let full = node.shape
        guard let first = operands.first else { return }
        let inner = s.shape(first)
        switch node.operation {
        case .elementwise(let function):
            for (k, operand) in operands.enumerated() where dependent[operand.index] {
                let slope = try ElementwiseTemplates.derivative(function, by: k, at: operands, in: &s)
                add(operand, try reduced(s.product(adjoint, slope), to: s.shape(operand), from: full, &s))
            }
        case .select:
            for branch in 1...2 where dependent[operands[branch].index] {
                let mask = Monomial(try s.mask(operands[0], branch == 1))
                add(
                    operands[branch],
                    try reduced(s.product(mask, adjoint), to: s.shape(operands[branch]), from: full, &s))
            }
        case .sum(let axes, let keeping): add(first, keeping ? adjoint : try lifted(adjoint, axes, full, &s))
        case .logSumExp(let axes, let keeping):
            var value = id
            if !keeping {
                for axis in axes where s.rank(value) < inner.rank && full.rank > 0 {
                    value = try s.graph.expandingDimensions(value, at: axis)
                }
            }
            let share = s.graph.elementwise(.exp, try s.graph.elementwise(.subtract, first, value))
            add(first, s.product(Monomial(share), keeping ? adjoint : try lifted(adjoint, axes, full, &s)))
        case .softmax(let axis):
            let own = Monomial(id)
            let mean = try s.reduce(s.product(adjoint, own), axes: [axis], full: full, keeping: true)
            add(first, s.product(own, try s.sum([adjoint, mean.negated])))
        case .transpose where full.rank == 2: add(first, try s.transposed(adjoint, full: full))
        case .transpose: add(first, try s.map(adjoint, full: full) { (g, a) throws(ShapeError) in g.transpose(a) })
        case .subscripted(let subscripts): add(first, try scattered(adjoint, subscripts, inner, full, &s))
        case .reshape:
            add(first, try s.map(adjoint, full: full) { (g, a) throws(ShapeError) in try g.reshape(a, to: inner) })
        case .diagonalMatrix, .diagonal:
            add(first, try s.map(adjoint, full: full) { (g, a) throws(ShapeError) in try g.diag(a) })
        case .trace: add(first, s.product(adjoint, Monomial(s.graph.identity(inner.dimensions[0]))))
        case .outer: try outer(operands, adjoint, full, &s)
        case .matmul: try matmul(operands, adjoint, full, &s)
        case .inverse:
            let y = SymbolicShapes.isSymmetric(id, in: s.graph) ? id : s.transposed(id)
            add(
                first,
                try s.matmul(s.matmul(Monomial(y), full, adjoint.negated, full), full, Monomial(y), full))
        case .logDeterminant:
            let y = try inverseTransposed(first, &s)
            add(first, s.product(adjoint, Monomial(y)))
        case .determinant:
            let y = try inverseTransposed(first, &s)
            add(first, s.product(s.product(adjoint, Monomial(id)), Monomial(y)))
        case .solve:
            let y = try s.transposed(s.graph.inverse(first))
            let right = try s.map(adjoint, full: full) { (g, a) throws(ShapeError) in try g.matmul(y, a) }
            if dependent[operands[1].index] { add(operands[1], right) }
            if dependent[first.index] {
                let isVector = full.rank == 1
                add(
                    first,
                    try s.map(right.negated, full: full) { (g, a) throws(ShapeError) in
                        try isVector ? g.outer(a, id) : g.matmul(a, g.transpose(id))
                    })
            }
        case .norm:
            let inverse = Monomial(coefficient: .one, factors: [.init(node: id, exponent: Fraction(-1))])
            add(first, s.product(adjoint, s.product(s.decompose(first), inverse)))
        case .einsum(let inputs, let output): try einsum(inputs, output, operands, adjoint, full, &s)
        default: return
        }
    }

    /// A⁻ᵀ; A⁻¹ itself where A is symmetric by its form.
    private func inverseTransposed(_ a: NodeID, _ s: inout SymbolicGraph) throws(ShapeError) -> NodeID {
        let inverse = try s.graph.inverse(a)
        return SymbolicShapes.isSymmetric(a, in: s.graph) ? inverse : s.transposed(inverse)
    }

    private func lifted(_ m: Monomial, _ axes: [Int], _ full: Shape, _ s: inout SymbolicGraph) throws(ShapeError)
        -> Monomial
    {
        var result = m
        var shape = full
        for axis in axes.sorted() {
            result = try s.inserting(axis, into: result, full: shape)
            shape.dimensions.insert(Dimension(1), at: axis)
        }
        return result
    }

    /// The adjoint of an operand that was broadcast.
    private func reduced(_ m: Monomial, to operand: Shape, from full: Shape, _ s: inout SymbolicGraph)
        throws(ShapeError) -> Monomial
    {
        let extra = full.rank - operand.rank
        var result = m
        let leading = Array(0..<extra)
        let inner = full.dimensions.indices.filter {
            $0 >= extra && operand.counts[$0 - extra] == 1 && full.counts[$0] != 1
        }
        if !inner.isEmpty { result = try s.reduce(result, axes: inner, full: full, keeping: true) }
        if !leading.isEmpty {
            var shape = full
            for axis in inner { shape.dimensions[axis] = Dimension(1) }
            result = try s.reduce(result, axes: leading, full: shape, keeping: false)
        }
        return result
    }

    private mutating func matmul(_ operands: [NodeID], _ adjoint: Monomial, _ full: Shape, _ s: inout SymbolicGraph)
        throws(ShapeError)
    {
        let (left, right) = (operands[0], operands[1])
        let (a, b) = (s.shape(left), s.shape(right))
        let (ma, mb) = (s.decompose(left), s.decompose(right))
        if dependent[left.index] {
            switch (a.rank, b.rank) {
            case (1, 1): add(left, s.product(adjoint, mb))
            case (2, 1):
                let column = try s.inserting(1, into: adjoint, full: full)
                add(left, s.product(column, mb))
            case (1, 2): add(left, try s.matmul(mb, b, adjoint, full))
            default:
                let turned = s.transposed(right)
                add(left, try s.matmul(adjoint, full, s.decompose(turned), s.shape(turned)))
            }
        }
        if dependent[right.index] {
            let turned = s.transposed(left)
            switch (a.rank, b.rank) {
            case (1, 1): add(right, s.product(adjoint, ma))
            case (2, 1): add(right, try s.matmul(s.decompose(turned), s.shape(turned), adjoint, full))
            case (1, 2):
                let column = try s.inserting(1, into: ma, full: a)
                add(right, s.product(column, adjoint))
            default: add(right, try s.matmul(s.decompose(turned), s.shape(turned), adjoint, full))
            }
        }
    }

    private mutating func outer(_ operands: [NodeID], _ adjoint: Monomial, _ full: Shape, _ s: inout SymbolicGraph)
        throws(ShapeError)
    {
        let (left, right) = (operands[0], operands[1])
        if dependent[left.index] { add(left, try s.matmul(adjoint, full, s.decompose(right), s.shape(right))) }
        if dependent[right.index] { add(right, try s.matmul(s.decompose(left), s.shape(left), adjoint, full)) }
    }

    private func scattered(
        _ m: Monomial, _ subscripts: [Subscript], _ operand: Shape, _ full: Shape, _ s: inout SymbolicGraph
    ) throws(ShapeError) -> Monomial {
        var result = m
        var shape = full
        // New axes go first: they have length 1.
        var place = 0
        var pieces: [Subscript] = []
        for entry in subscripts {
            switch entry {
            case .newAxis:
                let axis = place
                result = try s.reduce(result, axes: [axis], full: shape, keeping: false)
                shape.dimensions.remove(at: axis)
            case .position: pieces.append(entry)
            case .range:
                pieces.append(entry)
                place += 1
            }
        }
        var axis = 0
        for entry in pieces {
            let length = operand.dimensions[axis]
            switch entry {
            case .position(let position):
                let hot = try s.graph.subscripted(s.graph.identity(length), [.position(position)])
                var column = hot
                // The axes behind it that are there already; later positions bring their own.
                for _ in axis..<shape.rank {
                    column = try s.graph.expandingDimensions(column, at: s.rank(column))
                }
                result = s.product(try s.inserting(axis, into: result, full: shape), Monomial(column))
                shape.dimensions.insert(length, at: axis)
            case .range(let start, let end):
                if start.count != 0 || end.count != length.count {
                    if shape.rank == 1 {
                        result = try s.scattered(result, from: start, to: end, of: length)
                        shape.dimensions[0] = length
                        break
                    }
                    let rows = try s.graph.subscripted(
                        s.graph.identity(length),
                        [.range(start: Dimension(0), end: length), .range(start: start, end: end)])
                    let rank = shape.rank
                    let turned = s.transposed(rows)
                    let isFirst = axis == 0
                    result = try s.map(result, full: shape) { (g, a) throws(ShapeError) in
                        guard rank <= 2 else { throw ShapeError("a slice of an array of \(rank) axes") }
                        return try isFirst ? g.matmul(rows, a) : g.matmul(a, turned)
                    }
                    shape.dimensions[axis] = length
                }
            case .newAxis: break
            }
            axis += 1
        }
        return result
    }

    private mutating func einsum(
        _ inputs: [String], _ output: String, _ operands: [NodeID], _ adjoint: Monomial, _ full: Shape,
        _ s: inout SymbolicGraph
    ) throws(ShapeError) {
        for (k, operand) in operands.enumerated() where dependent[operand.index] {
            let target = inputs[k]
            var names = inputs
            var arrays = operands
            names.remove(at: k)
            arrays.remove(at: k)
            let (scalars, adjointArrays) = s.split(adjoint)
            names.append(output)
            arrays.append(try s.expanded(adjointArrays, to: full))
            let present = Set(names.joined())
            for (letter, dimension) in zip(target, s.shape(operand).dimensions) where !present.contains(letter) {
                names.append(String(letter))
                arrays.append(s.graph.filled(Shape([dimension]), Constant(1)))
            }
            let node = try s.graph.einsum(inputs: names, output: target, arrays)
            add(operand, s.product(scalars, Monomial(node)))
        }
    }
}

/// What the form of an expression says about its value.
enum SymbolicShapes {
    /// Whether a square matrix is symmetric for any data: XᵀWX, v vᵀ, sums and multiples of such.
    static func isSymmetric(_ id: NodeID, in graph: Graph) -> Bool {
        let node = graph[id]
        let counts = node.shape.counts
        guard counts.isEmpty || (counts.count == 2 && counts[0] == counts[1]) else { return false }
        switch node.operation {
        case .identity, .diagonalMatrix, .constant, .dimension: return true
        case .filled: return true
        case .variable: return node.shape.rank == 0
        case .elementwise(.add), .elementwise(.subtract), .elementwise(.multiply), .elementwise(.divide):
            return node.operands.allSatisfy {
                graph[$0].shape.rank == 0 || (graph[$0].shape == node.shape && isSymmetric($0, in: graph))
            }
        case .elementwise(.negate), .inverse, .transpose: return isSymmetric(node.operands[0], in: graph)
        case .outer: return node.operands[0] == node.operands[1]
        case .matmul:
            // S² of a symmetric S.
            if node.operands[0] == node.operands[1] { return isSymmetric(node.operands[0], in: graph) }
            // A diag(w) Aᵀ.
            let turned = graph[node.operands[1]]
            if turned.operation == .transpose, turned.operands[0] == node.operands[0] { return true }
            if turned.operation == .elementwise(.multiply),
                let k = turned.operands.firstIndex(where: {
                    graph[$0].operation == .transpose && graph[$0].operands[0] == node.operands[0]
                })
            {
                let other = graph[turned.operands[1 - k]].shape.counts
                return other == [turned.shape.counts[0], 1] || other.isEmpty
            }
            let left = graph[node.operands[0]]
            guard left.operation == .transpose else {
                // Xᵀ diag(w) X as (Xᵀ diag(w)) X.
                if left.operation == .matmul, graph[left.operands[0]].operation == .transpose {
                    return graph[left.operands[0]].operands[0] == node.operands[1]
                        && isSymmetric(left.operands[1], in: graph)
                }
                return false
            }
            let right = graph[node.operands[1]]
            if left.operands[0] == node.operands[1] { return true }
            guard right.operation == .elementwise(.multiply), let k = right.operands.firstIndex(of: left.operands[0])
            else { return false }
            let other = graph[right.operands[1 - k]].shape.counts
            return other == [right.shape.counts[0], 1] || other.isEmpty
        default: return false
        }
    }
}
