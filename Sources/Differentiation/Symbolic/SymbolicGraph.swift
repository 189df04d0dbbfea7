import Expressions

/// Builds lowered graphs: products in factored form, sums collected, the forms that a reader would write.
struct SymbolicGraph {
    var graph: Graph
    init(_ graph: Graph) { self.graph = graph }

    func shape(_ id: NodeID) -> Shape { graph[id].shape }
    func rank(_ id: NodeID) -> Int { graph[id].shape.rank }

    // MARK: Nodes to monomials

    /// A node taken apart into its factors.
    mutating func decompose(_ id: NodeID) -> Monomial {
        let node = graph[id]
        switch node.operation {
        case .constant(.fraction(let numerator, let denominator)):
            if let value = Fraction(numerator, denominator) { return Monomial(coefficient: value, factors: []) }
            return Monomial(id)
        case .elementwise(.negate): return decompose(node.operands[0]).negated
        case .elementwise(.multiply): return product(decompose(node.operands[0]), decompose(node.operands[1]))
        case .elementwise(.divide):
            return product(
                decompose(node.operands[0]), power(decompose(node.operands[1]), Fraction(-1)) ?? Monomial(id))
        case .elementwise(.power):
            guard case .constant(.fraction(let a, let b)) = graph[node.operands[1]].operation,
                let exponent = Fraction(a, b),
                let result = power(decompose(node.operands[0]), exponent)
            else { return Monomial(id) }
            return result
        case .elementwise(.sqrt):
            guard let half = Fraction(1, 2) else { return Monomial(id) }
            return Monomial(coefficient: .one, factors: [.init(node: node.operands[0], exponent: half)])
        default: return Monomial(id)
        }
    }

    mutating func product(_ a: Monomial, _ b: Monomial) -> Monomial {
        guard let coefficient = a.coefficient * b.coefficient else {
            // A number of too many digits for an exact product stands as a factor of its own.
            let number = graph.constant(
                .fraction(numerator: b.coefficient.numerator, denominator: b.coefficient.denominator))
            return product(a, product(Monomial(number), Monomial(coefficient: .one, factors: b.factors)))
        }
        if coefficient.isZero { return .zero }
        var factors: [Monomial.Factor] = []
        var (i, j) = (0, 0)
        while i < a.factors.count || j < b.factors.count {
            if j == b.factors.count || (i < a.factors.count && a.factors[i].node < b.factors[j].node) {
                factors.append(a.factors[i])
                i += 1
            } else if i == a.factors.count || b.factors[j].node < a.factors[i].node {
                factors.append(b.factors[j])
                j += 1
            } else {
                if let exponent = a.factors[i].exponent + b.factors[j].exponent, !exponent.isZero {
                    factors.append(.init(node: a.factors[i].node, exponent: exponent))
                }
                i += 1
                j += 1
            }
        }
        return Monomial(coefficient: coefficient, factors: factors)
    }

    /// A power, nil where it cannot be taken factor by factor: (x²)^½ is not x.
    func power(_ m: Monomial, _ exponent: Fraction) -> Monomial? {
        guard
            exponent.isWhole
                || (m.coefficient == .one && m.factors.allSatisfy { $0.exponent == .one } && m.factors.count == 1)
        else {
            return nil
        }
        var coefficient = Fraction.one
        guard abs(exponent.numerator) <= 8 || m.coefficient == .one else { return nil }
        if m.coefficient != .one {
            for _ in 0..<abs(exponent.numerator) {
                guard let next = coefficient * m.coefficient else { return nil }
                coefficient = next
            }
            if exponent.numerator < 0 {
                guard let inverse = Fraction(coefficient.denominator, coefficient.numerator) else { return nil }
                coefficient = inverse
            }
        }
        var factors: [Monomial.Factor] = []
        for factor in m.factors {
            guard let product = factor.exponent * exponent else { return nil }
            factors.append(.init(node: factor.node, exponent: product))
        }
        return Monomial(coefficient: coefficient, factors: factors)
    }

    // MARK: Monomials to nodes

    /// The scalars of a monomial and the arrays.
    func split(_ m: Monomial) -> (scalars: Monomial, arrays: Monomial) {
        var scalars = Monomial(coefficient: m.coefficient, factors: [])
        var arrays = Monomial.one
        for factor in m.factors {
            if rank(factor.node) == 0 { scalars.factors.append(factor) } else { arrays.factors.append(factor) }
        }
        return (scalars, arrays)
    }

    /// The node that a monomial denotes, printed as people write it: `2/n * X.T @ r`, `a * b / c`.
    mutating func node(_ m: Monomial) throws(ShapeError) -> NodeID {
        var m = m
        flipSign(&m)
        let (scalars, arrays) = split(m)
        let array = try arrays.factors.isEmpty ? nil : arrayNode(arrays)
        return try scale(array, by: scalars)
    }

    /// −(y − Xβ) is Xβ − y: a negative coefficient goes into a difference that is a factor, or a factor of a product.
    private mutating func flipSign(_ m: inout Monomial) {
        guard m.coefficient.numerator < 0 else { return }
        for (k, factor) in m.factors.enumerated()
        where factor.exponent.isWhole && factor.exponent.numerator % 2 != 0 {
            guard let turned = turned(factor.node, depth: 0) else { continue }
            m.factors.remove(at: k)
            m.coefficient = -m.coefficient
            m = product(m, Monomial(coefficient: .one, factors: [.init(node: turned, exponent: factor.exponent)]))
            return
        }
    }

    /// −a without a minus sign: a difference turned round, alone or within a product or a sum; nil where there is none.
    private mutating func turned(_ id: NodeID, depth: Int) -> NodeID? {
        let node = graph[id]
        guard depth < 4 else { return nil }
        switch node.operation {
        case .elementwise(.subtract):
            // 1 − s² is how people write it.
            guard !isConstant(node.operands[0]) else { return nil }
            return try? graph.elementwise(.subtract, node.operands[1], node.operands[0])
        case .matmul, .elementwise(.multiply):
            for k in [1, 0] {
                guard let other = turned(node.operands[k], depth: depth + 1) else { continue }
                let (a, b) = k == 0 ? (other, node.operands[1]) : (node.operands[0], other)
                return node.operation == .matmul ? try? graph.matmul(a, b) : try? graph.elementwise(.multiply, a, b)
            }
            return nil
        case .sum(let axes, let keeping):
            guard let inner = turned(node.operands[0], depth: depth + 1) else { return nil }
            return try? graph.sum(inner, axes: axes, keepingAxes: keeping)
        default: return nil
        }
    }

    private func isConstant(_ id: NodeID) -> Bool { if case .constant = graph[id].operation { true } else { false } }

    /// Products of arrays, numerators over denominators.
    private mutating func arrayNode(_ m: Monomial) throws(ShapeError) -> NodeID {
        var numerator: NodeID?
        var denominator: NodeID?
        // Smaller arrays first: `w[:, None] * X`.
        let ordered = m.factors.sorted {
            let a = rank($0.node) == 2 && shape($0.node).counts[1] == 1 ? 0 : 1
            let b = rank($1.node) == 2 && shape($1.node).counts[1] == 1 ? 0 : 1
            return a == b ? $0.node < $1.node : a < b
        }
        for factor in ordered {
            let isBelow = factor.exponent.numerator < 0
            let base = try powerNode(factor.node, isBelow ? -factor.exponent : factor.exponent)
            if isBelow {
                denominator = if let known = denominator { try graph.elementwise(.multiply, known, base) } else { base }
            } else {
                numerator = if let known = numerator { try graph.elementwise(.multiply, known, base) } else { base }
            }
        }
        guard let denominator else { return numerator ?? graph.constant(1) }
        return try graph.elementwise(.divide, numerator ?? graph.constant(1), denominator)
    }

    private mutating func powerNode(_ base: NodeID, _ exponent: Fraction) throws(ShapeError) -> NodeID {
        if exponent == .one { return base }
        if exponent == Fraction(1, 2) { return graph.elementwise(.sqrt, base) }
        return try graph.elementwise(
            .power, base, graph.constant(.fraction(numerator: exponent.numerator, denominator: exponent.denominator)))
    }

    /// An array with its scalars: coefficient and numerators in front, what only divides behind.
    private mutating func scale(_ array: NodeID?, by scalars: Monomial) throws(ShapeError) -> NodeID {
        var front: NodeID?
        var below: NodeID?
        let c = scalars.coefficient
        for factor in scalars.factors {
            let isBelow = factor.exponent.numerator < 0
            let base = try powerNode(factor.node, isBelow ? -factor.exponent : factor.exponent)
            if isBelow {
                below = if let known = below { try graph.elementwise(.multiply, known, base) } else { base }
            } else {
                front = if let known = front { try graph.elementwise(.multiply, known, base) } else { base }
            }
        }
        // 2/n * A rather than 2 * A / n; A / n where nothing stands in front.
        let isPlain =
            below.map {
                if case .dimension = graph[$0].operation {
                    true
                } else if case .elementwise(.power) = graph[$0].operation {
                    graph[graph[$0].operands[0]].shape.rank == 0 && isDimension(graph[$0].operands[0])
                } else {
                    false
                }
            } ?? false
        var number: NodeID?
        if c != .one || (array == nil && front == nil) {
            if c == Fraction(-1), let inner = front ?? array {
                let negative = graph.elementwise(.negate, inner)
                if front != nil { front = negative } else { return try divide(negative, by: below) }
            } else if isPlain, c.isWhole, let divisor = below, array != nil || front != nil {
                let quotient = try graph.elementwise(.divide, graph.constant(abs(c.numerator)), divisor)
                number = c.numerator < 0 ? graph.elementwise(.negate, quotient) : quotient
                below = nil
            } else {
                number = graph.constant(.fraction(numerator: c.numerator, denominator: c.denominator))
            }
        }
        var result = number
        if let front {
            result = if let known = result { try graph.elementwise(.multiply, known, front) } else { front }
        }
        if let array {
            result = if let known = result { try graph.elementwise(.multiply, known, array) } else { array }
        }
        return try divide(result ?? graph.constant(1), by: below)
    }

    private func isDimension(_ id: NodeID) -> Bool { if case .dimension = graph[id].operation { true } else { false } }

    private mutating func divide(_ a: NodeID, by b: NodeID?) throws(ShapeError) -> NodeID {
        guard let b else { return a }
        return try graph.elementwise(.divide, a, b)
    }

    // MARK: Sums of monomials

    /// a + b + …: equal terms collected, common factors pulled out, masks of both sides of a condition joined.
    mutating func sum(_ terms: [Monomial]) throws(ShapeError) -> Monomial {
        var collected: [Monomial] = []
        for term in terms where !term.isZero {
            if let twin = collected.firstIndex(where: { $0.factors == term.factors }),
                let total = collected[twin].coefficient + term.coefficient
            {
                collected[twin].coefficient = total
            } else {
                collected.append(term)
            }
        }
        collected.removeAll { $0.isZero }
        collected = try joinedMasks(collected)
        guard let first = collected.first else { return .zero }
        if collected.count == 1 { return first }
        // Factors that all terms share, at the smallest power of equal sign.
        var common = Monomial.one
        for factor in first.factors {
            let exponents = collected.map { term in term.factors.first { $0.node == factor.node }?.exponent ?? .zero }
            if exponents.allSatisfy({ $0 == factor.exponent }) { common.factors.append(factor) }
        }
        let inverse = power(common, Fraction(-1)) ?? .one
        var rest = collected.map { product($0, inverse) }
        // A common coefficient where all have the same size.
        let size = Fraction(abs(first.coefficient.numerator), first.coefficient.denominator) ?? .one
        if rest.allSatisfy({
            abs($0.coefficient.numerator) == size.numerator && $0.coefficient.denominator == size.denominator
        }) {
            for k in rest.indices { rest[k].coefficient = Fraction(rest[k].coefficient.numerator < 0 ? -1 : 1) }
            common.coefficient = size
        }
        // Positive terms first, those with β before the others, multiples of the identity last.
        let depends = graph.dependence(on: "beta")
        func weight(_ m: Monomial) -> Int {
            (m.coefficient.numerator > 0 ? 0 : 4) + (m.factors.contains { depends[$0.node.index] } ? 0 : 1)
                + (m.factors.contains { isIdentity($0.node) } ? 2 : 0)
        }
        if rest.allSatisfy({ $0.coefficient.numerator < 0 }) {
            for k in rest.indices { rest[k].coefficient = -rest[k].coefficient }
            common.coefficient = -common.coefficient
        }
        let ordered = rest.enumerated().sorted {
            weight($0.element) == weight($1.element) ? $0.offset < $1.offset : weight($0.element) < weight($1.element)
        }.map(\.element)
        var total: NodeID?
        for term in ordered {
            let isNegative = term.coefficient.numerator < 0
            let node = try self.node(isNegative ? term.negated : term)
            if let known = total {
                total = try graph.elementwise(isNegative ? .subtract : .add, known, node)
            } else {
                total = isNegative ? graph.elementwise(.negate, node) : node
            }
        }
        guard let total else { return .zero }
        return product(common, Monomial(total))
    }

    private func isIdentity(_ id: NodeID) -> Bool { if case .identity = graph[id].operation { true } else { false } }

    /// A mask: `where(c, 1, 0)` or `where(c, 0, 1)`.
    mutating func mask(_ condition: NodeID, _ branch: Bool) throws(ShapeError) -> NodeID {
        let (one, zero) = (graph.constant(1), graph.constant(0))
        return try branch ? graph.select(condition, one, zero) : graph.select(condition, zero, one)
    }

    private func maskParts(_ id: NodeID) -> (condition: NodeID, branch: Bool)? {
        guard graph[id].operation == .select, case .constant(let a) = graph[graph[id].operands[1]].operation,
            case .constant(let b) = graph[graph[id].operands[2]].operation
        else { return nil }
        if a == Constant(1), b == Constant(0) { return (graph[id].operands[0], true) }
        if a == Constant(0), b == Constant(1) { return (graph[id].operands[0], false) }
        return nil
    }

    /// where(c, 1, 0)·A + where(c, 0, 1)·B = where(c, A, B).
    private mutating func joinedMasks(_ terms: [Monomial]) throws(ShapeError) -> [Monomial] {
        var result = terms
        for (i, term) in terms.enumerated() {
            for factor in term.factors {
                guard let (condition, branch) = maskParts(factor.node), branch else { continue }
                let other = try mask(condition, false)
                let yes = result.filter { $0.factors.contains { $0.node == factor.node } }
                let no = result.filter { $0.factors.contains { $0.node == other } }
                guard !no.isEmpty, yes.count + no.count == result.count || i == 0 else { continue }
                let inverseYes = Monomial(
                    coefficient: .one, factors: [.init(node: factor.node, exponent: Fraction(-1))])
                let inverseNo = Monomial(coefficient: .one, factors: [.init(node: other, exponent: Fraction(-1))])
                let a = try sum(yes.map { product($0, inverseYes) })
                let b = try sum(no.map { product($0, inverseNo) })
                let joined = try join(condition, a, b)
                result.removeAll { m in m.factors.contains { $0.node == factor.node || $0.node == other } }
                result.append(joined)
                return try joinedMasks(result)
            }
        }
        return result
    }

    private mutating func join(_ condition: NodeID, _ a: Monomial, _ b: Monomial) throws(ShapeError) -> Monomial {
        var common = Monomial.one
        for factor in a.factors where b.factors.contains(factor) { common.factors.append(factor) }
        let inverse = power(common, Fraction(-1)) ?? .one
        let yes = try node(product(a, inverse))
        let no = try node(product(b, inverse))
        if yes == no { return product(common, decompose(yes)) }
        return product(common, Monomial(try graph.select(condition, yes, no)))
    }

    // MARK: Structure

    /// A structural operation on the array part of a monomial; scalars stay outside.
    mutating func map(
        _ m: Monomial, full: Shape, _ operation: (inout Graph, NodeID) throws(ShapeError) -> NodeID
    ) throws(ShapeError) -> Monomial {
        let (scalars, arrays) = split(m)
        let array = try expanded(arrays, to: full)
        return product(scalars, Monomial(try operation(&graph, array)))
    }

    /// The array part as a node of full shape.
    mutating func expanded(_ arrays: Monomial, to full: Shape) throws(ShapeError) -> NodeID {
        if arrays.isZero { return graph.filled(full, Constant(0)) }
        if arrays.factors.isEmpty, arrays.coefficient == .one { return graph.filled(full, Constant(1)) }
        let array = try node(arrays)
        if shape(array).counts == full.counts { return array }
        return try graph.elementwise(.multiply, array, graph.filled(full, Constant(1)))
    }

    /// Σ over axes of a monomial of full shape; axes along which nothing varies become factors.
    mutating func reduce(_ m: Monomial, axes: [Int], full: Shape, keeping: Bool) throws(ShapeError) -> Monomial {
        if axes.isEmpty || m.isZero { return m }
        let (scalars, arrays) = split(m)
        var result = scalars
        var varying: [Int] = []
        for axis in axes {
            let isVarying = arrays.factors.contains { factor in
                let own = shape(factor.node)
                let place = axis - (full.rank - own.rank)
                return place >= 0 && own.counts[place] != 1
            }
            if isVarying || full.counts[axis] == 1 {
                varying.append(axis)
            } else {
                // Made first: decompose must see a graph that holds it.
                let length = graph.dimension(full.dimensions[axis])
                result = product(result, decompose(length))
            }
        }
        if arrays.factors.isEmpty { return result }
        var array = try node(arrays)
        let missing = full.rank - rank(array)
        let inner = varying.map { $0 - missing }.filter { $0 >= 0 && $0 < rank(array) }
        array = try collapsed(array, inner)
        // Axes that were not there, or stay with length 1, are brought into place.
        let target = full.dimensions.indices.filter { keeping || !axes.contains($0) }
        let kept = shape(array)
        let wanted = target.count
        if kept.rank > wanted {
            let extra = kept.rank - wanted
            let ones = kept.counts.indices.filter { kept.counts[$0] == 1 }.prefix(extra)
            if ones.count == extra {
                array = try graph.reshape(
                    array, to: Shape(kept.dimensions.enumerated().filter { !ones.contains($0.offset) }.map(\.element)))
            }
        }
        if keeping, !inner.isEmpty { array = try restored(array, axes: varying, full: full) }
        return product(result, decompose(array))
    }

    /// The sum over axes, with the products that are shorter as matrix products left as they are.
    private mutating func collapsed(_ array: NodeID, _ axes: [Int]) throws(ShapeError) -> NodeID {
        if axes.isEmpty { return array }
        // A new axis that is summed at once was never there.
        if axes.count == 1, case .subscripted(let subscripts) = graph[array].operation, axes[0] < subscripts.count,
            subscripts[axes[0]] == .newAxis,
            subscripts.count == graph[graph[array].operands[0]].shape.rank + 1
        {
            var rest = subscripts
            rest.remove(at: axes[0])
            return try graph.subscripted(graph[array].operands[0], rest)
        }
        return try graph.sum(array, axes: axes)
    }

    private mutating func restored(_ array: NodeID, axes: [Int], full: Shape) throws(ShapeError) -> NodeID {
        var result = array
        for axis in axes.sorted() where rank(result) < full.rank {
            result = try graph.expandingDimensions(result, at: min(axis, rank(result)))
        }
        return result
    }

    /// A·B with scalars pulled out; a factor of ones is a sum.
    mutating func matmul(_ a: Monomial, _ shapeA: Shape, _ b: Monomial, _ shapeB: Shape) throws(ShapeError) -> Monomial
    {
        let (left, leftArrays) = split(a)
        let (right, rightArrays) = split(b)
        let scalars = product(left, right)
        if rightArrays.factors.isEmpty, shapeB.rank == 1 {
            return product(scalars, try reduce(leftArrays, axes: [shapeA.rank - 1], full: shapeA, keeping: false))
        }
        if leftArrays.factors.isEmpty, shapeA.rank == 1 {
            return product(scalars, try reduce(rightArrays, axes: [0], full: shapeB, keeping: false))
        }
        let x = try expanded(leftArrays, to: shapeA)
        let y = try expanded(rightArrays, to: shapeB)
        return product(scalars, Monomial(try graph.matmul(x, y)))
    }

    /// A new axis of length 1 at a place of every array factor.
    mutating func inserting(_ axis: Int, into m: Monomial, full: Shape) throws(ShapeError) -> Monomial {
        let (scalars, arrays) = split(m)
        if arrays.factors.isEmpty { return m }
        let node = try node(arrays)
        let place = axis - (full.rank - rank(node))
        if place <= 0 { return m }
        return product(scalars, Monomial(try graph.expandingDimensions(node, at: place)))
    }
}
