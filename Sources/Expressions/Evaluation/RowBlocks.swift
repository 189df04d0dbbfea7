import LinearAlgebra

/// A graph cut where it sums over the rows of the data: what comes before can be evaluated some rows at a time.
///
/// Every node in front of a cut either has no rows, or has them along one axis and needs, for a row, that row alone. So a
/// block of rows is a smaller problem of the same form, whose arrays stay in the cache, and the sums are added up. There
/// is no such cut where rows meet each other (X Xᵀ, `eta[::-1]`) or need a sum over the others (`e - mean(e)`).
package struct RowBlocks {
    /// The nodes that sum over rows, in order.
    package let sums: [NodeID]
    /// The axis that runs over the rows, by node; nil for the nodes without.
    private let axes: [Int?]
    private let graph: Graph
    private let environment: Environment

    private enum Place: Equatable {
        case global, rows(Int), sum
        /// A sum over rows is among its operands.
        case after
    }

    /// The cut in front of some results; nil where there is none.
    package init?(_ graph: Graph, roots: [NodeID], in environment: Environment) {
        var places = [Place](repeating: .global, count: graph.nodes.count)
        for id in graph.reachable(from: roots) {
            guard let place = Self.place(graph, graph[id], places, environment) else { return nil }
            places[id.index] = place
        }
        for root in roots { if case .rows = places[root.index] { return nil } }
        sums = places.indices.filter { places[$0] == .sum }.map { NodeID(index: $0) }
        if sums.isEmpty { return nil }
        axes = places.map { if case .rows(let axis) = $0 { axis } else { nil } }
        self.graph = graph
        self.environment = environment
    }

    /// Arrays that have one entry or row for each row of the design matrix.
    private static let arraysOfRows: Set<String> = ["X", "y", "weights", "offset"]

    private static func place(_ graph: Graph, _ node: Node, _ places: [Place], _ environment: Environment) -> Place? {
        let n = environment.n
        let hasLengthN = node.shape.counts.contains(n)
        let operands = node.operands.map { places[$0.index] }
        let rows: [Int?] = operands.map { if case .rows(let axis) = $0 { axis } else { nil } }
        if case .variable(let name) = node.operation {
            if arraysOfRows.contains(name), node.shape.rank > 0, node.shape.counts[0] == n {
                return node.shape.counts.dropFirst().contains(n) ? nil : .rows(0)
            }
            return hasLengthN ? nil : .global
        }
        if rows.allSatisfy({ $0 == nil }) {
            // What has as many elements as there are rows may be meant to have one for each.
            if hasLengthN { return nil }
            return operands.contains(.sum) || operands.contains(.after) ? .after : .global
        }
        if operands.contains(.sum) || operands.contains(.after) { return nil }
        let rank = node.shape.rank
        switch node.operation {
        case .elementwise, .select:
            var found: Set<Int> = []
            for (operand, axis) in zip(node.operands, rows) {
                if let axis { found.insert(axis + rank - graph[operand].shape.rank) }
            }
            guard found.count == 1, let axis = found.first else { return nil }
            for (operand, own) in zip(node.operands, rows) where own == nil {
                let shape = graph[operand].shape.counts
                let place = axis - (rank - shape.count)
                if place >= 0, shape[place] != 1 { return nil }
            }
            return .rows(axis)
        case .matmul: return product(node.operands.map { graph[$0].shape.rank }, rows, rank)
        case .transpose: return rows[0].map { .rows(rank - 1 - $0) }
        case .subscripted(let subscripts): return subscripted(subscripts, rows[0], n)
        case .sum(let reduced, let keeping):
            guard let axis = rows[0] else { return nil }
            return reduced.contains(axis) ? .sum : .rows(keeping ? axis : axis - reduced.count { $0 < axis })
        case .logSumExp(let reduced, let keeping):
            guard let axis = rows[0], !reduced.contains(axis) else { return nil }
            return .rows(keeping ? axis : axis - reduced.count { $0 < axis })
        case .softmax(let axis): return rows[0].flatMap { $0 == axis ? nil : .rows($0) }
        case .einsum(let inputs, let output): return contraction(inputs, output, rows)
        default: return nil
        }
    }

    private static func product(_ ranks: [Int], _ rows: [Int?], _ rank: Int) -> Place? {
        switch (rows[0], rows[1]) {
        case (let left?, nil): return ranks[0] == 2 && left == 0 ? .rows(0) : nil
        case (nil, let right?): return ranks[1] == 2 && right == 1 ? .rows(rank - 1) : nil
        // Both vary along what is summed.
        case (let left?, let right?): return left == ranks[0] - 1 && right == 0 ? .sum : nil
        case (nil, nil): return nil
        }
    }

    private static func subscripted(_ subscripts: [Subscript], _ axis: Int?, _ n: Int) -> Place? {
        var (source, target) = (0, 0)
        for entry in subscripts {
            switch entry {
            case .newAxis: target += 1
            case .position:
                if source == axis { return nil }
                source += 1
            case .range(let start, let end):
                if source == axis { return start.count == 0 && end.count == n ? .rows(target) : nil }
                source += 1
                target += 1
            }
        }
        return nil
    }

    private static func contraction(_ inputs: [String], _ output: String, _ rows: [Int?]) -> Place? {
        var letters: Set<Character> = []
        for (input, axis) in zip(inputs, rows) { if let axis { letters.insert(Array(input)[axis]) } }
        guard letters.count == 1, let letter = letters.first else { return nil }
        for (input, axis) in zip(inputs, rows) {
            if input.filter({ $0 == letter }).count != (axis == nil ? 0 : 1) { return nil }
        }
        guard let place = Array(output).firstIndex(of: letter) else { return .sum }
        return .rows(place)
    }

    // MARK: Blocks

    /// The graph up to some of the sums for a block of so many rows, and what the nodes became.
    package func graph(rows: Int, upTo sums: [NodeID]) -> (graph: Graph, image: [NodeID: NodeID]) {
        var result = Graph()
        var image: [NodeID: NodeID] = [:]
        for id in graph.reachable(from: sums) {
            let node = graph[id]
            var shape = node.shape
            if let axis = axes[id.index] {
                shape.dimensions[axis] = Dimension(symbol: shape.dimensions[axis].symbol, count: rows)
            }
            var operation = node.operation
            if case .subscripted(let subscripts) = operation, let axis = axes[node.operands[0].index] {
                operation = .subscripted(Self.subscripts(subscripts, axis, rows))
            }
            image[id] = result.copy(operation, node.operands.compactMap { image[$0] }, shape: shape)
        }
        return (result, image)
    }

    private static func subscripts(_ subscripts: [Subscript], _ axis: Int, _ rows: Int) -> [Subscript] {
        var source = 0
        return subscripts.map { entry in
            if case .newAxis = entry { return entry }
            defer { source += 1 }
            guard source == axis, case .range(let start, let end) = entry else { return entry }
            return .range(start: start, end: Dimension(symbol: end.symbol, count: rows))
        }
    }

    /// The data with some of the rows, without a copy. The number n of the whole stays in the programs, where it is a
    /// number.
    package func environment(rows: Range<Int>) -> Environment {
        var result = environment
        for (name, array) in environment.arrays where Self.arraysOfRows.contains(name) && array.rank > 0 {
            if array.shape[0] == environment.n { result.arrays[name] = array.rows(rows) }
        }
        return result
    }

    /// An array of the data with rows, where it is a matrix.
    package func matrix(_ id: NodeID) -> Matrix? {
        guard isArrayOfRows(id), case .variable(let name) = graph[id].operation, let array = environment[name],
            array.rank == 2
        else { return nil }
        return Matrix(array)
    }

    /// Whether a node is an array of the data with rows.
    package func isArrayOfRows(_ id: NodeID) -> Bool {
        if case .variable = graph[id].operation { axes[id.index] == 0 } else { false }
    }

    /// The most rows in a block: their arrays stay in the second-level cache.
    package static let rowsAtOnce = 8192
    /// The most elements of the matrix in a block, a megabyte: what reads it again finds it in the cache.
    private static let elementsAtOnce = 131_072
    /// Beyond so many columns the matrix itself is what takes time and memory, and its products share their blocks among
    /// the threads in their own way.
    package static let mostColumns = 64

    /// Blocks of equal length but for the last; nil where there are too few rows or too many columns for that to be worth
    /// while.
    package static func ranges(_ environment: Environment, rowsAtOnce: Int) -> [Range<Int>]? {
        let length = min(rowsAtOnce, elementsAtOnce / max(environment.p, 1))
        guard environment.n / 2 >= rowsAtOnce, environment.p <= mostColumns,
            environment.arrays.values.allSatisfy({ $0.rank < 2 || $0.shape[1] <= mostColumns })
        else { return nil }
        return stride(from: 0, to: environment.n, by: length).map { $0..<min(environment.n, $0 + length) }
    }
}
