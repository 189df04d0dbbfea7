import Expressions

/// Jacobians without structure: arrays with one more axis, by `einsum`.
extension SymbolicJacobian {
    static let letters = Array("abcdefgh")

    /// A term or an array of derivatives as an array of shape (shape of the node, p).
    func array(_ id: NodeID, _ s: inout SymbolicGraph) throws(ShapeError) -> NodeID {
        switch known[id] {
        case .dense(let node): return node
        case .changes(let changes): return try array(changes, s.shape(id), &s)
        case .terms(let terms):
            let full = s.shape(id)
            var total: [Monomial] = []
            for term in terms { total.append(try monomial(term, full, &s)) }
            let sum = try s.sum(total)
            return try s.expanded(s.product(sum, .one), to: Shape(full.dimensions + [columns]))
        case nil: return s.graph.filled(Shape(s.shape(id).dimensions + [columns]), Constant(0))
        }
    }

    func monomial(_ term: Term, _ full: Shape, _ s: inout SymbolicGraph) throws(ShapeError) -> Monomial {
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

    func expandLast(_ m: Monomial, _ full: Shape, _ s: inout SymbolicGraph) throws(ShapeError) -> Monomial {
        try s.inserting(full.rank, into: m, full: full)
    }

    func dense(_ id: NodeID, _ s: inout SymbolicGraph) throws(ShapeError) -> NodeID {
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

    func denseProduct(_ operands: [NodeID], _ s: inout SymbolicGraph) throws(ShapeError) -> NodeID {
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
}
