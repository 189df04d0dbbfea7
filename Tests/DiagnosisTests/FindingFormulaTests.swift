import Diagnosis
import Differentiation
import Expressions
import Foundation
import LinearAlgebra
import Losses
import Testing

/// What a finding prints as program, gradient and Hessian gives the numbers that it explains, in the names of the request.
@Suite struct FindingFormulaTests {
    /// Where the catalogue says in words what happened: there is no such program, or NumPy's notation for it is none of the
    /// expression grammar's (lists of places, triangles, stacks).
    private static let inWords: [String: Set<String>] = [
        "columns-permuted": ["program", "gradient", "hessian"], "intercept-twice": ["program", "gradient", "hessian"],
        "intercept-missing": ["program", "gradient", "hessian"], "gradient-negated": ["program"],
        "hessian-triangle": ["program", "hessian"], "hessian-diagonal": ["program"], "hessian-row-sums": ["program"],
        "outer-product-of-scores": ["program", "hessian"], "outer-product-of-gradient": ["program"],
        "surrogate-curvature": ["program", "hessian"], "expected-information": ["program"], "row-gram": ["program"],
        "inverse-as-covariance": ["program", "hessian"], "margin-as-probability": ["program"],
    ]

    @Test(arguments: LossCatalog.all.map(\.name))
    func givesWhatItExplains(name: String) throws {
        let loss = try #require(LossCatalog.named(name))
        var checked: Set<String> = []
        for seed in 51...54 as ClosedRange<UInt64> {
            let problem = RandomProblems.problem(loss, seed: seed)
            for planted in try Diagnosis.planted(problem) {
                let found = try problem.diagnose(planted.candidate())
                guard let finding = found.findings.first(where: { $0.id == planted.id }),
                    finding.parameters["factor"] == nil
                else { continue }
                let words = Self.inWords[planted.id] ?? []
                for (part, text, expected) in [
                    ("program", finding.program, planted.loss.map { [$0] }),
                    ("gradient", finding.gradient, planted.gradient),
                    ("hessian", finding.hessian, planted.hessian?.elements),
                ] {
                    guard let text, let expected else { continue }
                    let value = evaluate(text, problem)
                    if value == nil, words.contains(part) { continue }
                    // Softmax and Cox have no formulas for what is put together from parts.
                    if value == nil, finding.program == nil || !isFormula(finding, planted.id) { continue }
                    let isEqual = value.map { equals($0, expected) } ?? false
                    #expect(
                        isEqual || words.contains(part),
                        "\(name) seed \(seed) \(planted.id) \(planted.key) \(part): \(text) gives \(value ?? []), not \(expected)"
                    )
                    if isEqual { checked.insert("\(planted.id) \(part)") }
                }
            }
        }
        #expect(checked.count >= 10, "\(name): \(checked)")
    }

    /// Whether a finding's texts are its own, not the catalogue's.
    private func isFormula(_ finding: Finding, _ id: String) -> Bool {
        MistakeCatalog.all.first { $0.id == id }?.program != finding.program
    }

    private func evaluate(_ text: String, _ problem: RegressionProblem) -> [Double]? {
        guard let program = try? Program.parse(text, in: problem.environment),
            let value = try? Evaluator.evaluate(program.graph, roots: [program.root], in: problem.environment)
        else { return nil }
        return value[0].value.elements
    }

    private func equals(_ a: [Double], _ b: [Double]) -> Bool {
        let scale = b.reduce(1e-3) { max($0, abs($1)) }
        return a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) <= 1e-9 * scale }
    }

    /// A target that is left out, rows that are left out, X that is read in another order: the program says so.
    @Test func programsAreTheClientsOwn() throws {
        for (name, program) in [
            ("no target", "sum((X @ beta - zeros(n))**2) / n"), ("first rows", "sum((X[:7] @ beta - y[:7])**2) / 7"),
            ("reshaped", "Z = reshape(X.T, (n, p)); sum((Z @ beta - y)**2) / n"),
            ("weights as w**2", "sum((weights**2) * (X @ beta - y)**2) / n"),
            ("penalty without a square", "sum((X @ beta - y)**2) / n + 0.3 * norm(beta[1:])"),
            ("no intercept", "sum((X[:, 1:] @ beta[1:] - y)**2) / n"),
        ] {
            let planted = try #require(CatalogueTests.cases.first { $0.name == name })
            #expect(try planted.problem().diagnose(planted.numbers).findings.first?.program == program)
        }
    }
}
