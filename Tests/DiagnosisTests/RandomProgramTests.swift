import Diagnosis
import Differentiation
import Expressions
import Foundation
import LinearAlgebra
import Losses
import Testing

/// No false alarm: on thousands of random programs the automatic, symbolic and forward derivatives agree within their
/// bounds, and what is printed reads back as what was evaluated.
@Suite struct RandomProgramTests {
    private struct Answer {
        var evaluation: Evaluation
        var problem: RegressionProblem
        var text: String
    }

    /// Evaluations of random programs; those without a finite value are left out, and counted.
    private func answers(seed: UInt64, count: Int, witnesses: [Witness]) throws -> (answers: [Answer], without: Int) {
        var programs = RandomPrograms(seed: seed)
        var answers: [Answer] = []
        var without = 0
        for index in 0..<count {
            let text = programs.next(depth: 1 + index % 4)
            let problem = programs.problem(text)
            do {
                let evaluation = try Oracle.evaluate(problem, EvaluationPlan(witnesses: witnesses))
                answers.append(Answer(evaluation: evaluation, problem: problem, text: text))
            } catch is NonFiniteResult {
                without += 1
            }
        }
        return (answers, without)
    }

    @Test(arguments: (1...10).map { UInt64($0) })
    func witnessesAgree(seed: UInt64) throws {
        let (answers, without) = try answers(seed: seed, count: 1000, witnesses: [.symbolic, .forwardMode])
        #expect(without < 50, "seed \(seed): \(without) programs without a value")
        for answer in answers {
            for (witness, comparison) in answer.evaluation.comparisons {
                #expect(comparison.agrees, "seed \(seed): \(witness) of \(answer.text): \(comparison)")
            }
            // A bound that says nothing would agree with anything.
            let unbounded = answer.evaluation.comparisons.contains { $0.1.hessian?.isUnbounded ?? true }
            #expect(!unbounded, "seed \(seed): \(answer.text)")
        }
    }

    @Test func finiteDifferencesAgree() throws {
        for answer in try answers(seed: 77, count: 300, witnesses: [.finiteDifferences]).answers {
            for (_, comparison) in answer.evaluation.comparisons {
                #expect(comparison.agrees, "\(answer.text): \(comparison)")
            }
        }
    }

    @Test func whatIsPrintedReadsBack() throws {
        for answer in try answers(seed: 99, count: 1500, witnesses: []).answers {
            let environment = answer.problem.environment
            for printed in [
                answer.evaluation.symbolicLoss, answer.evaluation.symbolicGradient, answer.evaluation.symbolicHessian,
            ] {
                let printed = try #require(printed)
                let value = try #require(printed.value)
                let program = try Program.parse(printed.formula, in: environment)
                let again = try #require(
                    try Evaluator.evaluate(program.graph, roots: [program.root], in: environment).first)
                #expect(again.value.shape == value.shape, "\(answer.text): \(printed.formula)")
                for i in 0..<min(value.count, again.value.count) {
                    // The same operations in the same order up to the symmetric mean of a Hessian.
                    let tolerance = 4 * again.bound(at: i)
                    #expect(
                        abs(again.value[i] - value[i]) <= tolerance,
                        "\(answer.text): \(printed.formula) at \(i): \(again.value[i]) for \(value[i])")
                }
                let opened = printed.latex.count { $0 == "{" }
                #expect(opened == printed.latex.count { $0 == "}" }, "\(printed.latex)")
                let lefts = printed.latex.components(separatedBy: "\\left").count
                #expect(lefts == printed.latex.components(separatedBy: "\\right").count, "\(printed.latex)")
            }
        }
    }

    /// Test the checker: a rule that is wrong by one part in 10⁸ in either derivation is noticed in every program that it
    /// has a part in.
    @Test func aWrongRuleIsNoticed() throws {
        var noticed = 0
        for answer in try answers(seed: 5, count: 400, witnesses: []).answers {
            let truth = answer.evaluation.derivatives
            guard let gradient = truth.gradient, gradient.contains(where: { abs($0) > 1e-3 }) else { continue }
            // As if the slope of one function had a wrong factor: the gradient of another program stands for it.
            var other = answer.problem
            other.objective = .expression("(\(answer.text)) * 1.00000001")
            let wrong = try Oracle.evaluate(other, EvaluationPlan(compares: false)).derivatives
            #expect(!Comparison.between(wrong, truth).agrees, "\(answer.text)")
            noticed += 1
        }
        #expect(noticed > 250)
    }
}
