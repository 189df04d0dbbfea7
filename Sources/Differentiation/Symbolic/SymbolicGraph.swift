import Expressions

/// Builds lowered graphs: products in factored form, sums collected, the forms that a reader would write.
struct SymbolicGraph {
    var graph: Graph
    /// The nodes of the program; later ones the derivation made.
    let own: Int
    init(_ graph: Graph) {
        self.graph = graph
        own = graph.nodes.count
    }

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
        guard var coefficient = a.coefficient * b.coefficient else {
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
                let node = a.factors[i].node
                if let exponent = a.factors[i].exponent + b.factors[j].exponent, !exponent.isZero {
                    // √2·√2 is the number 2.
                    if exponent.isWhole, case .constant(.fraction(let n, let d)) = graph[node].operation,
                        let number = Fraction(n, d),
                        let whole = power(Monomial(coefficient: number, factors: []), exponent),
                        let total = coefficient * whole.coefficient
                    {
                        coefficient = total
                    } else {
                        factors.append(.init(node: node, exponent: exponent))
                    }
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
    mutating func flipSign(_ m: inout Monomial) {
        guard m.coefficient.numerator < 0 else { return }
        for (k, factor) in m.factors.enumerated()
        where factor.exponent.isWhole && factor.exponent.numerator % 2 != 0 {
            // n − 1 stays.
            if rank(factor.node) == 0, factor.exponent.numerator < 0 { continue }
            guard let turned = turned(factor.node, depth: 0) else { continue }
            m.factors.remove(at: k)
            m.coefficient = -m.coefficient
            m = product(m, Monomial(coefficient: .one, factors: [.init(node: turned, exponent: factor.exponent)]))
            return
        }
    }

    /// −a without a minus sign: a difference turned round, alone or within a product or a sum; nil where there is none.
    mutating func turned(_ id: NodeID, depth: Int) -> NodeID? {
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

    func isConstant(_ id: NodeID) -> Bool { if case .constant = graph[id].operation { true } else { false } }

    /// Products of arrays, numerators over denominators.
    mutating func arrayNode(_ product: Monomial) throws(ShapeError) -> NodeID {
        let m = try guarded(product)
        if let outer = try outerProduct(m) { return outer }
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

    /// Columns times rows, as an outer product; nil where there is another factor or a quotient.
    private mutating func outerProduct(_ given: Monomial) throws(ShapeError) -> NodeID? {
        let hasOuter = given.factors.contains { graph[$0.node].operation == .outer }
        guard !hasOuter || given.factors.count > 1 else { return nil }
        let m = hasOuter ? try withoutOuterProducts(given) : given
        let columns = m.factors.filter { graph.columnVector($0.node) != nil }
        let rows = m.factors.filter { rank($0.node) == 1 }
        guard !columns.isEmpty, !rows.isEmpty, columns.count + rows.count == m.factors.count,
            m.factors.allSatisfy({ $0.exponent.numerator > 0 }),
            let left = vectors(Monomial(coefficient: .one, factors: columns))
        else { return nil }
        return try graph.outer(arrayNode(left), arrayNode(Monomial(coefficient: .one, factors: rows)))
    }

    /// Where a mask stands beside what may be infinite or undefined outside it, `where(c, f, 0)` in place of the product:
    /// 0·∞ is no number.
    private mutating func guarded(_ m: Monomial) throws(ShapeError) -> Monomial {
        guard m.factors.count > 1,
            let mask = m.factors.first(where: { $0.exponent.numerator > 0 && maskParts($0.node) != nil }),
            let (condition, branch) = maskParts(mask.node)
        else { return m }
        var inside = Monomial.one
        var outside = Monomial(coefficient: m.coefficient, factors: [])
        for factor in m.factors where factor != mask {
            if factor.exponent.numerator < 0 || !factor.exponent.isWhole || isPartial(factor.node) {
                inside.factors.append(factor)
            } else {
                outside.factors.append(factor)
            }
        }
        if inside.factors.isEmpty { return m }
        let (value, zero) = (try node(inside), graph.constant(0))
        let chosen = try branch ? graph.select(condition, value, zero) : graph.select(condition, zero, value)
        return self.product(outside, Monomial(chosen))
    }

    /// Whether a node may be infinite or undefined for some finite arguments.
    func isPartial(_ id: NodeID) -> Bool {
        for inner in graph.reachable(from: [id]) {
            switch graph[inner].operation {
            case .elementwise(.divide), .elementwise(.log), .elementwise(.log1p), .elementwise(.sqrt),
                .elementwise(.exp), .elementwise(.expm1), .elementwise(.gammaln), .elementwise(.digamma),
                .elementwise(.polygamma), .elementwise(.cosh), .elementwise(.sinh):
                return true
            case .elementwise(.power):
                guard case .constant(.fraction(let exponent, 1)) = graph[graph[inner].operands[1]].operation,
                    exponent >= 0
                else { return true }
            default: break
            }
        }
        return false
    }

    mutating func powerNode(_ base: NodeID, _ exponent: Fraction) throws(ShapeError) -> NodeID {
        if exponent == .one { return base }
        if exponent == Fraction(1, 2) { return graph.elementwise(.sqrt, base) }
        return try graph.elementwise(
            .power, base, graph.constant(.fraction(numerator: exponent.numerator, denominator: exponent.denominator)))
    }

    /// An array with its scalars: coefficient and numerators in front, what only divides behind.
    mutating func scale(_ array: NodeID?, by scalars: Monomial) throws(ShapeError) -> NodeID {
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

    func isDimension(_ id: NodeID) -> Bool { if case .dimension = graph[id].operation { true } else { false } }

    mutating func divide(_ a: NodeID, by b: NodeID?) throws(ShapeError) -> NodeID {
        guard let b else { return a }
        return try graph.elementwise(.divide, a, b)
    }
}
