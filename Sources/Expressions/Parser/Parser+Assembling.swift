/// Arrays put together from others, and reductions element by element: what is lowered to the operations that there are.
extension Parser {
    /// Along an axis that arrays are put together on, and elements of a product or a maximum: more are refused.
    private static let longest = 1024
    private static let mostFolded = 64

    /// `concatenate`, `stack` and their like.
    mutating func assembled(
        _ function: String, _ arguments: inout Arguments, at range: SourceRange
    ) throws(ExpressionError) -> Item {
        let list = try required(&arguments, "arrays", "tensors", "tup", "values", "seq", of: function, at: range)
        guard case .tuple(let items) = list.value, !items.isEmpty else {
            throw ExpressionError(
                .syntax, "\(function) is given a list of arrays: `\(function)([a, b])`", at: list.range, in: text)
        }
        var nodes: [NodeID] = []
        for entry in items { nodes.append(try self.entry(entry)) }
        let given = try axes(arguments.take("axis", "dim"))?.first
        let rank = nodes.map { program.graph[$0].shape.rank }.max() ?? 0
        var axis = given ?? 0
        switch function {
        case "stack":
            axis = axis < 0 ? axis + rank + 1 : axis
            guard (0...rank).contains(axis) else {
                throw ExpressionError(.shape, "there is no axis \(axis) to stack along", at: range, in: text)
            }
            for k in nodes.indices { nodes[k] = try expanded(nodes[k], at: axis, range) }
        case "column_stack", "c_":
            axis = 1
            for k in nodes.indices where program.graph[nodes[k]].shape.rank == 1 {
                nodes[k] = try expanded(nodes[k], at: 1, range)
            }
        case "hstack": axis = rank == 2 ? 1 : 0
        case "vstack":
            axis = 0
            for k in nodes.indices where program.graph[nodes[k]].shape.rank == 1 {
                nodes[k] = try expanded(nodes[k], at: 0, range)
            }
        default: axis = axis < 0 ? axis + rank : axis
        }
        return item(try concatenated(nodes, along: axis, function, at: range), range)
    }

    private mutating func expanded(_ node: NodeID, at axis: Int, _ range: SourceRange) throws(ExpressionError) -> NodeID
    {
        try shaped(range) { (graph) throws(ShapeError) in try graph.expandingDimensions(node, at: axis) }
    }

    /// An entry of a list of arrays: an array, or a list of numbers.
    private mutating func entry(_ item: Item) throws(ExpressionError) -> NodeID {
        guard case .tuple(let items) = item.value else { return try array(item) }
        return try literal(items, at: item.range)
    }

    /// `[1, beta[0], 2]` as a vector, `[[1, 2], [3, 4]]` as a matrix.
    mutating func literal(_ items: [Item], at range: SourceRange) throws(ExpressionError) -> NodeID {
        var entries: [NodeID] = []
        for item in items { entries.append(try entry(item)) }
        guard entries.count <= Self.mostFolded else {
            throw ExpressionError(
                .tooLarge, "an array of \(entries.count) written numbers; put it into `parameters`", at: range, in: text
            )
        }
        if entries.allSatisfy({ program.graph[$0].shape.rank == 0 }) {
            return try vector(entries, at: range)
        }
        for k in entries.indices { entries[k] = try expanded(entries[k], at: 0, range) }
        return try concatenated(entries, along: 0, "array", at: range)
    }

    /// Numbers as a vector: multiples of unit vectors.
    private mutating func vector(_ numbers: [NodeID], at range: SourceRange) throws(ExpressionError) -> NodeID {
        try shaped(range) { (graph) throws(ShapeError) in
            let length = Dimension(numbers.count)
            var result: NodeID?
            for (k, number) in numbers.enumerated() where graph[number].operation != .constant(Constant(0)) {
                let unit = try graph.subscripted(graph.identity(length), [.position(Dimension(k))])
                let isOne = graph[number].operation == .constant(Constant(1))
                let part = isOne ? unit : try graph.elementwise(.multiply, number, unit)
                result = if let known = result { try graph.elementwise(.add, known, part) } else { part }
            }
            return result ?? graph.filled(Shape([length]), Constant(0))
        }
    }

    /// Arrays one behind the other along an axis: columns or rows of the identity put each in its place.
    private mutating func concatenated(
        _ nodes: [NodeID], along axis: Int, _ name: String, at range: SourceRange
    ) throws(ExpressionError) -> NodeID {
        guard nodes.count > 1 else { return nodes[0] }
        let shapes = nodes.map { program.graph[$0].shape }
        let first = shapes[0]
        guard first.rank == 1 || first.rank == 2, (0..<first.rank).contains(axis),
            shapes.allSatisfy({ shape in
                shape.rank == first.rank
                    && shape.counts.indices.allSatisfy { $0 == axis || shape.counts[$0] == first.counts[$0] }
            })
        else {
            let list = shapes.map(\.description).joined(separator: ", ")
            throw ExpressionError(
                .shape, "\(source(range)): arrays of shapes \(list) cannot be put together along axis \(axis)",
                at: range,
                in: text)
        }
        let total = shapes.reduce(0) { $0 + $1.counts[axis] }
        guard total <= Self.longest else {
            throw ExpressionError(
                .tooLarge,
                "\(name) makes an axis of \(total) elements, and \(Self.longest) are allowed; make the array in your "
                    + "program and put it into `parameters`, or write the sum over each part", at: range, in: text)
        }
        let length = lengthOfParts(shapes.map { $0.dimensions[axis] }, total)
        return try shaped(range) { (graph) throws(ShapeError) in
            var result: NodeID?
            var start = 0
            for (node, shape) in zip(nodes, shapes) {
                let end = start + shape.counts[axis]
                let places = Subscript.range(start: Dimension(start), end: end == total ? length : Dimension(end))
                let whole = Subscript.range(start: Dimension(0), end: length)
                let unit = graph.identity(length)
                let part: NodeID
                if first.rank == 2, axis == 1 {
                    part = try graph.matmul(node, graph.subscripted(unit, [places, whole]))
                } else {
                    part = try graph.matmul(graph.subscripted(unit, [whole, places]), node)
                }
                result = if let known = result { try graph.elementwise(.add, known, part) } else { part }
                start = end
            }
            return result ?? nodes[0]
        }
    }

    /// The sum of lengths, with the symbol of the one that has it.
    private func lengthOfParts(_ parts: [Dimension], _ total: Int) -> Dimension {
        let symbolic = parts.filter { $0.symbol != nil }
        guard symbolic.count == 1, let only = symbolic.first else { return Dimension(total) }
        return Dimension(symbol: only.symbol, offset: only.offset + total - only.count, count: total)
    }

    // MARK: Along an axis

    /// `arange(n)`, `arange(a, b)`.
    mutating func arange(_ arguments: inout Arguments, at range: SourceRange) throws(ExpressionError) -> Item {
        let first = try requiredInteger(&arguments, "start", "stop", "limit", of: "arange", at: range)
        guard let second = arguments.take("stop", "limit", "end") else {
            guard first.count > 0 else { throw ExpressionError(.shape, "arange of no elements", at: range, in: text) }
            return item(try insert { $0.arange(first) }, range)
        }
        guard let end = try staticInteger(second), end.count > first.count else {
            throw ExpressionError(.shape, "arange of no elements", at: range, in: text)
        }
        let isSymbolic = first.symbol == nil
        let length = Dimension(
            symbol: isSymbolic ? end.symbol : nil, offset: isSymbolic ? end.offset - first.count : 0,
            count: end.count - first.count)
        return item(
            try shaped(range) { (graph) throws(ShapeError) in
                let steps = graph.arange(length)
                if first.count == 0 { return steps }
                let start = first.symbol == nil ? graph.constant(first.count) : graph.dimension(first)
                return try graph.elementwise(.add, steps, start)
            }, range)
    }

    /// `diff(a)`: differences of neighbours.
    mutating func difference(
        _ a: NodeID, _ arguments: inout Arguments, at range: SourceRange
    ) throws(ExpressionError) -> Item {
        let order =
            try arguments.take("n").map { item throws(ExpressionError) in try staticInteger(item)?.count ?? 0 } ?? 1
        let rank = program.graph[a].shape.rank
        var axis = try axes(arguments.take("axis", "dim"))?.first ?? -1
        axis = axis < 0 ? axis + rank : axis
        guard (0..<rank).contains(axis), (1...8).contains(order) else {
            throw ExpressionError(.shape, "diff needs an axis and an order from 1 to 8", at: range, in: text)
        }
        let place = axis
        return item(
            try shaped(range) { (graph) throws(ShapeError) in
                var result = a
                for _ in 0..<order {
                    let lengths = graph[result].shape.dimensions
                    let length = lengths[place]
                    guard length.count > 1 else { throw ShapeError("diff of one element") }
                    var ends = [Subscript](lengths.map { .range(start: Dimension(0), end: $0) })
                    var starts = ends
                    ends[place] = .range(start: Dimension(1), end: length)
                    starts[place] = .range(
                        start: Dimension(0),
                        end: Dimension(symbol: length.symbol, offset: length.offset - 1, count: length.count - 1))
                    result = try graph.elementwise(
                        .subtract, graph.subscripted(result, ends), graph.subscripted(result, starts))
                }
                return result
            }, range)
    }

    /// `cumsum(a)` as a product with a matrix of comparisons, which is not made (`ComparisonProduct`).
    mutating func cumulativeSum(
        _ a: NodeID, _ arguments: inout Arguments, at range: SourceRange
    ) throws(ExpressionError) -> Item {
        let shape = program.graph[a].shape
        var axis = try axes(arguments.take("axis", "dim"))?.first ?? (shape.rank == 1 ? 0 : shape.rank)
        axis = axis < 0 ? axis + shape.rank : axis
        guard shape.rank == 1 || shape.rank == 2, (0..<shape.rank).contains(axis) else {
            throw ExpressionError(.shape, "cumsum of a matrix needs an axis", at: range, in: text)
        }
        let place = axis
        return item(
            try shaped(range) { (graph) throws(ShapeError) in
                let steps = graph.arange(shape.dimensions[place])
                let rows = try graph.expandingDimensions(steps, at: 1)
                if place == 1 {
                    return try graph.matmul(a, graph.elementwise(.lessEqual, rows, steps))
                }
                return try graph.matmul(graph.elementwise(.greaterEqual, rows, steps), a)
            }, range)
    }

    /// `prod`, `max` and `min` over an axis of few elements, one after the other.
    mutating func folded(
        _ name: String, _ a: NodeID, _ arguments: inout Arguments, at range: SourceRange
    ) throws(ExpressionError) -> Item {
        let (given, keeping) = try reduction(&arguments)
        var subject = a
        if given == nil, program.graph[a].shape.rank > 1 {
            subject = try shaped(range) { (graph) throws(ShapeError) in try graph.flattened(a) }
        }
        let shape = program.graph[subject].shape
        guard shape.rank > 0 else { return item(subject, range) }
        guard let axis = try shapes(range, { () throws(ShapeError) in try Graph.normalise(given ?? [0], in: shape) }),
            axis.count == 1
        else {
            throw ExpressionError(.shape, "\(name) is understood over one axis or all", at: range, in: text)
        }
        let count = shape.counts[axis[0]]
        let remedy = [
            "prod": "for positive elements write `exp(sum(log(a)))`",
            "max": "a smooth maximum is `logsumexp(t * a) / t`", "min": "a smooth minimum is `-logsumexp(-t * a) / t`",
        ]
        guard count <= Self.mostFolded else {
            throw ExpressionError(
                .tooLarge,
                "\(name) over \(count) elements, and \(Self.mostFolded) are allowed; \(remedy[name, default: ""])",
                at: range,
                in: text)
        }
        let function: ElementwiseFunction = name == "prod" ? .multiply : name == "max" ? .maximum : .minimum
        return item(
            try shaped(range) { (graph) throws(ShapeError) in
                var result: NodeID?
                for k in 0..<count {
                    var subscripts = [Subscript](shape.dimensions.map { .range(start: Dimension(0), end: $0) })
                    subscripts[axis[0]] = .position(Dimension(k))
                    let element = try graph.subscripted(subject, subscripts)
                    result = if let known = result { try graph.elementwise(function, known, element) } else { element }
                }
                guard var total = result else { throw ShapeError("\(name) of no elements") }
                if keeping {
                    let places = given == nil ? Array(0..<graph[a].shape.rank) : axis
                    for place in places { total = try graph.expandingDimensions(total, at: place) }
                }
                return total
            }, range)
    }

    /// A value that may not fit the shapes, as an error at a place.
    private func shapes<T>(
        _ range: SourceRange, _ body: () throws(ShapeError) -> T
    ) throws(ExpressionError) -> T? {
        do {
            return try body()
        } catch {
            throw ExpressionError(.shape, source(range) + ": " + error.message, at: range, in: text)
        }
    }
}
