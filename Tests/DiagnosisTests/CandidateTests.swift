import Diagnosis
import Differentiation
import Foundation
import LinearAlgebra
import Losses
import Testing

/// Right candidates are never accused, wrong ones never named by chance.
@Suite struct CandidateTests {
    private func numbers(_ truth: Derivatives, _ change: (Double) -> Double = { $0 }, digits: Int? = nil) -> Candidate {
        let place = digits.map { -$0 } ?? -17
        func rounded(_ value: Double) -> Double {
            guard let digits else { return change(value) }
            return Double(String(format: "%.\(digits)f", change(value))) ?? .nan
        }
        let hessian = truth.hessian.map { h in
            CandidateArray(
                values: NumericArray(shape: [h.rows, h.columns], h.elements.map(rounded)), finestPlace: place)
        }
        return .numbers(
            loss: truth.loss.map { CandidateNumber(value: rounded($0), finestPlace: place) },
            gradient: truth.gradient.map { CandidateArray(values: NumericArray($0.map(rounded)), finestPlace: place) },
            hessian: hessian)
    }

    private func verdict(_ problem: RegressionProblem, _ candidate: Candidate) throws -> Diagnosis {
        try #require(
            try Oracle.evaluate(problem, EvaluationPlan(printsSymbolic: false, compares: false, candidate: candidate))
                .diagnosis)
    }

    @Test(arguments: LossCatalog.all.map(\.name))
    func rightCandidatesAreNeverAccused(name: String) throws {
        let loss = try #require(LossCatalog.named(name))
        for seed in 21...24 as ClosedRange<UInt64> {
            let problem = SampleProblems.problem(loss, seed: seed, extras: seed % 2 == 0)
            let truth = try Oracle.evaluate(problem, EvaluationPlan(compares: false)).derivatives
            #expect(try verdict(problem, numbers(truth)).verdict == .correct, "\(name) \(seed)")
            for digits in 6...8 {
                let found = try verdict(problem, numbers(truth, digits: digits)).verdict
                #expect(found == .precision || found == .correct, "\(name) \(seed) \(digits) digits: \(found)")
            }
            let single = try verdict(problem, numbers(truth) { Double(Float($0)) }).verdict
            #expect(single == .precision || single == .correct, "\(name) \(seed) binary32: \(single)")
        }
    }

    @Test(arguments: LossCatalog.all.map(\.name))
    func randomCandidatesAreUnexplained(name: String) throws {
        let loss = try #require(LossCatalog.named(name))
        var random = Seeded(77)
        for seed in 31...33 as ClosedRange<UInt64> {
            let problem = SampleProblems.problem(loss, seed: seed)
            let truth = try Oracle.evaluate(problem, EvaluationPlan(compares: false)).derivatives
            let found = try verdict(problem, numbers(truth) { $0 + random.uniform(-2...2) })
            #expect(found.verdict == .unexplained, "\(name) \(seed): \(found.verdict) \(found.findings.map(\.id))")
        }
    }

    @Test(arguments: LossCatalog.all.map(\.name))
    func conventionsAndFactors(name: String) throws {
        let loss = try #require(LossCatalog.named(name))
        let problem = SampleProblems.problem(loss, seed: 41)
        let truth = try Oracle.evaluate(problem, EvaluationPlan(compares: false)).derivatives
        let half = try verdict(problem, numbers(truth) { $0 / 2 })
        #expect(
            half.verdict == .convention && half.findings.first?.id == "scale",
            "\(name): \(half.verdict) \(half.findings.map(\.id))")
        let negative = try verdict(problem, numbers(truth) { -$0 })
        #expect(
            negative.verdict == .convention && negative.findings.first?.id == "negated", "\(name): \(negative.verdict)")
    }
}
