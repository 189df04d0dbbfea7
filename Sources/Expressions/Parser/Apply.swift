/// The functions of programs that change shapes or are built from others.
extension Parser {
    /// Calls a function that `FunctionTable` knows.
    mutating func apply(_ name: String, _ given: Arguments, at range: SourceRange) throws(ExpressionError) -> Item {
        var arguments = given
        // NumPy's and PyTorch's arguments that change nothing here.
        for ignored in ["dtype", "name", "precision", "out"] { arguments.keywords.removeValue(forKey: ignored) }
        let result: Item
        if let function = FunctionTable.structural[name] {
            result = try structural(function, &arguments, at: range)
        } else if let function = FunctionTable.elementwise[name] {
            result = try elementwise(function, &arguments, name, at: range)
        } else {
            throw unknown(name, at: range, functions: true)
        }
        if let extra = arguments.keywords.keys.min() {
            throw ExpressionError(.syntax, "\(name) has no argument '\(extra)'", at: range, in: text)
        }
        if let extra = arguments.positional.first {
            throw ExpressionError(.syntax, "\(name) is given too many arguments", at: extra.range, in: text)
        }
        return result
    }

    private mutating func elementwise(
        _ function: ElementwiseFunction, _ arguments: inout Arguments, _ name: String, at range: SourceRange
    ) throws(ExpressionError) -> Item {
        let first = try required(&arguments, "x", "input", "a", "x1", "n", "features", "logits", of: name, at: range)
        let a = try array(first)
        if function.unaryRule != nil {
            return item(try shaped(range) { (graph) throws(ShapeError) in graph.elementwise(function, a) }, range)
        }
        let second = try required(&arguments, "y", "other", "b", "x2", "exponent", of: name, at: range)
        let b = try array(second)
        if function == .polygamma, depends(a) || program.graph[a].shape.rank > 0 {
            throw ExpressionError(.shape, "the order of polygamma must be one whole number", at: first.range, in: text)
        }
        return item(try elementwise(function, a, b, first, second, at: range), range)
    }

    // swift-format-ignore: one case a function, most of them a line or two
    private mutating func structural(
        _ function: String, _ arguments: inout Arguments, at range: SourceRange
    ) throws(ExpressionError) -> Item {
        switch function {
        case "eye":
            let order = try requiredInteger(&arguments, "N", "n", "num_rows", of: function, at: range)
            return item(try shaped(range) { (graph) throws(ShapeError) in graph.identity(order) }, range)
        case "ones", "zeros":
            let shape = try requiredShape(&arguments, of: function, at: range)
            let value = Constant(function == "ones" ? 1 : 0)
            return item(try shaped(range) { (graph) throws(ShapeError) in graph.filled(shape, value) }, range)
        case "full":
            let shape = try requiredShape(&arguments, of: function, at: range)
            let value = try required(&arguments, "fill_value", "value", of: function, at: range)
            let node = try array(value)
            let ones = try shaped(range) { (graph) throws(ShapeError) in graph.filled(shape, Constant(1)) }
            return item(
                try shaped(range) { (graph) throws(ShapeError) in try graph.elementwise(.multiply, ones, node) }, range)
        case "einsum": return try einsum(&arguments, at: range)
        case "where": return try select(&arguments, at: range)
        case "add_n":
            let list = try required(&arguments, "inputs", of: function, at: range)
            guard case .tuple(let items) = list.value, var total = items.first else {
                throw ExpressionError(.syntax, "add_n needs a list of arrays", at: list.range, in: text)
            }
            for next in items.dropFirst() { total = try binary("+", total, next, at: range) }
            return Item(value: total.value, range: range)
        case "sigmoid_cross_entropy_with_logits", "binary_cross_entropy_with_logits":
            return try crossEntropy(function, &arguments, at: range)
        default: break
        }
        let subject = try required(
            &arguments, "a", "x", "input", "tensor", "input_tensor", "A", "v", "logits", "matrix", "t", "predictions",
            "m",
            of: function, at: range)
        if function == "shape" || function == "len" || function == "size" {
            return try sizes(function, subject, &arguments, at: range)
        }
        if function == "identity" {
            if case .array = subject.value { return Item(value: subject.value, range: range) }
            throw ExpressionError(
                .syntax, "arrays are not written out in a program; put them into `parameters`", at: subject.range,
                in: text)
        }
        let a = try array(subject)
        let shape = program.graph[a].shape
        switch function {
        case "sum", "mean", "logsumexp", "var", "std":
            let (axes, keeping) = try reduction(&arguments)
            return item(try reduce(function, a, axes, keeping, at: range), range)
        case "softmax", "log_softmax":
            let axis = try axes(arguments.take("axis", "dim"))?.first ?? -1
            return item(
                try shaped(range) { (graph) throws(ShapeError) in
                    if function == "softmax" { return try graph.softmax(a, axis: axis) }
                    let total = try graph.logSumExp(a, axes: [axis], keepingAxes: true)
                    return try graph.elementwise(.subtract, a, total)
                }, range)
        case "dot", "matmul", "tensordot":
            let other = try required(&arguments, "b", "other", "mat2", "vec", "y", of: function, at: range)
            if function == "tensordot", let axes = arguments.take("axes", "dims") {
                guard try staticInteger(axes)?.count == 1 else {
                    throw ExpressionError(
                        .shape, "tensordot is understood with axes=1; else use einsum", at: axes.range, in: text)
                }
            }
            let b = try array(other)
            if function == "dot", shape.rank == 0 || program.graph[b].shape.rank == 0 {
                return try binary("*", subject, other, at: range)
            }
            return try matmul(subject, other, at: range)
        case "outer":
            let other = try array(try required(&arguments, "b", "vec2", "other", of: function, at: range))
            return item(try shaped(range) { (graph) throws(ShapeError) in try graph.outer(a, other) }, range)
        case "transpose": return try transposed(a, &arguments, at: range)
        case "reshape":
            let target = try required(&arguments, "newshape", "shape", of: function, at: range)
            let wanted = try self.shape(target, filling: shape)
            return item(try shaped(range) { (graph) throws(ShapeError) in try graph.reshape(a, to: wanted) }, range)
        case "expand_dims":
            let axis = try requiredInteger(&arguments, "axis", "dim", of: function, at: range).count
            let place = axis < 0 ? axis + shape.rank + 1 : axis
            return item(
                try shaped(range) { (graph) throws(ShapeError) in try graph.expandingDimensions(a, at: place) }, range)
        case "squeeze":
            let chosen = try axes(arguments.take("axis", "dim"))?.map { $0 < 0 ? $0 + shape.rank : $0 }
            let kept = shape.dimensions.enumerated().filter { $1.count != 1 || !(chosen?.contains($0) ?? true) }.map(
                \.element)
            return item(
                try shaped(range) { (graph) throws(ShapeError) in try graph.reshape(a, to: Shape(kept)) }, range)
        case "ravel": return item(try shaped(range) { (graph) throws(ShapeError) in try graph.flattened(a) }, range)
        case "trace": return item(try shaped(range) { (graph) throws(ShapeError) in try graph.trace(a) }, range)
        case "diag": return item(try shaped(range) { (graph) throws(ShapeError) in try graph.diag(a) }, range)
        case "inv": return item(try shaped(range) { (graph) throws(ShapeError) in try graph.inverse(a) }, range)
        case "det": return item(try shaped(range) { (graph) throws(ShapeError) in try graph.determinant(a) }, range)
        case "logdet":
            return item(try shaped(range) { (graph) throws(ShapeError) in try graph.logDeterminant(a) }, range)
        case "slogdet":
            let node = try shaped(range) { (graph) throws(ShapeError) in try graph.logDeterminant(a) }
            return Item(value: .tuple([Item(value: .none, range: range), item(node, range)]), range: range)
        case "solve":
            let b = try array(try required(&arguments, "b", "rhs", "B", of: function, at: range))
            return item(try shaped(range) { (graph) throws(ShapeError) in try graph.solve(a, b) }, range)
        case "norm": return try norm(a, &arguments, at: range)
        case "ones_like", "zeros_like":
            let value = Constant(function == "ones_like" ? 1 : 0)
            return item(try shaped(range) { (graph) throws(ShapeError) in graph.filled(shape, value) }, range)
        case "square":
            return item(try shaped(range) { (graph) throws(ShapeError) in try graph.power(a, Constant(2)) }, range)
        case "reciprocal":
            return item(try shaped(range) { (graph) throws(ShapeError) in try graph.divide(1, by: a) }, range)
        case "rsqrt":
            return item(
                try shaped(range) { (graph) throws(ShapeError) in try graph.divide(1, by: graph.elementwise(.sqrt, a))
                }, range)
        case "log2", "log10":
            let base = function == "log2" ? 2 : 10
            return item(
                try shaped(range) { (graph) throws(ShapeError) in
                    let divisor = graph.elementwise(.log, graph.constant(base))
                    return try graph.elementwise(.divide, graph.elementwise(.log, a), divisor)
                }, range)
        case "exp2":
            return item(
                try shaped(range) { (graph) throws(ShapeError) in try graph.elementwise(.power, graph.constant(2), a) },
                range)
        case "tan":
            return item(
                try shaped(range) { (graph) throws(ShapeError) in
                    try graph.elementwise(.divide, graph.elementwise(.sin, a), graph.elementwise(.cos, a))
                }, range)
        case "erfc":
            return item(
                try shaped(range) { (graph) throws(ShapeError) in
                    try graph.elementwise(.subtract, graph.constant(1), graph.elementwise(.erf, a))
                }, range)
        case "log_sigmoid":
            return item(
                try shaped(range) { (graph) throws(ShapeError) in
                    graph.elementwise(.negate, graph.elementwise(.softplus, graph.elementwise(.negate, a)))
                }, range)
        case "clip": return try clip(subject, &arguments, at: range)
        case "maximum of two", "minimum of two":
            let other = try required(&arguments, "b", "other", of: String(function.prefix(3)), at: range)
            let chosen: ElementwiseFunction = function == "maximum of two" ? .maximum : .minimum
            return item(try elementwise(chosen, a, try array(other), subject, other, at: range), range)
        case "l2_loss":
            return item(
                try shaped(range) { (graph) throws(ShapeError) in
                    try graph.elementwise(.divide, graph.sum(graph.power(a, Constant(2))), graph.constant(2))
                }, range)
        case "mse_loss", "squared_difference", "xlogy", "cosine_similarity", "quad_form":
            return try ofTwo(function, subject, &arguments, at: range)
        default: throw unknown(function, at: range, functions: true)
        }
    }

    // MARK: Single functions

    private mutating func reduce(
        _ function: String, _ a: NodeID, _ axes: [Int]?, _ keeping: Bool, at range: SourceRange
    ) throws(ExpressionError) -> NodeID {
        try shaped(range) { (graph) throws(ShapeError) in
            switch function {
            case "sum": return try graph.sum(a, axes: axes, keepingAxes: keeping)
            case "mean": return try graph.mean(a, axes: axes, keepingAxes: keeping)
            case "logsumexp": return try graph.logSumExp(a, axes: axes, keepingAxes: keeping)
            default:
                let centred = try graph.elementwise(.subtract, a, graph.mean(a, axes: axes, keepingAxes: true))
                let variance = try graph.mean(graph.power(centred, Constant(2)), axes: axes, keepingAxes: keeping)
                return function == "var" ? variance : graph.elementwise(.sqrt, variance)
            }
        }
    }

    private mutating func norm(_ a: NodeID, _ arguments: inout Arguments, at range: SourceRange) throws(ExpressionError)
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

    private mutating func clip(_ subject: Item, _ arguments: inout Arguments, at range: SourceRange)
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

    private mutating func select(_ arguments: inout Arguments, at range: SourceRange) throws(ExpressionError) -> Item {
        let condition = try array(try required(&arguments, "condition", "pred", of: "where", at: range))
        let yes = try required(&arguments, "x", "input", of: "where", at: range)
        let no = try required(&arguments, "y", "other", of: "where", at: range)
        let a = try array(yes)
        let b = try array(no)
        return item(try shaped(range) { (graph) throws(ShapeError) in try graph.select(condition, a, b) }, range)
    }

    private mutating func einsum(_ arguments: inout Arguments, at range: SourceRange) throws(ExpressionError) -> Item {
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

    private mutating func transposed(_ a: NodeID, _ arguments: inout Arguments, at range: SourceRange)
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

    private mutating func ofTwo(
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
            return item(
                try shaped(range) { (graph) throws(ShapeError) in
                    let norms = try graph.elementwise(.multiply, graph.norm(a), graph.norm(b))
                    return try graph.elementwise(.divide, graph.matmul(a, b), norms)
                }, range)
        default:
            let difference = try elementwise(.subtract, a, b, subject, other, at: range)
            let squared = try shaped(range) { (graph) throws(ShapeError) in try graph.power(difference, Constant(2)) }
            if function == "squared_difference" { return item(squared, range) }
            let kind: String
            if let reduction = arguments.keyword("reduction"), case .text(let text) = reduction.value {
                kind = text
            } else {
                kind = "mean"
            }
            if kind == "none" { return item(squared, range) }
            return item(try reduce(kind == "sum" ? "sum" : "mean", squared, nil, false, at: range), range)
        }
    }

    /// softplus(z) − yz.
    private mutating func crossEntropy(_ function: String, _ arguments: inout Arguments, at range: SourceRange)
        throws(ExpressionError) -> Item
    {
        let logits: Item
        let labels: Item
        if function == "sigmoid_cross_entropy_with_logits" {
            labels = try required(&arguments, "labels", of: function, at: range)
            logits = try required(&arguments, "logits", of: function, at: range)
        } else {
            logits = try required(&arguments, "input", of: function, at: range)
            labels = try required(&arguments, "target", of: function, at: range)
        }
        let z = try array(logits)
        let product = try elementwise(.multiply, z, try array(labels), logits, labels, at: range)
        let each = try shaped(range) { (graph) throws(ShapeError) in
            try graph.elementwise(.subtract, graph.elementwise(.softplus, z), product)
        }
        if function == "sigmoid_cross_entropy_with_logits" { return item(each, range) }
        return item(try reduce("mean", each, nil, false, at: range), range)
    }

    private mutating func sizes(
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

    // MARK: Arguments

    private func required(
        _ arguments: inout Arguments, _ names: String..., of function: String, at range: SourceRange
    ) throws(ExpressionError) -> Item {
        for name in names {
            if let value = arguments.keywords.removeValue(forKey: name) { return value }
        }
        guard !arguments.positional.isEmpty else {
            throw ExpressionError(.syntax, "\(function) is given too few arguments", at: range, in: text)
        }
        return arguments.positional.removeFirst()
    }

    private func requiredInteger(
        _ arguments: inout Arguments, _ names: String..., of function: String, at range: SourceRange
    ) throws(ExpressionError) -> Dimension {
        var value: Item?
        for name in names where value == nil { value = arguments.keywords.removeValue(forKey: name) }
        if value == nil, !arguments.positional.isEmpty { value = arguments.positional.removeFirst() }
        guard let value, let number = try staticInteger(value) else {
            throw ExpressionError(.shape, "\(function) needs a whole number", at: range, in: text)
        }
        return number
    }

    private func requiredShape(_ arguments: inout Arguments, of function: String, at range: SourceRange)
        throws(ExpressionError) -> Shape
    {
        let value = try required(&arguments, "shape", "size", "dims", of: function, at: range)
        if arguments.positional.isEmpty { return try shape(value, filling: nil) }
        let items = [value] + arguments.positional
        if function == "full" { return try shape(value, filling: nil) }
        arguments.positional = []
        return try shape(Item(value: .tuple(items), range: range), filling: nil)
    }

    /// A shape written as a number or a tuple; −1 is what is left of `old`.
    private func shape(_ value: Item, filling old: Shape?) throws(ExpressionError) -> Shape {
        let items: [Item]
        if case .tuple(let entries) = value.value { items = entries } else { items = [value] }
        var dimensions: [Dimension?] = []
        for entry in items {
            guard let dimension = try staticInteger(entry) else {
                throw ExpressionError(.shape, "a shape is made of whole numbers", at: entry.range, in: text)
            }
            guard dimension.count >= 0 || (dimension.count == -1 && old != nil) else {
                throw ExpressionError(.shape, "a length of \(dimension.count)", at: entry.range, in: text)
            }
            dimensions.append(dimension.count == -1 ? nil : dimension)
        }
        let unknown = dimensions.count { $0 == nil }
        guard unknown <= 1 else {
            throw ExpressionError(.shape, "-1 stands twice in a shape", at: value.range, in: text)
        }
        if unknown == 1, let old, let total = old.elementCount {
            var known = 1
            for dimension in dimensions { known = known &* (dimension?.count ?? 1) }
            guard known > 0, total % known == 0 else {
                throw ExpressionError(
                    .shape, "\(old) cannot be reshaped: \(total) elements, and \(known) do not divide them",
                    at: value.range,
                    in: text)
            }
            let count = total / known
            let symbol = old.dimensions.first { $0.count == count && $0.symbol != nil }
            return Shape(dimensions.map { $0 ?? symbol ?? Dimension(count) })
        }
        return Shape(dimensions.compactMap { $0 })
    }

    private func reduction(_ arguments: inout Arguments) throws(ExpressionError) -> (axes: [Int]?, keeping: Bool) {
        let axes = try axes(arguments.take("axis", "dim", "axes"))
        return (axes, try boolean(arguments.take("keepdims", "keepdim", "keep_dims")))
    }

    private func axes(_ value: Item?) throws(ExpressionError) -> [Int]? {
        guard let value else { return nil }
        switch value.value {
        case .none: return nil
        case .tuple(let items):
            var axes: [Int] = []
            for entry in items {
                guard let axis = try staticInteger(entry)?.count else {
                    throw ExpressionError(.shape, "an axis is a whole number", at: entry.range, in: text)
                }
                axes.append(axis)
            }
            return axes
        default:
            guard let axis = try staticInteger(value)?.count else {
                throw ExpressionError(.shape, "an axis is a whole number", at: value.range, in: text)
            }
            return [axis]
        }
    }

    private func boolean(_ value: Item?) throws(ExpressionError) -> Bool {
        guard let value else { return false }
        if case .boolean(let answer) = value.value { return answer }
        if let number = try staticInteger(value)?.count { return number != 0 }
        throw ExpressionError(.syntax, "True or False is expected", at: value.range, in: text)
    }

    /// A whole number that does not depend on the data: `2`, `n`, `p - 1`, `-1`.
    func staticInteger(_ item: Item) throws(ExpressionError) -> Dimension? {
        guard case .array(let node) = item.value else { return nil }
        return staticInteger(node)
    }

    private func staticInteger(_ id: NodeID) -> Dimension? {
        let node = program.graph[id]
        switch node.operation {
        case .constant(.fraction(let value, 1)): return Dimension(value)
        case .dimension(let dimension): return dimension
        case .elementwise(.negate): return staticInteger(node.operands[0]).map { Dimension(-$0.count) }
        case .elementwise(let function):
            guard node.operands.count == 2, let a = staticInteger(node.operands[0]),
                let b = staticInteger(node.operands[1])
            else { return nil }
            switch function {
            case .add:
                if b.symbol == nil {
                    return Dimension(symbol: a.symbol, offset: a.offset + b.count, count: a.count + b.count)
                }
                if a.symbol == nil {
                    return Dimension(symbol: b.symbol, offset: b.offset + a.count, count: a.count + b.count)
                }
                return Dimension(a.count + b.count)
            case .subtract:
                if b.symbol == nil {
                    return Dimension(symbol: a.symbol, offset: a.offset - b.count, count: a.count - b.count)
                }
                return Dimension(a.count - b.count)
            case .multiply:
                let (product, overflow) = a.count.multipliedReportingOverflow(by: b.count)
                return overflow ? nil : Dimension(product)
            default: return nil
            }
        default: return nil
        }
    }
}

extension Graph {
    /// `aᵇ` with a constant exponent.
    mutating func power(_ a: NodeID, _ exponent: Constant) throws(ShapeError) -> NodeID {
        try elementwise(.power, a, constant(exponent))
    }

    /// A whole number divided by an array.
    mutating func divide(_ numerator: Int, by a: NodeID) throws(ShapeError) -> NodeID {
        try elementwise(.divide, constant(numerator), a)
    }
}
