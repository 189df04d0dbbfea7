import Expressions

/// Cross entropies of logits with a class for each observation, in the spellings that people use.
///
/// With logits a and the class y, log Σ e^a − a_y is written as log Σₗ e^(aₗ − a_y) with the term l = y, which is e⁰, held
/// fixed: its derivatives are then the probabilities of the *other* classes and their sum, where those of the text are
/// π_y and a 1 that takes it away again. Which observations have one class alone is seen in the numbers, one by one; any
/// other (soft labels, none) keeps the text's form.
extension Rewriting {
    /// A cross entropy that has been rewritten, so that what is subtracted next joins it.
    struct CrossEntropy {
        /// log Σ exp of the text.
        var logSumExp: NodeID
        /// What was subtracted from it.
        var subtracted: NodeID
    }

    /// log Σ e^a − Σ yₗaₗ and its mirror image.
    mutating func crossEntropy(_ function: ElementwiseFunction, _ operands: [NodeID]) throws(ShapeError) -> NodeID? {
        switch function {
        case .subtract:
            if let form = try difference(operands[0], operands[1]) { return form }
            return try difference(operands[1], operands[0]).map { graph.elementwise(.negate, $0) }
        case .add:
            for (a, b) in [(operands[0], operands[1]), (operands[1], operands[0])] {
                if let other = argument(.negate, b), let form = try difference(a, other) { return form }
            }
            return nil
        case .multiply:
            for (labels, score) in [(operands[0], operands[1]), (operands[1], operands[0])] {
                if let form = try logProbabilities(labels, score) { return form }
            }
            return nil
        default: return nil
        }
    }

    // MARK: Differences

    private mutating func difference(_ total: NodeID, _ subtracted: NodeID) throws(ShapeError) -> NodeID? {
        if let sums = try sumsOfDifferences(total, subtracted) { return sums }
        var subtracted = subtracted
        var source = total
        if let known = entropies[total] {
            source = known.logSumExp
            subtracted = try graph.elementwise(.add, known.subtracted, subtracted)
        }
        guard case .logSumExp(let axes, let keeping) = graph[source].operation, axes.count == 1 else { return nil }
        let logits = graph[source].operands[0]
        guard let labels = try labels(of: subtracted, among: logits, axes[0], keeping) else { return nil }
        // Exactly one class, with the label 1.
        let isOne = try graph.elementwise(.equal, labels, graph.constant(1))
        let (entropy, rows) = try fixed(logits, labels, isOne, axes[0])
        var (value, isFixed) = (entropy, rows)
        if !keeping {
            value = try graph.sum(value, axes: axes)
            isFixed = try graph.sum(isFixed, axes: axes)
        }
        let rest = try graph.select(isFixed, graph.constant(0), subtracted)
        let result = try graph.elementwise(.subtract, value, rest)
        entropies[result] = CrossEntropy(logSumExp: source, subtracted: subtracted)
        return result
    }

    /// Σᵢ log Σ e^a − Σᵢ Σ yₗaₗ, each summed on its own, and the same of means.
    private mutating func sumsOfDifferences(
        _ total: NodeID, _ subtracted: NodeID
    ) throws(ShapeError) -> NodeID? {
        let (left, right) = (graph[total], graph[subtracted])
        if left.operation == .elementwise(.divide), right.operation == .elementwise(.divide),
            left.operands[1] == right.operands[1], !dependsOnBeta(left.operands[1])
        {
            return try sumsOfDifferences(left.operands[0], right.operands[0]).map { (sum) throws(ShapeError) in
                try graph.elementwise(.divide, sum, left.operands[1])
            }
        }
        guard case .sum(let all, false) = left.operation, case .sum(_, false) = right.operation, left.shape.rank == 0,
            right.shape.rank == 0, case .logSumExp(let axes, let keeping) = graph[left.operands[0]].operation,
            axes.count == 1, graph[left.operands[0]].shape.rank == all.count
        else { return nil }
        let inner = right.operands[0]
        let logits = graph[graph[left.operands[0]].operands[0]].shape
        let rows =
            graph[inner].shape.rank == logits.rank
            ? try graph.sum(inner, axes: axes, keepingAxes: keeping) : inner
        guard graph[rows].shape.counts == graph[left.operands[0]].shape.counts,
            let form = try difference(left.operands[0], rows)
        else { return nil }
        return try graph.sum(form)
    }

    // MARK: Logarithms of probabilities

    /// yₗ(aₗ − log Σ e^a), element by element: in an observation with one class alone, −y_y log Σₗ e^(aₗ − a_y).
    private mutating func logProbabilities(_ labels: NodeID, _ score: NodeID) throws(ShapeError) -> NodeID? {
        guard case .elementwise(.subtract) = graph[score].operation else { return nil }
        let logits = graph[score].operands[0]
        guard let axis = normalisation(of: logits, by: graph[score].operands[1]), !dependsOnBeta(labels) else {
            return nil
        }
        let rank = graph[logits].shape.rank
        let place = axis - (rank - graph[labels].shape.rank)
        guard place >= 0, graph[labels].shape.counts[place] == graph[logits].shape.counts[axis],
            graph[logits].shape.counts[axis] > 1
        else { return nil }
        let full = try padded(labels, to: rank)
        let isClass = try graph.elementwise(.notEqual, full, graph.constant(0))
        let (entropy, rows) = try fixed(logits, full, isClass, axis)
        let alone = graph.elementwise(.negate, try graph.elementwise(.multiply, full, entropy))
        let any = try graph.elementwise(.multiply, full, graph.elementwise(.subtract, logits, entropy))
        return try graph.select(rows, alone, any)
    }

    /// `where(c, aₗ − log Σ e^a, 0)` as a product with c.
    mutating func logProbabilities(where condition: NodeID, _ score: NodeID) throws(ShapeError) -> NodeID? {
        try logProbabilities(graph.elementwise(.notEqual, condition, graph.constant(0)), score)
    }

    /// The axis along which b is log Σ e^a, with that axis kept; nil where it is not.
    private func normalisation(of a: NodeID, by b: NodeID) -> Int? {
        switch graph[b].operation {
        case .logSumExp(let axes, true) where axes.count == 1 && graph[b].operands[0] == a: return axes[0]
        case .subscripted(let subscripts):
            let inner = graph[b].operands[0]
            guard case .logSumExp(let axes, false) = graph[inner].operation, axes.count == 1,
                graph[inner].operands[0] == a, subscripts.firstIndex(of: .newAxis) == axes[0],
                subscripts.count == graph[a].shape.rank, graph[b].shape.rank == graph[a].shape.rank
            else { return nil }
            return axes[0]
        default: return nil
        }
    }

    /// A column of log-probabilities or probabilities as that of the one class: aₖ − log Σ e^a.
    mutating func scoreOfOneClass(_ id: NodeID, _ subscripts: [Subscript]) throws(ShapeError) -> NodeID? {
        if let inner = argument(.exp, id) {
            return try scoreOfOneClass(inner, subscripts).map { graph.elementwise(.exp, $0) }
        }
        guard case .elementwise(.subtract) = graph[id].operation else { return nil }
        let logits = graph[id].operands[0]
        guard let axis = normalisation(of: logits, by: graph[id].operands[1]) else { return nil }
        let one = try graph.subscripted(logits, subscripts)
        guard column(one, of: logits, axis) != nil else { return nil }
        return try elementwise(.subtract, [one, graph.logSumExp(logits, axes: [axis])])
    }

    // MARK: The form

    /// log Σₗ e^(aₗ − a_y) with the term of the class held fixed where one class alone is marked, log Σ e^a elsewhere, the
    /// axis kept; and where that is.
    private mutating func fixed(
        _ logits: NodeID, _ labels: NodeID, _ marked: NodeID, _ axis: Int
    ) throws(ShapeError) -> (entropy: NodeID, rows: NodeID) {
        let isClass = try graph.elementwise(.notEqual, labels, graph.constant(0))
        let classes = try graph.sum(isClass, axes: [axis], keepingAxes: true)
        let isAlone = try graph.elementwise(.equal, classes, graph.constant(1))
        let own = try graph.elementwise(.multiply, marked, isAlone)
        let rows = try graph.sum(own, axes: [axis], keepingAxes: true)
        let zero = graph.constant(0)
        let score = try graph.sum(graph.select(own, logits, zero), axes: [axis], keepingAxes: true)
        let others = try graph.select(own, zero, graph.elementwise(.subtract, logits, score))
        let shifted = try graph.select(rows, others, logits)
        return (try graph.logSumExp(shifted, axes: [axis], keepingAxes: true), rows)
    }

    /// The y with `subtracted` = Σₗ yₗaₗ along the axis, of the logits' rank; nil where it is no such sum of given numbers.
    private mutating func labels(
        of subtracted: NodeID, among logits: NodeID, _ axis: Int, _ keeping: Bool
    ) throws(ShapeError) -> NodeID? {
        var pending = [subtracted]
        var columns: [(place: Int, weight: NodeID?)] = []
        var whole: NodeID?
        while let id = pending.popLast() {
            let node = graph[id]
            if node.operation == .elementwise(.add) {
                pending += node.operands
            } else if !keeping, let column = column(id, of: logits, axis) {
                columns.append(column)
            } else if case .sum(let axes, keeping) = node.operation, axes == [axis],
                let factor = try factor(node.operands[0], of: logits)
            {
                let full = try padded(factor, to: graph[logits].shape.rank)
                guard graph[full].shape.counts[axis] == graph[logits].shape.counts[axis] else { return nil }
                whole = try whole.map { (known) throws(ShapeError) in try graph.elementwise(.add, known, full) } ?? full
            } else {
                return nil
            }
        }
        if !columns.isEmpty {
            var hot = try classes(columns, logits, axis)
            if hot == nil { hot = try sum(columns, logits, axis) }
            if let hot, let known = whole { whole = try graph.elementwise(.add, known, hot) } else { whole = hot }
        }
        return whole
    }

    /// a[…, k, …] along the axis, alone or times given numbers.
    private func column(_ id: NodeID, of logits: NodeID, _ axis: Int) -> (place: Int, weight: NodeID?)? {
        func place(_ id: NodeID) -> Int? {
            guard case .subscripted(let subscripts) = graph[id].operation, graph[id].operands[0] == logits,
                subscripts.count == graph[logits].shape.rank, case .position(let position) = subscripts[axis]
            else { return nil }
            let others = subscripts.indices.filter { $0 != axis }
            let isWhole = others.allSatisfy {
                if case .range(let start, let end) = subscripts[$0] {
                    start.count == 0 && end.count == graph[logits].shape.counts[$0]
                } else {
                    false
                }
            }
            return isWhole ? position.count : nil
        }
        if let k = place(id) { return (k, nil) }
        guard graph[id].operation == .elementwise(.multiply) else { return nil }
        for (weight, other) in [(0, 1), (1, 0)].map({ (graph[id].operands[$0], graph[id].operands[$1]) }) {
            if let k = place(other), !dependsOnBeta(weight), graph[weight].shape.rank <= graph[other].shape.rank {
                return (k, weight)
            }
        }
        return nil
    }

    /// y with y·a the node, or `where(c, a, 0)`; nil for anything else.
    private mutating func factor(_ id: NodeID, of logits: NodeID) throws(ShapeError) -> NodeID? {
        let node = graph[id]
        switch node.operation {
        case .elementwise(.multiply):
            for (y, other) in [(node.operands[0], node.operands[1]), (node.operands[1], node.operands[0])]
            where other == logits && !dependsOnBeta(y) && graph[y].shape.rank > 0 { return y }
            return nil
        case .select where node.operands[1] == logits && !dependsOnBeta(node.operands[0]):
            guard graph[node.operands[2]].operation == .constant(Constant(0)) else { return nil }
            return try graph.elementwise(.notEqual, node.operands[0], graph.constant(0))
        default: return nil
        }
    }

    /// (v == c₀)·a₀ + (v == c₁)·a₁ + … for distinct constants: v == c with the constants as one row.
    private mutating func classes(
        _ columns: [(place: Int, weight: NodeID?)], _ logits: NodeID, _ axis: Int
    ) throws(ShapeError) -> NodeID? {
        let count = graph[logits].shape.counts[axis]
        guard columns.count == count, Set(columns.map(\.place)).count == count else { return nil }
        var values: Set<Constant> = []
        var subject: NodeID?
        var row: NodeID?
        for column in columns {
            guard let weight = column.weight, graph[weight].operation == .elementwise(.equal),
                case .constant(let value) = graph[graph[weight].operands[1]].operation,
                subject == nil || subject == graph[weight].operands[0], values.insert(value).inserted
            else { return nil }
            subject = graph[weight].operands[0]
            let term = try graph.elementwise(.multiply, graph.constant(value), unit(column.place, logits, axis))
            row = try row.map { (known) throws(ShapeError) in try graph.elementwise(.add, known, term) } ?? term
        }
        guard let subject, let row else { return nil }
        return try graph.elementwise(.equal, along(subject, logits, axis), row)
    }

    /// Σₖ wₖeₖ.
    private mutating func sum(
        _ columns: [(place: Int, weight: NodeID?)], _ logits: NodeID, _ axis: Int
    ) throws(ShapeError) -> NodeID {
        var total = try graph.elementwise(.multiply, graph.constant(0), unit(0, logits, axis))
        for column in columns {
            var term = try unit(column.place, logits, axis)
            if let weight = column.weight {
                term = try graph.elementwise(.multiply, along(weight, logits, axis), term)
            }
            total = try graph.elementwise(.add, total, term)
        }
        return total
    }

    /// eₖ along the axis, every other axis of length 1.
    private mutating func unit(_ place: Int, _ logits: NodeID, _ axis: Int) throws(ShapeError) -> NodeID {
        let shape = graph[logits].shape
        let length = shape.dimensions[axis]
        let whole = Subscript.range(start: Dimension(0), end: length)
        var result = try graph.subscripted(graph.identity(length), [.position(Dimension(place)), whole])
        for other in shape.dimensions.indices where other != axis {
            result = try graph.expandingDimensions(result, at: other)
        }
        return result
    }

    /// An array of the logits' other axes with the axis itself of length 1.
    private mutating func along(_ id: NodeID, _ logits: NodeID, _ axis: Int) throws(ShapeError) -> NodeID {
        let rank = graph[logits].shape.rank
        return try graph.expandingDimensions(padded(id, to: rank - 1), at: axis)
    }

    /// What the text takes log Σ exp of, where `fixed` has put its own form in that place.
    static func logits(of id: NodeID, in graph: Graph) -> NodeID {
        guard graph[id].operation == .select else { return id }
        let (others, logits) = (graph[graph[id].operands[1]], graph[id].operands[2])
        guard others.operation == .select, graph[others.operands[2]].operation == .elementwise(.subtract),
            graph[others.operands[2]].operands[0] == logits
        else { return id }
        return logits
    }

    private mutating func padded(_ id: NodeID, to rank: Int) throws(ShapeError) -> NodeID {
        var result = id
        while graph[result].shape.rank < rank { result = try graph.expandingDimensions(result, at: 0) }
        return result
    }

    private func dependsOnBeta(_ id: NodeID) -> Bool {
        graph.reachable(from: [id]).contains { graph[$0].operation == .variable("beta") }
    }
}
