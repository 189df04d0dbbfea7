/// Words of the text and nodes of the graph: what the rules of the grammar are made with.
extension Parser {
    var current: Token { tokens[min(position, tokens.count - 1)] }
    var previous: Token { tokens[max(0, position - 1)] }
    func peek(_ offset: Int) -> Token { tokens[min(position + offset, tokens.count - 1)] }

    mutating func expect(_ symbol: String, opened: SourceRange) throws(ExpressionError) {
        guard current.kind == .symbol(symbol) else {
            if current.kind == .end {
                throw ExpressionError(.syntax, "a bracket is not closed: '\(symbol)' is missing", at: opened, in: text)
            }
            throw syntax("expected '\(symbol)', not \(describe(current))")
        }
        position += 1
    }

    func syntax(_ message: String) -> ExpressionError { ExpressionError(.syntax, message, at: current.range, in: text) }

    func describe(_ token: Token) -> String {
        switch token.kind {
        case .number(let digits): "the number \(digits)"
        case .name(let name): "'\(name)'"
        case .symbol(let symbol): "'\(symbol)'"
        case .string: "a string"
        case .separator: "the end of the line"
        case .end: "the end"
        }
    }

    /// From the beginning of one place to the end of another, on one line.
    func span(_ start: SourceRange, _ end: SourceRange) -> SourceRange {
        guard start.line == end.line else {
            let length = start.line <= lines.count ? lines[start.line - 1].count : start.end
            return SourceRange(line: start.line, column: start.column, end: max(start.end, length + 1))
        }
        return SourceRange(line: start.line, column: min(start.column, end.column), end: max(start.end, end.end))
    }

    /// The text at a place.
    func source(_ range: SourceRange) -> String {
        guard range.line >= 1, range.line <= lines.count else { return "" }
        let line = lines[range.line - 1]
        return String(line[min(range.column - 1, line.count)..<min(max(range.end - 1, range.column - 1), line.count)])
    }

    // MARK: Nodes

    func item(_ node: NodeID, _ range: SourceRange) -> Item { Item(value: .array(node), range: range) }
    func item(_ node: NodeID, from start: SourceRange, to end: SourceRange) -> Item {
        item(node, span(start, end))
    }

    /// The node of a value that must be an array.
    func array(_ item: Item) throws(ExpressionError) -> NodeID {
        switch item.value {
        case .array(let node): return node
        case .tuple:
            throw ExpressionError(.syntax, "a tuple stands where an array is expected", at: item.range, in: text)
        case .none: throw ExpressionError(.syntax, "None stands where an array is expected", at: item.range, in: text)
        case .boolean, .text, .ellipsis:
            throw ExpressionError(.syntax, "this is no array", at: item.range, in: text)
        }
    }

    /// Adds a node, after its size has been checked.
    mutating func insert(_ build: (inout Graph) -> NodeID) throws(ExpressionError) -> NodeID {
        try shaped(current.range) { (graph) throws(ShapeError) in build(&graph) }
    }

    /// Adds nodes whose shapes may not fit; a `ShapeError` becomes an error at this place.
    mutating func shaped(
        _ range: SourceRange, _ build: (inout Graph) throws(ShapeError) -> NodeID
    ) throws(ExpressionError) -> NodeID {
        let before = program.graph.nodes.count
        let node: NodeID
        do {
            node = try build(&program.graph)
        } catch {
            var message = error.message
            if case .text(let suggestion)? = error.suggestion { message += "; \(suggestion)" }
            throw ExpressionError(.shape, source(range) + ": " + message, at: range, in: text)
        }
        try checkNew(from: before, at: range)
        if program.sources[node] == nil { program.sources[node] = range }
        return node
    }

    mutating func checkNew(from before: Int, at range: SourceRange) throws(ExpressionError) {
        guard program.graph.nodes.count <= limits.nodes else {
            throw ExpressionError(
                .tooLarge, "the program has more than \(limits.nodes) operations", at: range, in: text)
        }
        for index in before..<program.graph.nodes.count {
            let node = program.graph.nodes[index]
            dependsOnBeta.append(
                node.operation == .variable("beta") || node.operands.contains { dependsOnBeta[$0.index] })
            if node.shape.elementCount == 0 {
                throw ExpressionError(
                    .shape, "an array of shape \(node.shape) has no elements for these data", at: range, in: text)
            }
            guard node.shape.rank <= limits.rank else {
                throw ExpressionError(
                    .tooLarge, "an array of \(node.shape.rank) axes; \(limits.rank) are allowed", at: range, in: text)
            }
            guard let count = node.shape.elementCount, count <= limits.memory / 8 else {
                throw ExpressionError(
                    .tooLarge,
                    "an array of shape \(node.shape) needs more than the \(limits.memory >> 20) MB that one array may take",
                    at: range, in: text)
            }
        }
    }

    func depends(_ node: NodeID) -> Bool { dependsOnBeta[node.index] }

    private static let functions: [String: ElementwiseFunction] = [
        "+": .add, "-": .subtract, "*": .multiply, "/": .divide, "**": .power, "<": .less, "<=": .lessEqual,
        ">": .greater, ">=": .greaterEqual, "==": .equal, "!=": .notEqual, "&": .multiply, "|": .maximum,
    ]

    /// A binary operator.
    mutating func binary(
        _ symbol: String, _ left: Item, _ right: Item, at place: SourceRange
    ) throws(ExpressionError) -> Item {
        let range = span(left.range, right.range)
        let a = try array(left)
        let b = try array(right)
        if symbol == "@" { return try matmul(left, right, at: range) }
        guard let function = Self.functions[symbol] else {
            throw ExpressionError(.syntax, "'\(symbol)' is not understood", at: place, in: text)
        }
        return item(try elementwise(function, a, b, left, right, at: range), range)
    }

    /// The text of an operand transposed: `X` for `X.T`, `(a + b).T` for a sum.
    private func turned(_ text: String) -> String {
        if text.hasSuffix(".T") { return String(text.dropLast(2)) }
        let isPlain =
            text.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" } || text.hasSuffix(")") || text.hasSuffix("]")
        return isPlain ? text + ".T" : "(\(text)).T"
    }

    mutating func matmul(_ left: Item, _ right: Item, at range: SourceRange) throws(ExpressionError) -> Item {
        let a = try array(left)
        let b = try array(right)
        if let (factor, array) = scaled(a) {
            // 2/n * X.T @ r is (2/n * X.T) @ r to Python; the same number with the scalar outside, and fewer operations.
            let product = try matmul(item(array, left.range), right, at: range)
            let inner = try self.array(product)
            guard let factor else { return item(try insert { $0.elementwise(.negate, inner) }, range) }
            return item(
                try shaped(range) { (graph) throws(ShapeError) in try graph.elementwise(.multiply, factor, inner) },
                range)
        }
        let before = program.graph.nodes.count
        do {
            let node = try program.graph.matmul(a, b)
            try checkNew(from: before, at: range)
            if program.sources[node] == nil { program.sources[node] = range }
            return item(node, range)
        } catch let error as ShapeError {
            let leftText = source(left.range)
            let rightText = source(right.range)
            var message = source(range) + ": " + error.message
            switch error.suggestion {
            case .transposeLeft: message += "; did you mean \(turned(leftText)) @ \(rightText)?"
            case .transposeRight: message += "; did you mean \(leftText) @ \(turned(rightText))?"
            case .swapOperands: message += "; did you mean \(rightText) @ \(leftText)?"
            case .text(let suggestion): message += "; \(suggestion)"
            case nil: break
            }
            throw ExpressionError(.shape, message, at: range, in: text)
        } catch let error as ExpressionError {
            throw error
        } catch {
            throw ExpressionError(.shape, "\(error)", at: range, in: text)
        }
    }

    /// The scalar and the array of `scalar * array`, nil and the array of `-array`.
    func scaled(_ id: NodeID) -> (factor: NodeID?, array: NodeID)? {
        let node = program.graph[id]
        switch node.operation {
        case .elementwise(.multiply) where program.graph[node.operands[0]].shape.rank == 0 && node.shape.rank > 0:
            return (node.operands[0], node.operands[1])
        case .elementwise(.negate) where node.shape.rank > 0: return (nil, node.operands[0])
        default: return nil
        }
    }

    /// An elementwise function of two arrays; notes a broadcast that was probably not meant.
    mutating func elementwise(
        _ function: ElementwiseFunction, _ a: NodeID, _ b: NodeID, _ left: Item, _ right: Item, at range: SourceRange
    ) throws(ExpressionError) -> NodeID {
        // 2/3 is the fraction, as exact as the data.
        if function == .divide, case .constant(let numerator) = program.graph[a].operation,
            case .constant(let denominator) = program.graph[b].operation,
            let quotient = numerator.divided(by: denominator)
        {
            return try insert { $0.constant(quotient) }
        }
        let node = try shaped(range) { (graph) throws(ShapeError) in try graph.elementwise(function, a, b) }
        noteBroadcast(node, a, b, left, right, function, at: range)
        return node
    }
}
