import Expressions

/// Terms of sums, functions, slices and reductions from the terms of their operands.
extension SymbolicJacobian {
    func structured(_ id: NodeID, _ s: inout SymbolicGraph) throws(ShapeError) -> [Term]? {
        let node = s.graph[id]
        let full = node.shape
        switch node.operation {
        case .variable:
            guard full.rank == 1 else { return nil }
            return [Term(scale: .one, family: .identity(length: full.dimensions[0], start: nil), axis: 0)]
        case .elementwise(let function):
            var result: [Term] = []
            for (k, operand) in node.operands.enumerated() where dependent[operand.index] {
                guard let own = terms(operand) else { return nil }
                let slope = try ElementwiseTemplates.derivative(function, by: k, at: node.operands, in: &s)
                for term in try lifted(own, from: s.shape(operand), to: full, &s) {
                    result.append(Term(scale: s.product(slope, term.scale), family: term.family, axis: term.axis))
                }
            }
            return result
        case .select:
            var result: [Term] = []
            for branch in 1...2 where dependent[node.operands[branch].index] {
                guard let own = terms(node.operands[branch]) else { return nil }
                let mask = Monomial(try s.mask(node.operands[0], branch == 1))
                for term in try lifted(own, from: s.shape(node.operands[branch]), to: full, &s) {
                    result.append(Term(scale: s.product(mask, term.scale), family: term.family, axis: term.axis))
                }
            }
            return result
        case .sum(let axes, let keeping):
            guard let own = terms(node.operands[0]) else { return nil }
            return try summed(own, over: axes, full: s.shape(node.operands[0]), keeping: keeping, &s)
        case .transpose:
            guard let own = terms(node.operands[0]) else { return nil }
            let inner = s.shape(node.operands[0])
            var result: [Term] = []
            for term in own {
                let scale =
                    full.rank == 2
                    ? try s.transposed(term.scale, full: inner)
                    : try s.map(term.scale, full: inner) { (g, a) throws(ShapeError) in g.transpose(a) }
                result.append(Term(scale: scale, family: term.family, axis: term.axis.map { full.rank - 1 - $0 }))
            }
            return result
        case .subscripted(let subscripts): return try subscripted(node, subscripts, &s)
        case .logSumExp(let axes, let keeping):
            guard let own = terms(node.operands[0]) else { return nil }
            let inner = s.shape(node.operands[0])
            var value = id
            if !keeping, full.rank > 0 {
                for axis in axes where s.rank(value) < inner.rank {
                    value = try s.graph.expandingDimensions(value, at: axis)
                }
            }
            let share = Monomial(s.graph.elementwise(.exp, try s.graph.elementwise(.subtract, node.operands[0], value)))
            let scaled = own.map { Term(scale: s.product(share, $0.scale), family: $0.family, axis: $0.axis) }
            return try summed(scaled, over: axes, full: inner, keeping: keeping, &s)
        case .softmax(let axis):
            // d s = s∘(dx − Σ s∘dx).
            guard let own = terms(node.operands[0]) else { return nil }
            let scaled = own.map { Term(scale: s.product(Monomial(id), $0.scale), family: $0.family, axis: $0.axis) }
            guard let means = try summed(scaled, over: [axis], full: full, keeping: true, &s) else { return nil }
            return scaled
                + means.map {
                    Term(scale: s.product(Monomial(id), $0.scale.negated), family: $0.family, axis: $0.axis)
                }
        case .norm:
            guard let own = terms(node.operands[0]) else { return nil }
            let inner = s.shape(node.operands[0])
            let unit = s.product(
                s.decompose(node.operands[0]),
                Monomial(coefficient: .one, factors: [.init(node: id, exponent: Fraction(-1))]))
            let scaled = own.map { Term(scale: s.product(unit, $0.scale), family: $0.family, axis: $0.axis) }
            return try summed(scaled, over: Array(0..<inner.rank), full: inner, keeping: false, &s)
        case .matmul: return try product(node, &s)
        case .outer:
            var result: [Term] = []
            for k in 0..<2 where dependent[node.operands[k].index] {
                guard let own = terms(node.operands[k]) else { return nil }
                let other = s.decompose(node.operands[1 - k])
                for term in own {
                    let scale =
                        k == 0
                        ? s.product(try column(term.scale, s.shape(node.operands[0]), &s), other)
                        : s.product(try column(other, s.shape(node.operands[0]), &s), term.scale)
                    result.append(Term(scale: scale, family: term.family, axis: term.axis.map { _ in k }))
                }
            }
            return result
        default: return nil
        }
    }

    func isConstant(_ m: Monomial, _ s: SymbolicGraph) -> Bool { m.factors.allSatisfy { s.rank($0.node) == 0 } }

    /// A vector as a column.
    func column(_ m: Monomial, _ full: Shape, _ s: inout SymbolicGraph) throws(ShapeError) -> Monomial {
        try s.inserting(1, into: m, full: full)
    }

    /// Terms of an operand that is broadcast.
    func lifted(_ terms: [Term], from: Shape, to: Shape, _ s: inout SymbolicGraph) throws(ShapeError) -> [Term] {
        let extra = to.rank - from.rank
        var result: [Term] = []
        for term in terms {
            guard let axis = term.axis else {
                result.append(term)
                continue
            }
            if from.counts[axis] == 1, to.counts[axis + extra] != 1 {
                result.append(Term(scale: term.scale, family: .row(try row(term.family, Dimension(0), &s)), axis: nil))
            } else {
                result.append(Term(scale: term.scale, family: term.family, axis: axis + extra))
            }
        }
        return result
    }

    /// Row k of a family as a vector.
    func row(_ family: Family, _ k: Dimension, _ s: inout SymbolicGraph) throws(ShapeError) -> NodeID {
        switch family {
        case .row(let node): return node
        case .matrix(let node): return try s.graph.subscripted(node, [.position(k)])
        case .identity(_, let start):
            let place = Dimension(
                symbol: start?.symbol ?? k.symbol, offset: (start?.offset ?? 0) + k.offset,
                count: (start?.count ?? 0) + k.count)
            return try s.graph.subscripted(s.graph.identity(columns), [.position(start == nil ? k : place)])
        }
    }

    /// The rows of a family as a matrix.
    func rows(_ family: Family, _ s: inout SymbolicGraph) throws(ShapeError) -> NodeID {
        switch family {
        case .row(let node): return try s.graph.expandingDimensions(node, at: 0)
        case .matrix(let node): return node
        case .identity(let length, let start):
            let whole = s.graph.identity(columns)
            guard length.count != columns.count else { return whole }
            let from = start ?? Dimension(0)
            let end = Dimension(
                symbol: columns.count == from.count + length.count ? columns.symbol : nil,
                count: from.count + length.count)
            return try s.graph.subscripted(whole, [.range(start: from, end: end)])
        }
    }

    /// Σ over axes; nil where what comes out has no structure.
    func summed(
        _ terms: [Term], over axes: [Int], full: Shape, keeping: Bool, _ s: inout SymbolicGraph
    ) throws(ShapeError) -> [Term]? {
        var result: [Term] = []
        for term in terms {
            guard let k = term.axis, axes.contains(k) else {
                let scale = try s.reduce(term.scale, axes: axes, full: full, keeping: keeping)
                result.append(
                    Term(
                        scale: scale, family: term.family,
                        axis: term.axis.map { a in keeping ? a : a - axes.count { $0 < a } }))
                continue
            }
            let others = axes.filter { $0 != k }
            var scale = try s.reduce(term.scale, axes: others, full: full, keeping: true)
            var shape = full
            for axis in others { shape.dimensions[axis] = Dimension(1) }
            let (scalars, arrays) = s.split(scale)
            let remaining = shape.dimensions.indices.filter { axis in
                axis != k && shape.counts[axis] != 1
                    && arrays.factors.contains { f in
                        let own = s.shape(f.node)
                        let place = axis - (shape.rank - own.rank)
                        return place >= 0 && own.counts[place] != 1
                    }
            }
            var family: Family
            var axis: Int?
            if remaining.isEmpty {
                // Fᵀs, one row for all.
                let vector = try vector(arrays, axis: k, shape, &s)
                let row: Monomial
                switch term.family {
                case .row(let node):
                    row = s.product(try s.reduce(arrays, axes: [k], full: shape, keeping: false), Monomial(node))
                case .identity(let length, let start):
                    if length.count == columns.count {
                        row = vector
                    } else {
                        let first = start ?? Dimension(0)
                        let isLast = first.count + length.count == columns.count
                        let end = isLast ? columns : Dimension(first.count + length.count)
                        row = try s.scattered(vector, from: first, to: end, of: columns)
                    }
                case .matrix(let node):
                    let turned = s.transposed(node)
                    row = try s.matmul(s.decompose(turned), s.shape(turned), vector, Shape([shape.dimensions[k]]))
                }
                let (outer, inner) = s.split(row)
                family = .row(try s.expanded(inner, to: Shape([columns])))
                scale = s.product(scalars, outer)
                axis = nil
            } else if remaining.count == 1 {
                let r = remaining[0]
                var wide = try s.expanded(
                    arrays,
                    to: Shape(
                        shape.dimensions.enumerated().map {
                            $0.offset == k || $0.offset == r ? $0.element : Dimension(1)
                        }))
                if s.rank(wide) > 2 {
                    wide = try s.graph.reshape(
                        wide, to: Shape([shape.dimensions[min(k, r)], shape.dimensions[max(k, r)]]))
                }
                if r > k { wide = s.transposed(wide) }
                switch term.family {
                case .identity(let length, _) where length.count == columns.count: family = .matrix(wide)
                default: family = .matrix(try s.multiplied(wide, rows(term.family, &s)))
                }
                scale = scalars
                axis = r
            } else {
                return nil
            }
            if !keeping { axis = axis.map { a in a - axes.count { $0 < a } } }
            result.append(Term(scale: scale, family: family, axis: axis))
        }
        return result
    }

    /// The array part along one axis, as a vector.
    func vector(_ arrays: Monomial, axis: Int, _ shape: Shape, _ s: inout SymbolicGraph) throws(ShapeError)
        -> Monomial
    {
        if arrays.factors.isEmpty { return .one }
        if let plain = s.vectors(arrays) { return plain }
        let node = try s.node(arrays)
        let flat = try s.graph.flattened(node)
        return Monomial(flat)
    }

    func subscripted(_ node: Node, _ subscripts: [Subscript], _ s: inout SymbolicGraph) throws(ShapeError)
        -> [Term]?
    {
        guard let own = terms(node.operands[0]) else { return nil }
        let inner = s.shape(node.operands[0])
        var result: [Term] = []
        for term in own {
            var family = term.family
            var axis: Int?
            var source = 0
            var target = 0
            for entry in subscripts {
                switch entry {
                case .newAxis: target += 1
                case .position(let position):
                    if term.axis == source { family = .row(try row(term.family, position, &s)) }
                    source += 1
                case .range(let start, let end):
                    if term.axis == source {
                        axis = target
                        if start.count != 0 || end.count != inner.counts[source] {
                            switch term.family {
                            case .identity(_, let old):
                                let from = Dimension(symbol: nil, count: (old?.count ?? 0) + start.count)
                                family = .identity(length: Dimension(end.count - start.count), start: from)
                            case .matrix(let node):
                                family = .matrix(try s.graph.subscripted(node, [.range(start: start, end: end)]))
                            case .row: break
                            }
                        }
                    }
                    source += 1
                    target += 1
                }
            }
            let scale =
                isConstant(term.scale, s)
                ? term.scale
                : try s.map(term.scale, full: inner) { (g, a) throws(ShapeError) in try g.subscripted(a, subscripts) }
            result.append(Term(scale: scale, family: family, axis: axis))
        }
        return result
    }
}
