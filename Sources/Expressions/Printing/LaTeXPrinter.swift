/// Prints graphs as LaTeX that compiles inside `$…$` with no package: matrix notation, ⊙ for elementwise products.
struct LaTeXPrinter {
    let graph: Graph

    /// The result, with the names of shared sub-expressions explained behind it.
    func print(_ root: NodeID, naming: inout Naming) -> String {
        let order = graph.reachable(from: [root])
        var uses: [NodeID: Int] = [:]
        // What is used twice as its transpose is used twice.
        for id in order.reversed() {
            let count = graph[id].operation == .transpose ? max(1, uses[id, default: 1]) : 1
            for operand in graph[id].operands { uses[operand, default: 0] += count }
        }
        var fragments: [NodeID: Fragment] = [:]
        var definitions: [String] = []
        for id in order {
            let fragment = fragment(id, fragments)
            if id != root, uses[id, default: 0] > 1, fragment.text.count >= 12, deservesName(id) {
                let name = LaTeXPrinter.symbol(naming.name(of: id, in: graph))
                definitions.append(name + " = " + fragment.text)
                fragments[id] = .atom(name)
            } else {
                fragments[id] = fragment
            }
        }
        return ([fragments[root]?.text ?? ""] + definitions.reversed()).joined(separator: ",\\quad ")
    }

    private func deservesName(_ id: NodeID) -> Bool {
        switch graph[id].operation {
        case .transpose, .constant, .dimension, .variable, .subscripted, .identity, .arange, .filled,
            .elementwise(.negate):
            false
        default: true
        }
    }

    private static let greek: Set<String> = [
        "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu",
        "xi",
        "pi", "rho", "sigma", "tau", "phi", "chi", "psi", "omega",
    ]

    /// A name as a symbol: `eta2` → `\eta_{2}`, `lam` → `\lambda`, `my_name` → `\mathrm{my\_name}`.
    static func symbol(_ name: String) -> String {
        switch name {
        case "weights": return "w"
        case "offset": return "o"
        default: break
        }
        let digits = String(name.reversed().prefix { $0.isNumber }.reversed())
        let stem = String(name.dropLast(digits.count))
        let base: String
        if stem == "lam" {
            base = "\\lambda"
        } else if greek.contains(stem) {
            base = "\\" + stem
        } else if stem.count == 1 {
            base = stem
        } else {
            base = "\\mathrm{" + stem.replacing("_", with: "\\_") + "}"
        }
        return digits.isEmpty || stem.isEmpty ? (stem.isEmpty ? name : base) : base + "_{" + digits + "}"
    }

    private func bracket(_ fragment: Fragment?, _ level: Int) -> String {
        guard let fragment else { return "" }
        return fragment.level >= level ? fragment.text : "\\left(" + fragment.text + "\\right)"
    }

    private func function(_ name: String, _ arguments: [String]) -> Fragment {
        .atom(
            "\\operatorname{\(name)}".replacing("\\operatorname", with: "\\mathrm") + "\\left("
                + arguments.joined(separator: ", ") + "\\right)")
    }

    // Levels: 5 atoms, 4 powers and transposes, 3 matrix products, 2 elementwise products and signs, 1 sums, 0 relations.
    private func fragment(_ id: NodeID, _ known: [NodeID: Fragment]) -> Fragment {
        let node = graph[id]
        let operands = node.operands.compactMap { known[$0] }
        switch node.operation {
        case .constant(let constant): return number(constant)
        case .dimension(let dimension):
            return Fragment(text: dimension.description, level: dimension.offset == 0 ? 5 : 1)
        case .variable(let name): return .atom(Self.symbol(name))
        case .elementwise(let function): return elementwise(function, node, operands, known)
        case .select:
            return .atom(
                "\\left\\{\\begin{array}{ll} \(operands[1].text) & \\mathrm{if}\\ \(operands[0].text) \\\\ \(operands[2].text) & \\mathrm{otherwise} \\end{array}\\right."
            )
        case .matmul:
            let isInner = node.shape.rank == 0
            let left = bracket(operands[0], 3)
            if graph[node.operands[0]].shape.rank == 1 {
                let transposed = operands[0].level >= 5 ? operands[0].text : "\\left(" + operands[0].text + "\\right)"
                return Fragment(text: transposed + "^{\\top} " + bracket(operands[1], isInner ? 4 : 3), level: 3)
            }
            return Fragment(text: left + " " + bracket(operands[1], 4), level: 3)
        case .transpose: return Fragment(text: bracket(operands[0], 5) + "^{\\top}", level: 4)
        case .subscripted(let subscripts): return subscripted(subscripts, node, operands[0])
        case .reshape: return function("reshape", [operands[0].text])
        case .sum(let axes, _): return sum(axes, node, operands[0], known)
        case .logSumExp: return function("logsumexp", [operands[0].text])
        case .softmax: return function("softmax", [operands[0].text])
        case .diagonalMatrix, .diagonal: return function("diag", [operands[0].text])
        case .trace: return function("tr", [operands[0].text])
        case .outer:
            return Fragment(text: bracket(operands[0], 4) + " " + bracket(operands[1], 5) + "^{\\top}", level: 3)
        case .einsum(let inputs, let output):
            return function(
                "einsum",
                ["\\mathrm{" + inputs.joined(separator: ",\\,") + "\\to " + output + "}"] + operands.map(\.text))
        case .inverse: return Fragment(text: bracket(operands[0], 5) + "^{-1}", level: 4)
        case .solve: return Fragment(text: bracket(operands[0], 5) + "^{-1} " + bracket(operands[1], 4), level: 3)
        case .determinant: return function("det", [operands[0].text])
        case .logDeterminant: return .atom("\\log\\left|\\det\\left(\(operands[0].text)\\right)\\right|")
        case .comparisonSum: return operands[2]
        case .riskSetLogSum: return function("logsumexp", [operands[1].text])
        case .norm:
            let kind = graph[node.operands[0]].shape.rank == 2 ? "F" : "2"
            return .atom("\\left\\| \(operands[0].text) \\right\\|_{\(kind)}")
        case .identity: return .atom("I")
        case .arange(let length): return .atom("\\left(0, \\dots, \(length.description) - 1\\right)")
        case .filled(_, let constant):
            if constant == Constant(0) { return .atom("\\mathbf{0}") }
            let one = "\\mathbf{1}"
            return constant == Constant(1) ? .atom(one) : Fragment(text: number(constant).text + "\\," + one, level: 3)
        }
    }

    private func number(_ constant: Constant) -> Fragment {
        switch constant {
        case .double(let value):
            if value == .pi { return .atom("\\pi") }
            if value == 2.718281828459045 { return .atom("e") }
            return decimal(value)
        case .fraction(let numerator, let denominator):
            if denominator == 1 { return Fragment(text: String(numerator), level: numerator < 0 ? 2 : 5) }
            if denominator % 5 == 0 { return decimal(constant.value) }
            let sign = numerator < 0 ? "-" : ""
            return Fragment(text: sign + "\\frac{\(abs(numerator))}{\(denominator)}", level: numerator < 0 ? 2 : 5)
        }
    }

    private func decimal(_ value: Double) -> Fragment {
        let parts = "\(value)".split(separator: "e")
        guard parts.count == 2, let exponent = Int(parts[1]) else {
            return Fragment(text: "\(value)", level: value < 0 ? 2 : 5)
        }
        return Fragment(text: "\(parts[0]) \\cdot 10^{\(exponent)}", level: 2)
    }

    private func rank(_ id: NodeID) -> Int { graph[id].shape.rank }

    private func elementwise(
        _ function: ElementwiseFunction, _ node: Node, _ operands: [Fragment], _ known: [NodeID: Fragment]
    ) -> Fragment {
        let a = operands[0]
        switch function {
        case .add: return Fragment(text: a.text(1) + " + " + operands[1].text(2), level: 1)
        case .subtract: return Fragment(text: a.text(1) + " - " + operands[1].text(2), level: 1)
        case .negate: return Fragment(text: "-" + a.text(3), level: 2)
        case .multiply: return product(node, operands, known)
        case .divide: return .atom("\\frac{\(a.text)}{\(operands[1].text)}")
        case .power:
            let isScalar = node.shape.rank == 0
            return Fragment(text: a.text(5) + "^{" + (isScalar ? "" : "\\circ ") + operands[1].text + "}", level: 4)
        case .less, .lessEqual, .greater, .greaterEqual, .equal, .notEqual:
            let sign = [
                ElementwiseFunction.less: "<", .lessEqual: "\\le", .greater: ">", .greaterEqual: "\\ge", .equal: "=",
                .notEqual: "\\ne",
            ][function, default: "="]
            return .atom("\\left[" + a.text(1) + " " + sign + " " + operands[1].text(1) + "\\right]")
        case .maximum, .minimum:
            return .atom(
                "\\" + (function == .maximum ? "max" : "min") + "\\left(" + a.text + ", " + operands[1].text
                    + "\\right)")
        case .logaddexp: return .atom("\\log\\left(e^{\(a.text)} + e^{\(operands[1].text)}\\right)")
        case .polygamma: return .atom("\\psi^{\\left(\(a.text)\\right)}\\left(\(operands[1].text)\\right)")
        default:
            guard let rule = function.unaryRule else { return a }
            return .atom(rule.latex(a.text).replacing("\\operatorname", with: "\\mathrm"))
        }
    }

    /// A vector along the rows of a matrix is a diagonal matrix on its left, along the columns one on its right.
    private func product(_ node: Node, _ operands: [Fragment], _ known: [NodeID: Fragment]) -> Fragment {
        let (left, right) = (node.operands[0], node.operands[1])
        if rank(left) == 0 || rank(right) == 0 {
            let scalar = rank(left) == 0 ? 0 : 1
            let other = operands[1 - scalar]
            let isFactor = rank(left) == 0 && rank(right) == 0
            return Fragment(
                text: operands[scalar].text(3) + (isFactor ? " \\cdot " : " \\, ") + other.text(3),
                level: isFactor ? 2 : 3)
        }
        for (vector, matrix, k) in [(left, right, 1), (right, left, 0)] where rank(matrix) == 2 {
            if let inner = column(vector), graph[matrix].shape.dimensions[1].count != 1 || rank(vector) == 2 {
                let text = known[inner]?.text ?? ""
                return Fragment(text: "\\mathrm{diag}\\left(\(text)\\right) " + operands[k].text(4), level: 3)
            }
            if rank(vector) == 1 {
                let text = known[vector]?.text ?? ""
                return Fragment(text: operands[k].text(4) + " \\mathrm{diag}\\left(\(text)\\right)", level: 3)
            }
        }
        return Fragment(text: operands[0].text(3) + " \\odot " + operands[1].text(3), level: 2)
    }

    /// The vector v of `v[:, None]`.
    private func column(_ id: NodeID) -> NodeID? {
        guard case .subscripted(let subscripts) = graph[id].operation, subscripts.count == 2, subscripts[1] == .newAxis,
            rank(graph[id].operands[0]) == 1
        else { return nil }
        return graph[id].operands[0]
    }

    private func subscripted(_ subscripts: [Subscript], _ node: Node, _ operand: Fragment) -> Fragment {
        // A symbol that has a subscript is one in braces: TeX knows no double subscripts.
        let whole = operand.text(5)
        let base = whole.contains("_") ? "{" + whole + "}" : whole
        let newAxes = subscripts.indices.filter { subscripts[$0] == .newAxis }
        if subscripts.count == 2, newAxes == [1] { return Fragment(text: base + " \\mathbf{1}^{\\top}", level: 3) }
        if subscripts.count == 2, newAxes == [0] { return Fragment(text: "\\mathbf{1} " + base + "^{\\top}", level: 3) }
        let parts = subscripts.map { entry -> String in
            switch entry {
            case .newAxis: "\\cdot"
            case .position(let position):
                position.symbol == nil ? String(position.count + 1) : position.description + " + 1"
            case .range(let start, let end):
                start.count == 0 && end.symbol != nil && end.offset == 0 ? ":" : "\(start.count + 1):\(end.description)"
            }
        }
        return Fragment(text: base + "_{" + parts.joined(separator: ",") + "}", level: 5)
    }

    private func sum(_ axes: [Int], _ node: Node, _ operand: Fragment, _ known: [NodeID: Fragment]) -> Fragment {
        let inner = graph[node.operands[0]]
        if node.shape.rank == 0, inner.operation == .elementwise(.power),
            graph[inner.operands[1]].operation == .constant(Constant(2))
        {
            let base = known[inner.operands[0]]?.text ?? ""
            let norm = inner.shape.rank == 1 ? "2" : "F"
            return Fragment(text: "\\left\\| \(base) \\right\\|_{\(norm)}^{2}", level: 4)
        }
        switch (inner.shape.rank, axes) {
        case (1, _): return Fragment(text: "\\mathbf{1}^{\\top} " + operand.text(4), level: 3)
        case (2, [0]): return Fragment(text: operand.text(5) + "^{\\top} \\mathbf{1}", level: 3)
        case (2, [1]): return Fragment(text: operand.text(4) + " \\mathbf{1}", level: 3)
        case (2, _): return Fragment(text: "\\mathbf{1}^{\\top} " + operand.text(4) + " \\mathbf{1}", level: 3)
        default: return .atom("\\sum " + operand.text(4))
        }
    }
}

extension Fragment {
    /// The text, in LaTeX brackets where it binds less tightly than needed.
    fileprivate func text(_ level: Int) -> String { self.level >= level ? text : "\\left(" + text + "\\right)" }
}

extension Graph {
    /// A result as LaTeX.
    public func latex(_ root: NodeID, naming: inout Naming) -> String {
        LaTeXPrinter(graph: self).print(root, naming: &naming)
    }
}
