import Expressions
import LinearAlgebra

/// Pushes one direction through one operation: the fallback for Jacobians that have no structure.
struct Tangents {
    private let tape: Tape
    private let id: NodeID
    private let node: Node
    private let operands: [Field]

    init(_ tape: Tape, _ id: NodeID) {
        self.tape = tape
        self.id = id
        node = tape.graph[id]
        operands = node.operands.map { tape.value($0).expanded(to: tape.shape($0)) }
    }

    /// The tangent of the result from those of the operands; nil stands for zero.
    func push(_ tangents: [Field?]) -> Field {
        let shape = node.shape.counts
        let zero = Field(NumericArray(shape: shape, repeating: 0))
        func each(_ change: (Field) -> Field) -> Field { tangents[0].map(change) ?? zero }
        switch node.operation {
        case .elementwise(let function):
            let slopes = LocalDerivatives.first(function, operands, wanted: tangents.map { $0 != nil })
            var total: Field?
            for (slope, tangent) in zip(slopes, tangents) {
                guard let slope, let tangent else { continue }
                let part = Field.product(slope, tangent)
                total = total.map { Field.sum($0, part) } ?? part
            }
            return total ?? zero
        case .select:
            let condition = operands[0].expanded(to: shape)
            let yes = (tangents[1] ?? Field(0, rank: 0)).expanded(to: shape)
            let no = (tangents[2] ?? Field(0, rank: 0)).expanded(to: shape)
            return Field.combine(no, Field(0, rank: 0)) { a, e, _, _ in (a, e) }.replacing(yes) {
                condition.high[$0] != 0
            }
        case .sum(let axes, let keeping):
            let full = tape.shape(node.operands[0])
            return each { keeping ? $0.sum(axes: axes, full: full) : $0.sum(axes: axes, full: full).dropping(axes) }
        case .transpose: return each { $0.transposed(Array((0..<$0.shape.count).reversed())) }
        case .subscripted(let subscripts): return each { Scatter.gather($0, subscripts, target: shape) }
        case .reshape: return each { $0.reshaped(shape) }
        case .diagonalMatrix: return each { $0.gathered(shape) { $0[0] == $0[1] ? $0[0] : nil } }
        case .diagonal:
            let width = tape.shape(node.operands[0])[1]
            return each { $0.gathered(shape) { $0[0] * width + $0[0] } }
        case .matmul:
            let left = tangents[0].map { Products.matmul($0, operands[1], execution: tape.execution) }
            let right = tangents[1].map { Products.matmul(operands[0], $0, execution: tape.execution) }
            if let left, let right { return Field.sum(left, right) }
            return left ?? right ?? zero
        case .comparisonSum(let relation):
            guard let tangent = tangents[2] else { return zero }
            return Products.comparisonSum(
                relation, operands[0], operands[1], tangent.expanded(to: tape.shape(node.operands[2])))
        case .riskSetLogSum: return tangents[1].map(RiskSets(tape, id).tangent) ?? zero
        case .inverse:
            let y = tape.value(id)
            return each {
                let first = Products.matmul(y, $0, execution: tape.execution)
                return Products.matmul(first, y, execution: tape.execution).negated
            }
        case .logDeterminant: return each { Field.product(Weights.inverseTransposed(tape, id), $0).total }
        case .determinant:
            return each { Field.product(tape.value(id), Field.product(Weights.inverseTransposed(tape, id), $0).total) }
        case .norm:
            return each {
                Field.quotient(Field.product(operands[0], $0).total, tape.value(id).reshaped([]))
            }
        case .logSumExp(let axes, let keeping):
            let full = tape.shape(node.operands[0])
            return each {
                let sum = Field.product(Weights.softmax(tape, id), $0).sum(axes: axes, full: full)
                return keeping ? sum : sum.dropping(axes)
            }
        default: return zero
        }
    }
}

extension Field {
    /// The sum of all elements of a field of full shape.
    var total: Field { sum(axes: Array(shape.indices), full: shape).reshaped([]) }
}

/// Arrays that several rules need.
enum Weights {
    /// exp(a − logsumexp(a)), the derivative of a log-sum-exp.
    static func softmax(_ tape: Tape, _ id: NodeID) -> Field {
        guard case .logSumExp(let axes, let keeping) = tape.graph[id].operation else { preconditionFailure() }
        let value = tape.value(id)
        let total = keeping ? value : value.inserting(axes)
        let operand = tape.graph[id].operands[0]
        let shifted = Field.difference(tape.value(operand).expanded(to: tape.shape(operand)), total)
        return LocalDerivatives.value(.exp, [shifted])
    }

    /// A⁻ᵀ for the operand of a determinant.
    static func inverseTransposed(_ tape: Tape, _ id: NodeID) -> Field {
        let operand = tape.graph[id].operands[0]
        let matrix = tape.matrix(operand)
        let y = LU(matrix).inverse()
        let errors = DenseAlgebra.residualBound(
            matrix, y, tape.value(operand).expanded(to: tape.shape(operand)).errorOfHigh)
        return Field(shape: [y.rows, y.rows], high: NumericArray(y), error: errors.elements).transposed([1, 0])
    }
}

/// Subscripts as a linear map and its transpose.
enum Scatter {
    /// The position in the operand of each element of the result.
    private static func positions(_ subscripts: [Subscript], operand: [Int], target: [Int]) -> [Int] {
        var steps = [Int](repeating: 0, count: operand.count)
        var step = 1
        for axis in operand.indices.reversed() {
            steps[axis] = step
            step *= operand[axis]
        }
        var base = 0
        var strides: [Int] = []
        var axis = 0
        for entry in subscripts {
            switch entry {
            case .newAxis: strides.append(0)
            case .position(let position):
                base += position.count * steps[axis]
                axis += 1
            case .range(let start, _):
                base += start.count * steps[axis]
                strides.append(steps[axis])
                axis += 1
            }
        }
        var result: [Int] = []
        let count = target.reduce(1, *)
        result.reserveCapacity(count)
        var index = [Int](repeating: 0, count: target.count)
        for _ in 0..<count {
            result.append(zip(index, strides).reduce(base) { $0 + $1.0 * $1.1 })
            var axis = target.count - 1
            while axis >= 0 {
                index[axis] += 1
                if index[axis] < target[axis] { break }
                index[axis] = 0
                axis -= 1
            }
        }
        return result
    }

    static func gather(_ a: Field, _ subscripts: [Subscript], target: [Int]) -> Field {
        let places = positions(subscripts, operand: a.shape, target: target)
        var next = 0
        return a.gathered(target) { _ in
            defer { next += 1 }
            return places[next]
        }
    }

    /// The adjoint of the operand from that of the result.
    static func scatter(_ adjoint: Field, _ subscripts: [Subscript], operand: [Int]) -> Field {
        let places = positions(subscripts, operand: operand, target: adjoint.shape)
        let count = operand.reduce(1, *)
        var high = [Double](repeating: 0, count: count)
        var low = high
        var error = high
        for (k, place) in places.enumerated() {
            high[place] = adjoint.high[k]
            low[place] = adjoint.low.isEmpty ? 0 : adjoint.low[k]
            error[place] = adjoint.bound(k)
        }
        return Field(shape: operand, high: NumericArray(shape: operand, high), low: low, error: error)
    }
}
