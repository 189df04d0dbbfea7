import Expressions
import LinearAlgebra

/// The derivatives that functions state as programs (`"1 - tanh(x)**2"`), parsed once and grafted where they are needed.
enum ElementwiseTemplates {
    /// ∂f/∂x for a function of one number, as a graph in `x`.
    private static let unary: [ElementwiseFunction: Program] = table { function in
        function.unaryRule.map { [$0.symbolicDerivative] } ?? []
    }.compactMapValues(\.first)

    /// ∂f/∂a and ∂f/∂b for a function of two numbers, as graphs in `a` and `b`.
    private static let binary: [ElementwiseFunction: [Program]] = table { function in
        function.binaryRule.map { [$0.symbolicDerivatives.a, $0.symbolicDerivatives.b] } ?? []
    }

    private static func table(_ texts: (ElementwiseFunction) -> [String]) -> [ElementwiseFunction: [Program]] {
        let scalar = NumericArray(1)
        let environment = Environment(arrays: ["x": scalar, "a": scalar, "b": scalar], n: 1, p: 1)
        var result: [ElementwiseFunction: [Program]] = [:]
        for function in ElementwiseFunction.allCases {
            result[function] = texts(function).compactMap { try? Program.parse($0, in: environment) }
        }
        return result
    }

    /// The derivative of a function by its operand `which`, at the given operands.
    static func derivative(
        _ function: ElementwiseFunction, by which: Int, at operands: [NodeID], in symbolic: inout SymbolicGraph
    ) throws(ShapeError) -> Monomial {
        switch function {
        // The commonest in factored form at once.
        case .add: return .one
        case .subtract: return which == 0 ? .one : Monomial.one.negated
        case .negate: return Monomial.one.negated
        case .multiply: return symbolic.decompose(operands[1 - which])
        case .power where which == 0:
            if case .constant(.fraction(let a, let b)) = symbolic.graph[operands[1]].operation, let k = Fraction(a, b),
                let less = k + Fraction(-1)
            {
                if k.isZero { return .zero }
                let base = symbolic.decompose(operands[0])
                let powered =
                    less.isZero
                    ? .one
                    : symbolic.power(base, less)
                        ?? Monomial(coefficient: .one, factors: [.init(node: operands[0], exponent: less)])
                return symbolic.product(Monomial(coefficient: k, factors: []), powered)
            }
        default: break
        }
        let program: Program?
        let names: [String: NodeID]
        if function.arity == 1 {
            program = unary[function]
            names = ["x": operands[0]]
        } else {
            program = binary[function].flatMap { $0.indices.contains(which) ? $0[which] : nil }
            names = ["a": operands[0], "b": operands[1]]
        }
        guard let program else { return .zero }
        var image: [NodeID: NodeID] = [:]
        for id in program.graph.reachable(from: [program.root]) {
            let node = program.graph[id]
            let own = node.operands.compactMap { image[$0] }
            switch node.operation {
            case .variable(let name): image[id] = names[name] ?? symbolic.graph.constant(0)
            case .elementwise(let inner):
                image[id] =
                    own.count == 1
                    ? symbolic.graph.elementwise(inner, own[0]) : try symbolic.graph.elementwise(inner, own[0], own[1])
            case .constant(let value): image[id] = symbolic.graph.constant(value)
            default: image[id] = symbolic.graph.copy(node.operation, own, shape: node.shape)
            }
        }
        guard let root = image[program.root] else { return .zero }
        return symbolic.decompose(root)
    }
}
