/// The functions of programs that change shapes or are built from others.
extension Parser {
    /// Calls a function that `FunctionTable` knows.
    ///
    /// `written` is the name with its modules: what one library means by a name another may not (`torch.var`).
    mutating func apply(
        _ name: String, _ given: Arguments, written: String = "", at range: SourceRange
    ) throws(ExpressionError) -> Item {
        var arguments = given
        // NumPy's and PyTorch's arguments that change nothing here.
        for ignored in ["dtype", "name", "precision", "out"] { arguments.keywords.removeValue(forKey: ignored) }
        let result: Item
        if let function = FunctionTable.structural[name] {
            result = try structural(function, &arguments, written, at: range)
        } else if let function = LibraryFunction.byName[name] {
            result = try library(function, name, &arguments, at: range)
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

    mutating func elementwise(
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
    mutating func structural(
        _ function: String, _ arguments: inout Arguments, _ written: String, at range: SourceRange
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
        case "arange": return try arange(&arguments, at: range)
        case "concatenate", "stack", "hstack", "vstack", "column_stack":
            return try assembled(function, &arguments, at: range)
        case "where": return try select(&arguments, at: range)
        case "add_n":
            let list = try required(&arguments, "inputs", of: function, at: range)
            guard case .tuple(let items) = list.value, var total = items.first else {
                throw ExpressionError(.syntax, "add_n needs a list of arrays", at: list.range, in: text)
            }
            for next in items.dropFirst() { total = try binary("+", total, next, at: range) }
            return Item(value: total.value, range: range)
        case "multi_dot":
            let list = try required(&arguments, "arrays", "tensors", of: function, at: range)
            guard case .tuple(let items) = list.value, var total = items.first else {
                throw ExpressionError(.syntax, "multi_dot needs a list of arrays", at: list.range, in: text)
            }
            for next in items.dropFirst() { total = try matmul(total, next, at: range) }
            return Item(value: total.value, range: range)
        case "sigmoid_cross_entropy_with_logits": return try crossEntropy(&arguments, at: range)
        default: break
        }
        let subject = try required(
            &arguments, "a", "x", "input", "tensor", "input_tensor", "A", "v", "logits", "matrix", "t", "predictions",
            "m", "x1", "x",
            of: function, at: range)
        if function == "shape" || function == "len" || function == "size" {
            return try sizes(function, subject, &arguments, at: range)
        }
        if function == "identity" {
            // The element type behind it: `tf.cast(x, tf.float64)`.
            arguments.positional.removeAll { if case .none = $0.value { true } else { false } }
            if case .tuple(let items) = subject.value { return item(try literal(items, at: subject.range), range) }
            return Item(value: .array(try array(subject)), range: range)
        }
        let a: NodeID
        if case .tuple(let items) = subject.value {
            a = try literal(items, at: subject.range)
        } else {
            a = try array(subject)
        }
        let shape = program.graph[a].shape
        switch function {
        case "average" where arguments.keywords["weights"] != nil:
            return try average(a, subject, &arguments, at: range)
        case "var", "std": return try spread(function, a, &arguments, written, at: range)
        case "sum", "mean", "average", "logsumexp":
            let (axes, keeping) = try reduction(&arguments)
            return item(try reduce(function, a, axes, keeping, at: range), range)
        case "softmax", "log_softmax":
            let chosen = try axes(arguments.take("axis", "dim"))?.first
            if chosen == nil, shape.rank > 1, ["scipy", "special", "sp"].contains(written.prefix { $0 != "." }) {
                throw ExpressionError(
                    .shape, "SciPy's \(function) of a matrix is over all its elements; give the axis that is meant",
                    at: range, in: text)
            }
            let axis = chosen ?? -1
            return item(
                try shaped(range) { (graph) throws(ShapeError) in
                    if function == "softmax" { return try graph.softmax(a, axis: axis) }
                    let total = try graph.logSumExp(a, axes: [axis], keepingAxes: true)
                    return try graph.elementwise(.subtract, a, total)
                }, range)
        case "dot", "matmul", "tensordot":
            let other = try required(&arguments, "b", "other", "mat2", "vec", "y", of: function, at: range)
            if function == "tensordot" { try requireInnerAxes(&arguments, a, at: range) }
            let b = try array(other)
            let left = try turned(subject, &arguments, "transpose_a", "adjoint_a")
            let right = try turned(other, &arguments, "transpose_b", "adjoint_b")
            if function == "dot", shape.rank == 0 || program.graph[b].shape.rank == 0 {
                return try binary("*", subject, other, at: range)
            }
            return try matmul(left, right, at: range)
        case "vdot":
            let b = try array(try required(&arguments, "b", "other", of: function, at: range))
            return item(
                try shaped(range) { (graph) throws(ShapeError) in
                    try graph.matmul(graph.flattened(a), graph.flattened(b))
                }, range)
        case "inner":
            let other = try required(&arguments, "b", "other", of: function, at: range)
            let b = program.graph[try array(other)].shape
            if shape.rank == 0 || b.rank == 0 { return try binary("*", subject, other, at: range) }
            let turned = b.rank == 2 ? item(try transposed(try array(other)), other.range) : other
            return try matmul(subject, turned, at: range)
        case "diagflat":
            return item(
                try shaped(range) { (graph) throws(ShapeError) in try graph.diag(graph.flattened(a)) }, range)
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
        case "max", "min":
            // Python's max(a, b) and PyTorch's; np.max(a, 1) is over an axis.
            if let other = arguments.positional.first, case .array(let b) = other.value,
                written == function || staticInteger(b) == nil
            {
                arguments.positional.removeFirst()
                let chosen: ElementwiseFunction = function == "max" ? .maximum : .minimum
                return item(try elementwise(chosen, a, b, subject, other, at: range), range)
            }
            return try folded(function, a, &arguments, at: range)
        case "prod": return try folded(function, a, &arguments, at: range)
        case "cumsum": return try cumulativeSum(a, &arguments, at: range)
        case "diff": return try difference(a, &arguments, at: range)
        case "l2_loss":
            return item(
                try shaped(range) { (graph) throws(ShapeError) in
                    try graph.elementwise(.divide, graph.sum(graph.power(a, Constant(2))), graph.constant(2))
                }, range)
        case "squared_difference", "xlogy", "cosine_similarity", "quad_form":
            return try ofTwo(function, subject, &arguments, at: range)
        default: throw unknown(function, at: range, functions: true)
        }
    }
}
