import Expressions
import LinearAlgebra

/// Derivatives of a program that is linear in sums over its rows, some thousand rows at a time.
///
/// Each block has a tape of its own, whose arrays stay in the cache and are given up at its end: the values up to the sums,
/// the adjoints from them, and the weights of the second derivatives. What remains of a block is its part of each sum, of the
/// gradient, and, for the matrices of the data, one weight a row; with these the Hessian ends as it does without blocks. The
/// blocks are cut by the shape alone and added in their order: the result does not depend on the number of threads.
enum DifferentiationByRows {
    /// Nil where the program has another form, where there are too few rows for it, or where something is to be said of
    /// single rows (a kink, a value that is not finite): then the program is differentiated as a whole.
    static func derivatives(
        of graph: Graph, _ root: NodeID, _ environment: Environment, _ quantities: Quantities,
        _ options: AutomaticOptions
    ) throws -> Derivatives? {
        guard let ranges = RowBlocks.ranges(environment, rowsAtOnce: options.rowsAtOnce), !options.notesBranches,
            let blocks = RowBlocks(graph, roots: [root], in: environment)
        else { return nil }
        let dependent = graph.dependence(on: "beta")
        let varying = blocks.sums.filter { dependent[$0.index] }
        guard !varying.isEmpty, isLinear(graph, root, varying) else { return nil }
        // Sums that do not depend on β, such as that of the weights, are numbers; the others' coefficients do not depend
        // on them.
        let fixed = blocks.sums.filter { !dependent[$0.index] }
        let constants = try Tape(graph, roots: fixed, in: environment, options: options)
        var given = dictionary(fixed, fixed.map(constants.value))
        for id in varying { given[id] = Field(NumericArray(shape: graph[id].shape.counts)) }
        let outline = try Tape(graph, roots: [root], given: given, in: environment, options: options)
        let ends = Set(varying)
        let seed = Field(1, rank: graph[root].shape.rank)
        let outer = try Adjoints(outline, seeds: [root: seed], stoppingAt: ends)
        let work = RowWork(
            blocks: blocks, sums: varying, ranges: ranges, seeds: varying.map { outer[$0] }, quantities: quantities,
            parameters: environment["beta"]?.count ?? 0,
            options: options)
        guard let parts = try work.run() else { return nil }
        for (k, id) in varying.enumerated() {
            given[id] = parts.dropFirst().reduce(parts[0].sums[k]) { Field.sum($0, $1.sums[k]) }
        }
        let tape = try Tape(graph, roots: [root], given: given, in: environment, options: options)
        var result = Derivatives()
        let value = tape.value(root)
        let loss = value.value(0).high
        guard loss.isFinite, tape.kinks.isEmpty, Saturation.notices(tape).isEmpty else { return nil }
        result.loss = quantities.contains(.loss) ? loss : nil
        result.lossBound = value.bound(0) + unitRoundoff * abs(loss)
        if quantities.contains(.gradient) {
            guard let (gradient, bound) = gradient(tape, outer, parts, work.parameters) else { return nil }
            result.gradient = gradient
            result.gradientBound = bound
        }
        if quantities.contains(.hessian) {
            guard let (hessian, bound) = try hessian(tape, outer, ends, parts, work.parameters) else { return nil }
            result.hessian = hessian
            result.hessianBound = bound
        }
        return result
    }

    private static func dictionary(_ ids: [NodeID], _ fields: [Field]) -> [NodeID: Field] {
        Dictionary(uniqueKeysWithValues: zip(ids, fields))
    }

    /// Whether the sums enter the result with coefficients that depend on neither β nor each other.
    private static func isLinear(_ graph: Graph, _ root: NodeID, _ sums: [NodeID]) -> Bool {
        var isReduced = [Bool](repeating: false, count: graph.nodes.count)
        for id in sums { isReduced[id.index] = true }
        let dependent = graph.dependence(on: "beta")
        for id in graph.reachable(from: [root], stoppingAt: Set(sums)) where !isReduced[id.index] {
            let node = graph[id]
            let reduced = node.operands.filter { isReduced[$0.index] }
            if reduced.isEmpty { continue }
            isReduced[id.index] = true
            switch node.operation {
            case .elementwise(.add), .elementwise(.subtract), .elementwise(.negate), .sum, .transpose, .reshape,
                .subscripted:
                break
            case .elementwise(.multiply):
                guard node.operands.count(where: { dependent[$0.index] }) == 1 else { return false }
            case .elementwise(.divide):
                guard !isReduced[node.operands[1].index], !dependent[node.operands[1].index] else { return false }
            default: return false
            }
        }
        return true
    }

    private static func gradient(
        _ tape: Tape, _ outer: Adjoints, _ parts: [RowPart], _ parameters: Int
    ) -> (values: [Double], bounds: [Double])? {
        var total: Field?
        if let beta = AutomaticDifferentiation.leaf(tape) { total = outer[beta]?.expanded(to: tape.shape(beta)) }
        for part in parts {
            guard let gradient = part.gradient else { continue }
            total = total.map { Field.sum($0, gradient) } ?? gradient
        }
        let sum = total ?? Field(NumericArray([Double](repeating: 0, count: parameters)))
        let result = sum.rounded
        return result.values.allSatisfy(\.isFinite) ? result : nil
    }

    private static func hessian(
        _ tape: Tape, _ outer: Adjoints, _ ends: Set<NodeID>, _ parts: [RowPart], _ parameters: Int
    ) throws -> (value: Matrix, bound: Matrix)? {
        var sum = try AutomaticDifferentiation.curvature(tape, outer, parameters, stoppingAt: ends)
        for part in parts {
            guard let (value, bound) = part.hessian else { continue }
            sum.add(value, bound: bound)
        }
        for (k, entry) in (parts.first?.pooled ?? []).enumerated() {
            let weights = joined(parts.map { ($0.pooled[k].weights, $0.rows) })
            sum.add(entry.left, entry.right, pooled: weights)
        }
        let (value, bound) = try sum.finish()
        return value.withUnsafeElements { $0.allSatisfy(\.isFinite) } ? (value, bound) : nil
    }

    /// The weights of all rows; one number for all where every block has the same.
    private static func joined(_ parts: [(weights: Field, rows: Int)]) -> Field {
        let first = parts[0].weights
        let isUniform = parts.allSatisfy { part, _ in
            part.count == 1 && part.value(0) == first.value(0) && part.bound(0) == first.bound(0)
        }
        if isUniform { return first }
        let n = parts.reduce(0) { $0 + $1.rows }
        let hasLow = parts.contains { !$0.weights.low.isEmpty }
        let hasError = parts.contains { !$0.weights.error.isEmpty }
        typealias Reader = (UnsafeBufferPointer<Double>) -> Void
        func all(_ read: (Field, Reader) -> Void) -> [Double] {
            [Double](unsafeUninitializedCapacity: n) { out, count in
                for (weights, rows) in parts {
                    let part = UnsafeMutableBufferPointer(rebasing: out[count..<count + rows])
                    read(weights) { source in
                        if source.count == rows {
                            _ = part.initialize(fromContentsOf: source)
                        } else {
                            part.initialize(repeating: source.first ?? 0)
                        }
                    }
                    count += rows
                }
            }
        }
        let high = all { $0.high.withUnsafeElements($1) }
        let low = hasLow ? all { $0.low.withUnsafeBufferPointer($1) } : []
        let error = hasError ? all { $0.error.withUnsafeBufferPointer($1) } : []
        return Field(shape: [n], high: NumericArray(high), low: low, error: error)
    }
}

/// What remains of a block of rows.
struct RowPart {
    var rows: Int
    /// The block's part of each sum.
    var sums: [Field]
    /// Its part of the gradient.
    var gradient: Field?
    /// Its part of the Hessian that is multiplied out.
    var hessian: (value: Matrix, bound: Matrix)?
    /// The weights of pairs of matrices of the data.
    var pooled: [HessianSum.Pooled] = []
}

/// One block after the other, by all threads.
struct RowWork: @unchecked Sendable {
    let blocks: RowBlocks
    let sums: [NodeID]
    let ranges: [Range<Int>]
    /// The coefficients of the sums; nil for those that have no influence.
    let seeds: [Field?]
    let quantities: Quantities
    let parameters: Int
    let options: AutomaticOptions

    /// The graph of a block of some length; the nodes that each node of the whole became.
    private struct Piece {
        let graph: Graph
        let image: [NodeID: NodeID]
        /// The other way round, for the arrays of the data.
        let arrays: [NodeID: NodeID]
    }

    /// The parts of all blocks; nil where one of them is to be explained.
    func run() throws -> [RowPart]? {
        let (full, last) = (piece(ranges[0].count), piece(ranges[ranges.count - 1].count))
        let execution = Execution(threads: options.threads, cancelled: options.cancelled)
        let parts = try Parallel.map(chunks: ranges.count, execution: execution) { index in
            try part(ranges[index], index == ranges.count - 1 ? last : full)
        }
        if options.cancelled() { throw Cancelled() }
        return parts
    }

    private func piece(_ rows: Int) -> Piece {
        let (graph, image) = blocks.graph(rows: rows, upTo: sums)
        let arrays = image.filter { blocks.isArrayOfRows($0.key) }.map { ($0.value, $0.key) }
        return Piece(graph: graph, image: image, arrays: Dictionary(arrays) { first, _ in first })
    }

    private func part(_ rows: Range<Int>, _ piece: Piece) throws -> RowPart? {
        var inner = options
        inner.threads = 1
        let ids = sums.compactMap { piece.image[$0] }
        let tape = try Tape(piece.graph, roots: ids, in: blocks.environment(rows: rows), options: inner)
        var result = RowPart(rows: rows.count, sums: ids.map { tape.value($0).expanded(to: tape.shape($0)) })
        let isFinite = result.sums.allSatisfy { sum in sum.high.withUnsafeElements { $0.allSatisfy(\.isFinite) } }
        guard isFinite, tape.kinks.isEmpty, Saturation.notices(tape).isEmpty else { return nil }
        if quantities.isDisjoint(with: [.gradient, .hessian]) { return result }
        var known: [NodeID: Field] = [:]
        for (id, seed) in zip(ids, seeds) { if let seed { known[id] = seed } }
        let adjoints = try Adjoints(tape, seeds: known)
        if quantities.contains(.gradient), let beta = AutomaticDifferentiation.leaf(tape), let adjoint = adjoints[beta]
        {
            result.gradient = adjoint.expanded(to: tape.shape(beta))
        }
        if quantities.contains(.hessian) {
            var sum = try AutomaticDifferentiation.curvature(tape, adjoints, parameters)
            func isData(_ family: Family) -> Bool {
                family.key.start == 0 && family.key.count == rows.count
                    && piece.arrays[NodeID(index: family.key.origin)] != nil
            }
            result.pooled = sum.multiplyOut { isData($0.left) && isData($0.right) }.map { entry in
                (entry.key, whole(entry.left, piece), whole(entry.right, piece), entry.weights)
            }
            if sum.value.withUnsafeElements({ $0.contains { $0 != 0 } })
                || sum.bound.withUnsafeElements({ $0.contains { $0 != 0 } })
            {
                result.hessian = (sum.value, sum.bound)
            }
        }
        return result
    }

    /// The family of an array of the data for that of a block of its rows.
    private func whole(_ family: Family, _ piece: Piece) -> Family {
        guard let id = piece.arrays[NodeID(index: family.key.origin)], let matrix = blocks.matrix(id) else {
            return family
        }
        return Family(
            rows: .matrix(matrix, error: nil), offset: family.offset,
            key: Family.Key(origin: id.index, start: 0, count: matrix.rows, offset: family.offset))
    }
}
