import Expressions
import LinearAlgebra

/// The reverse sweep: v̄ = ∂L/∂v for every node that depends on β.
struct Adjoints {
    private let tape: Tape
    private var known: [Field?]

    /// Sweeps from the result, whose adjoint is 1.
    init(_ tape: Tape, root: NodeID) throws {
        try self.init(tape, seeds: [root: Field(1, rank: tape.graph[root].shape.rank)])
    }

    /// Sweeps from nodes whose adjoints are known, not beyond those at which to stop.
    init(_ tape: Tape, seeds: [NodeID: Field], stoppingAt ends: Set<NodeID> = []) throws {
        self.tape = tape
        known = [Field?](repeating: nil, count: tape.graph.nodes.count)
        for (id, seed) in seeds { known[id.index] = seed }
        for id in tape.order.reversed() where tape.dependent[id.index] && !ends.contains(id) {
            guard let adjoint = known[id.index] else { continue }
            if tape.cancelled() { throw Cancelled() }
            push(id, adjoint)
        }
    }

    /// The adjoint of a node, nil where the result does not depend on it.
    subscript(id: NodeID) -> Field? { known[id.index] }

    private mutating func add(_ id: NodeID, _ contribution: Field) {
        known[id.index] = known[id.index].map { Field.sum($0, contribution) } ?? contribution
    }

    private mutating func push(_ id: NodeID, _ adjoint: Field) {
        let node = tape.graph[id]
        let shape = node.shape.counts
        let operands = node.operands
        let wanted = operands.map { tape.dependent[$0.index] }
        guard wanted.contains(true) else { return }
        let first = operands[0]
        let firstShape = tape.shape(first)
        switch node.operation {
        case .elementwise(let function):
            let slopes = LocalDerivatives.first(function, operands.map(tape.value), wanted: wanted)
            for (k, operand) in operands.enumerated() where wanted[k] {
                guard let slope = slopes[k] else { continue }
                let product = Field.product(adjoint, slope).padded(to: shape.count)
                add(operand, product.reduced(to: tape.shape(operand), from: shape))
            }
        case .select:
            let condition = tape.value(operands[0])
            for branch in 1...2 where wanted[branch] {
                let mask = condition.map { c, _ in (DoubleDouble((c.high != 0) == (branch == 1) ? 1 : 0), 0) }
                let product = Field.product(mask, adjoint).padded(to: shape.count)
                add(operands[branch], product.reduced(to: tape.shape(operands[branch]), from: shape))
            }
        case .sum(let axes, let keeping): add(first, keeping ? adjoint : adjoint.inserting(axes))
        case .logSumExp(let axes, let keeping):
            add(first, Field.product(Weights.softmax(tape, id), keeping ? adjoint : adjoint.inserting(axes)))
        case .transpose: add(first, adjoint.transposed(Array((0..<adjoint.shape.count).reversed())))
        case .subscripted(let subscripts):
            add(first, Scatter.scatter(adjoint.expanded(to: shape), subscripts, operand: firstShape))
        case .reshape: add(first, adjoint.expanded(to: shape).reshaped(firstShape))
        case .diagonalMatrix:
            let width = shape[1]
            add(first, adjoint.expanded(to: shape).gathered(firstShape) { $0[0] * width + $0[0] })
        case .diagonal:
            let vector = adjoint.expanded(to: shape)
            add(first, vector.gathered(firstShape) { $0[0] == $0[1] ? $0[0] : nil })
        case .matmul: matmul(operands, adjoint.expanded(to: shape), wanted)
        case .comparisonSum(let relation):
            // The transposed sums: thresholds and elements change places.
            add(
                operands[2],
                Products.comparisonSum(
                    relation.flipped, tape.value(operands[1]), tape.value(operands[0]), adjoint.expanded(to: shape)))
        case .riskSetLogSum: add(operands[1], RiskSets(tape, id).adjoint(adjoint))
        case .inverse:
            let y = tape.value(id).transposed([1, 0])
            let inner = Products.matmul(y, adjoint.expanded(to: shape), execution: tape.execution)
            add(first, Products.matmul(inner, y, execution: tape.execution).negated)
        case .logDeterminant:
            add(first, Field.product(Weights.inverseTransposed(tape, id), adjoint.reshaped([])))
        case .determinant:
            let scale = Field.product(adjoint.reshaped([]), tape.value(id).reshaped([]))
            add(first, Field.product(Weights.inverseTransposed(tape, id), scale))
        case .norm:
            let rank = firstShape.count
            let ones = [Int](repeating: 1, count: rank)
            let unit = Field.quotient(tape.value(first), tape.value(id).reshaped(ones))
            add(first, Field.product(unit, adjoint.reshaped(ones)))
        default: preconditionFailure("no adjoint rule for \(node.operation)")
        }
    }

    private mutating func matmul(_ operands: [NodeID], _ adjoint: Field, _ wanted: [Bool]) {
        let (left, right) = (operands[0], operands[1])
        let (a, b) = (tape.shape(left), tape.shape(right))
        let valueA = tape.value(left).expanded(to: a)
        let valueB = tape.value(right).expanded(to: b)
        let execution = tape.execution
        if wanted[0] {
            let contribution: Field
            switch (a.count, b.count) {
            case (1, 1): contribution = Field.product(valueB, adjoint.reshaped([1]))
            case (2, 1): contribution = Field.product(adjoint.reshaped([a[0], 1]), valueB.reshaped([1, b[0]]))
            case (1, 2): contribution = Products.matmul(valueB, adjoint, execution: execution)
            default: contribution = Products.matmul(adjoint, valueB.transposed([1, 0]), execution: execution)
            }
            add(left, contribution)
        }
        if wanted[1] {
            let contribution: Field
            switch (a.count, b.count) {
            case (1, 1): contribution = Field.product(valueA, adjoint.reshaped([1]))
            case (2, 1): contribution = Products.matmul(adjoint, valueA, execution: execution)
            case (1, 2): contribution = Field.product(valueA.reshaped([a[0], 1]), adjoint.reshaped([1, b[1]]))
            default:
                // Column by column, so that Xᵀ·residual keeps double-double.
                contribution = Products.transposedMatrixMatrix(valueA, adjoint, execution: execution)
            }
            add(right, contribution)
        }
    }
}

extension Field {
    /// With axes of length 1 in front.
    func padded(to rank: Int) -> Field {
        shape.count >= rank ? self : reshaped([Int](repeating: 1, count: rank - shape.count) + shape)
    }
}

extension Products {
    /// Aᵀ·B.
    static func transposedMatrixMatrix(_ a: Field, _ b: Field, execution: Execution) -> Field {
        let columns = b.shape[1]
        guard columns <= 64 else { return matmul(a.transposed([1, 0]), b, execution: execution) }
        let parts = (0..<columns).map { transposedMatrixVector(a, b.column($0), execution: execution) }
        let rows = a.shape[1]
        var high = [Double](repeating: 0, count: rows * columns)
        var low = high
        var error = high
        for (j, part) in parts.enumerated() {
            for i in 0..<rows {
                high[i * columns + j] = part.high[i]
                low[i * columns + j] = part.low.isEmpty ? 0 : part.low[i]
                error[i * columns + j] = part.bound(i)
            }
        }
        return Field(
            shape: [rows, columns], high: NumericArray(shape: [rows, columns], high), low: low, error: error)
    }
}
