import Expressions
import LinearAlgebra

/// Exact derivatives of any program by local curvature on a tape.
///
/// One forward sweep over the values, one reverse sweep for the adjoints, then the Hessian as a sum over nonlinear nodes
/// with structured Jacobians. Every number carries a bound on its rounding error. Nothing here is shared with the
/// symbolic derivation but the functions' own numeric rules.
public enum AutomaticDifferentiation {
    /// Loss, gradient and Hessian of a program with respect to `beta`: a vector, or a matrix in row-major order.
    ///
    /// - Throws: `NonFiniteResult` where a result is not finite, `SingularMatrix`, `Cancelled`, `MissingArray`.
    /// - Complexity: for a sum over rows of a function of Xβ, O(np²) in one weighted Gram matrix and O(np) otherwise.
    public static func derivatives(
        of program: Program, in environment: Environment, wanting quantities: Quantities,
        options: AutomaticOptions = AutomaticOptions()
    ) throws -> Derivatives {
        try derivatives(of: StableProgram(program), in: environment, wanting: quantities, options: options)
    }

    /// The same for a program that was rewritten before: a client asks for one loss at many β.
    public static func derivatives(
        of program: StableProgram, in environment: Environment, wanting quantities: Quantities,
        options: AutomaticOptions = AutomaticOptions()
    ) throws -> Derivatives {
        if let centred = program.centred,
            let data = Centring.environment(environment, memoryLimit: options.memoryLimit),
            // What is not finite is explained in the program's own terms.
            let result = try nilIfNotFinite({
                try derivatives(of: centred.graph, centred.root, data, quantities, options)
            })
        {
            return result
        }
        return try derivatives(of: program.graph, program.root, environment, quantities, options)
    }

    private static func nilIfNotFinite(_ compute: () throws -> Derivatives) throws -> Derivatives? {
        do { return try compute() } catch is NonFiniteResult { return nil }
    }

    private static func derivatives(
        of graph: Graph, _ root: NodeID, _ environment: Environment, _ quantities: Quantities,
        _ options: AutomaticOptions
    ) throws -> Derivatives {
        if let result = try DifferentiationByRows.derivatives(of: graph, root, environment, quantities, options) {
            return result
        }
        let tape = try Tape(graph, root: root, in: environment, options: options)
        let parameters = environment["beta"]?.count ?? 0
        var result = Derivatives()
        result.notices = notices(tape) + Saturation.notices(tape)
        if options.notesBranches { result.branches = Branches(tape) }
        let value = tape.value(root)
        let loss = value.value(0).high
        guard loss.isFinite else { throw Finiteness.explain("loss", tape) }
        result.loss = loss
        result.lossBound = value.bound(0) + unitRoundoff * abs(loss)
        if quantities.isDisjoint(with: [.gradient, .hessian]) { return result }
        let adjoints = try Adjoints(tape, root: root)
        if quantities.contains(.gradient) { try gradient(tape, adjoints, parameters, &result) }
        if quantities.contains(.hessian) { try hessian(tape, adjoints, parameters, &result) }
        if !quantities.contains(.loss) { result.loss = nil }
        return result
    }

    private static func gradient(
        _ tape: Tape, _ adjoints: Adjoints, _ parameters: Int, _ result: inout Derivatives
    ) throws {
        guard let beta = leaf(tape), let adjoint = adjoints[beta] else {
            result.gradient = [Double](repeating: 0, count: parameters)
            result.gradientBound = result.gradient ?? []
            return
        }
        let full = adjoint.expanded(to: tape.shape(beta))
        let (values, bounds) = full.rounded
        if let j = values.firstIndex(where: { !$0.isFinite }) {
            throw Finiteness.explain("gradient", tape, entry: [j])
        }
        result.gradient = values
        result.gradientBound = bounds
    }

    static func leaf(_ tape: Tape) -> NodeID? {
        tape.order.first { tape.graph[$0].operation == .variable("beta") }
    }

    private static func hessian(
        _ tape: Tape, _ adjoints: Adjoints, _ parameters: Int, _ result: inout Derivatives
    ) throws {
        var sum = try curvature(tape, adjoints, parameters)
        let (value, bound) = try sum.finish()
        if let k = value.withUnsafeElements({ $0.firstIndex { !$0.isFinite } }) {
            throw Finiteness.explain("hessian", tape, entry: [k / value.columns, k % value.columns])
        }
        result.hessian = value
        result.hessianBound = bound
    }

    /// What the nonlinear nodes in front of the result add to the Hessian, those at which the sweep stopped left out.
    static func curvature(
        _ tape: Tape, _ adjoints: Adjoints, _ parameters: Int, stoppingAt ends: Set<NodeID> = []
    ) throws -> HessianSum {
        let jacobians = Jacobians(tape, parameters: parameters)
        var sum = HessianSum(tape, parameters: parameters)
        for id in tape.order where tape.dependent[id.index] && !ends.contains(id) {
            guard let adjoint = adjoints[id] else { continue }
            try addCurvature(of: id, adjoint, tape, jacobians, &sum)
        }
        return sum
    }

    private static func addCurvature(
        of id: NodeID, _ adjoint: Field, _ tape: Tape, _ jacobians: Jacobians, _ sum: inout HessianSum
    ) throws {
        let node = tape.graph[id]
        let full = node.shape.counts
        let wanted = node.operands.map { tape.dependent[$0.index] }
        switch node.operation {
        case .elementwise(.log):
            // (log x)″ = −(log x)′²: the node's own Jacobian, where 1/x² would leave the range of the numbers.
            let own = try lifted(id, full, tape, jacobians)
            sum.add(own, own, weights: adjoint.negated.padded(to: full.count), full: full, mixed: false)
        case .elementwise(let function):
            let values = node.operands.map(tape.value)
            for (a, b, derivative) in LocalDerivatives.second(function, values, wanted: wanted) {
                let weights = Field.product(adjoint, derivative).padded(to: full.count)
                let left = try lifted(node.operands[a], full, tape, jacobians)
                // x·x as one node of two equal operands: the mixed derivative counts both ways round.
                let right = a == b ? left : try lifted(node.operands[b], full, tape, jacobians)
                sum.add(left, right, weights: weights, full: full, mixed: a != b)
            }
        case .matmul where wanted[0] && wanted[1]:
            let a = tape.shape(node.operands[0])
            let b = tape.shape(node.operands[1])
            let (shapeA, shapeB, whole, contracted) = Jacobians.lifting(a, b)
            let left = lifted(try jacobians.jacobian(node.operands[0]), a, shapeA, whole, isRight: false, jacobians)
            let right = lifted(try jacobians.jacobian(node.operands[1]), b, shapeB, whole, isRight: true, jacobians)
            sum.add(left, right, weights: adjoint.inserting([contracted]), full: whole, mixed: true)
        case .norm:
            let shape = tape.shape(node.operands[0])
            let ones = [Int](repeating: 1, count: shape.count)
            let weight = Field.quotient(adjoint.reshaped([]), tape.value(id).reshaped([]))
            let inner = try jacobians.jacobian(node.operands[0])
            sum.add(inner, inner, weights: weight.reshaped(ones), full: shape, mixed: false)
            let own = try jacobians.jacobian(id)
            sum.add(own, own, weights: weight.negated, full: [], mixed: false)
        case .logSumExp: try LogSumExpCentres(tape, id).add(id, adjoint, tape, jacobians, &sum)
        case .riskSetLogSum:
            let sets = RiskSets(tape, id)
            let inner = try jacobians.jacobian(node.operands[1])
            let columns = try columns(node.operands[1], tape, jacobians)
            if sets.needCentres(adjoint, columns: columns.count) {
                sets.addCurvature(adjoint, columns: columns, to: &sum)
            } else {
                // Σᵢ aᵢ (the means of the products − the products of the means), as two Gram matrices.
                sum.add(inner, inner, weights: sets.weights(adjoint), full: full, mixed: false)
                let means = Term(
                    scale: Field(1, rank: 1), family: sets.means(columns, key: jacobians.freshKey()), axis: 0)
                sum.add(.terms([means]), .terms([means]), weights: adjoint.negated, full: full, mixed: false)
            }
        case .inverse:
            let y = tape.value(id)
            let bar = adjoint.expanded(to: full).transposed([1, 0])
            let p = Products.matmul(Products.matmul(y, bar, execution: tape.execution), y, execution: tape.execution)
            sum.addMatrixCurvature(try columns(node.operands[0], tape, jacobians), p, y, scale: 1)
        case .logDeterminant:
            let y = Weights.inverseTransposed(tape, id).transposed([1, 0])
            let scale = adjoint.value(0).high
            sum.addMatrixCurvature(try columns(node.operands[0], tape, jacobians), y, y, scale: -0.5 * scale)
        case .determinant:
            let y = Weights.inverseTransposed(tape, id).transposed([1, 0])
            let scale = adjoint.value(0).high * tape.value(id).value(0).high
            let tangents = try columns(node.operands[0], tape, jacobians)
            sum.addMatrixCurvature(tangents, y, y, scale: -0.5 * scale)
            // det·(tr YA_k)(tr YA_l): the logarithm's own slope, squared.
            let slopes = tangents.map { Field.product(y.transposed([1, 0]), $0).total.reshaped([1]) }
            sum.add(.dense(slopes), .dense(slopes), weights: Field(scale, rank: 1), full: [1], mixed: false)
        default: return
        }
    }

    private static func columns(_ id: NodeID, _ tape: Tape, _ jacobians: Jacobians) throws -> [Field] {
        let shape = tape.shape(id)
        switch try jacobians.jacobian(id) {
        case .dense(let columns): return columns
        case .terms(let terms):
            let count = tape.environment["beta"]?.count ?? 0
            try tape.admit(count, shape)
            return (0..<count).map { Jacobians.column(terms, $0, shape: shape).expanded(to: shape) }
        }
    }

    private static func lifted(
        _ operand: NodeID, _ full: [Int], _ tape: Tape, _ jacobians: Jacobians
    ) throws -> Jacobian {
        switch try jacobians.jacobian(operand) {
        case .terms(let terms): return .terms(jacobians.lifted(terms, from: tape.shape(operand), to: full))
        case .dense(let columns): return .dense(columns)
        }
    }

    private static func lifted(
        _ jacobian: Jacobian, _ from: [Int], _ to: [Int], _ full: [Int], isRight: Bool, _ jacobians: Jacobians
    ) -> Jacobian {
        switch jacobian {
        case .terms(let terms): return .terms(jacobians.lifting(terms, from: from, to: to, isRight: isRight))
        case .dense(let columns): return .dense(columns.map { $0.reshaped(to) })
        }
    }

    private static func notices(_ tape: Tape) -> [Notice] {
        tape.kinks.sorted { $0.key < $1.key }.map { id, rows in
            let name: String
            if case .elementwise(let function) = tape.graph[id].operation { name = function.symbol } else { name = "" }
            let places = rows.prefix(5).map(String.init).joined(separator: ", ") + (rows.count > 5 ? ", …" : "")
            return Notice(
                code: .kink,
                message: "the derivative of `\(name)` jumps at row\(rows.count == 1 ? "" : "s") \(places); "
                    + KinkConvention.text(name), rows: rows)
        }
    }
}

/// What is chosen where a derivative jumps, in words.
enum KinkConvention {
    static func text(_ name: String) -> String {
        switch name {
        case "maximum", "minimum": "each argument is given the derivative ½ there"
        case "abs": "0 is chosen there, between −1 and 1"
        case "relu": "0 is chosen there"
        default: "the branch that the comparison takes is differentiated"
        }
    }
}
