import Foundation
import LinearAlgebra

/// Evaluates expression graphs in plain binary64, as NumPy would, with a running bound on the rounding error.
///
/// This is the symbolic side's evaluator; it shares nothing with the automatic tape but the functions' own rules. Where
/// a formula has the form XᵀWX the scaled matrix is never made.
public struct Evaluator {
    private let graph: Graph
    private let environment: Environment
    private let memoryLimit: Int
    private let cancelled: @Sendable () -> Bool
    private var execution: Execution
    private var known: [Estimate?]
    /// The bound of a sum of k rounded terms relative to Σ|terms|.
    static func gamma(_ k: Int) -> Double { Double(k) * unit / (1 - Double(k) * unit) }
    static let unit = 0x1p-53
    /// What underflow can do.
    static let tiny = 0x1p-1060

    /// The values of some nodes of a graph.
    ///
    /// - Throws: `EvaluationError`.
    public static func evaluate(
        _ graph: Graph, roots: [NodeID], in environment: Environment, memoryLimit: Int = 1 << 30, threads: Int? = nil,
        cancelled: @escaping @Sendable () -> Bool = { false }
    ) throws(EvaluationError) -> [Estimate] {
        try evaluate(
            graph, roots: roots, in: environment, memoryLimit: memoryLimit, threads: threads,
            rowsAtOnce: RowBlocks.rowsAtOnce, cancelled: cancelled)
    }

    /// The same with another number of rows in a block.
    package static func evaluate(
        _ graph: Graph, roots: [NodeID], in environment: Environment, memoryLimit: Int = 1 << 30, threads: Int? = nil,
        rowsAtOnce: Int, cancelled: @escaping @Sendable () -> Bool = { false }
    ) throws(EvaluationError) -> [Estimate] {
        let sums = try sumsByRows(
            graph, roots: roots, in: environment, memoryLimit: memoryLimit, threads: threads, rowsAtOnce: rowsAtOnce,
            cancelled: cancelled)
        return try evaluateWhole(
            graph, roots: roots, given: sums ?? [:], in: environment, memoryLimit: memoryLimit, threads: threads,
            cancelled: cancelled)
    }

    /// The values of some nodes, all rows at once; what only those need whose values are given is not made.
    static func evaluateWhole(
        _ graph: Graph, roots: [NodeID], given: [NodeID: Estimate] = [:], in environment: Environment, memoryLimit: Int,
        threads: Int?, cancelled: @escaping @Sendable () -> Bool
    ) throws(EvaluationError) -> [Estimate] {
        var evaluator = Evaluator(
            graph: graph, environment: environment, memoryLimit: memoryLimit, cancelled: cancelled,
            execution: Execution(threads: threads, cancelled: cancelled),
            known: [Estimate?](repeating: nil, count: graph.nodes.count))
        for (id, estimate) in given { evaluator.known[id.index] = estimate }
        for root in roots { try evaluator.require(root) }
        return roots.compactMap { evaluator.known[$0.index] }
    }

    /// Evaluates a node after its operands, without recursion; what a fused product skips is not made.
    private mutating func require(_ root: NodeID) throws(EvaluationError) {
        var stack = [root]
        while let id = stack.last {
            if known[id.index] != nil {
                stack.removeLast()
                continue
            }
            let needed = operandsToEvaluate(id).filter { known[$0.index] == nil }
            if needed.isEmpty {
                if cancelled() { throw .cancelled }
                try checkMemory(graph[id].shape)
                known[id.index] = try compute(id)
                stack.removeLast()
            } else {
                stack += needed.reversed()
            }
        }
    }

    private func checkMemory(_ shape: Shape) throws(EvaluationError) {
        guard let count = shape.elementCount, count <= memoryLimit / 16 else {
            throw .tooLarge(shape: shape.counts, limit: memoryLimit)
        }
    }

    private func estimate(_ id: NodeID) -> Estimate {
        guard let estimate = known[id.index] else { preconditionFailure("operand \(id.index) was not evaluated") }
        return estimate
    }

    // MARK: Fusion

    /// XᵀX or Xᵀ(w∘X): the matrix and the weights, nil where a product has another form.
    private func gram(_ id: NodeID) -> (matrix: NodeID, weights: NodeID?)? {
        guard graph[id].operation == .matmul, graph[id].shape.rank == 2 else { return nil }
        let left = graph[graph[id].operands[0]]
        guard left.operation == .transpose else { return nil }
        let matrix = left.operands[0]
        let right = graph[id].operands[1]
        if right == matrix { return (matrix, nil) }
        let node = graph[right]
        guard node.operation == .elementwise(.multiply) else { return nil }
        let rows = graph[matrix].shape.counts[0]
        for (weights, other) in [(node.operands[0], node.operands[1]), (node.operands[1], node.operands[0])]
        where other == matrix && graph[weights].shape.counts == [rows, 1] {
            return (matrix, weights)
        }
        return nil
    }

    private func operandsToEvaluate(_ id: NodeID) -> [NodeID] {
        if let (matrix, weights) = gram(id) { return [matrix] + (weights.map { [$0] } ?? []) }
        if let product = fusedComparison(id) {
            return [product.among, product.thresholds, product.summed]
                + [product.weights, product.scale].compactMap { $0 }
        }
        let node = graph[id]
        if node.operation == .matmul {
            // Xᵀr and XB without the transpose being made.
            return node.operands.map { graph[$0].operation == .transpose ? graph[$0].operands[0] : $0 }
        }
        return node.operands
    }

    /// A product with a matrix of comparisons of given numbers; what depends on β may be nearer to equal than rounding can
    /// tell, and needs the matrix with its bounds.
    private func fusedComparison(_ id: NodeID) -> ComparisonProduct? {
        guard let product = graph.comparisonProduct(id), !depends(product.among), !depends(product.thresholds),
            graph[product.summed].shape.rank <= 2
        else { return nil }
        return product
    }

    private func depends(_ id: NodeID) -> Bool {
        graph.reachable(from: [id]).contains { graph[$0].operation == .variable("beta") }
    }

    /// The sums, scaled; the sums themselves are exact up to one rounding.
    private func comparisonProduct(_ product: ComparisonProduct, _ shape: [Int]) -> Estimate {
        var summed = estimate(product.summed)
        func column(_ vector: Estimate, _ rank: Int) -> Estimate {
            rank == 1 ? vector : vector.reshaped([vector.value.count, 1])
        }
        if let weights = product.weights {
            let factor = column(estimate(weights), summed.value.rank)
            summed = Elementwise.apply(.multiply, MultiplyRule.self, factor, summed, summed.value.shape)
        }
        let sums = comparisonSums(product.relation, product.among, product.thresholds, summed, shape)
        guard let scale = product.scale else { return sums }
        return Elementwise.apply(.multiply, MultiplyRule.self, column(estimate(scale), shape.count), sums, shape)
    }

    private func comparisonSums(
        _ relation: ComparisonRelation, _ among: NodeID, _ thresholds: NodeID, _ summed: Estimate, _ shape: [Int]
    ) -> Estimate {
        let a = estimate(among).value.elements
        let b = estimate(thresholds).value.elements
        let columns = summed.value.rank == 2 ? summed.value.shape[1] : 1
        let sums = ComparisonSums.apply(relation, a, b, high: summed.value.elements, low: [], columns: columns)
        let sizes = ComparisonSums.apply(
            relation, a, b, high: summed.value.mapped(abs).elements, low: [], columns: columns)
        let errors = ComparisonSums.apply(
            relation, a, b, high: summed.fullBound.elements, low: [], columns: columns)
        let terms = Double(a.count)
        var value = NumericArray(shape: shape)
        var bound = NumericArray(shape: shape)
        for i in 0..<value.count {
            value[i] = sums.high[i]
            bound[i] =
                errors.high[i] * 1.0001 + Self.unit * abs(sums.high[i]) + terms * Self.unit * Self.unit * sizes.high[i]
        }
        return Estimate(value: value, bound: bound)
    }

    // MARK: Operations

    private func compute(_ id: NodeID) throws(EvaluationError) -> Estimate {
        let node = graph[id]
        let operands = node.operands
        switch node.operation {
        case .constant(let constant):
            let exact: Bool
            switch constant {
            case .fraction(_, let denominator): exact = denominator & (denominator - 1) == 0
            case .double(let value): exact = value != .pi
            }
            let value = constant.value
            return Estimate(value: NumericArray(value), bound: NumericArray(exact ? 0 : abs(value) * Self.unit))
        case .dimension(let dimension): return Estimate(exact: NumericArray(Double(dimension.count)))
        case .variable(let name):
            guard let array = environment[name] else { throw .missing(name) }
            return Estimate(exact: array)
        case .filled(let shape, let constant):
            return Estimate(exact: NumericArray(shape: shape.counts, repeating: constant.value))
        case .identity(let order): return Estimate(exact: NumericArray(Matrix.identity(order.count)))
        case .arange(let length): return Estimate(exact: NumericArray((0..<length.count).map(Double.init)))
        case .elementwise(let function):
            if let rule = function.unaryRule { return Elementwise.apply(function, rule, estimate(operands[0])) }
            guard let rule = function.binaryRule else { preconditionFailure("\(function) has no rule") }
            return Elementwise.apply(function, rule, estimate(operands[0]), estimate(operands[1]), node.shape.counts)
        case .select:
            return Elementwise.select(
                estimate(operands[0]), estimate(operands[1]), estimate(operands[2]), node.shape.counts)
        case .matmul:
            if let (matrix, weights) = gram(id) { return weightedGram(matrix, weights) }
            if let product = fusedComparison(id) { return comparisonProduct(product, node.shape.counts) }
            return DenseOperations.product(
                operand(operands[0]), operand(operands[1]), shape: node.shape.counts, execution: execution)
        case .transpose: return rearranged(estimate(operands[0]), Rearrangement.transposed)
        case .subscripted(let subscripts):
            return rearranged(estimate(operands[0])) { Rearrangement.subscripted($0, subscripts, node.shape.counts) }
        case .reshape(let shape): return rearranged(estimate(operands[0])) { $0.reshaped(shape.counts) }
        case .sum(let axes, _): return Reductions.sum(estimate(operands[0]), axes, shape: node.shape.counts)
        case .logSumExp(let axes, _): return Reductions.logSumExp(estimate(operands[0]), axes, shape: node.shape.counts)
        case .softmax(let axis): return Reductions.softmax(estimate(operands[0]), axis)
        case .diagonalMatrix: return rearranged(estimate(operands[0]), Rearrangement.diagonalMatrix)
        case .diagonal: return rearranged(estimate(operands[0]), Rearrangement.diagonal)
        case .trace:
            let diagonal = rearranged(estimate(operands[0]), Rearrangement.diagonal)
            return Reductions.sum(diagonal, [0], shape: [])
        case .outer:
            let a = estimate(operands[0])
            let b = estimate(operands[1])
            let column = Estimate(value: a.value.reshaped([a.value.count, 1]), bound: Self.column(a.bound))
            return Elementwise.apply(.multiply, MultiplyRule.self, column, b, node.shape.counts)
        case .einsum(let inputs, let output):
            return try EinsumContraction.contract(
                inputs, output, operands.map(estimate), memoryLimit: memoryLimit, execution: execution)
        case .inverse: return try DenseOperations.inverse(estimate(operands[0]))
        case .solve: return try DenseOperations.solve(estimate(operands[0]), estimate(operands[1]))
        case .determinant: return DenseOperations.determinant(estimate(operands[0]), logarithm: false)
        case .logDeterminant: return DenseOperations.determinant(estimate(operands[0]), logarithm: true)
        case .norm: return Reductions.norm(estimate(operands[0]))
        case .riskSetLogSum: preconditionFailure("only the tape has it")
        case .comparisonSum(let relation):
            return comparisonSums(relation, operands[0], operands[1], estimate(operands[2]), node.shape.counts)
        }
    }

    private static func column(_ bound: NumericArray) -> NumericArray {
        bound.count == 1 ? bound : bound.reshaped([bound.count, 1])
    }

    private func rearranged(_ estimate: Estimate, _ change: (NumericArray) -> NumericArray) -> Estimate {
        Estimate(
            value: change(estimate.value),
            bound: estimate.bound.count == 1 ? estimate.bound : change(estimate.bound.reshaped(estimate.value.shape)))
    }

    private func operand(_ id: NodeID) -> DenseOperations.Operand {
        if graph[id].operation == .transpose, known[id.index] == nil {
            return DenseOperations.Operand(estimate: estimate(graph[id].operands[0]), isTransposed: true)
        }
        return DenseOperations.Operand(estimate: estimate(id), isTransposed: false)
    }

    /// XᵀWX, symmetric to the bit, bounds by Cauchy and Schwarz: E_jk ≤ √(D_j D_k), D_j = Σᵢ x²ᵢⱼ(e_wᵢ + γ|wᵢ|).
    private func weightedGram(_ matrix: NodeID, _ weights: NodeID?) -> Estimate {
        let x = estimate(matrix)
        let w = weights.map(estimate)
        let rows = Matrix(x.value)
        let gram = gramByTiles(rows, weights: w?.value.elements, execution: execution)
        let depth = SummationDepth.gamma(
            SummationDepth.gramByTiles(rows: rows.rows, columns: rows.columns) + 2)
        let spread = w.map { errorSpread($0.value, errors: $0.bound, gamma: depth) } ?? [depth]
        var diagonal = gramSpread(rows, gram, weights: w?.value.elements, spread: spread, execution: execution)
        if x.bound.count > 1 || x.bound[0] != 0 {
            rows.withUnsafeElements { elements in
                for i in 0..<rows.rows {
                    let weight = abs(w?.value[i] ?? 1)
                    for j in 0..<rows.columns {
                        let k = i * rows.columns + j
                        diagonal[j] += weight * x.bound(at: k) * (2 * abs(elements[k]) + x.bound(at: k))
                    }
                }
            }
        }
        let p = rows.columns
        var bound = NumericArray(shape: [p, p])
        bound.withUnsafeMutableElements { bound in
            for j in 0..<p {
                for k in 0..<p {
                    bound[j * p + k] =
                        1.0001 * (diagonal[j].squareRoot() * diagonal[k].squareRoot()) + Double(rows.rows) * Self.tiny
                }
            }
        }
        return Estimate(value: NumericArray(gram), bound: bound)
    }
}
