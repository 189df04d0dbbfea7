import Diagnosis
import Differentiation
import Foundation
import LinearAlgebra
import Losses
import Testing

/// With many rows mistakes are ruled out by tables in one pass over the rows: no true one may be lost there, and nothing may
/// depend on the number of threads.
@Suite struct RowSweepTests {
    /// More rows than tables need, and three blocks' worth with a rest.
    private static let rows = 8_500

    /// Losses with each form of a table and with none: few targets, an affine target, its logit, a residual, kinks.
    private static let names = [
        "squared", "huber", "log-cosh", "student-t", "logistic", "signed-logistic", "probit", "poisson", "gamma",
        "tweedie",
        "negative-binomial", "negative-binomial-1", "beta",
    ]

    /// As the small problems, with as many rows as are needed: the rows of several small ones.
    private func problem(_ name: String) throws -> RegressionProblem {
        let loss = try #require(LossCatalog.named(name))
        var random = Seeded(8500)
        let p = 3
        var x = Matrix(rows: Self.rows, columns: p)
        for i in 0..<Self.rows { for j in 0..<p { x[i, j] = j == 0 ? 1 : random.uniform(-1.5...1.5) } }
        let kinds = loss.sampleTargets
        let y = (0..<Self.rows).map { i in
            kinds[i % kinds.count] + (loss.domain == .real ? random.uniform(-0.5...0.5) : 0)
        }
        return RegressionProblem(
            x: x, y: NumericArray(y), beta: NumericArray([0.3, -0.6, 0.45]),
            objective: .loss(loss, parameters: loss.parameters.map(\.standard)),
            weights: (0..<Self.rows).map { _ in random.uniform(0.3...2) },
            offset: (0..<Self.rows).map { _ in random.uniform(-0.4...0.4) }, penalty: Penalty(ridge: 0.3, exempt: [0]))
    }

    /// Planted by JAX's way or by closed forms, not by the tables that look for them.
    private static let planted: Set<String> = [
        "elementwise-product", "pairwise-residual-mean", "offset-dropped", "weights-misplaced", "target-forgotten",
        "columns-permuted", "standardized", "reshaped", "labels-plus-minus", "sigmoid-twice", "squared-on-probability",
        "margin-as-probability", "intercept-twice", "absolute-for-squared", "gauss-newton",
    ]

    @Test(arguments: names)
    func nothingIsLost(name: String) throws {
        let problem = try problem(name)
        var seen: Set<String> = []
        for planted in try Diagnosis.planted(problem) where Self.planted.contains(planted.id) {
            // One variant of each is enough here.
            guard seen.insert(planted.id).inserted else { continue }
            for quantities in [.all, .hessian] as [Quantities]
            where quantities == .all || planted.id == "offset-dropped" {
                let isZero = planted.hessian?.elements.allSatisfy { $0 == 0 } ?? true
                let isRight = name == "squared" && quantities == .hessian
                if quantities == .hessian, isZero || isRight { continue }
                let found = try problem.diagnose(planted.candidate(quantities))
                #expect(
                    found.findings.contains { $0.id == planted.id },
                    "\(name) \(planted.id) \(planted.key) \(quantities): \(found.outline)")
            }
        }
        #expect(seen.count >= 6, "\(name): \(seen)")
    }

    /// The formulas of a mistake that is worked out without its program are those of the loss at hand.
    @Test func formulasAreThoseOfTheLoss() throws {
        let problem = try problem("logistic")
        for planted in try Diagnosis.planted(problem)
        where ["pairwise-residual", "elementwise-product"].contains(planted.id) {
            let finding = try #require(
                try problem.diagnose(planted.candidate()).findings.first { $0.id == planted.id })
            #expect(finding.program?.contains("softplus") == true, "\(finding.program ?? "")")
            #expect(finding.hessian?.contains("sigmoid") == true, "\(planted.id): \(finding.hessian ?? "")")
        }
    }

    @Test func threadsChangeNothing() throws {
        let problem = try problem("poisson")
        let planted = try #require(try Diagnosis.planted(problem).first { $0.id == "standardized" })
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
