/// The functions whose arguments need care, one by one.
extension Parser {
    mutating func reduce(
        _ function: String, _ a: NodeID, _ axes: [Int]?, _ keeping: Bool, at range: SourceRange
    ) throws(ExpressionError) -> NodeID {
        try shaped(range) { (graph) throws(ShapeError) in
            switch function {
            case "sum": return try graph.sum(a, axes: axes, keepingAxes: keeping)
            case "logsumexp": return try graph.logSumExp(a, axes: axes, keepingAxes: keeping)
            default: return try graph.mean(a, axes: axes, keepingAxes: keeping)
            }
        }
    }

    mutating func norm(_ a: NodeID, _ arguments: inout Arguments, at range: SourceRange) throws(ExpressionError)
        -> Item
    {
        let order = arguments.take("ord", "p")
        let axes = try axes(arguments.take("axis", "dim"))
        let keeping = try boolean(arguments.take("keepdims", "keepdim"))
        var isOne = false
        if let order {
            switch order.value {
            case .none, .text("fro"), .text("euclidean"): break
            case .array:
                guard let number = try staticInteger(order)?.count, number == 1 || number == 2 else {
                    throw ExpressionError(.shape, "norm is understood with ord 1 and 2", at: order.range, in: text)
                }
                if number == 2, program.graph[a].shape.rank == 2, axes == nil {
                    throw ExpressionError(
                        .shape, "the spectral norm is not understood; norm(A) is Frobenius'", at: order.range, in: text)
                }
                isOne = number == 1
            default: throw ExpressionError(.shape, "norm is understood with ord 1 and 2", at: order.range, in: text)
            }
        }
        return item(
            try shaped(range) { (graph) throws(ShapeError) in
                if isOne { return try graph.sum(graph.elementwise(.absolute, a), axes: axes, keepingAxes: keeping) }
                if axes == nil, !keeping { return graph.norm(a) }
                return try graph.elementwise(
                    .sqrt, graph.sum(graph.power(a, Constant(2)), axes: axes, keepingAxes: keeping))
            }, range)
    }

    mutating func clip(_ subject: Item, _ arguments: inout Arguments, at range: SourceRange)
        throws(ExpressionError) -> Item
    {
        let low = arguments.take("a_min", "min", "clip_value_min")
        let high = arguments.take("a_max", "max", "clip_value_max")
        var result = subject
        for (bound, function) in [(low, ElementwiseFunction.maximum), (high, .minimum)] {
            guard let bound else { continue }
            if case .none = bound.value { continue }
            result = item(
                try elementwise(function, try array(result), try array(bound), result, bound, at: range), range)
        }
        return Item(value: result.value, range: range)
    }

    mutating func select(_ arguments: inout Arguments, at range: SourceRange) throws(ExpressionError) -> Item {
        let condition = try array(try required(&arguments, "condition", "pred", of: "where", at: range))
        let yes = try required(&arguments, "x", "input", of: "where", at: range)
        let no = try required(&arguments, "y", "other", of: "where", at: range)
        let a = try array(yes)
        let b = try array(no)
        return item(try shaped(range) { (graph) throws(ShapeError) in try graph.select(condition, a, b) }, range)
    }

    mutating func einsum(_ arguments: inout Arguments, at range: SourceRange) throws(ExpressionError) -> Item {
        let first = try required(&arguments, "equation", "subscripts", of: "einsum", at: range)
        guard case .text(let written) = first.value else {
            throw ExpressionError(.syntax, "einsum begins with a string such as 'ij,j->i'", at: first.range, in: text)
        }
        let equation = written.filter { $0 != " " }
        let sides = equation.components(separatedBy: "->")
        let inputs = sides[0].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        guard sides.count <= 2, equation.allSatisfy({ $0.isLetter || ",->".contains($0) }) else {
            throw ExpressionError(
                .syntax, "'\(written)' is no einsum equation that is understood", at: first.range, in: text)
        }
        var operands: [NodeID] = []
        for operand in arguments.positional { operands.append(try array(operand)) }
        arguments.positional = []
        let letters = inputs.joined()
        let output =
            sides.count == 2
            ? sides[1] : String(Set(letters).filter { letter in letters.count { $0 == letter } == 1 }.sorted())
        let nodes = operands
        return item(
            try shaped(range) { (graph) throws(ShapeError) in
                var plain: [String] = []
                var taken: [NodeID] = []
                for (letters, operand) in zip(inputs, nodes) {
                    if letters.count == 2, Set(letters).count == 1 {
                        plain.append(String(letters.prefix(1)))
                        taken.append(try graph.diag(operand))
                    } else if Set(letters).count != letters.count {
                        throw ShapeError("einsum: '\(letters)' names a letter twice")
                    } else {
                        plain.append(letters)
                        taken.append(operand)
                    }
                }
                guard nodes.count == inputs.count else {
                    throw ShapeError("einsum names \(inputs.count) operands and is given \(nodes.count)")
                }
                return try graph.einsum(inputs: plain, output: output, taken)
            }, range)
    }

    mutating func transposed(_ a: NodeID, _ arguments: inout Arguments, at range: SourceRange)
        throws(ExpressionError) -> Item
    {
        let rank = program.graph[a].shape.rank
        guard let order = try axes(arguments.take("axes", "perm", "dims")) else {
            return item(try insert { $0.transpose(a) }, range)
        }
        let axes = order.map { $0 < 0 ? $0 + rank : $0 }
        guard axes.sorted() == Array(0..<rank) else {
            throw ExpressionError(.shape, "\(order) is no permutation of \(rank) axes", at: range, in: text)
        }
        if axes == Array(0..<rank) { return item(a, range) }
        if axes == Array((0..<rank).reversed()) { return item(try insert { $0.transpose(a) }, range) }
        let letters = Array("abcdefgh".prefix(rank))
        let input = String(letters)
        let output = String(axes.map { letters[$0] })
        return item(
            try shaped(range) { (graph) throws(ShapeError) in try graph.einsum(inputs: [input], output: output, [a]) },
            range)
    }

    mutating func ofTwo(
        _ function: String, _ subject: Item, _ arguments: inout Arguments, at range: SourceRange
    ) throws(ExpressionError) -> Item {
        let other = try required(&arguments, "y", "target", "b", "x2", "other", of: function, at: range)
        let a = try array(subject)
        let b = try array(other)
        switch function {
        case "xlogy":
            return item(
                try shaped(range) { (graph) throws(ShapeError) in
                    let product = try graph.elementwise(.multiply, a, graph.elementwise(.log, b))
                    let zero = graph.constant(0)
                    return try graph.select(graph.elementwise(.equal, a, zero), zero, product)
                }, range)
        case "quad_form":
            return item(
                try shaped(range) { (graph) throws(ShapeError) in try graph.matmul(a, graph.matmul(b, a)) }, range)
        case "cosine_similarity":
            _ = arguments.keyword("dim", "axis")
            guard program.graph[a].shape.rank == 1, program.graph[b].shape.rank == 1 else {
                throw ExpressionError(.shape, "cosine_similarity is understood for two vectors", at: range, in: text)
            }
            return item(
                try shaped(range) { (graph) throws(ShapeError) in
                    let norms = try graph.elementwise(.multiply, graph.norm(a), graph.norm(b))
                    return try graph.elementwise(.divide, graph.matmul(a, b), norms)
                }, range)
        default:
            let difference = try elementwise(.subtract, a, b, subject, other, at: range)
            return item(
                try shaped(range) { (graph) throws(ShapeError) in try graph.power(difference, Constant(2)) }, range)
        }
    }

    /// softplus(z) − yz.
    mutating func crossEntropy(_ arguments: inout Arguments, at range: SourceRange) throws(ExpressionError) -> Item {
        let function = "sigmoid_cross_entropy_with_logits"
        let labels = try required(&arguments, "labels", of: function, at: range)
        let logits = try required(&arguments, "logits", of: function, at: range)
        let z = try array(logits)
        let product = try elementwise(.multiply, z, try array(labels), logits, labels, at: range)
        return item(
            try shaped(range) { (graph) throws(ShapeError) in
                try graph.elementwise(.subtract, graph.elementwise(.softplus, z), product)
            }, range)
    }

    mutating func sizes(
        _ function: String, _ subject: Item, _ arguments: inout Arguments, at range: SourceRange
    ) throws(ExpressionError) -> Item {
        if case .tuple(let items) = subject.value, function == "len" {
            return item(try insert { $0.constant(items.count) }, range)
        }
        let shape = program.graph[try array(subject)].shape
        var items: [Item] = []
        for dimension in shape.dimensions { items.append(item(try insert { $0.dimension(dimension) }, range)) }
        if function == "shape" { return Item(value: .tuple(items), range: range) }
        if function == "len" {
            guard let first = items.first else {
                throw ExpressionError(.shape, "a scalar has no length", at: range, in: text)
            }
            return first
        }
        if let axis = try axes(arguments.take("axis", "dim"))?.first {
            let place = axis < 0 ? axis + items.count : axis
            guard items.indices.contains(place) else {
                throw ExpressionError(.shape, "there is no axis \(axis)", at: range, in: text)
            }
            return items[place]
        }
        guard var product = items.first else { return item(try insert { $0.constant(1) }, range) }
        for next in items.dropFirst() { product = try binary("*", product, next, at: range) }
        return Item(value: product.value, range: range)
    }
}
