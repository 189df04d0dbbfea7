import Expressions
import LinearAlgebra

/// The Jacobian of a node with respect to β: a short sum of structured terms, or one column for each β.
enum Jacobian {
    case terms([Term])
    /// Column k is the derivative of the node's array with respect to βₖ.
    case dense([Field])
}

/// Jacobians of the nodes that need one, by the structure algebra; what has no structure falls back to columns.
final class Jacobians {
    let tape: Tape
    let count: Int
    var known: [NodeID: Jacobian] = [:]
    var nextKey = 1_000_000

    init(_ tape: Tape, parameters: Int) {
        self.tape = tape
        count = parameters
    }

    func freshKey() -> Int {
        nextKey += 1
        return nextKey
    }

    /// The Jacobian of a node that depends on β; the operands' are made first.
    func jacobian(_ id: NodeID) throws -> Jacobian {
        if let jacobian = known[id] { return jacobian }
        // Operands first, in order, without recursion into deep programs.
        for operand in tape.graph.reachable(from: [id]) where tape.dependent[operand.index] && known[operand] == nil {
            if tape.cancelled() { throw Cancelled() }
            known[operand] = try structured(operand).map { merged($0) } ?? .dense(columns(operand))
        }
        guard let jacobian = known[id] else { return .terms([]) }
        return jacobian
    }

    func merged(_ terms: [Term]) -> Jacobian {
        var result: [Term] = []
        for term in terms {
            let twin = result.firstIndex { $0.axis == term.axis && $0.family.key == term.family.key }
            if let twin, result[twin].scale.shape.count == term.scale.shape.count {
                result[twin].scale = Field.sum(result[twin].scale, term.scale)
            } else {
                result.append(term)
            }
        }
        return .terms(result)
    }

    /// The terms of an operand that is known already; nil where it is dense.
    func terms(_ id: NodeID) -> [Term]? {
        guard tape.dependent[id.index] else { return [] }
        if case .terms(let terms)? = known[id] { return terms }
        return nil
    }

    // MARK: Structure

    func structured(_ id: NodeID) throws -> [Term]? {
        let node = tape.graph[id]
        let shape = node.shape.counts
        switch node.operation {
        case .variable: return leaf(shape)
        case .elementwise(let function):
            let operands = node.operands.map(tape.value)
            let wanted = node.operands.map { tape.dependent[$0.index] }
            let slopes = LocalDerivatives.first(function, operands, wanted: wanted)
            var result: [Term] = []
            for (k, operand) in node.operands.enumerated() where wanted[k] {
                guard let slope = slopes[k], let terms = terms(operand) else { return nil }
                result += lifted(terms, from: tape.shape(operand), to: shape).map {
                    Term(scale: Field.product(slope, $0.scale), family: $0.family, axis: $0.axis)
                }
            }
            return result
        case .select:
            let condition = tape.value(node.operands[0])
            var result: [Term] = []
            for branch in 1...2 where tape.dependent[node.operands[branch].index] {
                guard let terms = terms(node.operands[branch]) else { return nil }
                let mask = condition.map { c, _ in (DoubleDouble((c.high != 0) == (branch == 1) ? 1 : 0), 0) }
                result += lifted(terms, from: tape.shape(node.operands[branch]), to: shape).map {
                    Term(scale: Field.product(mask, $0.scale), family: $0.family, axis: $0.axis)
                }
            }
            return result
        case .sum(let axes, let keeping):
            guard let terms = terms(node.operands[0]) else { return nil }
            return summed(terms, over: axes, keeping: keeping, full: tape.shape(node.operands[0]))
        case .transpose:
            let rank = shape.count
            return terms(node.operands[0])?.map {
                Term(
                    scale: $0.scale.transposed(Array((0..<rank).reversed())), family: $0.family,
                    axis: $0.axis.map { rank - 1 - $0 })
            }
        case .subscripted(let subscripts):
            return terms(node.operands[0]).map { $0.map { subscripted($0, subscripts, tape.shape(node.operands[0])) } }
        case .reshape:
            return terms(node.operands[0]).flatMap { reshaped($0, from: tape.shape(node.operands[0]), to: shape) }
        case .diagonalMatrix:
            return terms(node.operands[0])?.map {
                let q = shape[0]
                let scale = $0.scale.expanded(to: [q])
                return Term(
                    scale: scale.gathered([q, q]) { $0[0] == $0[1] ? $0[0] : nil }, family: $0.family,
                    axis: $0.axis.map { _ in 0 })
            }
        case .diagonal:
            let full = tape.shape(node.operands[0])
            return terms(node.operands[0])?.map {
                let scale = $0.scale.expanded(to: full)
                return Term(
                    scale: scale.gathered(shape) { $0[0] * full[1] + $0[0] }, family: $0.family,
                    axis: $0.axis.map { _ in 0 })
            }
        case .matmul: return try product(node)
        case .comparisonSum(let relation): return comparisonSums(node, relation)
        case .norm:
            guard let terms = terms(node.operands[0]) else { return nil }
            let full = tape.shape(node.operands[0])
            let unit = Field.quotient(
                tape.value(node.operands[0]), tape.value(id).reshaped([Int](repeating: 1, count: full.count)))
            let scaled = terms.map { Term(scale: Field.product(unit, $0.scale), family: $0.family, axis: $0.axis) }
            return summed(scaled, over: Array(full.indices), keeping: false, full: full)
        case .logSumExp(let axes, let keeping):
            guard let terms = terms(node.operands[0]) else { return nil }
            let weights = Weights.softmax(tape, id)
            let scaled = terms.map { Term(scale: Field.product(weights, $0.scale), family: $0.family, axis: $0.axis) }
            return summed(scaled, over: axes, keeping: keeping, full: tape.shape(node.operands[0]))
        default: return nil
        }
    }

    /// β itself: rows of the identity; a matrix of K rows is K terms, each in its own columns.
    func leaf(_ shape: [Int]) -> [Term] {
        if shape.count == 1 {
            return [identityTerm(scale: Field(1, rank: 1), count: shape[0], offset: 0, axis: 0)]
        }
        let (rows, columns) = (shape[0], shape[1])
        return (0..<rows).map { k in
            var hot = [Double](repeating: 0, count: rows)
            hot[k] = 1
            let scale = Field(shape: [rows, 1], high: NumericArray(shape: [rows, 1], hot))
            return identityTerm(scale: scale, count: columns, offset: k * columns, axis: 1)
        }
    }

    func identityTerm(scale: Field, count: Int, offset: Int, axis: Int) -> Term {
        Term(
            scale: scale,
            family: Family(
                rows: .identity(count), offset: offset,
                key: Family.Key(origin: -1, start: 0, count: count, offset: offset)), axis: axis)
    }

    /// Terms of an operand seen as terms of a result that it is broadcast to.
    func lifted(_ terms: [Term], from: [Int], to: [Int]) -> [Term] {
        let extra = to.count - from.count
        return terms.map { term in
            let scale = term.scale.reshaped([Int](repeating: 1, count: extra) + term.scale.shape)
            guard let axis = term.axis else { return Term(scale: scale, family: term.family, axis: nil) }
            if from[axis] == 1, to[axis + extra] != 1 {
                return Term(scale: scale, family: term.family.row(0, key: freshKey()), axis: nil)
            }
            return Term(scale: scale, family: term.family, axis: axis + extra)
        }
    }

    /// The sum over axes; nil where what comes out has no structure.
    func summed(_ terms: [Term], over axes: [Int], keeping: Bool, full: [Int]) -> [Term]? {
        var result: [Term] = []
        for term in terms {
            let others = axes.filter { $0 != term.axis }
            var scale = term.scale.sum(axes: others, full: full)
            var family = term.family
            var axis = term.axis
            if let k = term.axis, axes.contains(k) {
                let remaining = scale.shape.indices.filter { $0 != k && scale.shape[$0] > 1 }
                if remaining.isEmpty {
                    let vector = scale.reshaped([scale.shape[k]]).expanded(to: [full[k]])
                    let row = family.transposedTimes(vector, execution: tape.execution)
                    family = Family(
                        rows: .row(row), offset: family.offset,
                        key: Family.Key(origin: freshKey(), start: 0, count: 1, offset: family.offset))
                    axis = nil
                } else if remaining.count == 1 {
                    let r = remaining[0]
                    let oriented = r < k ? scale : scale.transposed(swapped(scale.shape.count, r, k))
                    let wide = oriented.reshaped([full[r], scale.shape[k]]).expanded(to: [full[r], full[k]])
                    family = combined(wide, family)
                    axis = r
                } else {
                    return nil
                }
                scale = Field(1, rank: full.count)
            }
            if !keeping {
                scale = scale.dropping(axes)
                axis = axis.map { place in place - axes.count { $0 < place } }
            }
            result.append(Term(scale: scale, family: family, axis: axis))
        }
        return result
    }

    func swapped(_ rank: Int, _ a: Int, _ b: Int) -> [Int] {
        var order = Array(0..<rank)
        order.swapAt(a, b)
        return order
    }

    /// S·F as a family of its own.
    func combined(_ s: Field, _ family: Family) -> Family {
        let key = Family.Key(origin: freshKey(), start: 0, count: s.shape[0], offset: family.offset)
        let field: Field
        switch family.rows {
        case .identity: field = s
        case .row, .matrix:
            let rows = Field(
                shape: [family.matrix.rows, family.columns], high: NumericArray(family.matrix),
                error: family.error?.elements ?? [])
            field = Products.matmul(s, rows, execution: tape.execution)
        }
        let errors = field.errorOfHigh
        let error = errors.isEmpty ? nil : Matrix(rows: field.shape[0], columns: field.shape[1], errors)
        return Family(
            rows: .matrix(Matrix(field.high.reshaped(field.shape)), error: error), offset: family.offset, key: key)
    }

    func subscripted(_ term: Term, _ subscripts: [Subscript], _ full: [Int]) -> Term {
        var scale = term.scale
        var family = term.family
        var axis = term.axis
        var target: [Int] = []
        var source = 0
        var pieces: [(axis: Int, start: Int, step: Bool)] = []
        var newAxis: Int?
        for entry in subscripts {
            switch entry {
            case .newAxis: target.append(1)
            case .position(let position):
                if term.axis == source {
                    family = family.row(position.count, key: freshKey())
                    axis = nil
                }
                pieces.append((source, scale.shape[source] == 1 ? 0 : position.count, false))
                source += 1
            case .range(let start, let end):
                if term.axis == source {
                    family = family.slice(start.count, end.count)
                    newAxis = target.count
                }
                pieces.append((source, scale.shape[source] == 1 ? 0 : start.count, true))
                target.append(scale.shape[source] == 1 ? 1 : end.count - start.count)
                source += 1
            }
        }
        if axis != nil { axis = newAxis }
        var steps = [Int](repeating: 0, count: full.count)
        var step = 1
        for axis in full.indices.reversed() {
            steps[axis] = step
            step *= scale.shape[axis]
        }
        let kept = subscripts.enumerated().filter { if case .position = $0.element { false } else { true } }
        let newAxes = kept.enumerated().filter { $0.element.element == .newAxis }.map(\.offset)
        scale = scale.gathered(target) { index in
            var position = 0
            var place = 0
            for piece in pieces {
                if piece.step {
                    while newAxes.contains(place) { place += 1 }
                    position += (piece.start + index[place]) * (scale.shape[piece.axis] == 1 ? 0 : steps[piece.axis])
                    place += 1
                } else {
                    position += piece.start * steps[piece.axis]
                }
            }
            return position
        }
        return Term(scale: scale, family: family, axis: axis)
    }

    /// Axes of length 1 come and go; any other reshape has no structure.
    func reshaped(_ terms: [Term], from: [Int], to: [Int]) -> [Term]? {
        let old = from.indices.filter { from[$0] != 1 }
        let new = to.indices.filter { to[$0] != 1 }
        guard old.map({ from[$0] }) == new.map({ to[$0] }) else { return nil }
        return terms.map { term in
            var shape = [Int](repeating: 1, count: to.count)
            for (a, b) in zip(old, new) { shape[b] = term.scale.shape[a] }
            let scale = term.scale.reshaped(shape)
            guard let axis = term.axis else { return Term(scale: scale, family: term.family, axis: nil) }
            guard let place = old.firstIndex(of: axis) else {
                return Term(scale: scale, family: term.family.row(0, key: freshKey()), axis: nil)
            }
            return Term(scale: scale, family: term.family, axis: new[place])
        }
    }

    // MARK: Columns

    /// Column k of a Jacobian that is known.
    func column(_ id: NodeID, _ k: Int) -> Field? {
        guard tape.dependent[id.index] else { return nil }
        switch known[id] {
        case .dense(let columns): return columns[k]
        case .terms(let terms): return Self.column(terms, k, shape: tape.shape(id))
        case nil: return nil
        }
    }

    static func column(_ terms: [Term], _ k: Int, shape: [Int]) -> Field {
        var total = Field(NumericArray(shape: shape, repeating: 0))
        for term in terms {
            let place = k - term.family.offset
            guard place >= 0, place < term.family.columns else { continue }
            guard let axis = term.axis else {
                guard case .row(let row) = term.family.rows else { continue }
                let g = Field(
                    shape: [], high: NumericArray(row.high[place]), low: row.low.isEmpty ? [] : [row.low[place]],
                    error: [row.bound(place)])
                total = Field.sum(total, Field.product(term.scale, g))
                continue
            }
            var axes = shape.map { _ in 1 }
            axes[axis] = shape[axis]
            var values = [Double](repeating: 0, count: shape[axis])
            var errors: [Double] = []
            switch term.family.rows {
            case .identity: values[place] = 1
            case .matrix(let matrix, let error):
                for i in values.indices { values[i] = matrix[i, place] }
                if let error { errors = values.indices.map { error[$0, place] } }
            case .row: break
            }
            let rows = Field(shape: axes, high: NumericArray(shape: axes, values), error: errors)
            total = Field.sum(total, Field.product(term.scale, rows))
        }
        return total
    }

    func columns(_ id: NodeID) throws -> [Field] {
        let node = tape.graph[id]
        try tape.admit(count, node.shape.counts)
        let tangent = Tangents(tape, id)
        return try (0..<count).map { k in
            if tape.cancelled() { throw Cancelled() }
            return tangent.push(node.operands.map { column($0, k) }).expanded(to: node.shape.counts)
        }
    }
}
