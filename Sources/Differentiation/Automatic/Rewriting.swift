import Expressions

/// A program in the operations that the tape knows, in the forms that are stable in binary64 (`Rewriting`).
public struct StableProgram: Sendable {
    let graph: Graph
    let root: NodeID
    /// The same with the columns of X about their centres, where that may keep digits (`Centring`).
    let centred: (graph: Graph, root: NodeID)?

    /// - Throws: `ShapeError` where a form cannot be written for these shapes.
    public init(_ program: Program) throws(ShapeError) {
        (graph, root) = try Rewriting.rewrite(program)
        centred = try Centring.centred(graph, root: root)
    }
}

/// Rewrites a program in the operations that the tape knows, with the forms that are stable in binary64.
///
/// `log(1 + exp(x))` becomes `softplus(x)`, `log(sum(exp(x)))` `logsumexp(x)`, `log(sigmoid(x))` `-softplus(-x)`, and so
/// on: the value is the same and the derivatives survive where the text's own would overflow or cancel. `trace`, `outer`,
/// `einsum`, `solve` and `softmax` are written in terms of the others.
struct Rewriting {
    var graph = Graph()
    /// What each node of the program became.
    private(set) var image: [NodeID: NodeID] = [:]
    /// The cross entropies among the nodes.
    var entropies: [NodeID: CrossEntropy] = [:]
    private let keepsStructure: Bool

    private init(keepsStructure: Bool) { self.keepsStructure = keepsStructure }

    /// The program with stable functions in place of their long spellings, and its own nodes as well: what the symbolic
    /// derivation starts from, so that all spellings of a loss have one gradient.
    static func recognised(_ program: Program) throws(ShapeError) -> (program: Program, loss: NodeID) {
        var rewriting = Rewriting(keepsStructure: true)
        let order = program.graph.reachable(from: [program.root])
        for id in order { rewriting.image[id] = try rewriting.node(program.graph[id]) }
        guard let root = rewriting.image[program.root] else { return (program, program.root) }
        var result = Program(graph: rewriting.graph, root: root)
        var copies: [NodeID: NodeID] = [:]
        for id in order {
            let node = program.graph[id]
            copies[id] = result.graph.copy(node.operation, node.operands.compactMap { copies[$0] }, shape: node.shape)
            if let name = program.names[id] {
                if let copy = copies[id] { result.names[copy] = name }
                if let image = rewriting.image[id], result.names[image] == nil { result.names[image] = name }
            }
        }
        return (result, copies[program.root] ?? root)
    }

    /// The rewritten graph and its result.
    static func rewrite(_ program: Program) throws(ShapeError) -> (graph: Graph, root: NodeID) {
        var rewriting = Rewriting(keepsStructure: false)
        for id in program.graph.reachable(from: [program.root]) {
            rewriting.image[id] = try rewriting.node(program.graph[id])
        }
        guard let root = rewriting.image[program.root] else { preconditionFailure("the root is reachable") }
        return (rewriting.graph, root)
    }

    private mutating func node(_ node: Node) throws(ShapeError) -> NodeID {
        let operands = node.operands.compactMap { image[$0] }
        if case .elementwise(let function) = node.operation { return try elementwise(function, operands) }
        if let product = try diagonals(node.operation, operands) { return product }
        if keepsStructure { return graph.copy(node.operation, operands, shape: node.shape) }
        if case .subscripted(let subscripts) = node.operation,
            let score = try scoreOfOneClass(operands[0], subscripts)
        {
            return score
        }
        if node.operation == .select, graph[operands[2]].operation == .constant(Constant(0)),
            let form = try logProbabilities(where: operands[0], operands[1])
        {
            return form
        }
        if node.operation == .matmul, node.shape.rank == 1, let sums = try comparisonSum(operands, node.shape) {
            return sums
        }
        switch node.operation {
        case .trace: return try graph.sum(graph.diag(operands[0]))
        case .outer:
            let column = try graph.expandingDimensions(operands[0], at: 1)
            let row = try graph.expandingDimensions(operands[1], at: 0)
            return try graph.elementwise(.multiply, column, row)
        case .solve: return try graph.matmul(graph.inverse(operands[0]), operands[1])
        case .softmax(let axis):
            let total = try graph.logSumExp(operands[0], axes: [axis], keepingAxes: true)
            return graph.elementwise(.exp, try graph.elementwise(.subtract, operands[0], total))
        case .einsum(let inputs, let output): return try einsum(inputs, output, operands, node.shape)
        case .logDeterminant: return try graph.logDeterminant(operands[0])
        default: return graph.copy(node.operation, operands, shape: node.shape)
        }
    }

    /// A product of a matrix of comparisons of given numbers with a vector, as sums.
    private mutating func comparisonSum(_ operands: [NodeID], _ shape: Shape) throws(ShapeError) -> NodeID? {
        let whole = try graph.matmul(operands[0], operands[1])
        guard let product = graph.comparisonProduct(whole), graph[product.summed].shape.rank == 1 else { return nil }
        let depends = graph.dependence(on: "beta")
        guard !depends[product.among.index], !depends[product.thresholds.index] else { return nil }
        var summed = product.summed
        if let weights = product.weights { summed = try graph.elementwise(.multiply, weights, summed) }
        let sums = graph.copy(
            .comparisonSum(product.relation), [product.among, product.thresholds, summed], shape: shape)
        return try product.scale.map { scale throws(ShapeError) in
            try graph.elementwise(.multiply, scale, sums)
        } ?? sums
    }

    /// Products with diagonal matrices and diagonals of products, without the matrix: diag(v) B, A diag(v), (A diag(v)) B as
    /// A (diag(v) B), the diagonal or the trace of AB as sums of A∘Bᵀ.
    private mutating func diagonals(_ operation: Operation, _ operands: [NodeID]) throws(ShapeError) -> NodeID? {
        switch operation {
        case .matmul:
            let (a, b) = (operands[0], operands[1])
            if graph[a].operation == .diagonalMatrix { return try rowsScaled(b, by: graph[a].operands[0]) }
            if graph[b].operation == .diagonalMatrix {
                return try graph.elementwise(.multiply, a, graph[b].operands[0])
            }
            if graph[a].operation == .elementwise(.multiply), graph[a].shape.rank == 2 {
                let (matrix, weights) = (graph[a].operands[0], graph[a].operands[1])
                if graph[matrix].shape.rank == 2, graph[weights].shape.rank == 1,
                    graph[matrix].shape == graph[a].shape, graph[weights].shape.counts[0] == graph[a].shape.counts[1]
                {
                    let scaled = try rowsScaled(b, by: weights)
                    if !keepsStructure, graph[scaled].shape.rank == 1,
                        let sums = try comparisonSum([matrix, scaled], Shape([graph[matrix].shape.dimensions[0]]))
                    {
                        return sums
                    }
                    return try graph.matmul(matrix, scaled)
                }
            }
            return nil
        case .diagonal, .trace:
            guard graph[operands[0]].operation == .matmul else { return nil }
            let factors = graph[operands[0]].operands
            guard factors.allSatisfy({ graph[$0].shape.rank == 2 }) else { return nil }
            let product = try graph.elementwise(.multiply, factors[0], graph.transpose(factors[1]))
            return try graph.sum(product, axes: operation == .trace ? nil : [1])
        default: return nil
        }
    }

    private mutating func rowsScaled(_ b: NodeID, by weights: NodeID) throws(ShapeError) -> NodeID {
        let column = graph[b].shape.rank == 2 ? try graph.expandingDimensions(weights, at: 1) : weights
        return try graph.elementwise(.multiply, column, b)
    }

    func operation(_ id: NodeID) -> (Operation, [NodeID]) { (graph[id].operation, graph[id].operands) }

    /// The argument, where a node is this function of one number.
    func argument(_ function: ElementwiseFunction, _ id: NodeID) -> NodeID? {
        graph[id].operation == .elementwise(function) ? graph[id].operands[0] : nil
    }

    func isOne(_ id: NodeID) -> Bool { graph[id].operation == .constant(Constant(1)) }

    mutating func elementwise(
        _ function: ElementwiseFunction, _ operands: [NodeID]
    ) throws(ShapeError) -> NodeID {
        let a = operands[0]
        // The symbolic side keeps what people write.
        if !keepsStructure, let form = try stable(function, operands) { return form }
        switch function {
        case .log:
            if let x = argument(.sigmoid, a) {
                return graph.elementwise(.negate, graph.elementwise(.softplus, graph.elementwise(.negate, x)))
            }
            if let x = argument(.ndtr, a) { return graph.elementwise(.logNdtr, x) }
            if let x = argument(.cosh, a) { return graph.elementwise(.logcosh, x) }
            if let x = argument(.exp, a) { return x }
            if case (.elementwise(.divide), let terms) = operation(a), let x = argument(.exp, terms[0]),
                case (.sum, let inner) = operation(terms[1]), argument(.exp, inner[0]) != nil
            {
                return try elementwise(.subtract, [x, elementwise(.log, [terms[1]])])
            }
            if case (.sum(let axes, let keeping), let inner) = operation(a), let x = argument(.exp, inner[0]) {
                return try graph.logSumExp(x, axes: axes, keepingAxes: keeping)
            }
            if case (.determinant, let inner) = operation(a) { return try graph.logDeterminant(inner[0]) }
            if case (.elementwise(.add), let terms) = operation(a) {
                for (one, other) in [(terms[0], terms[1]), (terms[1], terms[0])] where isOne(one) {
                    if let x = argument(.exp, other) { return graph.elementwise(.softplus, x) }
                    return graph.elementwise(.log1p, other)
                }
                if let x = argument(.exp, terms[0]), let y = argument(.exp, terms[1]) {
                    return try graph.elementwise(.logaddexp, x, y)
                }
            }
            if case (.elementwise(.subtract), let terms) = operation(a), isOne(terms[0]) {
                if let x = argument(.sigmoid, terms[1]) {
                    return graph.elementwise(.negate, graph.elementwise(.softplus, x))
                }
                if let x = argument(.ndtr, terms[1]) {
                    return graph.elementwise(.logNdtr, graph.elementwise(.negate, x))
                }
                return graph.elementwise(.log1p, graph.elementwise(.negate, terms[1]))
            }
        case .log1p:
            if let x = argument(.exp, a) { return graph.elementwise(.softplus, x) }
            if let negative = argument(.negate, a), let x = argument(.sigmoid, negative) {
                return graph.elementwise(.negate, graph.elementwise(.softplus, x))
            }
        case .subtract:
            if isOne(operands[0]), let x = argument(.sigmoid, operands[1]) {
                return graph.elementwise(.sigmoid, graph.elementwise(.negate, x))
            }
            if isOne(operands[0]), let x = argument(.ndtr, operands[1]) {
                return graph.elementwise(.ndtr, graph.elementwise(.negate, x))
            }
            if isOne(operands[1]), let x = argument(.exp, operands[0]) { return graph.elementwise(.expm1, x) }
        case .divide:
            if let x = argument(.exp, operands[0]), case (.sum(let axes, true), let inner) = operation(operands[1]),
                inner[0] == operands[0]
            {
                let total = try graph.logSumExp(x, axes: axes, keepingAxes: true)
                return graph.elementwise(.exp, try graph.elementwise(.subtract, x, total))
            }
            // 1/(1 + exp(-x)) and 1/(1 + exp(x)).
            if isOne(operands[0]), case (.elementwise(.add), let terms) = operation(operands[1]) {
                for (one, other) in [(terms[0], terms[1]), (terms[1], terms[0])] where isOne(one) {
                    if let x = argument(.exp, other) {
                        return graph.elementwise(.sigmoid, graph.elementwise(.negate, x))
                    }
                }
            }
        case .logaddexp:
            for (zero, other) in [(operands[0], operands[1]), (operands[1], operands[0])]
            where graph[zero].operation == .constant(Constant(0)) {
                return graph.elementwise(.softplus, other)
            }
        case .maximum:
            for (zero, other) in [(operands[0], operands[1]), (operands[1], operands[0])]
            where graph[zero].operation == .constant(Constant(0)) && graph[other].shape.rank > 0 {
                // Kept as a maximum: at the kink each side has ½, and relu has 0.
                _ = other
            }
        case .multiply where operands[0] == operands[1]:
            return try graph.elementwise(.power, a, graph.constant(2))
        case .power where graph[operands[1]].operation == .constant(Constant(2)):
            if let x = argument(.sqrt, a) { return x }
            if case (.norm, let inner) = operation(a) {
                return try graph.sum(graph.elementwise(.power, inner[0], graph.constant(2)))
            }
            if let x = argument(.absolute, a) { return try graph.elementwise(.power, x, operands[1]) }
        case .sqrt:
            if case (.elementwise(.power), let inner) = operation(a),
                graph[inner[1]].operation == .constant(Constant(2))
            {
                return graph.elementwise(.absolute, inner[0])
            }
        case .negate:
            if let x = argument(.negate, a) { return x }
        default: break
        }
        return function.arity == 1
            ? graph.elementwise(function, a) : try graph.elementwise(function, a, operands[1])
    }

    /// A sum of products: operands aligned to all letters, multiplied, summed. A pair that is a matrix product is one.
    private mutating func einsum(
        _ inputs: [String], _ output: String, _ operands: [NodeID], _ shape: Shape
    ) throws(ShapeError) -> NodeID {
        if inputs.count == 2, let product = try matrixProduct(inputs, output, operands) { return product }
        let letters = Rewriting.commonOrder(inputs, output)
        var product: NodeID?
        for (input, operand) in zip(inputs, operands) {
            let aligned = try align(operand, Array(input), to: letters)
            product = if let known = product { try graph.elementwise(.multiply, known, aligned) } else { aligned }
        }
        guard let product else { throw ShapeError("einsum without operands") }
        return try graph.sum(product, axes: letters.indices.filter { !output.contains(letters[$0]) })
    }

    /// An order of the letters in which the result's and, if there is such an order, every operand's stand as they are: no
    /// axis of an array of three has to be moved. Else the result's first.
    private static func commonOrder(_ inputs: [String], _ output: String) -> [Character] {
        let words = ([output] + inputs).map(Array.init)
        var rest: [Character] = []
        for word in words { for letter in word where !rest.contains(letter) { rest.append(letter) } }
        let all = rest
        var order: [Character] = []
        while !rest.isEmpty {
            // A letter before which none of the rest has to stand.
            let next = rest.first { letter in
                words.allSatisfy { word in
                    guard let place = word.firstIndex(of: letter) else { return true }
                    return word[..<place].allSatisfy { order.contains($0) }
                }
            }
            guard let next else { return all }
            order.append(next)
            rest.removeAll { $0 == next }
        }
        return order
    }

    private mutating func matrixProduct(
        _ inputs: [String], _ output: String, _ operands: [NodeID]
    ) throws(ShapeError) -> NodeID? {
        let (a, b, c) = (Array(inputs[0]), Array(inputs[1]), Array(output))
        guard a.count <= 2, b.count <= 2, c.count == a.count + b.count - 2 else { return nil }
        for (i, letter) in a.enumerated() {
            guard let j = b.firstIndex(of: letter), !c.contains(letter) else { continue }
            let rest = a.filter { $0 != letter } + b.filter { $0 != letter }
            guard rest == c || (rest.count == 2 && [rest[1], rest[0]] == c) else { continue }
            let left = a.count == 2 && i == 0 ? graph.transpose(operands[0]) : operands[0]
            let right = b.count == 2 && j == 1 ? graph.transpose(operands[1]) : operands[1]
            let product = try graph.matmul(left, right)
            return rest == c ? product : graph.transpose(product)
        }
        return nil
    }

    /// An operand with one axis for every letter, in their order.
    private mutating func align(
        _ operand: NodeID, _ own: [Character], to letters: [Character]
    ) throws(ShapeError) -> NodeID {
        let present = letters.filter { own.contains($0) }
        var result = operand
        if present != own {
            guard own.count == 2 else {
                throw ShapeError("einsum with an operand of \(own.count) axes in another order")
            }
            result = graph.transpose(operand)
        }
        for (place, letter) in letters.enumerated() where !own.contains(letter) {
            result = try graph.expandingDimensions(result, at: place)
        }
        return result
    }
}
