import Expressions

/// The program that is derived, without axes of length 1 and without `einsum` where plain operations say the same.
///
/// `X @ beta.reshape(-1, 1)` is (X β)[:, None]: a new axis is carried to the outside through everything that does not need
/// it, so that a column has the derivatives of the vector, and no derivative is of order three. Values are the same to the
/// bit but for the order of the sums of an `einsum`.
struct Normalising {
    var graph: Graph
    private var image: [NodeID: NodeID] = [:]
    /// Matrices that select and combine elements of β.
    var selections: Set<NodeID> = []

    private init(_ graph: Graph) { self.graph = graph }

    /// The normal form of a root, in its graph; names go with the nodes.
    static func normalise(_ program: inout Program) throws(ShapeError) {
        var normalising = Normalising(program.graph)
        let root = program.root
        for id in program.graph.reachable(from: [root]) {
            let node = normalising.graph[id]
            let operands = node.operands.map { normalising.image[$0] ?? $0 }
            var result = normalising.graph.copy(node.operation, operands, shape: node.shape)
            if let better = try normalising.normal(node, operands),
                normalising.graph[better].shape.counts == node.shape.counts
            {
                result = better
            }
            normalising.image[id] = result
            if let name = program.names[id] {
                let inner = normalising.column(result)?.inner ?? result
                if program.names[inner] == nil { program.names[inner] = name }
            }
        }
        program.graph = normalising.graph
        program.root = normalising.image[root] ?? root
    }

    // MARK: New axes

    /// An array that only gained axes of length 1: the array, and where the axes are.
    func column(_ id: NodeID) -> (inner: NodeID, axes: [Int])? {
        guard case .subscripted(let subscripts) = graph[id].operation else { return nil }
        let lengths = graph[graph[id].operands[0]].shape.dimensions
        var axes: [Int] = []
        var axis = 0
        for (place, entry) in subscripts.enumerated() {
            switch entry {
            case .newAxis: axes.append(place)
            case .position: return nil
            case .range(let start, let end):
                guard start.count == 0, end.count == lengths[axis].count else { return nil }
                axis += 1
            }
        }
        return axes.isEmpty ? nil : (graph[id].operands[0], axes)
    }

    /// Axes of length 1 put in, at the places that they have afterwards (ascending).
    mutating func widened(_ id: NodeID, at axes: [Int]) throws(ShapeError) -> NodeID {
        var subscripts = graph[id].shape.dimensions.map { Subscript.range(start: Dimension(0), end: $0) }
        for axis in axes {
            guard axis <= subscripts.count else { throw ShapeError("no place \(axis) for a new axis") }
            subscripts.insert(.newAxis, at: axis)
        }
        return try subscripted(id, subscripts)
    }

    /// A subscript of a subscript as one.
    private mutating func subscripted(_ a: NodeID, _ outer: [Subscript]) throws(ShapeError) -> NodeID {
        if outer.count == 1, graph[a].operation == .matmul, graph[graph[a].operands[0]].shape.rank == 2,
            graph[graph[a].operands[1]].shape.rank == 1, outer[0] != .newAxis
        {
            // (X β)[a:b] is X[a:b] β.
            let columns = graph[graph[a].operands[0]].shape.dimensions[1]
            let rows = try subscripted(
                graph[a].operands[0], [outer[0], .range(start: Dimension(0), end: columns)])
            if selections.contains(graph[a].operands[0]) {
                // Rows of what combines elements of β do so too.
                selections.insert(rows)
                return try graph.matmul(rows, graph[a].operands[1])
            }
            return try product(rows, graph[a].operands[1])
        }
        if outer.count == 1, case .range = outer[0], case .elementwise(let function) = graph[a].operation {
            // (y − X β)[a:b] is y[a:b] − X[a:b] β.
            let length = graph[a].shape.counts
            var operands: [NodeID] = []
            for operand in graph[a].operands {
                operands.append(graph[operand].shape.counts == length ? try subscripted(operand, outer) : operand)
            }
            if operands != graph[a].operands {
                return operands.count == 1
                    ? graph.elementwise(function, operands[0])
                    : try graph.elementwise(function, operands[0], operands[1])
            }
        }
        guard case .subscripted(let inner) = graph[a].operation else { return try graph.subscripted(a, outer) }
        var rest = outer[...]
        var result: [Subscript] = []
        for entry in inner {
            if case .position = entry {
                result.append(entry)
                continue
            }
            while let next = rest.first, next == .newAxis {
                result.append(next)
                rest = rest.dropFirst()
            }
            guard let next = rest.popFirst() else { return try graph.subscripted(a, outer) }
            switch (entry, next) {
            case (.newAxis, .position): break
            case (.newAxis, _): result.append(.newAxis)
            case (.range(let start, _), .position(let position)):
                result.append(.position(Self.sum(start, position)))
            case (.range(let start, let end), .range(let first, let last)):
                let isWhole = last.count == end.count - start.count
                result.append(.range(start: Self.sum(start, first), end: isWhole ? end : Self.sum(start, last)))
            default: return try graph.subscripted(a, outer)
            }
        }
        result += rest
        return try graph.subscripted(graph[a].operands[0], result)
    }

    private static func sum(_ a: Dimension, _ b: Dimension) -> Dimension {
        if a.symbol == nil { return Dimension(symbol: b.symbol, offset: b.offset + a.count, count: a.count + b.count) }
        if b.symbol == nil { return Dimension(symbol: a.symbol, offset: a.offset + b.count, count: a.count + b.count) }
        return Dimension(a.count + b.count)
    }

    // MARK: Rules

    private mutating func normal(_ node: Node, _ operands: [NodeID]) throws(ShapeError) -> NodeID? {
        switch node.operation {
        case .elementwise(.negate) where graph[operands[0]].operation == .elementwise(.negate):
            return graph[operands[0]].operands[0]
        case .elementwise, .select: return try elementwise(node, operands)
        case .matmul: return try product(operands[0], operands[1])
        // One form for both spellings of a system's solution, so that equal terms are found.
        case .solve: return try product(graph.inverse(operands[0]), operands[1])
        case .subscripted(let subscripts): return try subscripted(operands[0], subscripts)
        case .reshape(let shape): return try reshaped(operands[0], to: shape)
        case .einsum(let inputs, let output): return try contraction(inputs, output, operands)
        default: break
        }
        guard let first = operands.first else { return nil }
        guard let (inner, axes) = column(first) else {
            switch node.operation {
            case .sum(let axes, let keeping):
                let sums = try plainSum(first, axes)
                return keeping ? try widened(sums, at: axes) : sums
            case .logSumExp(let axes, true): return try widened(graph.logSumExp(first, axes: axes), at: axes)
            default: return nil
            }
        }
        switch node.operation {
        case .transpose:
            let rank = graph[first].shape.rank
            return try widened(graph.transpose(inner), at: axes.map { rank - 1 - $0 }.sorted())
        case .norm: return graph.norm(inner)
        case .sum(let summed, let keeping):
            return try reduced(inner, axes, summed, keeping) { (graph, axes) throws(ShapeError) in
                try graph.sum(inner, axes: axes)
            }
        case .logSumExp(let summed, let keeping):
            return try reduced(inner, axes, summed, keeping) { (graph, axes) throws(ShapeError) in
                try graph.logSumExp(inner, axes: axes)
            }
        case .softmax(let axis) where !axes.contains(axis):
            return try widened(graph.softmax(inner, axis: axis - axes.count { $0 < axis }), at: axes)
        default: return nil
        }
    }

    /// A reduction of an array with new axes: those need no sum.
    private mutating func reduced(
        _ inner: NodeID, _ new: [Int], _ summed: [Int], _ keeping: Bool,
        _ reduction: (inout Graph, [Int]) throws(ShapeError) -> NodeID
    ) throws(ShapeError) -> NodeID {
        let own = summed.filter { !new.contains($0) }
        let result = try reduction(&graph, own.map { axis in axis - new.count { $0 < axis } })
        if keeping { return try widened(result, at: Set(new).union(summed).sorted()) }
        return try widened(
            result, at: new.filter { !summed.contains($0) }.map { axis in axis - summed.count { $0 < axis } })
    }

    /// A function of arrays that all have, or lack, the same axis of length 1: the function of the arrays without it.
    private mutating func elementwise(_ node: Node, _ given: [NodeID]) throws(ShapeError) -> NodeID? {
        let full = node.shape
        let operands = try withoutLeadingAxes(given, full)
        if case .elementwise(let function) = node.operation, function == .add || function == .subtract,
            let sum = try joined(function, operands[0], operands[1])
        {
            return sum
        }
        let columns = operands.map { column($0) }
        let spare = full.dimensions.indices.filter { axis in
            guard full.counts[axis] == 1 else { return false }
            return zip(operands, columns).allSatisfy { operand, column in
                let place = axis - (full.rank - graph[operand].shape.rank)
                return place < 0 || column?.axes.contains(place) == true
            }
        }
        guard !spare.isEmpty else { return operands == given ? nil : try copy(node.operation, operands) }
        var plain: [NodeID] = []
        for (operand, column) in zip(operands, columns) {
            let missing = full.rank - graph[operand].shape.rank
            guard let column else {
                plain.append(operand)
                continue
            }
            let kept = column.axes.filter { !spare.contains($0 + missing) }
            let removed = column.axes.filter { spare.contains($0 + missing) }
            plain.append(try widened(column.inner, at: kept.map { axis in axis - removed.count { $0 < axis } }))
        }
        return try widened(copy(node.operation, plain), at: spare)
    }

    /// An elementwise function or a selection of other operands.
    private mutating func copy(_ operation: Operation, _ operands: [NodeID]) throws(ShapeError) -> NodeID {
        guard case .elementwise(let function) = operation else {
            return try graph.select(operands[0], operands[1], operands[2])
        }
        return operands.count == 1
            ? graph.elementwise(function, operands[0]) : try graph.elementwise(function, operands[0], operands[1])
    }

    /// Operands without new axes in front that the others have anyway: `r - mean(r, keepdims=True)` is `r - mean(r)`.
    private mutating func withoutLeadingAxes(_ operands: [NodeID], _ full: Shape) throws(ShapeError) -> [NodeID] {
        guard operands.count > 1, full.rank > 0 else { return operands }
        var result = operands
        for (k, operand) in operands.enumerated() {
            guard let (inner, axes) = column(operand) else { continue }
            let leading = axes.enumerated().prefix { $0.offset == $0.element }.count
            let others = result.indices.filter { $0 != k }.map { graph[result[$0]].shape.rank }.max() ?? 0
            // As many as leave the rank of the result.
            guard leading > 0, others == full.rank else { continue }
            result[k] =
                try axes.count == leading ? inner : widened(inner, at: axes.dropFirst(leading).map { $0 - leading })
        }
        return result
    }

    /// A product with columns and rows: that of the vectors.
    mutating func product(_ a: NodeID, _ b: NodeID) throws(ShapeError) -> NodeID {
        let (left, right) = (column(a), column(b))
        if let left, let right, left.axes == [1], right.axes == [0] { return try graph.outer(left.inner, right.inner) }
        if let right, right.axes == [1] {
            let inner = try product(a, right.inner)
            return try widened(inner, at: [graph[inner].shape.rank])
        }
        if let left, left.axes == [0] { return try widened(product(left.inner, b), at: [0]) }
        // A vector stands on the right, and products with it are taken from there: vᵀA as Aᵀv, (AB)v as A(Bv), and diagonal
        // factors stand with it: (A diag(w))v as A(w∘v).
        switch (graph[a].shape.rank, graph[b].shape.rank) {
        case (1, 2): return try product(transposed(b), a)
        case (2, 1) where graph[a].operation == .matmul:
            let (left, right) = (graph[a].operands[0], graph[a].operands[1])
            guard graph[left].shape.rank == 2, graph[right].shape.rank == 2 else { break }
            return try product(left, product(right, b))
        case (2, 1):
            let isTurned = graph[a].operation == .transpose
            guard let (matrix, weights, isLeft) = graph.diagonalFactor(isTurned ? graph[a].operands[0] : a) else {
                break
            }
            let plain = isTurned ? graph.transpose(matrix) : matrix
            if isLeft == isTurned { return try product(plain, graph.elementwise(.multiply, weights, b)) }
            return try graph.elementwise(.multiply, weights, product(plain, b))
        default: break
        }
        return try graph.matmul(a, b)
    }

    /// Aᵀ, of a product factor by factor; A itself where it is symmetric by its form.
    private mutating func transposed(_ a: NodeID) throws(ShapeError) -> NodeID {
        if SymbolicShapes.isSymmetric(a, in: graph) { return a }
        guard graph[a].operation == .matmul, graph[a].operands.allSatisfy({ graph[$0].shape.rank == 2 }) else {
            return graph.transpose(a)
        }
        let operands = graph[a].operands
        return try graph.matmul(transposed(operands[1]), transposed(operands[0]))
    }

    /// Sums of a matrix product without the product: Σᵢⱼ(AB)ᵢⱼ = (Σᵢ Aᵢ)·(Σⱼ B₍ⱼ₎), and along one axis.
    mutating func factorwise(_ a: NodeID, _ axes: [Int]) throws(ShapeError) -> NodeID? {
        guard graph[a].operation == .matmul, graph[a].operands.allSatisfy({ graph[$0].shape.rank == 2 }) else {
            return nil
        }
        let (left, right) = (graph[a].operands[0], graph[a].operands[1])
        switch axes {
        case [0]: return try product(transposed(right), rowSum(left, over: 0))
        case [1]: return try product(left, rowSum(right, over: 1))
        default: return try product(rowSum(left, over: 0), rowSum(right, over: 1))
        }
    }

    /// The sum over one axis of a matrix, of a transposed one over the other.
    private mutating func rowSum(_ a: NodeID, over axis: Int) throws(ShapeError) -> NodeID {
        if graph[a].operation == .transpose { return try rowSum(graph[a].operands[0], over: 1 - axis) }
        if let sums = try factorwise(a, [axis]) { return sums }
        // Σⱼ wᵢBᵢⱼ = wᵢ Σⱼ Bᵢⱼ.
        if graph[a].operation == .elementwise(.multiply) {
            let operands = graph[a].operands
            for (weights, other) in [(operands[0], operands[1]), (operands[1], operands[0])]
            where graph[other].shape.counts == graph[a].shape.counts {
                var vector: NodeID?
                if axis == 1, let column = column(weights), column.axes == [1] { vector = column.inner }
                if axis == 0, graph[weights].shape.rank == 1 { vector = weights }
                if let vector { return try graph.elementwise(.multiply, vector, rowSum(other, over: axis)) }
            }
        }
        return try graph.sum(a, axes: [axis])
    }

    /// A reshape that only drops and adds axes of length 1.
    private mutating func reshaped(_ a: NodeID, to shape: Shape) throws(ShapeError) -> NodeID? {
        let old = graph[a].shape
        guard old.counts.filter({ $0 != 1 }) == shape.counts.filter({ $0 != 1 }) else { return nil }
        let kept = old.dimensions.map { length in
            length.count == 1 ? Subscript.position(Dimension(0)) : .range(start: Dimension(0), end: length)
        }
        return try widened(subscripted(a, kept), at: shape.counts.indices.filter { shape.counts[$0] == 1 })
    }
}
