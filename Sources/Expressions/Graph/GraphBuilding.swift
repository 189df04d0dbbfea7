/// Nodes by operation, their shapes inferred by NumPy's rules.
extension Graph {
    /// A number.
    public mutating func constant(_ value: Constant) -> NodeID { insert(.constant(value), [], shape: .scalar) }

    /// A whole number.
    public mutating func constant(_ value: Int) -> NodeID { constant(Constant(value)) }

    /// The length of an axis as a number; a length without a symbol is a constant.
    public mutating func dimension(_ dimension: Dimension) -> NodeID {
        guard dimension.symbol != nil else { return constant(dimension.count) }
        return insert(.dimension(dimension), [], shape: .scalar)
    }

    /// A named array.
    public mutating func variable(_ name: String, shape: Shape) -> NodeID { insert(.variable(name), [], shape: shape) }

    /// A function of one number, element by element.
    public mutating func elementwise(_ function: ElementwiseFunction, _ a: NodeID) -> NodeID {
        precondition(function.arity == 1)
        if function == .negate, case .constant(let value) = self[a].operation { return constant(value.negated) }
        return insert(.elementwise(function), [a], shape: self[a].shape)
    }

    /// A function of two numbers, element by element, with broadcasting.
    public mutating func elementwise(
        _ function: ElementwiseFunction, _ a: NodeID, _ b: NodeID
    ) throws(ShapeError) -> NodeID {
        precondition(function.arity == 2)
        let shape = try self[a].shape.broadcast(with: self[b].shape, for: function.symbol)
        return insert(.elementwise(function), [a, b], shape: shape)
    }

    /// `where(condition, a, b)` with broadcasting.
    public mutating func select(_ condition: NodeID, _ a: NodeID, _ b: NodeID) throws(ShapeError) -> NodeID {
        let branches = try self[a].shape.broadcast(with: self[b].shape, for: "where")
        let shape = try self[condition].shape.broadcast(with: branches, for: "where")
        return insert(.select, [condition, a, b], shape: shape)
    }

    /// `a @ b` for ranks 1 and 2.
    public mutating func matmul(_ a: NodeID, _ b: NodeID) throws(ShapeError) -> NodeID {
        let left = self[a].shape
        let right = self[b].shape
        guard left.rank > 0, right.rank > 0 else {
            throw ShapeError("\(left) @ \(right): `@` needs arrays, use `*` with a scalar")
        }
        guard left.rank <= 2, right.rank <= 2 else {
            throw ShapeError("\(left) @ \(right): `@` is understood for vectors and matrices")
        }
        let inner = left.dimensions[left.rank - 1]
        let outer = right.dimensions[0]
        guard inner.count == outer.count else {
            var suggestion: ShapeError.Suggestion?
            if left.rank == 2, left.dimensions[0].count == outer.count {
                suggestion = .transposeLeft
            } else if right.rank == 2, right.dimensions[1].count == inner.count {
                suggestion = .transposeRight
            } else if right.rank == 2, right.dimensions[1].count == left.dimensions[0].count {
                suggestion = .swapOperands
            }
            throw ShapeError(
                "\(left) @ \(right): inner dimensions \(inner.count) and \(outer.count) differ", suggestion: suggestion)
        }
        let shape = Shape(Array(left.dimensions.dropLast()) + Array(right.dimensions.dropFirst()))
        return insert(.matmul, [a, b], shape: shape)
    }

    /// `a.T`; a scalar or vector is itself, and the transpose of a transpose is the array.
    public mutating func transpose(_ a: NodeID) -> NodeID {
        let node = self[a]
        if node.shape.rank < 2 { return a }
        if node.operation == .transpose { return node.operands[0] }
        return insert(.transpose, [a], shape: Shape(node.shape.dimensions.reversed()))
    }

    /// `a[…]`; axes that are not named are taken whole.
    public mutating func subscripted(_ a: NodeID, _ subscripts: [Subscript]) throws(ShapeError) -> NodeID {
        let shape = self[a].shape
        let named = subscripts.count { $0 != .newAxis }
        guard named <= shape.rank else {
            throw ShapeError("\(named) indices for an array of shape \(shape)")
        }
        var full = subscripts
        for axis in named..<shape.rank {
            full.append(.range(start: Dimension(0), end: shape.dimensions[axis]))
        }
        var axis = 0
        var result: [Dimension] = []
        var trivial = true
        for entry in full {
            switch entry {
            case .newAxis:
                result.append(Dimension(1))
                trivial = false
            case .position(let position):
                guard position.count >= 0, position.count < shape.dimensions[axis].count else {
                    throw ShapeError(
                        "index \(position.count) is outside an axis of length \(shape.dimensions[axis].count)")
                }
                axis += 1
                trivial = false
            case .range(let start, let end):
                let length = shape.dimensions[axis]
                guard start.count >= 0, start.count <= end.count, end.count <= length.count else {
                    throw ShapeError("slice \(start.count):\(end.count) of an axis of length \(length.count)")
                }
                result.append(Graph.difference(end, start))
                if start.count != 0 || end.count != length.count { trivial = false }
                axis += 1
            }
        }
        if trivial { return a }
        return insert(.subscripted(full), [a], shape: Shape(result))
    }

    /// `end − start` as a length, its symbol kept where it has one.
    static func difference(_ end: Dimension, _ start: Dimension) -> Dimension {
        if end.symbol == start.symbol, end.symbol != nil { return Dimension(end.count - start.count) }
        guard start.symbol == nil else { return Dimension(end.count - start.count) }
        return Dimension(symbol: end.symbol, offset: end.offset - start.count, count: end.count - start.count)
    }

    /// `a[:, None]` and the like: a new axis of length 1 before `axis`.
    public mutating func expandingDimensions(_ a: NodeID, at axis: Int) throws(ShapeError) -> NodeID {
        let shape = self[a].shape
        guard axis >= 0, axis <= shape.rank else { throw ShapeError("no place \(axis) for a new axis in \(shape)") }
        var subscripts = shape.dimensions.map { Subscript.range(start: Dimension(0), end: $0) }
        subscripts.insert(.newAxis, at: axis)
        return try subscripted(a, subscripts)
    }

    /// Row-major reshape.
    public mutating func reshape(_ a: NodeID, to shape: Shape) throws(ShapeError) -> NodeID {
        let old = self[a].shape
        guard let before = old.elementCount, let after = shape.elementCount, before == after else {
            throw ShapeError("\(old) has \(old.elementCount ?? -1) elements, \(shape) has \(shape.elementCount ?? -1)")
        }
        if old == shape { return a }
        return insert(.reshape(shape), [a], shape: shape)
    }

    /// The sum over axes (negative count from the end; nil is all).
    public mutating func sum(_ a: NodeID, axes: [Int]? = nil, keepingAxes: Bool = false) throws(ShapeError) -> NodeID {
        let shape = self[a].shape
        let axes = try Graph.normalise(axes, in: shape)
        if axes.isEmpty { return a }
        return insert(
            .sum(axes: axes, keepingAxes: keepingAxes), [a], shape: shape.reduced(axes, keepingAxes: keepingAxes))
    }

    /// The mean over axes: the sum divided by the lengths.
    public mutating func mean(_ a: NodeID, axes: [Int]? = nil, keepingAxes: Bool = false) throws(ShapeError) -> NodeID {
        let shape = self[a].shape
        let normal = try Graph.normalise(axes, in: shape)
        var result = try sum(a, axes: axes, keepingAxes: keepingAxes)
        if normal.isEmpty { return result }
        var count: NodeID?
        for axis in normal {
            let length = dimension(shape.dimensions[axis])
            count = if let known = count { try elementwise(.multiply, known, length) } else { length }
        }
        if let count { result = try elementwise(.divide, result, count) }
        return result
    }

    /// log Σ exp over axes (nil is all).
    public mutating func logSumExp(
        _ a: NodeID, axes: [Int]? = nil, keepingAxes: Bool = false
    ) throws(ShapeError) -> NodeID {
        let shape = self[a].shape
        let axes = try Graph.normalise(axes, in: shape)
        if axes.isEmpty { return a }
        return insert(
            .logSumExp(axes: axes, keepingAxes: keepingAxes), [a], shape: shape.reduced(axes, keepingAxes: keepingAxes))
    }

    /// exp(a − logsumexp(a)) along an axis.
    public mutating func softmax(_ a: NodeID, axis: Int = -1) throws(ShapeError) -> NodeID {
        let shape = self[a].shape
        guard shape.rank > 0 else { throw ShapeError("softmax of a scalar") }
        let axes = try Graph.normalise([axis], in: shape)
        return insert(.softmax(axis: axes[0]), [a], shape: shape)
    }

    /// `diag(v)`: a vector as a diagonal matrix, or the diagonal of a matrix.
    public mutating func diag(_ a: NodeID) throws(ShapeError) -> NodeID {
        let shape = self[a].shape
        switch shape.rank {
        case 1:
            return insert(.diagonalMatrix, [a], shape: Shape([shape.dimensions[0], shape.dimensions[0]]))
        case 2:
            let square = try leadingSquare(a)
            return insert(.diagonal, [square], shape: Shape([self[square].shape.dimensions[0]]))
        default: throw ShapeError("diag of an array of shape \(shape)")
        }
    }

    /// The sum of the diagonal.
    public mutating func trace(_ a: NodeID) throws(ShapeError) -> NodeID {
        let shape = self[a].shape
        guard shape.rank == 2 else { throw ShapeError("trace of an array of shape \(shape)") }
        return insert(.trace, [try leadingSquare(a)], shape: .scalar)
    }

    /// The rows and columns of a matrix that its diagonal reaches: `A[:q, :q]` with q the smaller length.
    private mutating func leadingSquare(_ a: NodeID) throws(ShapeError) -> NodeID {
        let lengths = self[a].shape.dimensions
        if lengths[0].count == lengths[1].count { return a }
        let order = lengths[0].count < lengths[1].count ? lengths[0] : lengths[1]
        return try subscripted(
            a, lengths.map { .range(start: Dimension(0), end: $0.count == order.count ? $0 : order) })
    }

    /// The outer product; operands of other ranks are flattened as NumPy does.
    public mutating func outer(_ a: NodeID, _ b: NodeID) throws(ShapeError) -> NodeID {
        let left = try flattened(a)
        let right = try flattened(b)
        let shape = Shape([self[left].shape.dimensions[0], self[right].shape.dimensions[0]])
        return insert(.outer, [left, right], shape: shape)
    }

    /// All elements as a vector.
    public mutating func flattened(_ a: NodeID) throws(ShapeError) -> NodeID {
        let shape = self[a].shape
        if shape.rank == 1 { return a }
        guard let count = shape.elementCount else { throw ShapeError("\(shape) has too many elements") }
        let symbols = shape.dimensions.filter { $0.count != 1 }
        let length = symbols.count == 1 ? symbols[0] : Dimension(count)
        return try reshape(a, to: Shape([length]))
    }

    /// A sum of products over named axes.
    public mutating func einsum(
        inputs: [String], output: String, _ operands: [NodeID]
    ) throws(ShapeError) -> NodeID {
        guard inputs.count == operands.count else {
            throw ShapeError("einsum names \(inputs.count) operands and is given \(operands.count)")
        }
        var lengths: [Character: Dimension] = [:]
        for (letters, operand) in zip(inputs, operands) {
            let shape = self[operand].shape
            guard letters.count == shape.rank else {
                throw ShapeError("einsum: '\(letters)' for an operand of shape \(shape)")
            }
            for (letter, length) in zip(letters, shape.dimensions) {
                if let known = lengths[letter], known.count != length.count {
                    throw ShapeError("einsum: '\(letter)' is both \(known.count) and \(length.count) long")
                }
                if lengths[letter]?.symbol == nil { lengths[letter] = length }
            }
        }
        var result: [Dimension] = []
        for letter in output {
            guard let length = lengths[letter] else {
                throw ShapeError("einsum: '\(letter)' of the result stands in no operand")
            }
            result.append(length)
        }
        guard Set(output).count == output.count else { throw ShapeError("einsum: the result names a letter twice") }
        return insert(.einsum(inputs: inputs, output: output), operands, shape: Shape(result))
    }

    /// The inverse of a square matrix.
    public mutating func inverse(_ a: NodeID) throws(ShapeError) -> NodeID {
        try requireSquare(a, "inv")
        return insert(.inverse, [a], shape: self[a].shape)
    }

    /// `solve(A, b)`.
    public mutating func solve(_ a: NodeID, _ b: NodeID) throws(ShapeError) -> NodeID {
        try requireSquare(a, "solve")
        let right = self[b].shape
        guard right.rank == 1 || right.rank == 2, right.dimensions[0].count == self[a].shape.dimensions[0].count else {
            throw ShapeError("solve(\(self[a].shape), \(right)): the right-hand side has another number of rows")
        }
        return insert(.solve, [a, b], shape: right)
    }

    /// The determinant.
    public mutating func determinant(_ a: NodeID) throws(ShapeError) -> NodeID {
        try requireSquare(a, "det")
        return insert(.determinant, [a], shape: .scalar)
    }

    /// log |det A|.
    public mutating func logDeterminant(_ a: NodeID) throws(ShapeError) -> NodeID {
        try requireSquare(a, "logdet")
        return insert(.logDeterminant, [a], shape: .scalar)
    }

    /// The Euclidean norm of all elements.
    public mutating func norm(_ a: NodeID) -> NodeID { insert(.norm, [a], shape: .scalar) }

    /// The identity matrix.
    public mutating func identity(_ order: Dimension) -> NodeID {
        insert(.identity(order), [], shape: Shape([order, order]))
    }

    /// `arange(n)`: 0, 1, …, n − 1.
    public mutating func arange(_ length: Dimension) -> NodeID {
        insert(.arange(length), [], shape: Shape([length]))
    }

    /// An array of one repeated number.
    public mutating func filled(_ shape: Shape, _ value: Constant) -> NodeID {
        if shape.rank == 0 { return constant(value) }
        return insert(.filled(shape, value), [], shape: shape)
    }

    /// Which nodes depend on the variable (β), by node number.
    public func dependence(on name: String) -> [Bool] {
        var depends = [Bool](repeating: false, count: nodes.count)
        for (index, node) in nodes.enumerated() {
            depends[index] = node.operation == .variable(name) || node.operands.contains { depends[$0.index] }
        }
        return depends
    }

    /// The nodes that a result needs, in order.
    public func reachable(from roots: [NodeID]) -> [NodeID] { reachable(from: roots, stoppingAt: []) }

    /// The nodes that a result needs, in order; nothing for the sake of those at which to stop alone.
    package func reachable(from roots: [NodeID], stoppingAt known: Set<NodeID>) -> [NodeID] {
        var needed = [Bool](repeating: false, count: nodes.count)
        for root in roots { needed[root.index] = true }
        for index in nodes.indices.reversed() where needed[index] && !known.contains(NodeID(index: index)) {
            for operand in nodes[index].operands { needed[operand.index] = true }
        }
        return nodes.indices.filter { needed[$0] }.map(NodeID.init(index:))
    }

    private func requireSquare(_ a: NodeID, _ name: String) throws(ShapeError) {
        let shape = self[a].shape
        guard shape.rank == 2, shape.dimensions[0].count == shape.dimensions[1].count else {
            throw ShapeError("\(name) needs a square matrix and is given \(shape)")
        }
    }

    /// Axes as ascending, non-negative numbers without repetition.
    static func normalise(_ axes: [Int]?, in shape: Shape) throws(ShapeError) -> [Int] {
        guard let axes else { return Array(0..<shape.rank) }
        var normal: [Int] = []
        for axis in axes {
            let position = axis < 0 ? axis + shape.rank : axis
            guard position >= 0, position < shape.rank else {
                throw ShapeError("axis \(axis) of an array of shape \(shape)")
            }
            guard !normal.contains(position) else { throw ShapeError("axis \(axis) is named twice") }
            normal.append(position)
        }
        return normal.sorted()
    }
}

extension Shape {
    /// The shape without the axes, or with length 1 in their places.
    func reduced(_ axes: [Int], keepingAxes: Bool) -> Shape {
        Shape(
            dimensions.enumerated().compactMap { axis, length in
                axes.contains(axis) ? (keepingAxes ? Dimension(1) : nil) : length
            })
    }
}

extension Constant {
    /// The number with the other sign.
    public var negated: Constant {
        switch self {
        case .fraction(let numerator, let denominator): .fraction(numerator: -numerator, denominator: denominator)
        case .double(let value): .double(-value)
        }
    }
}

extension ElementwiseFunction {
    /// The operator it is written with, else its name.
    public var symbol: String {
        switch self {
        case .add: "+"
        case .subtract, .negate: "-"
        case .multiply: "*"
        case .divide: "/"
        case .power: "**"
        case .less: "<"
        case .lessEqual: "<="
        case .greater: ">"
        case .greaterEqual: ">="
        case .equal: "=="
        case .notEqual: "!="
        default: names.first ?? rawValue
        }
    }
}

extension Graph {
    /// The same operation on other operands, whose shapes are those of the original's.
    package mutating func copy(_ operation: Operation, _ operands: [NodeID], shape: Shape) -> NodeID {
        insert(operation, operands, shape: shape)
    }
}
