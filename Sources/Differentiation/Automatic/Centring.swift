import Expressions
import LinearAlgebra

/// X v as X̃ v + 1·(m v) with X̃ = X − 1mᵀ, for programs in which a sum over the rows is used again.
///
/// The variance of a linear predictor, or a log-sum-exp of one, has a Hessian of the form XᵀWX − g gᵀ: where the columns
/// of X lie far from zero that is the difference of two numbers near m², and digits are lost as in the textbook's one-pass
/// variance. With the columns' centres apart, what belongs to m has a coefficient of its own in every Jacobian, and
/// cancels there, before anything is squared. Only centres that leave every difference exact are taken.
package enum Centring {
    /// Names that no program can have.
    private static let rows = "X - m"
    private static let centre = "m of X"

    /// A program in terms of X̃ and m; nil where nothing would be gained.
    static func centred(_ graph: Graph, root: NodeID) throws(ShapeError) -> (graph: Graph, root: NodeID)? {
        let order = graph.reachable(from: [root])
        let depends = graph.dependence(on: "beta")
        guard usesSumsAgain(graph, order, depends) else { return nil }
        var result = Graph()
        var image: [NodeID: NodeID] = [:]
        var isChanged = false
        for id in order {
            let node = graph[id]
            let operands = node.operands.compactMap { image[$0] }
            if node.operation == .matmul, node.shape.rank == 1, depends[node.operands[1].index],
                graph[node.operands[0]].operation == .variable("X")
            {
                let shape = graph[node.operands[0]].shape
                let product = try result.matmul(result.variable(rows, shape: shape), operands[1])
                let centres = result.variable(centre, shape: Shape([shape.dimensions[1]]))
                image[id] = try result.elementwise(.add, product, result.matmul(centres, operands[1]))
                isChanged = true
            } else {
                image[id] = result.copy(node.operation, operands, shape: node.shape)
            }
        }
        guard isChanged, let root = image[root] else { return nil }
        return (result, root)
    }

    /// The data with X̃ and m; nil where no column lies far from zero.
    static func environment(_ environment: Environment, memoryLimit: Int) -> Environment? {
        guard let x = environment["X"], x.rank == 2, x.count <= memoryLimit / 16,
            let (rest, centres) = split(Matrix(x))
        else { return nil }
        var result = environment
        result.arrays[rows] = NumericArray(rest)
        result.arrays[centre] = NumericArray(centres)
        return result
    }

    /// X̃ and m with X = X̃ + 1mᵀ exactly; nil where no column lies far from zero. m is 0 where a difference would be rounded.
    package static func split(_ x: Matrix) -> (rest: Matrix, centres: [Double])? {
        let (n, p) = (x.rows, x.columns)
        guard n > 1 else { return nil }
        var centres = [Double](repeating: 0, count: p)
        var isFar = false
        var least = [Double](repeating: .infinity, count: p)
        var most = [Double](repeating: -.infinity, count: p)
        var total = [Double](repeating: 0, count: p)
        // Row by row, as the matrix lies in memory.
        x.withUnsafeElements { x in
            for i in 0..<n {
                for j in 0..<p {
                    let value = x[i * p + j]
                    least[j] = min(least[j], value)
                    most[j] = max(most[j], value)
                    total[j] += value
                }
            }
        }
        for j in 0..<p {
            let m = least[j] == most[j] ? least[j] : total[j] / Double(n)
            // Within a factor of two of each other, two numbers have an exact difference (Sterbenz).
            guard m != 0, least[j] / m >= 0.5, least[j] / m <= 2, most[j] / m >= 0.5, most[j] / m <= 2 else { continue }
            centres[j] = m
            if most[j] > least[j], abs(m) >= 8 * (most[j] - least[j]) { isFar = true }
        }
        guard isFar else { return nil }
        var rest = x
        rest.withUnsafeMutableElements { rest in
            for i in rest.indices { rest[i] -= centres[i % p] }
        }
        return (rest, centres)
    }

    /// Whether a sum over rows, a norm or a log-sum-exp is an argument of anything but a linear function without rows.
    private static func usesSumsAgain(_ graph: Graph, _ order: [NodeID], _ depends: [Bool]) -> Bool {
        var isReduced = [Bool](repeating: false, count: graph.nodes.count)
        for id in order where depends[id.index] {
            let node = graph[id]
            let varying = node.operands.filter { depends[$0.index] }
            let fromSum = varying.contains { isReduced[$0.index] }
            switch node.operation {
            case .norm, .logSumExp, .logDeterminant, .determinant, .inverse: return true
            case .sum: isReduced[id.index] = true
            case .matmul:
                if fromSum, varying.count > 1 || node.shape.rank > 0 { return true }
                isReduced[id.index] = fromSum || node.shape.rank == 0
            case .elementwise(.add), .elementwise(.subtract), .elementwise(.negate):
                if fromSum, node.shape.rank > 0 { return true }
                isReduced[id.index] = fromSum
            case .elementwise(.multiply), .elementwise(.divide):
                let isLinear =
                    varying.count == 1 && (node.operation == .elementwise(.multiply) || varying[0] == node.operands[0])
                if fromSum, !isLinear || node.shape.rank > 0 { return true }
                isReduced[id.index] = fromSum
            default: if fromSum { return true }
            }
        }
        return false
    }
}
