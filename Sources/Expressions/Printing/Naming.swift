/// Names for sub-expressions that are printed once and used several times.
///
/// The author's names come first (`r = X @ beta - y`); others by what a node is: η for X@beta, r for a difference of
/// vectors, μ for exp, s for a sigmoid, S for a scalar sum, V for an inverse. One `Naming` serves loss, gradient and
/// Hessian, so that a name means the same in all three.
public struct Naming: Sendable {
    private var names: [NodeID: String] = [:]
    private var taken: Set<String>
    private let suggested: [NodeID: String]

    /// Names that avoid those of the data; `suggested` are the author's.
    public init(suggested: [NodeID: String] = [:], avoiding reserved: Set<String>) {
        self.suggested = suggested
        taken = reserved
    }

    private func isTaken(_ name: String) -> Bool { taken.contains(name) || Naming.fixed.contains(name) }

    /// What never can be a name.
    private static let fixed: Set<String> = FunctionTable.builtIn.union(
        [
            "X", "y", "beta", "weights", "offset", "n", "p", "pi", "e", "loss", "gradient", "hessian", "np", "sp",
            "None", "T",
        ])

    /// The name of a node that needs one; the same at every call.
    mutating func name(of id: NodeID, in graph: Graph) -> String {
        if let known = names[id] { return known }
        var base = stem(id, in: graph)
        if let own = suggested[id], !isTaken(own) { base = own }
        var name = base
        var number = 2
        while isTaken(name) {
            name = base + String(number)
            number += 1
        }
        taken.insert(name)
        names[id] = name
        return name
    }

    private func stem(_ id: NodeID, in graph: Graph) -> String {
        let node = graph[id]
        let rank = node.shape.rank
        switch node.operation {
        case .matmul where rank == 1:
            let isPredictor = graph[node.operands[1]].operation == .variable("beta")
            return isPredictor && graph[node.operands[0]].operation == .variable("X") ? "eta" : "g"
        case .inverse: return "V"
        case .elementwise(.exp): return "mu"
        case .elementwise(.sigmoid): return "s"
        case .elementwise(.tanh): return "t"
        case .elementwise(.add), .elementwise(.subtract):
            return rank == 1 ? (contains(id, .variable("offset"), in: graph) ? "eta" : "r") : rank == 0 ? "c" : "M"
        case .sum where rank == 0: return "S"
        default: return rank == 0 ? "c" : rank == 1 ? "v" : "M"
        }
    }

    private func contains(_ id: NodeID, _ operation: Operation, in graph: Graph) -> Bool {
        graph[id].operands.contains { graph[$0].operation == operation }
    }
}
