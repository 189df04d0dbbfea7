import Diagnosis
import Differentiation
import Foundation
import LinearAlgebra
import Losses
import Testing

/// All witnesses agree on every loss: automatic, symbolic, closed form, forward mode, finite differences.
@Suite struct WitnessTests {
    static let cases = LossCatalog.all.flatMap { loss in [1, 2, 3].map { (loss.name, UInt64($0)) } }

    @Test(arguments: cases)
    func agreeOnEveryLoss(name: String, seed: UInt64) throws {
        let loss = try #require(LossCatalog.named(name))
        for extras in [false, true] {
            let problem = SampleProblems.problem(loss, seed: seed, extras: extras)
            let plan = EvaluationPlan(witnesses: Witness.allCases)
            let evaluation = try Oracle.evaluate(problem, plan)
            #expect(evaluation.comparisons.count == 4)
            for (witness, comparison) in evaluation.comparisons {
                #expect(comparison.agrees, "\(name) seed \(seed) extras \(extras): \(witness) \(comparison)")
                let limit = witness == .finiteDifferences ? 1e-4 : 1e-9
                let largest = evaluation.derivatives.hessian?.elements.map(abs).max() ?? 1
                #expect(
                    (comparison.hessian?.tolerance ?? 0) <= limit * max(largest, 1), "\(name): \(witness) \(comparison)"
                )
            }
        }
    }

    /// Test the checker: a flipped sign, a wrong factor and a changed entry are all noticed.
    @Test(arguments: LossCatalog.all.map(\.name))
    func aPlantedDefectIsNoticed(name: String) throws {
        let loss = try #require(LossCatalog.named(name))
        let problem = SampleProblems.problem(loss, seed: 11)
        let truth = try Oracle.evaluate(problem, EvaluationPlan(compares: false)).derivatives
        var wrong = truth
        wrong.gradient?[1] += 1e-6 * (1 + abs(truth.gradient?[1] ?? 0))
        #expect(!Comparison.between(wrong, truth).agrees)
        wrong = truth
        wrong.loss = truth.loss.map { -$0 * 1.0000001 - 1e-7 }
        #expect(!Comparison.between(wrong, truth).agrees)
        wrong = truth
        wrong.hessian?[0, 1] += 1e-5 * (1 + abs(truth.hessian?[0, 1] ?? 0))
        #expect(!Comparison.between(wrong, truth).agrees)
    }
}
