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
        if diagnosis.verdict == .correct {
            if let how = identity(with: truth) { result.summary += " Its gradient is \(how)." }
            return result
        }
        let place = program.broadcasts.first { $0.source != nil }
        for index in result.findings.indices {
            let id = result.findings[index].id
            if let formula = result.findings[index].program,
                let other = try? Program.parse(
                    formula, in: environment, limits: ExpressionLimits(memory: options.memoryLimit)),
                result.findings[index].parameters["factor"] == nil, let how = identity(with: other)
            {
                result.findings[index].parameters["identical"] = .text("the gradient is \(how) of \(id)")
            }
            guard Self.areBroadcasts.contains(id), let place, let source = place.source else { continue }
            let piece = excerpt(source)
            result.findings[index].parameters["source"] = .text(piece)
            result.findings[index].parameters["line"] = .number(Double(source.line))
            result.findings[index].parameters["columns"] = .numbers([Double(source.column), Double(source.end - 1)])
            if index == 0 {
                let line = text.contains("\n") ? "line \(source.line), " : ""
                result.summary +=
                    " `\(piece)` stands at \(line)columns \(source.column)–\(source.end - 1):"
                    + " \(place.operands[0]) and \(place.operands[1]) became \(place.result)."
            }
        }
        return result
    }

    private static let areBroadcasts: Set<String> = [
        "elementwise-product", "elementwise-product-mean", "pairwise-residual", "pairwise-residual-mean",
    ]

    private func excerpt(_ range: SourceRange) -> String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.indices.contains(range.line - 1) else { return "" }
        return String(lines[range.line - 1].dropFirst(range.column - 1).prefix(range.end - range.column))
    }

    /// How the gradient is that of another program: as a formula, or at other points too; nil where it is not.
    private func identity(with other: Program) -> String? {
        if let own = formula(program), own == formula(other) { return "identically that" }
        // Two programs of one function may be written in two ways: they agree everywhere if they agree at points that
        // were not chosen for it.
        guard let beta = environment["beta"], (environment["X"]?.count ?? 0) <= 1_000_000 else { return nil }
        for seed in 1...3 {
            var moved = environment
            var point = beta
            for k in 0..<beta.count {
                let share = Double((k * 7 + seed * 5) % 11) / 11 - 0.45
                point[k] += share * max(abs(beta[k]), 1e-3)
            }
            moved.arrays["beta"] = point
            guard
                let a = try? AutomaticDifferentiation.derivatives(
                    of: program, in: moved, wanting: .gradient, options: options
                ).gradient,
                let b = try? AutomaticDifferentiation.derivatives(
                    of: other, in: moved, wanting: .gradient, options: options
                ).gradient, a.count == b.count
            else { return nil }
            let scale = b.reduce(0) { max($0, abs($1)) }
            guard zip(a, b).allSatisfy({ abs($0 - $1) <= 1e-10 * scale }) else { return nil }
        }
        return "at three other points as well that"
    }

    private func formula(_ program: Program) -> String? {
        guard let symbolic = try? SymbolicDerivatives.derive(program, wanting: .gradient),
            let gradient = symbolic.gradient
        else { return nil }
        var naming = Naming(avoiding: Set(environment.arrays.keys))
        return symbolic.graph.formula(gradient, naming: &naming)
    }
}
