import Diagnosis
import Differentiation
import Foundation
import LinearAlgebra
import Losses
import Testing

extension RegressionProblem {
    /// The verdict on a candidate for this problem.
    func diagnose(_ candidate: Candidate) throws -> Diagnosis {
        let plan = EvaluationPlan(quantities: [], printsSymbolic: false, compares: false, candidate: candidate)
        return try #require(try Oracle.evaluate(self, plan).diagnosis)
    }
}

/// Every entry of the catalogue that applies, planted on seeded random problems of every loss, is named: alone, or in an
/// ambiguity that contains it; and still so with a factor ½ on everything.
@Suite struct PlantingTests {
    @Test(arguments: LossCatalog.all.map(\.name))
    func everyMistakeIsNamed(name: String) throws {
        let loss = try #require(LossCatalog.named(name))
        for seed in 1...20 as ClosedRange<UInt64> {
            let problem = RandomProblems.problem(loss, seed: seed)
            for planted in try Diagnosis.planted(problem) {
                let found = try problem.diagnose(planted.candidate())
                #expect(
                    named(found, planted.id), "\(name) seed \(seed) \(planted.id) \(planted.key): \(found.outline)")
                let half = try problem.diagnose(planted.candidate { $0 / 2 })
                #expect(
                    named(half, planted.id), "\(name) seed \(seed) half \(planted.id) \(planted.key): \(half.outline)")
            }
        }
    }

    /// The same where only a gradient, only a Hessian, or both were sent: what differs from the truth there is named.
    @Test(arguments: LossCatalog.all.map(\.name))
    func partsAreNamed(name: String) throws {
        let loss = try #require(LossCatalog.named(name))
        for seed in 31...33 as ClosedRange<UInt64> {
            let problem = RandomProblems.problem(loss, seed: seed)
            let truth = try Oracle.evaluate(problem, EvaluationPlan(compares: false)).derivatives
            for planted in try Diagnosis.planted(problem) {
                for quantities in [.gradient, .hessian, [.gradient, .hessian]] as [Quantities] {
                    guard differs(planted, truth, quantities), saysSomething(planted, quantities) else { continue }
                    let found = try problem.diagnose(planted.candidate(quantities))
                    #expect(
                        named(found, planted.id),
                        "\(name) seed \(seed) \(quantities) \(planted.id) \(planted.key): \(found.outline)")
                }
            }
        }
    }

    private func named(_ diagnosis: Diagnosis, _ id: String) -> Bool {
        guard diagnosis.findings.contains(where: { $0.id == id }) else { return false }
        return diagnosis.verdict == (diagnosis.findings.count == 1 ? .mistake : .ambiguous)
    }

    /// A Hessian of zeros alone is what every piecewise linear loss gives.
    private func saysSomething(_ planted: PlantedMistake, _ quantities: Quantities) -> Bool {
        quantities != .hessian || planted.hessian?.elements.contains { $0 != 0 } == true
    }

    private func differs(_ planted: PlantedMistake, _ truth: Derivatives, _ quantities: Quantities) -> Bool {
        func apart(_ a: [Double], _ b: [Double]) -> Bool {
            let scale = b.reduce(0) { max($0, abs($1)) }
            return a.count != b.count || zip(a, b).contains { abs($0 - $1) > 1e-9 * scale }
        }
        return quantities.contains(.gradient) && apart(planted.gradient ?? [], truth.gradient ?? [])
            || quantities.contains(.hessian)
                && (planted.hessian?.rank != 2 || apart(planted.hessian?.elements ?? [], truth.hessian?.elements ?? []))
    }
}

extension Diagnosis {
    /// For messages of tests.
    var outline: String {
        "\(verdict) \(findings.map { "\($0.id) \($0.parameters)" })"
    }
}
