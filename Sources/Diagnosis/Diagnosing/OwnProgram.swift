import Differentiation
import Expressions
import LinearAlgebra

/// A client's program as a candidate: its derivatives, and what its text says beyond them.
struct OwnProgram {
    let program: Program
    let derivatives: Derivatives
    private let text: String
    private let environment: Environment
    private let options: AutomaticOptions

    /// - Throws: `ExpressionError` where it cannot be read or is no loss.
    init(_ text: String, _ environment: Environment, _ options: AutomaticOptions) throws {
        var program = try Program.parse(text, in: environment, limits: ExpressionLimits(memory: options.memoryLimit))
        try program.requireScalar(text)
        derivatives = try AutomaticDifferentiation.derivatives(
            of: program, in: environment, wanting: .all, options: options)
        self.program = program
        self.text = text
        self.environment = environment
        self.options = options
    }

    /// The diagnosis with what the text shows: whether the gradient is another one identically, not at this β only, and
    /// where the mistake stands.
    func annotating(_ diagnosis: Diagnosis, truth: Program) -> Diagnosis {
        var result = diagnosis
        result.given = derivatives
        let identity = GradientIdentity(environment: environment, options: options)
        switch diagnosis.verdict {
        case .correct:
            switch identity.agreement(program, truth) {
            case .proven: result.summary += " Its gradient is that of the loss for all data, not at this β only."
            case .sampled: result.summary += " Its gradient is right at other β too."
            case nil: break
            }
        case .convention:
            guard case .number(let factor)? = diagnosis.findings.first?.parameters["factor"],
                let agreement = identity.agreement(program, truth, factor: factor)
            else { break }
            let name = factor == -1 ? "minus that of the loss" : "that factor times the right one"
            result.findings[0].parameters["identical"] = .text(Self.sentence(agreement, name))
        default:
            for index in result.findings.indices { annotate(&result.findings[index], identity) }
            if let place = broadcast(result.findings.first?.id) { result.summary += " " + sentence(place) }
        }
        return result
    }

    private func annotate(_ finding: inout Finding, _ identity: GradientIdentity) {
        var factor = 1.0
        if case .number(let own)? = finding.parameters["factor"] { factor = own }
        if let formula = finding.program,
            let other = try? Program.parse(
                formula, in: environment, limits: ExpressionLimits(memory: options.memoryLimit)),
            other.shape.rank == 0, let agreement = identity.agreement(program, other, factor: factor)
        {
            let name = (factor == 1 ? "that of " : "that factor times that of ") + finding.id
            finding.parameters["identical"] = .text(Self.sentence(agreement, name))
        }
        guard let place = broadcast(finding.id), let source = place.source else { return }
        finding.parameters["source"] = .text(excerpt(source))
        finding.parameters["line"] = .number(Double(source.line))
        finding.parameters["columns"] = .numbers([Double(source.column), Double(source.end - 1)])
    }

    private static func sentence(_ agreement: GradientIdentity.Agreement, _ name: String) -> String {
        switch agreement {
        case .proven: "the gradient is \(name) for all data, not at this β only"
        case .sampled: "the gradient is \(name) at other β too"
        }
    }

    // MARK: The place

    private static let areBroadcasts: Set<String> = [
        "elementwise-product", "elementwise-product-mean", "pairwise-residual", "pairwise-residual-mean",
    ]

    /// The broadcast that a mistake of shapes is about.
    private func broadcast(_ id: String?) -> BroadcastWarning? {
        guard let id, Self.areBroadcasts.contains(id) else { return nil }
        return program.broadcasts.first { $0.source != nil }
    }

    /// Where it stands, what became of the shapes there, and what added its entries up.
    private func sentence(_ place: BroadcastWarning) -> String {
        guard let source = place.source else { return "" }
        let line = text.contains("\n") ? "line \(source.line), " : ""
        let first =
            "`\(excerpt(source))` stands at \(line)columns \(source.column)–\(source.end - 1):"
            + " \(place.operands[0]) and \(place.operands[1]) became \(place.result)"
        guard let reduction = reduction(of: place.node), let count = place.result.elementCount else {
            return first + "."
        }
        return first + ", and `\(reduction)` added all \(count) entries up."
    }

    /// The text of the sum over all axes that takes in what depends on a node; nil where none is written.
    private func reduction(of node: NodeID) -> String? {
        var dependents: Set<NodeID> = [node]
        for index in (node.index + 1)..<program.graph.nodes.count {
            let id = NodeID(index: index)
            let item = program.graph[id]
            guard item.operands.contains(where: { dependents.contains($0) }) else { continue }
            if case .sum(let axes, _) = item.operation,
                let operand = item.operands.first, axes.count == program.graph[operand].shape.rank, axes.count == 2
            {
                // `mean` is a sum that is divided, and stands in the text as the quotient.
                let quotient = program.sources.keys.filter { program.graph[$0].operands.first == id }.min()
                return (program.sources[id] ?? quotient.flatMap { program.sources[$0] }).map(name)
            }
            dependents.insert(id)
        }
        return nil
    }

    /// The function's name in a call: `tf.reduce_sum`.
    private func name(_ range: SourceRange) -> String {
        String(excerpt(range).prefix { $0.isLetter || $0.isNumber || "._".contains($0) })
    }

    private func excerpt(_ range: SourceRange) -> String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.indices.contains(range.line - 1) else { return "" }
        return String(lines[range.line - 1].dropFirst(range.column - 1).prefix(range.end - range.column))
    }
}
