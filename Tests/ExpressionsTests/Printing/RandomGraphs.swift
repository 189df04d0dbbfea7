import Expressions
import LinearAlgebra

/// Seeded random graphs over all operations and functions, typed by shape: what a printer must be able to print.
struct RandomGraphs {
    private var random: SplitMix
    private(set) var graph = Graph()
    /// Names of the operations and functions that occurred.
    private(set) var seen: Set<String> = []

    init(seed: UInt64) { random = SplitMix(state: seed) }

    /// SplitMix64 (Steele, Lea, Flood 2014).
    struct SplitMix: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }

    static let (n, p) = (Dimension(symbol: .n, count: 5), Dimension(symbol: .p, count: 3))
    static let environment = Environment(
        arrays: [
            "X": NumericArray(
                shape: [5, 3], [0.3, -1.2, 0.7, 1.1, 0.4, -0.6, -0.2, 0.9, 1.3, 0.8, -0.5, 0.1, -1.4, 0.6, 0.2]),
            "y": NumericArray([0.5, -0.7, 1.2, 0.1, -0.3]), "beta": NumericArray([0.4, -0.9, 0.6]),
            "c": NumericArray(0.75),
        ], n: 5, p: 3)

    private mutating func pick(_ count: Int) -> Int { Int.random(in: 0..<count, using: &random) }

    /// A graph whose root has one of the five kinds of shape.
    mutating func next(depth: Int) throws -> NodeID {
        graph = Graph()
        let root: NodeID
        switch pick(5) {
        case 0: root = try scalar(depth)
        case 1: root = try vector(Self.n, depth)
        case 2: root = try vector(Self.p, depth)
        case 3: root = try matrix(Self.n, depth)
        default: root = try matrix(Self.p, depth)
        }
        for id in graph.reachable(from: [root]) {
            if case .elementwise(let function) = graph[id].operation {
                seen.insert(function.rawValue)
            } else {
                seen.insert(String("\(graph[id].operation)".prefix { $0 != "(" }))
            }
        }
        return root
    }

    private mutating func scalar(_ depth: Int) throws -> NodeID {
        guard depth > 0 else {
            switch pick(6) {
            case 0: return graph.variable("c", shape: .scalar)
            case 1: return graph.constant(Constant(pick(5) - 2))
            case 2: return graph.constant(.fraction(numerator: pick(9) - 4, denominator: pick(6) + 1).lowest)
            case 3: return graph.dimension(pick(2) == 0 ? Self.n : Self.p)
            case 4: return graph.constant(.double([.pi, 2.718281828459045, 1.25e-7, 3e9][pick(4)]))
            default:
                return try graph.subscripted(
                    vector(Self.p, 0), [.position(Dimension(symbol: .p, offset: -1, count: 2))])
            }
        }
        switch pick(11) {
        case 0: return try graph.sum(vector(pick(2) == 0 ? Self.n : Self.p, depth - 1))
        case 1: return try graph.matmul(vector(Self.n, depth - 1), vector(Self.n, depth - 1))
        case 2: return try graph.norm(matrix(Self.n, depth - 1))
        case 3: return try graph.determinant(matrix(Self.p, depth - 1))
        case 4: return try graph.logDeterminant(matrix(Self.p, depth - 1))
        case 5: return try graph.trace(matrix(Self.p, depth - 1))
        case 6: return try graph.logSumExp(vector(Self.n, depth - 1))
        case 7: return try graph.mean(matrix(Self.n, depth - 1))
        case 8:
            return try graph.einsum(
                inputs: ["ij", "i", "j"], output: "",
                [matrix(Self.n, depth - 1), vector(Self.n, depth - 1), vector(Self.p, depth - 1)])
        default:
            let inner = depth - 1
            return try function(inner) { (own) in try own.scalar(inner) }
        }
    }

    private mutating func vector(_ length: Dimension, _ depth: Int) throws -> NodeID {
        guard depth > 0 else {
            switch pick(8) {
            case 0: return graph.arange(length)
            case 1: return graph.filled(Shape([length]), [Constant(0), Constant(1), .double(0.5)][pick(3)])
            case 2: return try graph.subscripted(graph.identity(length), [.position(Dimension(1))])
            default: return graph.variable(length == Self.n ? "y" : "beta", shape: Shape([length]))
            }
        }
        let inner = depth - 1
        switch pick(10) {
        case 0: return try graph.matmul(matrix(length, inner), vector(Self.p, inner))
        case 1: return try graph.matmul(vector(Self.n, inner), graph.transpose(rows(length, inner)))
        case 2: return try graph.sum(matrix(length, inner), axes: [1])
        case 3: return try graph.logSumExp(matrix(length, inner), axes: [1])
        case 4: return try graph.softmax(vector(length, inner), axis: 0)
        case 5:
            return try length == Self.p
                ? graph.solve(matrix(Self.p, inner), vector(Self.p, inner))
                : graph.flattened(graph.expandingDimensions(vector(length, inner), at: 1))
        case 6:
            return try length == Self.p
                ? graph.diag(matrix(Self.p, inner))
                : graph.subscripted(
                    matrix(length, inner), [.range(start: Dimension(0), end: length), .position(Dimension(1))])
        default: return try function(inner) { (own) in try own.vector(length, inner) }
        }
    }

    /// A matrix of this many rows and n columns.
    private mutating func rows(_ length: Dimension, _ depth: Int) throws -> NodeID {
        let x = graph.transpose(try matrix(Self.n, depth))
        return try length == Self.p ? x : graph.matmul(matrix(Self.n, depth), x)
    }

    /// A matrix of this many rows and p columns.
    private mutating func matrix(_ length: Dimension, _ depth: Int) throws -> NodeID {
        let whole = Subscript.range(start: Dimension(0), end: length)
        guard depth > 0 else {
            if length == Self.p { return graph.identity(Self.p) }
            return pick(5) == 0
                ? graph.filled(Shape([length, Self.p]), Constant(1))
                : graph.variable("X", shape: Shape([Self.n, Self.p]))
        }
        let inner = depth - 1
        switch pick(12) {
        case 0: return try graph.outer(vector(length, inner), vector(Self.p, inner))
        case 1: return try graph.matmul(matrix(length, inner), matrix(Self.p, inner))
        case 2:
            return try graph.elementwise(
                .multiply, graph.expandingDimensions(vector(length, inner), at: 1), matrix(length, inner))
        case 3: return try graph.elementwise(.multiply, matrix(length, inner), vector(Self.p, inner))
        case 4:
            return try length == Self.p
                ? graph.inverse(matrix(Self.p, inner)) : graph.softmax(matrix(length, inner), axis: 1)
        case 5:
            return try length == Self.p
                ? graph.diag(vector(Self.p, inner))
                : graph.sum(
                    graph.subscripted(
                        matrix(length, inner), [whole, .newAxis, .range(start: Dimension(0), end: Self.p)]), axes: [1])
        case 6:
            return try length == Self.p
                ? graph.transpose(matrix(Self.p, inner))
                : graph.reshape(matrix(length, inner), to: Shape([length, Self.p]))
        case 7:
            return try graph.einsum(
                inputs: ["ab", "bc", "b"], output: "ac",
                [matrix(length, inner), matrix(Self.p, inner), vector(Self.p, inner)])
        case 8:
            return try graph.elementwise(
                .subtract, matrix(length, inner), graph.sum(matrix(length, inner), axes: [0], keepingAxes: true))
        default: return try function(inner) { (own) in try own.matrix(length, inner) }
        }
    }

    /// A function of arrays of one shape, in its domain for most of them.
    private mutating func function(
        _ depth: Int, _ operand: (inout RandomGraphs) throws -> NodeID
    ) throws -> NodeID {
        if pick(8) == 0 {
            return try graph.select(operand(&self), operand(&self), operand(&self))
        }
        let function = ElementwiseFunction.allCases[pick(ElementwiseFunction.allCases.count)]
        let a = try operand(&self)
        switch function {
        case .polygamma:
            let positive = graph.elementwise(.softplus, a)
            return try graph.elementwise(.polygamma, graph.constant(1), positive)
        case .log, .sqrt, .gammaln, .digamma:
            return graph.elementwise(function, try graph.elementwise(.power, a, graph.constant(2)))
        case .power:
            return try graph.elementwise(.power, a, pick(3) == 0 ? operand(&self) : graph.constant(pick(5) - 1))
        default:
            return function.arity == 1
                ? graph.elementwise(function, a) : try graph.elementwise(function, a, operand(&self))
        }
    }
}

extension Constant {
    /// In lowest terms, as literals are read.
    fileprivate var lowest: Constant {
        guard case .fraction(let numerator, let denominator) = self else { return self }
        return Constant(numerator: numerator, denominator: denominator) ?? self
    }
}
