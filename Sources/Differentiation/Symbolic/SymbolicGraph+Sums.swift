import Expressions

/// Sums of monomials: equal terms collected, common factors pulled out, conditions joined.
extension SymbolicGraph {
    /// a + b + …: equal terms collected, common factors pulled out, masks of both sides of a condition joined.
    mutating func sum(_ terms: [Monomial]) throws(ShapeError) -> Monomial {
        if let columns = try sumOfColumns(terms) { return columns }
        // Equal terms first, so that twice a sum is not taken apart.
        var collected = self.collected(terms)
        collected = self.collected(withoutSplitConstants(collected.flatMap { flattened($0) }))
        collected = try joinedMasks(try joinedCrossEntropies(collected))
        guard let first = collected.first else { return .zero }
        if collected.count == 1 { return first }
        // Factors that all terms share, at the smallest power of equal sign.
        var common = Monomial.one
        for factor in first.factors {
            let exponents = collected.map { term in term.factors.first { $0.node == factor.node }?.exponent ?? .zero }
            if exponents.allSatisfy({ $0 == factor.exponent }) {
                common.factors.append(factor)
            } else if exponents.allSatisfy({ $0.isWhole && $0.numerator > 0 }),
                let least = exponents.min(by: { $0.numerator < $1.numerator })
            {
                common.factors.append(.init(node: factor.node, exponent: least))
            }
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
        // What is left when a common factor is gone may be a sum that can be joined with the others.
        if !common.factors.isEmpty, rest.contains(where: { flattened($0).count > 1 }) {
            return product(common, try sum(rest))
        }
        // A difference within a term is turned round where that makes its sign positive: X.T @ (X @ beta - y) + lam * beta.
        if rest.contains(where: { $0.coefficient.numerator > 0 }) {
            for k in rest.indices { flipSign(&rest[k]) }
        }
        // Positive terms first, those with β before the others, multiples of β behind, multiples of the identity last.
        let depends = graph.dependence(on: "beta")
        func weight(_ m: Monomial) -> Int {
            (m.coefficient.numerator > 0 ? 0 : 8) + (m.factors.contains { depends[$0.node.index] } ? 0 : 2)
                + (m.factors.contains { isIdentity($0.node) } ? 4 : 0)
                + (m.factors.contains { graph[$0.node].operation == .variable("beta") } ? 1 : 0)
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

    /// Equal terms as one, those that vanish left out.
    private func collected(_ terms: [Monomial]) -> [Monomial] {
        var result: [Monomial] = []
        for term in terms where !term.isZero {
            if let twin = result.firstIndex(where: { $0.factors == term.factors }),
                let total = result[twin].coefficient + term.coefficient
            {
                result[twin].coefficient = total
            } else {
                result.append(term)
            }
        }
        return result.filter { !$0.isZero }
    }

    /// A sum of columns, or of columns and numbers, is the column of a sum.
    private mutating func sumOfColumns(_ terms: [Monomial]) throws(ShapeError) -> Monomial? {
        guard terms.count > 1 else { return nil }
        var vectors: [Monomial] = []
        var length: Shape?
        for term in terms {
            let arrays = term.factors.filter { rank($0.node) > 0 }
            if arrays.isEmpty {
                vectors.append(term)
                continue
            }
            guard let first = arrays.first, let vector = graph.columnVector(first.node),
                arrays.allSatisfy({ graph.columnVector($0.node) != nil }), let plain = self.vectors(term)
            else { return nil }
            length = shape(vector)
            vectors.append(plain)
        }
        guard let length else { return nil }
        return try inserting(1, into: sum(vectors), full: length)
    }

    /// (η − 1) + 1 is η, also where η − 1 is the program's.
    private mutating func withoutSplitConstants(_ terms: [Monomial]) -> [Monomial] {
        guard let k = terms.firstIndex(where: { $0.factors.isEmpty }) else { return terms }
        for (j, term) in terms.enumerated() where j != k {
            guard term.factors.count == 1, term.factors[0].exponent == .one,
                term.coefficient == .one || term.coefficient == -.one
            else { continue }
            let node = graph[term.factors[0].node]
            let isDifference = node.operation == .elementwise(.subtract)
            guard isDifference || node.operation == .elementwise(.add),
                let place = node.operands.firstIndex(where: { isConstant($0) }),
                shape(node.operands[1 - place]).counts == node.shape.counts
            else { continue }
            var constant = decompose(node.operands[place])
            var other = decompose(node.operands[1 - place])
            if isDifference { if place == 1 { constant = constant.negated } else { other = other.negated } }
            if term.coefficient != .one { (constant, other) = (constant.negated, other.negated) }
            guard constant.factors.isEmpty, let total = terms[k].coefficient + constant.coefficient else { continue }
            var result = terms
            result[k].coefficient = total
            result[j] = other
            return result
        }
        return terms
    }

    /// The terms of a sum that the derivation made, where nothing stands in front of it; a sum of the program stays a block.
    private mutating func flattened(_ term: Monomial) -> [Monomial] {
        guard term.factors.count == 1, term.factors[0].exponent == .one,
            term.coefficient == .one || term.coefficient == -.one,
            term.factors[0].node.index >= own
        else { return [term] }
        let node = graph[term.factors[0].node]
        guard node.operation == .elementwise(.add) || node.operation == .elementwise(.subtract) else { return [term] }
        var result: [Monomial] = []
        for (k, operand) in node.operands.enumerated() {
            // A term that is repeated along an axis cannot stand alone.
            let isWhole = graph[operand].shape.counts == node.shape.counts || graph[operand].shape.rank == 0
            guard isWhole else { return [term] }
            var part = decompose(operand)
            if k == 1, node.operation == .elementwise(.subtract) { part = part.negated }
            if term.coefficient == -.one { part = part.negated }
            result += flattened(part)
        }
        return result
    }

    /// Both sides of a cross-entropy: (1 − w)·σ(x) − w·σ(−x) = σ(x) − w, since σ(−x) = 1 − σ(x).
    mutating func joinedCrossEntropies(_ terms: [Monomial]) throws(ShapeError) -> [Monomial] {
        for (i, term) in terms.enumerated() {
            for factor in term.factors where factor.exponent == .one {
                // w·σ(−x) with its x.
                guard graph[factor.node].operation == .elementwise(.sigmoid),
                    graph[graph[factor.node].operands[0]].operation == .elementwise(.negate)
                else { continue }
                let x = graph[graph[factor.node].operands[0]].operands[0]
                let sigmoid = graph.elementwise(.sigmoid, x)
                for weight in term.factors where weight.exponent == .one && weight.node != factor.node {
                    let rest = term.factors.filter { $0 != factor && $0 != weight }
                    let other = try graph.elementwise(.subtract, graph.constant(1), weight.node)
                    let twin = product(
                        Monomial(coefficient: -term.coefficient, factors: rest),
                        product(Monomial(sigmoid), Monomial(other)))
                    guard
                        let j = terms.firstIndex(where: {
                            $0.coefficient == twin.coefficient && $0.factors == twin.factors
                        })
                    else { continue }
                    let difference = try graph.elementwise(.subtract, sigmoid, weight.node)
                    var result = terms.enumerated().filter { $0.offset != i && $0.offset != j }.map(\.element)
                    result.append(
                        product(Monomial(coefficient: -term.coefficient, factors: rest), Monomial(difference)))
                    return try joinedCrossEntropies(result)
                }
            }
        }
        return terms
    }

    func isIdentity(_ id: NodeID) -> Bool { if case .identity = graph[id].operation { true } else { false } }

    /// A mask: `where(c, 1, 0)` or `where(c, 0, 1)`.
    mutating func mask(_ condition: NodeID, _ branch: Bool) throws(ShapeError) -> NodeID {
        let (one, zero) = (graph.constant(1), graph.constant(0))
        return try branch ? graph.select(condition, one, zero) : graph.select(condition, zero, one)
    }

    func maskParts(_ id: NodeID) -> (condition: NodeID, branch: Bool)? {
        guard graph[id].operation == .select, case .constant(let a) = graph[graph[id].operands[1]].operation,
            case .constant(let b) = graph[graph[id].operands[2]].operation
        else { return nil }
        if a == Constant(1), b == Constant(0) { return (graph[id].operands[0], true) }
        if a == Constant(0), b == Constant(1) { return (graph[id].operands[0], false) }
        return nil
    }

    /// where(c, 1, 0)·A + where(c, 0, 1)·B = where(c, A, B).
    mutating func joinedMasks(_ terms: [Monomial]) throws(ShapeError) -> [Monomial] {
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

    mutating func join(_ condition: NodeID, _ a: Monomial, _ b: Monomial) throws(ShapeError) -> Monomial {
        var common = Monomial.one
        for factor in a.factors where b.factors.contains(factor) { common.factors.append(factor) }
        let inverse = power(common, Fraction(-1)) ?? .one
        let yes = try node(product(a, inverse))
        let no = try node(product(b, inverse))
        if yes == no { return product(common, decompose(yes)) }
        return product(common, Monomial(try graph.select(condition, yes, no)))
    }
}
