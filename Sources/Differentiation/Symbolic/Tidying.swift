import Expressions

/// The last touch on formulas: what a person would not write is written as he would. Values are the same up to rounding.
///
/// Numbers are folded exactly, ones and zeros dropped, signs brought to the front, a transposed symmetric matrix is itself,
/// products with the identity vanish, and a difference that occurs both ways round occurs one way.
struct Tidying {
    private var graph: Graph
    private var image: [NodeID: NodeID] = [:]
    /// How often each node of the pass before is an operand.
    private var uses: [NodeID: Int] = [:]
    private var names: [NodeID: String]
    /// a − b to be written −(b − a).
    private var turned: Set<NodeID> = []

    /// The roots in tidy form, in the graph with what they need.
    static func tidy(
        _ roots: [NodeID], names: [NodeID: String], in graph: Graph
    ) throws(ShapeError) -> (graph: Graph, roots: [NodeID], names: [NodeID: String]) {
        var tidying = Tidying(graph: graph, names: names)
        var result = try tidying.pass(roots)
        for _ in 0..<3 {
            tidying.turned = tidying.differencesToTurn(result)
            let next = try tidying.pass(result)
            if next == result, tidying.turned.isEmpty { break }
            result = next
        }
        tidying.bringsSignsIn = true
        result = try tidying.pass(result)
        return (tidying.graph, result, tidying.names)
    }

    /// In the last pass signs go back to the first factor: `-X.T @ r / n` rather than `-(X.T @ r / n)`.
    private var bringsSignsIn = false

    private init(graph: Graph, names: [NodeID: String]) {
        self.graph = graph
        self.names = names
    }

    private mutating func pass(_ roots: [NodeID]) throws(ShapeError) -> [NodeID] {
        image = [:]
        uses = [:]
        let order = graph.reachable(from: roots)
        for id in order { for operand in graph[id].operands { uses[operand, default: 0] += 1 } }
        for id in order {
            let node = graph[id]
            let operands = node.operands.map { image[$0] ?? $0 }
            var result = graph.copy(node.operation, operands, shape: node.shape)
            if let better = try rule(node, operands), graph[better].shape.counts == node.shape.counts {
                result = better
            }
            if turned.contains(result) {
                let parts = graph[result].operands
                result = graph.elementwise(.negate, try graph.elementwise(.subtract, parts[1], parts[0]))
            }
            image[id] = result
            if let name = names[id], names[result] == nil { names[result] = name }
        }
        return roots.map { image[$0] ?? $0 }
    }

    /// Of two differences a − b and b − a the one to give up: the one that starts without β, where only one does.
    private func differencesToTurn(_ roots: [NodeID]) -> Set<NodeID> {
        let order = graph.reachable(from: roots)
        let depends = graph.dependence(on: "beta")
        var seen: [[NodeID]: NodeID] = [:]
        var result: Set<NodeID> = []
        for id in order where graph[id].operation == .elementwise(.subtract) {
            let operands = graph[id].operands
            if let other = seen[[operands[1], operands[0]]] {
                // The one that starts with β alone; else the one that was there first.
                let (left, right) = (depends[operands[0].index], depends[operands[1].index])
                result.insert(left && !right ? other : id)
            }
            seen[operands] = id
        }
        return result
    }

    // MARK: Parts

    private func number(_ id: NodeID) -> Constant? {
        if case .constant(let value) = graph[id].operation { return value }
        return nil
    }

    private func isNumber(_ id: NodeID, _ value: Int) -> Bool { number(id) == Constant(value) }

    private func argument(_ function: ElementwiseFunction, _ id: NodeID) -> NodeID? {
        graph[id].operation == .elementwise(function) ? graph[id].operands[0] : nil
    }

    /// Whether every element is 0 or 1.
    private func isComparison(_ id: NodeID) -> Bool {
        switch graph[id].operation {
        case .elementwise(.less), .elementwise(.lessEqual), .elementwise(.greater), .elementwise(.greaterEqual),
            .elementwise(.equal), .elementwise(.notEqual):
            true
        case .select:
            graph[id].operands.dropFirst().allSatisfy { isNumber($0, 0) || isNumber($0, 1) }
        default: false
        }
    }

    private func isIdentity(_ id: NodeID) -> Bool {
        if case .identity = graph[id].operation { return true }
        return false
    }

    private mutating func negative(_ id: NodeID) -> NodeID { argument(.negate, id) ?? graph.elementwise(.negate, id) }

    // MARK: Rules

    private mutating func rule(_ node: Node, _ operands: [NodeID]) throws(ShapeError) -> NodeID? {
        if bringsSignsIn {
            if node.operation == .elementwise(.negate) { return try negated(operands[0]) }
            // 2·(a·b) is written 2·a·b.
            if node.operation == .elementwise(.multiply), graph[operands[0]].shape.rank == 0,
                graph[operands[1]].operation == .elementwise(.multiply),
                number(operands[0]) != nil || (graph[operands[1]].shape.rank > 0 && uses[node.operands[1]] == 1)
            {
                let parts = graph[operands[1]].operands
                let first = try graph.elementwise(.multiply, operands[0], parts[0])
                return try graph.elementwise(.multiply, first, parts[1])
            }
            return nil
        }
        switch node.operation {
        case .elementwise(let function) where operands.count == 2:
            if let chain = try chained(function, node, operands) { return chain }
            return try binary(function, operands[0], operands[1], node.shape)
        case .elementwise(let function): return try unary(function, operands[0])
        case .matmul: return try product(operands[0], operands[1])
        case .outer:
            let (a, b) = (operands[0], operands[1])
            if let x = argument(.negate, a), let y = argument(.negate, b) { return try graph.outer(x, y) }
            if let x = argument(.negate, a) { return negative(try graph.outer(x, b)) }
            if let y = argument(.negate, b) { return negative(try graph.outer(a, y)) }
        case .transpose:
            let a = operands[0]
            if SymbolicShapes.isSymmetric(a, in: graph) { return a }
            if let x = argument(.negate, a) { return negative(graph.transpose(x)) }
            if graph[a].operation == .matmul, graph[a].operands.allSatisfy({ graph[$0].shape.rank == 2 }) {
                let factors = graph[a].operands
                return try multiplied(transposed(factors[1]), transposed(factors[0]))
            }
        case .reshape(let shape):
            // v[:, None] flattened is v.
            if case .subscripted(let subscripts) = graph[operands[0]].operation,
                subscripts.allSatisfy({ entry in
                    if case .position = entry { false } else { true }
                }), graph[graph[operands[0]].operands[0]].shape.counts == shape.counts
            {
                return graph[operands[0]].operands[0]
            }
        case .sum(let axes, let keeping):
            let a = operands[0]
            if let x = argument(.negate, a) { return negative(try graph.sum(x, axes: axes, keepingAxes: keeping)) }
            if graph[a].operation == .transpose, graph[a].shape.rank == 2, axes.count == 1, !keeping {
                return try graph.sum(graph[a].operands[0], axes: [1 - axes[0]])
            }
        case .select where operands[1] == operands[2] && graph[operands[1]].shape.counts == node.shape.counts:
            return operands[1]
        case .norm:
            if let x = argument(.negate, operands[0]) { return graph.norm(x) }
        case .subscripted(let subscripts):
            if let x = argument(.negate, operands[0]) { return negative(try graph.subscripted(x, subscripts)) }
        case .diagonal, .diagonalMatrix:
            if let x = argument(.negate, operands[0]) { return negative(try graph.diag(x)) }
        default: break
        }
        return nil
    }

    /// a + (b + c) as a + b + c, where nothing else needs the sum in brackets.
    private mutating func chained(
        _ function: ElementwiseFunction, _ node: Node, _ operands: [NodeID]
    ) throws(ShapeError) -> NodeID? {
        guard function == .add, uses[node.operands[1]] == 1, names[operands[1]] == nil else { return nil }
        let inner = graph[operands[1]]
        switch inner.operation {
        case .elementwise(.add), .elementwise(.subtract):
            let first = try combined(.add, operands[0], inner.operands[0])
            return try combined(inner.operation == .elementwise(.add) ? .add : .subtract, first, inner.operands[1])
        default: return nil
        }
    }

    /// −a with the sign as far to the left as it goes.
    private mutating func negated(_ a: NodeID) throws(ShapeError) -> NodeID {
        let (operation, operands) = (graph[a].operation, graph[a].operands)
        switch operation {
        case .elementwise(.multiply), .elementwise(.divide):
            let first = try negated(operands[0])
            return try graph.elementwise(
                operation == .elementwise(.multiply) ? .multiply : .divide, first, operands[1])
        case .elementwise(.subtract) where number(operands[0]) == nil:
            return try graph.elementwise(.subtract, operands[1], operands[0])
        default: return negative(a)
        }
    }

    private mutating func transposed(_ a: NodeID) -> NodeID {
        SymbolicShapes.isSymmetric(a, in: graph) ? a : graph.transpose(a)
    }

    private mutating func unary(_ function: ElementwiseFunction, _ a: NodeID) throws(ShapeError) -> NodeID? {
        switch function {
        case .negate:
            if let x = argument(.negate, a) { return x }
            // 1 − s² stays as it is; −(a − b) is b − a.
            if graph[a].operation == .elementwise(.subtract), number(graph[a].operands[0]) == nil {
                return try graph.elementwise(.subtract, graph[a].operands[1], graph[a].operands[0])
            }
        case .absolute, .cosh, .logcosh:
            if let x = argument(.negate, a) { return graph.elementwise(function, x) }
        case .sign, .tanh, .sinh, .sin, .arctan, .erf:
            if let x = argument(.negate, a) { return negative(graph.elementwise(function, x)) }
        case .log where isNumber(a, 1), .log1p where isNumber(a, 0): return graph.constant(0)
        case .log1p:
            if let x = number(a), let sum = folded(.add, x, Constant(1)), sum.value > 0 {
                return graph.elementwise(.log, graph.constant(sum))
            }
        case .gammaln where isNumber(a, 1) || isNumber(a, 2): return graph.constant(0)
        case .sqrt where isNumber(a, 1), .exp where isNumber(a, 0): return graph.constant(1)
        default: break
        }
        return nil
    }

    private mutating func multiplied(_ a: NodeID, _ b: NodeID) throws(ShapeError) -> NodeID {
        if let result = try product(a, b) { return result }
        return try graph.matmul(a, b)
    }

    private mutating func combined(
        _ function: ElementwiseFunction, _ a: NodeID, _ b: NodeID
    ) throws(ShapeError) -> NodeID {
        let plain = try graph.elementwise(function, a, b)
        if let result = try binary(function, a, b, graph[plain].shape) { return result }
        return plain
    }

    private mutating func product(_ a: NodeID, _ b: NodeID) throws(ShapeError) -> NodeID? {
        if isIdentity(a) { return b }
        if isIdentity(b) { return a }
        if let x = argument(.negate, a) { return negative(try multiplied(x, b)) }
        if let y = argument(.negate, b) { return negative(try multiplied(a, y)) }
        // vᵀS = (Sv)ᵀ for a symmetric S.
        if graph[a].shape.rank == 1, graph[b].shape.rank == 2, SymbolicShapes.isSymmetric(b, in: graph) {
            return try graph.matmul(b, a)
        }
        return nil
    }

    private mutating func binary(
        _ function: ElementwiseFunction, _ a: NodeID, _ b: NodeID, _ shape: Shape
    ) throws(ShapeError) -> NodeID? {
        if let x = number(a), let y = number(b), let value = folded(function, x, y) { return graph.constant(value) }
        switch function {
        case .add:
            if isZero(a) { return whole(b, shape) }
            if isZero(b) { return whole(a, shape) }
            if a == b { return try graph.elementwise(.multiply, graph.constant(2), a) }
            if let y = argument(.negate, b) {
                return try combined(.subtract, a, y)
            }
            if let x = argument(.negate, a) {
                return try combined(.subtract, b, x)
            }
        case .subtract:
            if isZero(b) { return whole(a, shape) }
            if isZero(a), graph[b].shape == shape { return negative(b) }
            // −x − y as −(x + y), and x − c·y with a negative c as x + |c|·y.
            if let x = argument(.negate, a) { return negative(try combined(.add, x, b)) }
            if graph[b].operation == .elementwise(.multiply), let c = number(graph[b].operands[0]), c.value < 0 {
                let size = graph.constant(c.negated)
                return try combined(.add, a, combined(.multiply, size, graph[b].operands[1]))
            }
            if let y = argument(.negate, b) { return try combined(.add, a, y) }
            if a == b { return graph.filled(shape, Constant(0)) }
        case .power where isComparison(a) && (number(b)?.value ?? 0) > 0: return a
        case .multiply:
            if isZero(a) || isZero(b) { return graph.filled(shape, Constant(0)) }
            if isNumber(a, 1) { return whole(b, shape) }
            if isNumber(b, 1) { return whole(a, shape) }
            if isNumber(a, -1), graph[b].shape == shape { return negative(b) }
            if let x = argument(.negate, a) {
                return negative(try combined(.multiply, x, b))
            }
            if let y = argument(.negate, b) {
                return negative(try combined(.multiply, a, y))
            }
            if a == b { return try graph.elementwise(.power, a, graph.constant(2)) }
            // One order for products of matrices, so that equal terms are found.
            if b < a, graph[a].shape == graph[b].shape, shape.rank == 2 {
                return try graph.elementwise(.multiply, b, a)
            }
            // A number times a quotient by a number, or a number times a multiple.
            if let x = number(a), graph[b].operation == .elementwise(.multiply),
                let y = number(graph[b].operands[0]), let value = folded(.multiply, x, y)
            {
                return try combined(.multiply, graph.constant(value), graph[b].operands[1])
            }
        case .divide:
            if isNumber(b, 1) { return whole(a, shape) }
            // Divided by ½ is twice.
            if case .fraction(let n, let d)? = number(b), d != 1, let inverse = Constant(numerator: d, denominator: n) {
                return try combined(.multiply, graph.constant(inverse), a)
            }
            if let x = argument(.negate, a) { return negative(try graph.elementwise(.divide, x, b)) }
            if let y = argument(.negate, b) { return negative(try graph.elementwise(.divide, a, y)) }
        case .power:
            if isNumber(b, 1) { return whole(a, shape) }
            if let x = argument(.negate, a), case .fraction(let exponent, 1)? = number(b) {
                let power = try graph.elementwise(.power, x, b)
                return exponent % 2 == 0 ? power : negative(power)
            }
        case .equal where number(a) != nil && number(b) == nil: return try graph.elementwise(.equal, b, a)
        case .less, .lessEqual, .greater, .greaterEqual:
            // −x < 0 is x > 0.
            if let x = argument(.negate, a), isZero(b) {
                let turned: [ElementwiseFunction: ElementwiseFunction] = [
                    .less: .greater, .lessEqual: .greaterEqual, .greater: .less, .greaterEqual: .lessEqual,
                ]
                return try turned[function].map { other throws(ShapeError) in try graph.elementwise(other, x, b) }
            }
        default: break
        }
        return nil
    }

    private func isZero(_ id: NodeID) -> Bool {
        if case .filled(_, let value) = graph[id].operation { return value == Constant(0) }
        return isNumber(id, 0)
    }

    /// An operand that stands for the result, where it is not broadcast.
    private func whole(_ a: NodeID, _ shape: Shape) -> NodeID? { graph[a].shape.counts == shape.counts ? a : nil }

    /// The exact result of arithmetic with fractions; nil where it does not fit, or is none.
    private func folded(_ function: ElementwiseFunction, _ a: Constant, _ b: Constant) -> Constant? {
        guard case .fraction(let n, let d) = a, case .fraction(let m, let e) = b,
            let x = Fraction(n, d), let y = Fraction(m, e)
        else { return nil }
        let result: Fraction?
        switch function {
        case .add: result = x + y
        case .subtract: result = x + (-y)
        case .multiply: result = x * y
        case .divide: result = Fraction(y.denominator, y.numerator).flatMap { x * $0 }
        case .power:
            guard y.isWhole, (0...8).contains(y.numerator) else { return nil }
            result = (0..<y.numerator).reduce(Fraction.one) { total, _ in total.flatMap { $0 * x } }
        default: result = nil
        }
        return result.flatMap { Constant(numerator: $0.numerator, denominator: $0.denominator) }
    }
}
