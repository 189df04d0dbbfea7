import Diagnosis
import Differentiation
import Foundation
import LinearAlgebra
import Losses
import Testing

/// With many rows mistakes are ruled out by tables in one pass over the rows: no true one may be lost there, and nothing may
/// depend on the number of threads.
@Suite struct RowSweepTests {
    /// More rows than tables need, and no whole number of blocks.
    private static let rows = 4_200

    /// Losses with each form of a table and with none: few targets, an affine target, its logit, a residual, kinks.
    private static let names = ["huber", "log-cosh", "signed-logistic", "poisson", "beta"]

    /// As the small problems, with as many rows as are needed: the rows of several small ones.
    private func problem(_ name: String, rows: Int = Self.rows) throws -> RegressionProblem {
        let loss = try #require(LossCatalog.named(name))
        var random = Seeded(4200)
        let p = 3
        var x = Matrix(rows: rows, columns: p)
        for i in 0..<rows { for j in 0..<p { x[i, j] = j == 0 ? 1 : random.uniform(-1.5...1.5) } }
        let kinds = loss.sampleTargets
        let y = (0..<rows).map { i in
            kinds[i % kinds.count] + (loss.domain == .real ? random.uniform(-0.5...0.5) : 0)
        }
        return RegressionProblem(
            x: x, y: NumericArray(y), beta: NumericArray([0.3, -0.6, 0.45]),
            objective: .loss(loss, parameters: loss.parameters.map(\.standard)),
            weights: (0..<rows).map { _ in random.uniform(0.3...2) },
            offset: (0..<rows).map { _ in random.uniform(-0.4...0.4) }, penalty: Penalty(ridge: 0.3, exempt: [0]))
    }

    private static let planted: Set<String> = [
        "elementwise-product", "pairwise-residual-mean", "offset-dropped", "weights-misplaced", "target-forgotten",
        "columns-permuted", "standardized", "reshaped", "sigmoid-twice", "squared-on-probability", "intercept-twice",
        "gauss-newton",
    ]

    @Test(arguments: names)
    func nothingIsLost(name: String) throws {
        let problem = try problem(name)
        let all = try Diagnosis.planted(problem, only: Self.planted, firstVariants: true)
        #expect(all.count >= 7, "\(name): \(all.map(\.id))")
        for planted in all {
            let found = try problem.diagnose(planted.candidate())
            #expect(
                found.findings.contains { $0.id == planted.id },
                "\(name) \(planted.id) \(planted.key): \(found.outline)")
        }
        let offset = try #require(all.first { $0.id == "offset-dropped" })
        guard name != "huber" else { return }
        let found = try problem.diagnose(offset.candidate(.hessian))
        #expect(found.findings.contains { $0.id == "offset-dropped" }, "\(name): \(found.outline)")
    }

    /// The formulas of a mistake that is worked out without its program are those of the loss at hand.
    @Test func formulasAreThoseOfTheLoss() throws {
        let problem = try problem("logistic")
        for planted in try Diagnosis.planted(problem, only: ["pairwise-residual", "elementwise-product"]) {
            let finding = try #require(
                try problem.diagnose(planted.candidate()).findings.first { $0.id == planted.id })
            #expect(finding.program?.contains("softplus") == true, "\(finding.program ?? "")")
            #expect(finding.hessian?.contains("sigmoid") == true, "\(planted.id): \(finding.hessian ?? "")")
        }
    }

    @Test func threadsChangeNothing() throws {
        // Two pieces of work and a rest.
        let problem = try problem("poisson", rows: 16_500)
        let planted = try #require(try Diagnosis.planted(problem, only: ["standardized"]).first)
        var outlines: Set<String> = []
        for threads in [1, 2, 3, 8] {
            var options = AutomaticOptions()
            options.threads = threads
            let plan = EvaluationPlan(printsSymbolic: false, compares: false, candidate: planted.candidate())
            let found = try #require(try Oracle.evaluate(problem, plan, options: options).diagnosis)
            outlines.insert(found.outline + " \(found.findings.map { "\($0.residual) \($0.resolution)" })")
        }
        #expect(outlines.count == 1, "\(outlines)")
    }
}
