import Differentiation
import Expressions
import Foundation
import Losses

/// A program with its symbolic derivatives and their texts: everything of an evaluation that depends on the shapes of the
/// data but not on the numbers. Derived when first asked for, kept for the requests that follow.
final class Derivation: @unchecked Sendable {
    /// The formulas of one set of quantities.
    struct Forms: Sendable {
        var symbolic: SymbolicDerivatives
        /// By the result's name: `loss`, `gradient`, `hessian`.
        var texts: [String: Text]
    }

    /// The three notations of one formula.
    struct Text: Sendable {
        var formula: String
        var latex: String
        var numpy: String
    }

    let program: Program
    /// What the automatic derivatives are taken of.
    let stable: StableProgram
    private let beta: Shape?
    private let reserved: Set<String>
    private let lock = NSLock()
    // Guarded by `lock`.
    private var forms: [Int: Forms] = [:]

    init(_ program: Program, in environment: Environment) throws {
        self.program = program
        stable = try StableProgram(program)
        beta = environment.shape(of: "beta")
        reserved = Set(environment.arrays.keys)
    }

    /// The formulas for what is wanted.
    /// - Throws: `ShapeError` where the program has no symbolic derivation.
    func forms(_ quantities: Quantities) throws -> Forms {
        lock.lock()
        defer { lock.unlock() }
        if let known = forms[quantities.rawValue] { return known }
        let symbolic = try SymbolicDerivatives.derive(program, wanting: quantities, beta: beta)
        var naming = Naming(suggested: symbolic.names, avoiding: reserved)
        var texts: [String: Text] = [:]
        for (quantity, name, node) in [
            (Quantities.loss, "loss", symbolic.loss), (.gradient, "gradient", symbolic.gradient),
            (.hessian, "hessian", symbolic.hessian),
        ] {
            guard quantities.contains(quantity), let node else { continue }
            let graph = symbolic.graph
            texts[name] = Text(
                formula: graph.formula(node, naming: &naming), latex: graph.latex(node, naming: &naming),
                numpy: graph.numpy(node, as: name, naming: &naming))
        }
        let result = Forms(symbolic: symbolic, texts: texts)
        forms[quantities.rawValue] = result
        return result
    }
}

/// The derivations of the last programs, so that a client who asks again at another β, or with other data of the same
/// shapes, does not wait for the same derivation. Bounded in number and in the length of the programs.
final class DerivationCache: @unchecked Sendable {
    static let shared = DerivationCache(capacity: 32)

    private struct Key: Hashable {
        var text: String
        var shapes: [String: [Int]]
        var memory: Int
        var isNamed: Bool
    }

    /// Longer programs are derived each time: the cache is for what many requests share.
    private static let longestText = 4096

    private let capacity: Int
    private let lock = NSLock()
    // Guarded by `lock`; the keys in the order of their last use.
    private var entries: [Key: Derivation] = [:]
    private var order: [Key] = []

    init(capacity: Int) { self.capacity = capacity }

    /// The derivation of a problem's program.
    /// - Throws: `ExpressionError`.
    func derivation(of problem: RegressionProblem, memoryLimit: Int) throws -> Derivation {
        let environment = problem.environment
        let key = Key(
            text: problem.text, shapes: environment.arrays.mapValues(\.shape), memory: memoryLimit,
            isNamed: problem.loss != nil)
        if let known = find(key) { return known }
        let program = try problem.program(limits: ExpressionLimits(memory: memoryLimit))
        let derivation = try Derivation(program, in: environment)
        if key.text.utf8.count <= Self.longestText { keep(derivation, for: key) }
        return derivation
    }

    private func find(_ key: Key) -> Derivation? {
        lock.lock()
        defer { lock.unlock() }
        guard let found = entries[key] else { return nil }
        if order.last != key, let place = order.firstIndex(of: key) { order.append(order.remove(at: place)) }
        return found
    }

    private func keep(_ derivation: Derivation, for key: Key) {
        lock.lock()
        defer { lock.unlock() }
        guard entries.updateValue(derivation, forKey: key) == nil else { return }
        order.append(key)
        if order.count > capacity { entries[order.removeFirst()] = nil }
    }
}
