/// Prints graphs in our own grammar or as NumPy: the same structure, other names of functions.
///
/// Shared sub-expressions are named; the text is built from operands to results, so its length is that of the graph, not
/// of the tree that the graph stands for.
struct TextPrinter {
    enum Dialect { case formula, numpy }

    let graph: Graph
    let dialect: Dialect
    /// Nodes that are printed as means: quotients of sums by the number of their terms, within a formula.
    private var means: Set<NodeID> = []
    /// Modules that the text needs: `np`, `sp`.
    private(set) var modules: Set<String> = []

    init(_ graph: Graph, dialect: Dialect) {
        self.graph = graph
        self.dialect = dialect
    }

    /// The statements that name shared sub-expressions, and the text of the result.
    mutating func print(_ root: NodeID, naming: inout Naming) -> (
        statements: [(name: String, text: String)], result: String
    ) {
        let order = graph.reachable(from: [root])
        var uses: [NodeID: Int] = [:]
        // What is used twice as its transpose is used twice.
        for id in order.reversed() {
            let count = graph[id].operation == .transpose ? max(1, uses[id, default: 1]) : 1
            for operand in graph[id].operands { uses[operand, default: 0] += count }
        }
        let terms = topTerms(of: root)
        means = Set(order.filter { isMean($0) && !terms.contains($0) && uses[graph[$0].operands[0]] == 1 })
        var fragments: [NodeID: Fragment] = [:]
        var statements: [(name: String, text: String)] = []
        for id in order {
            let fragment: Fragment
            if means.contains(id), case .sum(let axes, let keeping) = graph[graph[id].operands[0]].operation {
                let sum = graph[graph[id].operands[0]]
                fragment = reduction("mean", fragments[sum.operands[0]] ?? .atom(""), axes, keeping, sum)
            } else {
                fragment = self.fragment(id, graph[id].operands.compactMap { fragments[$0] })
            }
            if id != root, uses[id, default: 0] > 1, fragment.text.count >= 5, deservesName(id) {
                let name = naming.name(of: id, in: graph)
                statements.append((name, fragment.text))
                fragments[id] = .atom(name)
            } else {
                fragments[id] = fragment
            }
        }
        return (statements, fragments[root]?.text ?? "")
    }

    /// Whether a node is a sum divided by the number of its terms.
    private func isMean(_ id: NodeID) -> Bool {
        let operands = graph[id].operands
        guard graph[id].operation == .elementwise(.divide), case .sum(let axes, _) = graph[operands[0]].operation,
            axes.count == 1, case .dimension(let count) = graph[operands[1]].operation
        else { return false }
        return graph[graph[operands[0]].operands[0]].shape.dimensions[axes[0]] == count
    }

    /// The terms of the outermost sum: a loss is `sum(r**2) / n`, as it was written.
    private func topTerms(of root: NodeID) -> Set<NodeID> {
        var result: Set<NodeID> = []
        var rest = [root]
        while let id = rest.popLast() {
            guard result.insert(id).inserted else { continue }
            switch graph[id].operation {
            case .elementwise(.add), .elementwise(.subtract), .elementwise(.negate), .elementwise(.multiply):
                rest += graph[id].operands
            default: break
            }
        }
        return result
    }

    /// Transposes, new axes and signs are cheaper to read than a name; and a scaled array is its factor and the array.
    private func deservesName(_ id: NodeID) -> Bool {
        switch graph[id].operation {
        case .transpose, .constant, .dimension, .variable, .subscripted, .identity, .arange, .filled,
            .elementwise(.negate):
            false
        case .elementwise(.multiply), .elementwise(.divide):
            !graph[id].operands.contains {
                if case .constant = graph[$0].operation {
                    true
                } else if case .dimension = graph[$0].operation {
                    true
                } else {
                    false
                }
            }
        default: true
        }
    }

    // MARK: Nodes

    private mutating func fragment(_ id: NodeID, _ operands: [Fragment]) -> Fragment {
        let node = graph[id]
        switch node.operation {
        case .constant(let constant): return number(constant)
        case .dimension(let dimension):
            return Fragment(text: dimension.description, level: dimension.offset == 0 ? 5 : 1)
        case .variable(let name): return .atom(name)
        case .elementwise(let function): return elementwise(function, node, operands)
        case .select: return call("where", operands.map { $0.atLeast(0) })
        case .matmul: return matmul(node, operands)
        case .transpose: return .atom(operands[0].atLeast(5) + ".T")
        case .subscripted(let subscripts):
            return .atom(operands[0].atLeast(5) + "[" + subscriptText(subscripts, graph[node.operands[0]].shape) + "]")
        case .reshape(let shape):
            return call("reshape", [operands[0].text, tuple(shape)])
        case .sum(let axes, let keeping): return reduction("sum", operands[0], axes, keeping, node)
        case .logSumExp(let axes, let keeping): return reduction("logsumexp", operands[0], axes, keeping, node)
        case .softmax(let axis): return call("softmax", [operands[0].text, "axis=\(axis)"])
        case .diagonalMatrix, .diagonal: return call("diag", [operands[0].text])
        case .trace: return call("trace", [operands[0].text])
        case .outer: return call("outer", operands.map(\.text))
        case .einsum(let inputs, let output):
            return call("einsum", ["\"" + inputs.joined(separator: ",") + "->" + output + "\""] + operands.map(\.text))
        case .inverse: return call("inv", [operands[0].text])
        case .solve: return call("solve", operands.map(\.text))
        case .determinant: return call("det", [operands[0].text])
        case .logDeterminant:
            let text = call("logdet", [operands[0].text]).text
            return .atom(dialect == .numpy ? text + "[1]" : text)
        case .norm: return call("norm", [operands[0].text])
        case .comparisonSum: return call("sum", [operands[2].text])
        case .riskSetLogSum: return call("logsumexp", [operands[1].text])
        case .identity(let order): return call("eye", [order.description])
        case .arange(let length): return call("arange", [length.description])
        case .filled(let shape, let constant):
            let extent = shape.rank == 1 ? shape.dimensions[0].description : tuple(shape)
            if constant == Constant(0) { return call("zeros", [extent]) }
            if constant == Constant(1) { return call("ones", [extent]) }
            return call("full", [extent, number(constant).text])
        }
    }

    private mutating func number(_ constant: Constant) -> Fragment {
        switch constant {
        case .double(let value):
            if value == .pi {
                modules.insert("np")
                return .atom(dialect == .numpy ? "np.pi" : "pi")
            }
            if value == 2.718281828459045 {
                modules.insert("np")
                return .atom(dialect == .numpy ? "np.e" : "e")
            }
            return Fragment(text: "\(value)", level: value < 0 ? 3 : 5)
        case .fraction(let numerator, let denominator):
            if denominator == 1 { return Fragment(text: String(numerator), level: numerator < 0 ? 3 : 5) }
            // Tenths and hundredths as people write them, thirds and halves as fractions.
            var rest = denominator
            var isDecimal = false
            while rest % 10 == 0 { rest /= 10 }
            while rest % 5 == 0 {
                rest /= 5
                isDecimal = true
            }
            if denominator % 10 == 0 { isDecimal = true }
            while rest % 2 == 0 { rest /= 2 }
            if isDecimal, rest == 1 {
                return Fragment(text: "\(constant.value)", level: numerator < 0 ? 3 : 5)
            }
            return Fragment(text: "\(numerator)/\(denominator)", level: 2)
        }
    }

    private mutating func elementwise(_ function: ElementwiseFunction, _ node: Node, _ operands: [Fragment]) -> Fragment
    {
        var operands = operands
        if dialect == .numpy, [.add, .subtract, .negate, .power].contains(function) {
            // NumPy's bool arrays do not subtract, and add as a logical or.
            for (k, operand) in node.operands.enumerated() where isBoolean(operand) {
                operands[k] = Fragment(text: operands[k].atLeast(3) + " * 1.0", level: 2)
            }
        }
        let a = operands[0]
        switch function {
        case .add: return Fragment(text: a.atLeast(1) + " + " + operands[1].atLeast(2), level: 1)
        case .subtract: return Fragment(text: a.atLeast(1) + " - " + operands[1].atLeast(2), level: 1)
        case .negate:
            let isProduct = graph[node.operands[0]].operation == .matmul
            return Fragment(text: "-" + (isProduct ? a.text : a.atLeast(3)), level: isProduct ? 2 : 3)
        case .multiply:
            // A scalar in front of a matrix product needs no brackets: the parser takes it out again.
            let isPrefix = graph[node.operands[0]].shape.rank == 0 && graph[node.operands[1]].operation == .matmul
            return Fragment(text: a.atLeast(2) + " * " + operands[1].atLeast(isPrefix ? 2 : 3), level: 2)
        case .divide:
            let isTight = isPlain(node.operands[0], signed: true) && isPlain(node.operands[1])
            let slash = isTight ? "/" : " / "
            return Fragment(text: a.atLeast(2) + slash + operands[1].atLeast(3), level: 2)
        case .power: return Fragment(text: a.atLeast(5) + "**" + operands[1].atLeast(4), level: 4)
        case .less, .lessEqual, .greater, .greaterEqual, .equal, .notEqual:
            return Fragment(text: a.atLeast(1) + " " + function.symbol + " " + operands[1].atLeast(1), level: 0)
        default: break
        }
        if let rule = function.unaryRule {
            if dialect == .formula { return .atom(rule.names[0] + "(" + a.text + ")") }
            // log cosh names its argument twice, once with a minus in front.
            let text = rule.numpy(function == .logcosh ? a.atLeast(4) : a.text)
            modules.formUnion(["np", "sp"].filter { text.contains($0 + ".") })
            return .atom(text)
        }
        return call(function.names.first ?? "", operands.map(\.text))
    }

    /// Whether NumPy has an array of bools here, whose sums and products are not those of numbers.
    private func isBoolean(_ id: NodeID) -> Bool {
        switch graph[id].operation {
        case .elementwise(.less), .elementwise(.lessEqual), .elementwise(.greater), .elementwise(.greaterEqual),
            .elementwise(.equal), .elementwise(.notEqual):
            true
        case .elementwise(.multiply), .outer, .transpose, .subscripted, .reshape, .diagonal, .diagonalMatrix:
            graph[id].operands.allSatisfy { isBoolean($0) }
        default: false
        }
    }

    /// A number or a length: `2/n` is written without blanks.
    private func isPlain(_ id: NodeID, signed: Bool = false) -> Bool {
        switch graph[id].operation {
        case .constant(.fraction(let numerator, 1)): signed || numerator >= 0
        case .dimension(let dimension): dimension.offset == 0
        case .elementwise(.power): isPlain(graph[id].operands[0]) && isPlain(graph[id].operands[1])
        default: false
        }
    }

    private func matmul(_ node: Node, _ operands: [Fragment]) -> Fragment {
        let left = graph[node.operands[0]].operation
        let isChain = left == .matmul
        if dialect == .numpy, node.operands.allSatisfy({ isBoolean($0) }) {
            return Fragment(text: "(" + operands[0].atLeast(3) + " * 1.0) @ " + operands[1].atLeast(4), level: 2)
        }
        return Fragment(text: operands[0].atLeast(isChain ? 2 : 4) + " @ " + operands[1].atLeast(4), level: 2)
    }

    private mutating func reduction(
        _ name: String, _ operand: Fragment, _ axes: [Int], _ keeping: Bool, _ node: Node
    ) -> Fragment {
        var arguments = [operand.text]
        if axes.count < graph[node.operands[0]].shape.rank {
            arguments.append(
                "axis="
                    + (axes.count == 1 ? String(axes[0]) : "(" + axes.map(String.init).joined(separator: ", ") + ")"))
        }
        if keeping { arguments.append(dialect == .numpy ? "keepdims=True" : "keepdims=True") }
        return call(name, arguments)
    }

    // MARK: Parts

    private static let numpyNames: [String: String] = [
        "inv": "np.linalg.inv", "solve": "np.linalg.solve", "det": "np.linalg.det", "logdet": "np.linalg.slogdet",
        "norm": "np.linalg.norm", "logsumexp": "sp.logsumexp", "softmax": "sp.softmax", "polygamma": "sp.polygamma",
    ]

    private mutating func call(_ name: String, _ arguments: [String]) -> Fragment {
        var name = name
        if dialect == .numpy {
            name = Self.numpyNames[name] ?? "np." + name
            modules.insert(String(name.prefix(2)))
        }
        return .atom(name + "(" + arguments.joined(separator: ", ") + ")")
    }

    private func tuple(_ shape: Shape) -> String {
        let parts = shape.dimensions.map(\.description)
        return parts.count == 1 ? "(" + parts[0] + ",)" : "(" + parts.joined(separator: ", ") + ")"
    }

    private func subscriptText(_ subscripts: [Subscript], _ shape: Shape) -> String {
        var axis = 0
        var parts: [String] = []
        for entry in subscripts {
            switch entry {
            case .newAxis: parts.append("None")
            case .position(let position):
                parts.append(
                    position.symbol == shape.dimensions[axis].symbol && position.symbol != nil
                        ? String(position.count - shape.dimensions[axis].count) : position.description)
                axis += 1
            case .range(let start, let end):
                let length = shape.dimensions[axis]
                let from = start.count == 0 ? "" : start.description
                let isFromEnd = end.symbol == length.symbol && end.symbol != nil
                let to = end.count == length.count ? "" : isFromEnd ? String(end.count - length.count) : end.description
                parts.append(from + ":" + to)
                axis += 1
            }
        }
        // Trailing whole axes need not be written.
        while parts.count > 1, parts.last == ":" { parts.removeLast() }
        return parts.joined(separator: ", ")
    }
}
