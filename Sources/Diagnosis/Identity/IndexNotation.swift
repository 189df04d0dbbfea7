import Expressions

/// Expression graphs in index notation, multiplied out: however a program is written (`X @ beta`, `einsum`,
/// `sum(X * beta, axis=1)`, a square that is expanded), equal polynomials in the data and in functions of them become the same
/// sum of products.
///
/// What is no polynomial (exp, where, an inverse) is a factor of its own, named by the normal form of its argument. Two graphs
/// with the same form give the same numbers for all data of these shapes; the converse holds for polynomials only.
struct IndexNotation {
    private let graph: Graph
    private var next = 1
    private var counts: [Int: Int] = [:]
    /// How many terms may still be made.
    private var budget = 20_000

    /// The form of a node; nil where it is too large, or does something that has no form here.
    static func normalForm(of id: NodeID, in graph: Graph) -> NormalForm? {
        var notation = IndexNotation(graph: graph)
        let labels = notation.fresh(graph[id].shape)
        guard let terms = notation.terms(id, labels) else { return nil }
        let names = labels.enumerated().filter { $0.element != 0 }.map { ($0.element, "i\($0.offset)") }
        return NormalForm(terms, Dictionary(uniqueKeysWithValues: names))
    }

    private init(graph: Graph) { self.graph = graph }

    // MARK: Labels

    /// New labels for the axes of a shape, 0 for those of length 1.
    private mutating func fresh(_ shape: Shape) -> [Int] { shape.dimensions.map { fresh($0) } }

    private mutating func fresh(_ dimension: Dimension) -> Int {
        guard dimension.count != 1 else { return 0 }
        counts[next] = dimension.count
        next += 1
        return next - 1
    }

    /// The labels of an operand that broadcasts to a result.
    private func aligned(_ operand: NodeID, _ labels: [Int]) -> [Int] {
        let dimensions = graph[operand].shape.dimensions
        return zip(dimensions, labels.suffix(dimensions.count)).map { $0.count == 1 ? 0 : $1 }
    }

    // MARK: Terms

    private typealias Terms = [IndexedTerm]

    private mutating func terms(_ id: NodeID, _ labels: [Int]) -> [IndexedTerm]? {
        let found = expanded(id, labels)?.map { $0.tidied(counts) }
        budget -= found?.count ?? 0
        return budget > 0 ? found : nil
    }

    private mutating func expanded(_ id: NodeID, _ labels: [Int]) -> [IndexedTerm]? {
        let node = graph[id]
        let operands = node.operands
        switch node.operation {
        case .constant(let constant): return [IndexedTerm(coefficient: constant.value)]
        case .filled(_, let constant): return [IndexedTerm(coefficient: constant.value)]
        case .dimension(let dimension): return [IndexedTerm(coefficient: Double(dimension.count))]
        case .variable(let name):
            return [IndexedTerm(coefficient: 1, factors: [IndexedFactor(key: name, labels: labels)])]
        case .identity: return [IndexedTerm(coefficient: 1, factors: [.delta(labels[0], labels[1])])]
        case .elementwise(let function): return elementwise(function, operands, labels)
        case .matmul: return matmul(operands[0], operands[1], labels)
        case .outer: return product(terms(operands[0], [labels[0]]), terms(operands[1], [labels[1]]))
        case .transpose: return terms(operands[0], labels.reversed())
        case .subscripted(let places): return subscripted(operands[0], places, labels)
        case .reshape(let shape): return reshaped(operands[0], shape, labels)
        case .sum(let axes, let keeps): return sum(operands[0], axes, keeps, labels)
        case .trace:
            let label = fresh(graph[operands[0]].shape.dimensions[0])
            return summed(terms(operands[0], [label, label]), [label])
        case .diagonal: return terms(operands[0], [labels[0], labels[0]])
        case .diagonalMatrix:
            return product(
                terms(operands[0], [labels[0]]),
                [IndexedTerm(coefficient: 1, factors: [.delta(labels[0], labels[1])])])
        case .einsum(let inputs, let output): return einsum(operands, inputs, output, labels)
        case .select: return function("where", operands.map { ($0, aligned($0, labels)) }, over: labels)
        case .norm:
            let own = fresh(graph[operands[0]].shape)
            return root(summed(product(terms(operands[0], own), terms(operands[0], own)), own))
        case .arange, .logSumExp, .softmax, .inverse, .solve, .determinant, .logDeterminant, .comparisonSum,
            .riskSetLogSum:
            return nil
        }
    }

    private mutating func product(_ a: [IndexedTerm]?, _ b: [IndexedTerm]?) -> [IndexedTerm]? {
        guard let a, let b, a.count * b.count < budget else { return nil }
        budget -= a.count * b.count
        return a.flatMap { left in b.map { (left * $0).tidied(counts) } }
    }

    private func summed(_ terms: [IndexedTerm]?, _ labels: [Int]) -> [IndexedTerm]? {
        let over = Set(labels.filter { $0 > 0 })
        return terms?.map { term in
            var term = term
            term.sums.formUnion(over)
            return term.tidied(counts)
        }
    }

    private mutating func matmul(_ a: NodeID, _ b: NodeID, _ labels: [Int]) -> [IndexedTerm]? {
        let (left, right) = (graph[a].shape, graph[b].shape)
        guard left.rank <= 2, right.rank <= 2, let inner = left.dimensions.last else { return nil }
        let label = fresh(inner)
        let rows = left.rank == 2 ? [labels[0]] : []
        let columns = right.rank == 2 ? [labels[labels.count - 1]] : []
        return summed(product(terms(a, rows + [label]), terms(b, [label] + columns)), [label])
    }

    private mutating func sum(_ a: NodeID, _ axes: [Int], _ keeps: Bool, _ labels: [Int]) -> [IndexedTerm]? {
        var rest = labels[...]
        var own: [Int] = []
        var over: [Int] = []
        for (axis, dimension) in graph[a].shape.dimensions.enumerated() {
            if axes.contains(axis) {
                if keeps { rest = rest.dropFirst() }
                own.append(fresh(dimension))
                over.append(own[axis])
            } else {
                own.append(rest.first ?? 0)
                rest = rest.dropFirst()
            }
        }
        return summed(terms(a, own), over)
    }

    private mutating func subscripted(_ a: NodeID, _ places: [Subscript], _ labels: [Int]) -> [IndexedTerm]? {
        var rest = labels[...]
        var own: [Int] = []
        var moved: [String] = []
        let dimensions = graph[a].shape.dimensions
        for place in places {
            switch place {
            case .newAxis: rest = rest.dropFirst()
            case .position(let position): own.append(dimensions[own.count].count == 1 ? 0 : -1 - position.count)
            case .range(let start, let end):
                if start.count != 0 || end.count != dimensions[own.count].count {
                    moved.append("\(own.count):\(start.count):\(end.count)")
                }
                own.append(rest.first ?? 0)
                rest = rest.dropFirst()
            }
        }
        own += rest.prefix(dimensions.count - own.count)
        // A part of a variable is one of its own: the labels count from its beginning.
        guard !moved.isEmpty else { return terms(a, own) }
        guard case .variable(let name) = graph[a].operation else { return nil }
        let part = "\(name){\(moved.joined(separator: " "))}"
        return [IndexedTerm(coefficient: 1, factors: [IndexedFactor(key: part, labels: own)])]
    }

    /// Axes of length 1 come and go; another order of the elements has no form, except for a variable's own.
    private mutating func reshaped(_ a: NodeID, _ shape: Shape, _ labels: [Int]) -> [IndexedTerm]? {
        let dimensions = graph[a].shape.dimensions
        let long = dimensions.map(\.count).filter { $0 != 1 }
        if long == shape.counts.filter({ $0 != 1 }) {
            var rest = zip(shape.counts, labels).filter { $0.0 != 1 }.map(\.1)[...]
            return terms(a, dimensions.map { $0.count == 1 ? 0 : rest.removeFirst() })
        }
        return function("reshape\(shape.counts)", [(a, fresh(graph[a].shape))], over: labels, keepingAll: true)
    }

    private mutating func einsum(
        _ operands: [NodeID], _ inputs: [String], _ output: String, _ labels: [Int]
    ) -> [IndexedTerm]? {
        var letters = Dictionary(uniqueKeysWithValues: zip(output, labels))
        var over: [Int] = []
        var result: [IndexedTerm]? = [IndexedTerm(coefficient: 1)]
        for (operand, input) in zip(operands, inputs) {
            let dimensions = graph[operand].shape.dimensions
            for (letter, dimension) in zip(input, dimensions) where letters[letter] == nil {
                letters[letter] = fresh(dimension)
                over.append(letters[letter] ?? 0)
            }
            result = product(
                result, terms(operand, zip(input, dimensions).map { $1.count == 1 ? 0 : letters[$0] ?? 0 }))
        }
        return summed(result, over)
    }

    // MARK: Functions of numbers

    private mutating func elementwise(
        _ function: ElementwiseFunction, _ operands: [NodeID], _ labels: [Int]
    ) -> [IndexedTerm]? {
        func scaled(_ terms: [IndexedTerm], _ factor: Double) -> [IndexedTerm] {
            terms.map { term in
                var term = term
                term.coefficient *= factor
                return term
            }
        }
        let a = aligned(operands[0], labels)
        let b = operands.count > 1 ? aligned(operands[1], labels) : []
        switch function {
        case .negate: return terms(operands[0], a).map { scaled($0, -1) }
        case .add, .subtract:
            guard let left = terms(operands[0], a), let right = terms(operands[1], b) else { return nil }
            return left + scaled(right, function == .add ? 1 : -1)
        case .multiply: return product(terms(operands[0], a), terms(operands[1], b))
        case .divide: return product(terms(operands[0], a), terms(operands[1], b).flatMap { reciprocal($0) })
        case .power:
            guard case .constant(let exponent) = graph[operands[1]].operation else { break }
            return power(operands[0], a, exponent.value)
        case .sqrt: return root(terms(operands[0], a))
        default: break
        }
        return self.function(function.rawValue, operands.map { ($0, aligned($0, labels)) }, over: labels)
    }

    private mutating func power(_ base: NodeID, _ labels: [Int], _ exponent: Double) -> [IndexedTerm]? {
        if exponent == 0.5 { return root(terms(base, labels)) }
        guard exponent == exponent.rounded(), abs(exponent) <= 4, exponent != 0 else {
            return terms(base, labels).flatMap { named("power \(exponent)", $0) }
        }
        var result: [IndexedTerm]? = [IndexedTerm(coefficient: 1)]
        for _ in 0..<Int(abs(exponent)) {
            // The labels that it sums over are new ones each time.
            result = product(result, terms(base, labels))
        }
        return exponent > 0 ? result : result.flatMap { reciprocal($0) }
    }

    private func reciprocal(_ terms: [IndexedTerm]) -> [IndexedTerm]? {
        if terms.count == 1, terms[0].sums.isEmpty {
            return [IndexedTerm(coefficient: 1 / terms[0].coefficient, factors: terms[0].factors.map(\.inverse))]
        }
        return named("1/", terms)
    }

    /// √ of a sum is a factor of its own.
    private func root(_ terms: [IndexedTerm]?) -> [IndexedTerm]? { terms.flatMap { named("sqrt", $0) } }

    /// A function of a sum as one factor, with the labels that the sum has.
    private func named(_ name: String, _ terms: [IndexedTerm]) -> [IndexedTerm]? {
        factor(name, [terms], labels: Set(terms.flatMap { Self.free($0) }).sorted())
    }

    private mutating func function(
        _ name: String, _ operands: [(node: NodeID, labels: [Int])], over labels: [Int], keepingAll: Bool = false
    ) -> [IndexedTerm]? {
        var all: [[IndexedTerm]] = []
        for (node, own) in operands {
            guard let terms = terms(node, own) else { return nil }
            all.append(terms)
        }
        // A reshaped array has labels of its own, and those of its argument stand for nothing outside.
        if keepingAll {
            let inner = Dictionary(
                uniqueKeysWithValues: operands[0].labels.enumerated().filter { $0.element > 0 }.map {
                    ($0.element, "r\($0.offset)")
                })
            guard let form = NormalForm(all[0], inner) else { return nil }
            return [IndexedTerm(coefficient: 1, factors: [IndexedFactor(key: "\(name)(\(form.text))", labels: labels)])]
        }
        let used = Set(all.joined().flatMap { Self.free($0) })
        var own: [Int] = []
        for label in labels where used.contains(label) && !own.contains(label) { own.append(label) }
        return factor(name, all, labels: own)
    }

    private static func free(_ term: IndexedTerm) -> [Int] {
        term.factors.flatMap(\.labels).filter { $0 > 0 && !term.sums.contains($0) }
    }

    /// The order of the labels is the one that gives the least name.
    private func factor(_ name: String, _ arguments: [[IndexedTerm]], labels: [Int]) -> [IndexedTerm]? {
        guard labels.count <= 3 else { return nil }
        var best: IndexedFactor?
        for order in IndexedTerm.orders(labels) {
            let names = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($0.element, "a\($0.offset)") })
            var texts: [String] = []
            for argument in arguments {
                guard let form = NormalForm(argument, names) else { return nil }
                texts.append(form.text)
            }
            let key = "\(name)(\(texts.joined(separator: "; ")))"
            if best.map({ key < $0.key }) ?? true { best = IndexedFactor(key: key, labels: order) }
        }
        return best.map { [IndexedTerm(coefficient: 1, factors: [$0])] }
    }
}
