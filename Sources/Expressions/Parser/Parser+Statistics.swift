/// Functions whose defaults differ from library to library, and weighted means.
extension Parser {
    /// Variances and standard deviations: Σ(a − ā)² ÷ (count − c).
    ///
    /// c is 0 in NumPy, JAX and TensorFlow and 1 for `torch.var`; `ddof`, `correction` and `unbiased` say otherwise. A
    /// method, `a.var()`, is NumPy's.
    mutating func spread(
        _ function: String, _ a: NodeID, _ arguments: inout Arguments, _ written: String, at range: SourceRange
    ) throws(ExpressionError) -> Item {
        var correction = Dimension(written.hasPrefix("torch.") ? 1 : 0)
        if let unbiased = arguments.keyword("unbiased") { correction = Dimension(try boolean(unbiased) ? 1 : 0) }
        if let given = arguments.keyword("ddof", "correction") {
            guard let count = try staticInteger(given) else {
                throw ExpressionError(.shape, "the correction is a whole number", at: given.range, in: text)
            }
            correction = count
        }
        let (axes, keeping) = try reduction(&arguments)
        return item(
            try shaped(range) { (graph) throws(ShapeError) in
                let shape = graph[a].shape
                let centred = try graph.elementwise(
                    .subtract, a, graph.mean(a, axes: axes, keepingAxes: shape.rank > 1))
                let squares = try graph.power(centred, Constant(2))
                var variance = try graph.mean(squares, axes: axes, keepingAxes: keeping)
                if correction.count != 0 {
                    var count = graph.constant(1)
                    for axis in try Graph.normalise(axes, in: shape) {
                        let length = graph.dimension(shape.dimensions[axis])
                        count =
                            count == graph.constant(1) ? length : try graph.elementwise(.multiply, count, length)
                    }
                    let less = correction.symbol == nil ? graph.constant(correction.count) : graph.dimension(correction)
                    let divisor = try graph.elementwise(.subtract, count, less)
                    let total = try graph.sum(squares, axes: axes, keepingAxes: keeping)
                    variance = try graph.elementwise(.divide, total, divisor)
                }
                return function == "var" ? variance : graph.elementwise(.sqrt, variance)
            }, range)
    }

    /// `average(a, weights=w)`: Σwa ÷ Σw, over an axis where w is a vector along it.
    mutating func average(
        _ a: NodeID, _ subject: Item, _ arguments: inout Arguments, at range: SourceRange
    ) throws(ExpressionError) -> Item {
        let given = try required(&arguments, "weights", of: "average", at: range)
        let axes = try axes(arguments.take("axis"))
        let weights = try array(given)
        let shape = program.graph[a].shape
        guard program.graph[weights].shape.counts == shape.counts else {
            throw ExpressionError(
                .shape, "average of \(shape) with weights of \(program.graph[weights].shape); the shapes must be equal",
                at: given.range, in: text)
        }
        let product = try elementwise(.multiply, weights, a, given, subject, at: range)
        return item(
            try shaped(range) { (graph) throws(ShapeError) in
                try graph.elementwise(.divide, graph.sum(product, axes: axes), graph.sum(weights, axes: axes))
            }, range)
    }

    /// The transpose as a node.
    mutating func transposed(_ a: NodeID) throws(ExpressionError) -> NodeID { try insert { $0.transpose(a) } }

    /// An operand of TensorFlow's `matmul`, transposed where a switch says so.
    mutating func turned(
        _ operand: Item, _ arguments: inout Arguments, _ switches: String...
    ) throws(ExpressionError) -> Item {
        var isTurned = false
        for name in switches {
            if let value = arguments.keyword(name), try boolean(value) { isTurned.toggle() }
        }
        return isTurned ? item(try transposed(try array(operand)), operand.range) : operand
    }

    /// `tensordot` is a matrix product where the last axis of the first array meets the first of the second: `axes=1`,
    /// `axes=[[1], [0]]` for a matrix. Without `axes` NumPy takes two.
    mutating func requireInnerAxes(
        _ arguments: inout Arguments, _ a: NodeID, at range: SourceRange
    ) throws(ExpressionError) {
        let given = arguments.take("axes", "dims")
        var isInner = false
        if let given {
            if case .tuple(let items) = given.value {
                var pair: [Int] = []
                for entry in items { pair += try axes(entry) ?? [] }
                let last = program.graph[a].shape.rank - 1
                isInner = pair == [last, 0] || pair == [-1, 0]
            } else {
                isInner = try staticInteger(given)?.count == 1
            }
        }
        guard isInner else {
            throw ExpressionError(
                .shape, "tensordot is understood with axes=1; else use einsum", at: given?.range ?? range, in: text)
        }
    }
}
