import Expressions
import LinearAlgebra

/// Forms that keep their relative accuracy where a function saturates: the terms of the text are large there and their
/// sum, or its second derivative, is small.
extension Rewriting {
    mutating func stable(_ function: ElementwiseFunction, _ operands: [NodeID]) throws(ShapeError) -> NodeID? {
        switch function {
        case .log, .log1p: return try logCloglog(function, operands[0])
        case .subtract:
            if let form = try bernoulli(operands[0], operands[1], negated: false) { return form }
            if let form = try bernoulli(operands[1], operands[0], negated: true) { return form }
            if let form = try risingFactorial(operands[0], operands[1]) { return form }
            if let form = riskSetLogSum(operands[0], operands[1]) { return form }
            return try crossEntropy(function, operands)
        case .gammaln:
            guard let logarithm = try logarithm(operands[0]) else { return nil }
            // log Γ(a) = log Γ(1 + a) − log |a|: near the pole at 0 all of its curvature is the logarithm's.
            let next = try graph.elementwise(.add, graph.constant(1), operands[0])
            return try graph.elementwise(.subtract, graph.elementwise(.gammaln, next), logarithm)
        default: return try crossEntropy(function, operands)
        }
    }

    /// log(1 − e^(−e^x)) in its spellings, after what is inside them has been rewritten.
    private mutating func logCloglog(
        _ function: ElementwiseFunction, _ a: NodeID
    ) throws(ShapeError) -> NodeID? {
        func doublyExponential(_ id: NodeID) -> NodeID? {
            argument(.negate, id).flatMap { argument(.exp, $0) }
        }
        if function == .log {
            // log(−expm1(−e^x)).
            if let x = argument(.negate, a).flatMap({ argument(.expm1, $0) }).flatMap(doublyExponential) {
                return graph.elementwise(.logCloglog, x)
            }
            // log(1 − exp(−e^x)).
            if case (.elementwise(.subtract), let terms) = operation(a), isOne(terms[0]),
                let x = argument(.exp, terms[1]).flatMap(doublyExponential)
            {
                return graph.elementwise(.logCloglog, x)
            }
        } else if let x = argument(.negate, a).flatMap({ argument(.exp, $0) }).flatMap(doublyExponential) {
            return graph.elementwise(.logCloglog, x)
        }
        return nil
    }

    /// softplus(x) − yx = (1 − y) softplus(x) + y softplus(−x) for targets y: neither term outgrows the sum.
    private mutating func bernoulli(
        _ first: NodeID, _ second: NodeID, negated: Bool
    ) throws(ShapeError) -> NodeID? {
        guard let x = argument(.softplus, first), case (.elementwise(.multiply), let factors) = operation(second)
        else { return nil }
        for (y, other) in [(factors[0], factors[1]), (factors[1], factors[0])] where other == x && isGiven(y) {
            let rest = try graph.elementwise(.subtract, graph.constant(1), y)
            let left = try graph.elementwise(.multiply, rest, first)
            // As logaddexp(0, −x): where a softplus of the text saturates a warning says so, and this one is not in it.
            let mirrored = try graph.elementwise(.logaddexp, graph.constant(0), graph.elementwise(.negate, x))
            let right = try graph.elementwise(.multiply, y, mirrored)
            let sum = try graph.elementwise(.add, left, right)
            return negated ? graph.elementwise(.negate, sum) : sum
        }
        return nil
    }

    /// log Γ(a) − log Γ(y + a) for counts y and an a that may be small: 0 where y is, which the recurrence of the first
    /// term alone would only reach by cancellation.
    private mutating func risingFactorial(_ first: NodeID, _ second: NodeID) throws(ShapeError) -> NodeID? {
        guard case (.elementwise(.subtract), let parts) = operation(first),
            let next = argument(.gammaln, parts[0]), let sum = argument(.gammaln, second),
            case (.elementwise(.add), let ones) = operation(next), isOne(ones[0]),
            case (.elementwise(.add), let terms) = operation(sum)
        else { return nil }
        let a = ones[1]
        for (y, other) in [(terms[0], terms[1]), (terms[1], terms[0])] where other == a && isGiven(y) {
            let zero = graph.constant(0)
            let isZero = try graph.elementwise(.equal, y, zero)
            return try graph.select(isZero, zero, graph.elementwise(.subtract, first, second))
        }
        return nil
    }

    /// log(Σ_{j at risk with i} e^vⱼ − sᵢ Σ_{j tied with i} cⱼ e^vⱼ) − vᵢ: a survival model's partial likelihood.
    private mutating func riskSetLogSum(_ logarithm: NodeID, _ v: NodeID) -> NodeID? {
        guard let total = argument(.log, logarithm), graph[v].shape.rank == 1 else { return nil }
        /// a, the relation and c of a sum of cⱼ e^vⱼ over aⱼ ⋚ aᵢ.
        func sum(_ id: NodeID) -> (among: NodeID, relation: ComparisonRelation, factor: NodeID?)? {
            guard case .comparisonSum(let relation) = graph[id].operation,
                graph[id].shape.counts == graph[v].shape.counts,
                graph[id].operands[0] == graph[id].operands[1]
            else { return nil }
            let (among, summed) = (graph[id].operands[0], graph[id].operands[2])
            if argument(.exp, summed) == v { return (among, relation, nil) }
            guard graph[summed].operation == .elementwise(.multiply) else { return nil }
            let (a, b) = (graph[summed].operands[0], graph[summed].operands[1])
            for (c, e) in [(a, b), (b, a)] where argument(.exp, e) == v && isGiven(c) { return (among, relation, c) }
            return nil
        }
        if let (among, relation, factor) = sum(total) {
            guard factor == nil, relation == .greaterEqual || relation == .lessEqual else { return nil }
            return graph.insert(.riskSetLogSum(relation), [among, v], shape: graph[v].shape)
        }
        guard case (.elementwise(.subtract), let parts) = operation(total), let all = sum(parts[0]),
            all.factor == nil, all.relation == .greaterEqual || all.relation == .lessEqual,
            case (.elementwise(.multiply), let factors) = operation(parts[1])
        else { return nil }
        for (share, tied) in [(factors[0], factors[1]), (factors[1], factors[0])] {
            guard isGiven(share), graph[share].shape.counts == graph[v].shape.counts, let ties = sum(tied),
                ties.relation == .equal, ties.among == all.among, let factor = ties.factor,
                graph[factor].shape.counts == graph[v].shape.counts
            else { continue }
            return graph.insert(.riskSetLogSum(all.relation), [all.among, v, share, factor], shape: graph[v].shape)
        }
        return nil
    }

    /// log |a| of e^x, σ(x), and their products and quotients with given numbers, written without a.
    private mutating func logarithm(_ a: NodeID) throws(ShapeError) -> NodeID? {
        if let x = argument(.exp, a) { return x }
        if let x = argument(.sigmoid, a) {
            return graph.elementwise(.negate, graph.elementwise(.softplus, graph.elementwise(.negate, x)))
        }
        switch operation(a) {
        case (.elementwise(.multiply), let factors):
            for (c, other) in [(factors[0], factors[1]), (factors[1], factors[0])] where isGiven(c) {
                guard let rest = try logarithm(other) else { continue }
                return try graph.elementwise(.add, rest, logarithmOfGiven(c))
            }
        case (.elementwise(.divide), let terms) where isGiven(terms[1]):
            guard let rest = try logarithm(terms[0]) else { return nil }
            return try graph.elementwise(.subtract, rest, logarithmOfGiven(terms[1]))
        default: break
        }
        return nil
    }

    private mutating func logarithmOfGiven(_ c: NodeID) -> NodeID {
        graph.elementwise(.log, graph.elementwise(.absolute, c))
    }

    /// Whether a node does not depend on β.
    private func isGiven(_ id: NodeID) -> Bool {
        !graph.reachable(from: [id]).contains { graph[$0].operation == .variable("beta") }
    }
}
