import Expressions
import Foundation
import LinearAlgebra

/// The values of all nodes of a graph, in order, with what the derivatives need of them.
///
/// Rational operations are carried in double-double, so that sums of products come out as if rounded once; functions
/// are evaluated at the leading part and corrected with their derivative.
final class Tape {
    let graph: Graph
    let environment: Environment
    let order: [NodeID]
    let dependent: [Bool]
    let execution: Execution
    let cancelled: @Sendable () -> Bool
    private let memoryLimit: Int
    private(set) var values: [Field?]
    /// Rows at which a branch or a kink was closer than rounding, by node.
    private(set) var kinks: [NodeID: [Int]] = [:]

    convenience init(_ graph: Graph, root: NodeID, in environment: Environment, options: AutomaticOptions) throws {
        try self.init(graph, roots: [root], in: environment, options: options)
    }

    /// - Parameter given: nodes whose values are known; what only they need is not evaluated.
    init(
        _ graph: Graph, roots: [NodeID], given: [NodeID: Field] = [:], in environment: Environment,
        options: AutomaticOptions
    ) throws {
        self.graph = graph
        self.environment = environment
        order = graph.reachable(from: roots, stoppingAt: Set(given.keys))
        dependent = graph.dependence(on: "beta")
        cancelled = options.cancelled
        memoryLimit = options.memoryLimit
        execution = Execution(threads: options.threads, cancelled: options.cancelled)
        values = [Field?](repeating: nil, count: graph.nodes.count)
        for (id, value) in given { values[id.index] = value }
        for id in order where values[id.index] == nil {
            if cancelled() { throw Cancelled() }
            values[id.index] = try evaluate(id)
            noteKinks(id)
        }
    }

    /// The value of a node that has been reached.
    func value(_ id: NodeID) -> Field {
        guard let value = values[id.index] else { preconditionFailure("node \(id.index) was not evaluated") }
        return value
    }

    /// Refuses `count` arrays of a shape before they are made where they would take more than half of the memory limit: the
    /// columns of a Jacobian without structure grow as the parameters times the node.
    /// - Throws: `EvaluationError.tooLarge`.
    func admit(_ count: Int, _ shape: [Int]) throws {
        let elements = shape.reduce(Double(count)) { $0 * Double($1) }
        guard elements * 16 <= Double(memoryLimit) else {
            throw EvaluationError.tooLarge(shape: [count] + shape, limit: memoryLimit)
        }
    }

    func shape(_ id: NodeID) -> [Int] { graph[id].shape.counts }

    /// The value of a constant matrix as it is stored, without a copy.
    func matrix(_ id: NodeID) -> Matrix {
        let field = value(id).expanded(to: shape(id))
        return Matrix(field.high.reshaped(field.shape))
    }

    // MARK: Values

    private func evaluate(_ id: NodeID) throws -> Field {
        let node = graph[id]
        let operands = node.operands.map(value)
        switch node.operation {
        case .constant(let constant): return Tape.exact(constant)
        case .dimension(let dimension): return Field(Double(dimension.count), rank: 0)
        case .variable(let name):
            guard let array = environment[name] else { throw MissingArray(name: name) }
            return Field(array)
        case .filled(let shape, let constant):
            return Tape.exact(constant).reshaped([Int](repeating: 1, count: shape.rank))
        case .identity(let order): return Field(NumericArray(Matrix.identity(order.count)))
        case .arange(let length): return Field(NumericArray((0..<length.count).map(Double.init)))
        case .elementwise(let function):
            return LocalDerivatives.value(function, operands)
        case .select:
            return select(operands[0], operands[1], operands[2], rank: node.shape.rank)
        case .sum(let axes, let keeping):
            let full = shape(node.operands[0])
            let total = operands[0].sum(axes: axes, full: full)
            return keeping ? total : total.dropping(axes)
        case .logSumExp(let axes, let keeping): return logSumExp(operands[0], axes, keeping, shape(node.operands[0]))
        case .transpose: return operands[0].transposed(Array((0..<operands[0].shape.count).reversed()))
        case .subscripted(let subscripts): return gather(operands[0], subscripts, shape(node.operands[0]))
        case .reshape(let target):
            return operands[0].expanded(to: shape(node.operands[0])).reshaped(target.counts)
        case .diagonalMatrix:
            let q = node.shape.counts[0]
            let vector = operands[0].expanded(to: [q])
            return vector.gathered([q, q]) { $0[0] == $0[1] ? $0[0] : nil }
        case .diagonal:
            let full = shape(node.operands[0])
            let matrix = operands[0].expanded(to: full)
            return matrix.gathered(node.shape.counts) { $0[0] * full[1] + $0[0] }
        case .matmul: return product(node.operands[0], node.operands[1])
        case .inverse:
            return try DenseAlgebra.inverse(matrix(node.operands[0]), operands[0].expanded(to: node.shape.counts))
        case .determinant: return DenseAlgebra.determinant(matrix(node.operands[0]))
        case .logDeterminant:
            return DenseAlgebra.logDeterminant(
                matrix(node.operands[0]), operands[0].expanded(to: shape(node.operands[0])))
        case .comparisonSum(let relation):
            let whole = node.operands.map { value($0).expanded(to: shape($0)) }
            return Products.comparisonSum(relation, whole[0], whole[1], whole[2])
        case .riskSetLogSum: return RiskSets(self, id).value()
        case .norm:
            let full = shape(node.operands[0])
            return norm(operands[0], full)
        case .trace, .outer, .einsum, .solve, .softmax:
            preconditionFailure("rewritten before evaluation: \(node.operation)")
        }
    }

    /// A number with what its decimal or fraction leaves out in binary64.
    static func exact(_ constant: Constant) -> Field {
        // A power of two divides without rounding. Otherwise the decimal or the quotient is meant, and NumPy takes the
        // nearest number of binary64: either is right, so their distance counts as error.
        guard case .fraction(let numerator, let denominator) = constant, denominator & (denominator - 1) != 0 else {
            return Field(constant.value, rank: 0)
        }
        let quotient = DoubleDouble(Double(numerator)) / DoubleDouble(Double(denominator))
        return Field(
            shape: [], high: NumericArray(quotient.high), low: [quotient.low],
            error: [abs(quotient.low) + abs(quotient.high) * doubleDoubleRoundoff])
    }

    private func select(_ condition: Field, _ a: Field, _ b: Field, rank: Int) -> Field {
        let pair = Field.broadcast(a.shape, b.shape)
        let shape = Field.broadcast(condition.shape, pair)
        let yes = a.expanded(to: shape)
        let no = b.expanded(to: shape)
        let mask = condition.expanded(to: shape)
        return Field.combine(yes, no) { _, _, y, ey in (y, ey) }.replacing(yes) { mask.high[$0] != 0 }
    }

    private func logSumExp(_ a: Field, _ axes: [Int], _ keeping: Bool, _ full: [Int]) -> Field {
        let a = a.expanded(to: full)
        var target = full
        for axis in axes { target[axis] = 1 }
        let count = target.reduce(1, *)
        var peak = [Double](repeating: -.infinity, count: count)
        Field.each(full, target, target) { k, i, _ in peak[i] = max(peak[i], a.high[k]) }
        var totals = [DoubleDouble](repeating: .zero, count: count)
        var errors = [Double](repeating: 0, count: count)
        Field.each(full, target, target) { k, i, _ in
            let shifted = a.value(k) - DoubleDouble(peak[i])
            let term = exp(shifted.high)
            totals[i] += DoubleDouble(term)
            totals[i] += DoubleDouble(term * shifted.low)
            // e⁰ is exact.
            errors[i] += term * (a.bound(k) + (shifted.high == 0 && shifted.low == 0 ? 0 : 2 * unitRoundoff))
        }
        var high = [Double](repeating: 0, count: count)
        var low = high
        var error = high
        for i in 0..<count {
            let total = totals[i]
            // Small corrections keep their relative accuracy through log1p.
            let rest = log(total.high) + total.low / total.high
            let sum = DoubleDouble.twoSum(peak[i], rest)
            (high[i], low[i]) = peak[i] == -.infinity ? (-.infinity, 0) : (sum.high, sum.low)
            error[i] = errors[i] / total.high + 2 * unitRoundoff * abs(rest)
        }
        let result = Field(shape: target, high: NumericArray(shape: target, high), low: low, error: error)
        return keeping ? result : result.dropping(axes)
    }

    private func gather(_ a: Field, _ subscripts: [Subscript], _ full: [Int]) -> Field {
        // An axis that is lazily broadcast stays so.
        var target: [Int] = []
        var pieces: [(start: Int, step: Int, kept: Bool)] = []
        var steps = [Int](repeating: 0, count: full.count)
        var step = 1
        for axis in full.indices.reversed() {
            steps[axis] = a.shape[axis] == 1 ? 0 : step
            step *= a.shape[axis]
        }
        var axis = 0
        for entry in subscripts {
            switch entry {
            case .newAxis:
                target.append(1)
                pieces.append((0, 0, true))
            case .position(let position):
                pieces.append((position.count, steps[axis], false))
                axis += 1
            case .range(let start, let end):
                let length = a.shape[axis] == 1 && full[axis] != 1 ? 1 : end.count - start.count
                target.append(length)
                pieces.append((a.shape[axis] == 1 ? 0 : start.count, steps[axis], true))
                axis += 1
            }
        }
        if a.count == target.reduce(1, *), pieces.allSatisfy({ $0.start == 0 }) { return a.reshaped(target) }
        return a.gathered(target) { index in
            var position = 0
            var next = 0
            for piece in pieces {
                if piece.kept {
                    position += (piece.start + index[next]) * piece.step
                    next += 1
                } else {
                    position += piece.start * piece.step
                }
            }
            return position
        }
    }

    private func norm(_ a: Field, _ full: [Int]) -> Field {
        let largest = a.high.withUnsafeElements { $0.reduce(0) { max($0, abs($1)) } }
        guard largest > 0, largest.isFinite else { return Field(largest, rank: 0) }
        // A power of two, so that squares neither overflow nor underflow and nothing is rounded.
        let scale = Double(sign: .plus, exponent: -largest.exponent, significand: 1)
        let scaled = a.scaled(by: scale)
        let squares = Field.product(scaled, scaled).sum(axes: Array(full.indices), full: full).reshaped([])
        let root = LocalDerivatives.value(.sqrt, [squares])
        return root.scaled(by: 1 / scale)
    }

    // MARK: Products

    private func product(_ left: NodeID, _ right: NodeID) -> Field {
        let a = value(left)
        let b = value(right)
        let shapeA = shape(left)
        let shapeB = shape(right)
        return Products.matmul(a.expanded(to: shapeA), b.expanded(to: shapeB), execution: execution)
    }

    // MARK: Kinks

    private func noteKinks(_ id: NodeID) {
        let node = graph[id]
        guard dependent[id.index], case .elementwise(let function) = node.operation else { return }
        let rows = LocalDerivatives.undecided(function, node.operands.map(value))
        if !rows.isEmpty { kinks[id] = rows }
    }
}

/// A program names an array that the environment does not hold.
public struct MissingArray: Error, Hashable, Sendable {
    /// Which.
    public var name: String
}

extension Field {
    /// Without axes of length 1.
    func dropping(_ axes: [Int]) -> Field {
        reshaped(shape.enumerated().filter { !axes.contains($0.offset) }.map(\.element))
    }

    /// With an axis of length 1 at each of these places of the result.
    func inserting(_ axes: [Int]) -> Field {
        var target = shape
        for axis in axes.sorted() { target.insert(1, at: axis) }
        return reshaped(target)
    }

    /// The elements of `other` where `chosen` says so.
    func replacing(_ other: Field, where chosen: (Int) -> Bool) -> Field {
        var result = self
        for i in 0..<count where chosen(i) {
            result.high[i] = other.high[i]
            result.low[i] = other.low.isEmpty ? 0 : other.low[i]
            result.error[i] = other.error.isEmpty ? 0 : other.error[i]
        }
        return result
    }
}
