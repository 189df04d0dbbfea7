import Expressions
import LinearAlgebra

/// Second-order forward mode as a witness: every node carries its value, its derivatives along two directions and the
/// mixed one, and nothing goes backward.
///
/// It shares the arithmetic with error bounds and the functions' numeric rules with the reverse tape, and no propagation
/// rule, no adjoint, no structured Jacobian. O(p²) evaluations of the program for a Hessian, O(p) for a gradient, one for a
/// loss; memory for p tangents of every node where a Hessian is wanted and they fit, for one otherwise.
public enum ForwardMode {
    /// Loss, gradient and Hessian, each with its bound.
    /// - Throws: `Cancelled`, `MissingArray`, `SingularMatrix`.
    public static func derivatives(
        of program: Program, in environment: Environment, wanting quantities: Quantities,
        options: AutomaticOptions = AutomaticOptions()
    ) throws -> Derivatives {
        let (graph, root) = try Rewriting.rewrite(program)
        let tape = try Tape(graph, root: root, in: environment, options: options)
        let count = environment["beta"]?.count ?? 0
        var result = Derivatives()
        let value = tape.value(root)
        if quantities.contains(.loss) {
            result.loss = value.value(0).high
            result.lossBound = value.bound(0) + unitRoundoff * abs(value.value(0).high)
        }
        guard !quantities.isDisjoint(with: [.gradient, .hessian]) else { return result }
        let wantsHessian = quantities.contains(.hessian)
        // Pairs of directions need the tangents of all nodes; a gradient those of the result, one direction at a time.
        let keeps = wantsHessian && fits(tape, count, options.memoryLimit)
        var kept: [[Field?]] = []
        var slopes: [(value: Double, bound: Double)] = []
        if quantities.contains(.gradient) || keeps {
            for direction in 0..<count {
                if tape.cancelled() { throw Cancelled() }
                let tangents = Sweep(tape).first(along: direction)
                slopes.append(tangents[root.index].map(scalar) ?? (value: 0, bound: 0))
                if keeps { kept.append(tangents) }
            }
        }
        if quantities.contains(.gradient) {
            result.gradient = slopes.map(\.value)
            result.gradientBound = slopes.map(\.bound)
        }
        guard wantsHessian else { return result }
        var hessian = Matrix(rows: count, columns: count)
        var bound = hessian
        for j in 0..<count {
            let along = keeps ? kept[j] : Sweep(tape).first(along: j)
            for k in 0...j {
                if tape.cancelled() { throw Cancelled() }
                let other = keeps ? kept[k] : Sweep(tape).first(along: k)
                let mixed = Sweep(tape).second(along, other)[root.index].map(scalar) ?? (value: 0, bound: 0)
                (hessian[j, k], hessian[k, j]) = (mixed.value, mixed.value)
                (bound[j, k], bound[k, j]) = (mixed.bound, mixed.bound)
            }
        }
        result.hessian = hessian
        result.hessianBound = bound
        return result
    }

    /// Whether the tangents of every node along every direction may be kept: three numbers an element.
    private static func fits(_ tape: Tape, _ count: Int, _ memoryLimit: Int) -> Bool {
        let elements = tape.order.reduce(0.0) { total, id in
            tape.dependent[id.index] ? tape.shape(id).reduce(1) { $0 * Double($1) } + total : total
        }
        return elements * Double(count) * 24 <= Double(memoryLimit) / 2
    }

    private static func scalar(_ field: Field) -> (value: Double, bound: Double) {
        let value = field.value(0).high
        return (value, field.bound(0) + unitRoundoff * abs(value))
    }
}

/// One direction, or a pair, pushed through the whole program.
private struct Sweep {
    let tape: Tape

    init(_ tape: Tape) { self.tape = tape }

    /// The tangents of all nodes along one direction; nil stands for zero.
    func first(along direction: Int) -> [Field?] {
        var tangents = [Field?](repeating: nil, count: tape.graph.nodes.count)
        for id in tape.order where tape.dependent[id.index] {
            let node = tape.graph[id]
            if node.operation == .variable("beta") {
                var unit = NumericArray(shape: node.shape.counts)
                unit[direction] = 1
                tangents[id.index] = Field(unit)
            } else {
                let own = node.operands.map { tangents[$0.index]?.expanded(to: tape.shape($0)) }
                tangents[id.index] = own.contains { $0 != nil } ? Tangents(tape, id).push(own) : nil
            }
        }
        return tangents
    }

    /// The mixed second derivatives from the tangents along two directions.
    func second(_ a: [Field?], _ b: [Field?]) -> [Field?] {
        var mixed = [Field?](repeating: nil, count: tape.graph.nodes.count)
        for id in tape.order where tape.dependent[id.index] {
            let node = tape.graph[id]
            guard node.operation != .variable("beta") else { continue }
            let own = node.operands.map { mixed[$0.index]?.expanded(to: tape.shape($0)) }
            var parts: [Field] = own.contains { $0 != nil } ? [Tangents(tape, id).push(own)] : []
            let x = node.operands.map { a[$0.index]?.expanded(to: tape.shape($0)) }
            let y = node.operands.map { b[$0.index]?.expanded(to: tape.shape($0)) }
            if let bent = curvature(id, node, x, y, a[id.index], b[id.index]) { parts.append(bent) }
            mixed[id.index] = parts.count == 2 ? Field.sum(parts[0], parts[1]) : parts.first
        }
        return mixed
    }

    /// f″ applied to both directions.
    private func curvature(_ id: NodeID, _ node: Node, _ x: [Field?], _ y: [Field?], _ dx: Field?, _ dy: Field?)
        -> Field?
    {
        func minus(_ field: Field) -> Field { field.map { v, e in (-v, e) } }
        switch node.operation {
        case .elementwise(.log):
            guard let dx, let dy else { return nil }
            return minus(Field.product(dx, dy))
        case .elementwise(let function):
            let operands = node.operands.map(tape.value)
            let wanted = node.operands.map { tape.dependent[$0.index] }
            var total: Field?
            for (i, j, derivative) in LocalDerivatives.second(function, operands, wanted: wanted) {
                var terms: [Field] = []
                if let p = x[i], let q = y[j] { terms.append(Field.product(p, q)) }
                if i != j, let p = x[j], let q = y[i] { terms.append(Field.product(p, q)) }
                for term in terms {
                    let part = Field.product(derivative, term)
                    total = total.map { Field.sum($0, part) } ?? part
                }
            }
            return total?.padded(to: node.shape.rank)
        case .matmul:
            var total: Field?
            for (left, right) in [(x[0], y[1]), (y[0], x[1])] {
                guard let left, let right else { continue }
                let part = Products.matmul(left, right, execution: tape.execution)
                total = total.map { Field.sum($0, part) } ?? part
            }
            return total
        case .norm:
            guard let p = x[0], let q = y[0], let dx, let dy else { return nil }
            let inner = Field.difference(Field.product(p, q).total, Field.product(dx, dy).reshaped([]))
            return Field.quotient(inner, tape.value(id).reshaped([]))
        case .logSumExp(let axes, let keeping):
            guard let p = x[0], let q = y[0] else { return nil }
            let centres = LogSumExpCentres(tape, id)
            let (u, v) = (centres.away(p), centres.away(q))
            let covariance = Field.difference(
                centres.mean(Field.product(u, v)), Field.product(centres.mean(u), centres.mean(v)))
            return keeping ? covariance : covariance.dropping(axes)
        case .riskSetLogSum:
            guard let p = x[1], let q = y[1] else { return nil }
            return RiskSets(tape, id).covariance(p, q)
        case .inverse:
            guard let p = x[0], let q = y[0] else { return nil }
            let inverse = tape.value(id)
            func chain(_ u: Field, _ v: Field) -> Field {
                [u, inverse, v, inverse].reduce(inverse) { Products.matmul($0, $1, execution: tape.execution) }
            }
            return Field.sum(chain(p, q), chain(q, p))
        case .logDeterminant, .determinant:
            guard let p = x[0], let q = y[0] else { return nil }
            let turned = Weights.inverseTransposed(tape, id)
            let inverse = turned.transposed([1, 0])
            func slope(_ u: Field) -> Field { Field.product(turned, u).total }
            let first = Products.matmul(inverse, p, execution: tape.execution)
            let second = Products.matmul(inverse, q, execution: tape.execution)
            // tr(AB) = Σ A∘Bᵀ.
            let both = Field.product(first, second.transposed([1, 0])).total
            let bent = minus(both)
            guard node.operation == .determinant else { return bent }
            return Field.product(tape.value(id).reshaped([]), Field.sum(bent, Field.product(slope(p), slope(q))))
        default: return nil
        }
    }
}
