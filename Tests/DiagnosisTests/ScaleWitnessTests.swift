import Diagnosis
import Differentiation
import Foundation
import LinearAlgebra
import Losses
import Testing

/// Every scale, in every witness, with weights, offsets and penalties, one of the weights 0: what the constant multiplies
/// is the same, and the penalty is not multiplied.
@Suite struct ScaleWitnessTests {
    static let scales: [Scale] = [.mean, .sum, .halfMean, .weightedMean, .number(0.375)]

    @Test(arguments: LossCatalog.all.map(\.name))
    func everyScaleIsAFactorOfTheSum(name: String) throws {
        let loss = try #require(LossCatalog.named(name))
        var problem = SampleProblems.problem(loss, seed: 4)
        problem.weights?[3] = 0
        let n = Double(problem.n)
        let weight = problem.weights?.reduce(0, +) ?? n
        problem.scale = .sum
        let plan = EvaluationPlan(printsSymbolic: false, witnesses: [.symbolic, .closedForm, .forwardMode])
        let sum = try Oracle.evaluate(problem, plan).derivatives
        // λΣβ² + λΣ|β| of all but the first column.
        let columns = problem.p
        var penalty = 0.0
        for k in 0..<problem.beta.count where k % columns != 0 {
            penalty += problem.penalty.ridge * problem.beta[k] * problem.beta[k]
            penalty += problem.penalty.lasso * abs(problem.beta[k])
        }
        for scale in Self.scales {
            let constant: Double =
                switch scale {
                case .mean: 1 / n
                case .sum: 1
                case .halfMean: 0.5 / n
                case .weightedMean: 1 / weight
                case .number(let value): value
                }
            problem.scale = scale
            let evaluation = try Oracle.evaluate(problem, plan)
            #expect(evaluation.comparisons.count == 3)
            for (witness, comparison) in evaluation.comparisons {
                #expect(comparison.agrees, "\(scale) \(witness): \(comparison)")
            }
            let found = try #require(evaluation.derivatives.loss)
            let expected = constant * (try #require(sum.loss) - penalty) + penalty
            #expect(abs(found - expected) <= 1e-13 * (abs(found) + penalty), "\(scale): \(found), not \(expected)")
            let (g, all) = (try #require(evaluation.derivatives.gradient), try #require(sum.gradient))
            for k in g.indices {
                let b = problem.beta[k]
                let pull =
                    k % columns == 0 ? 0 : 2 * problem.penalty.ridge * b + problem.penalty.lasso * (b > 0 ? 1 : -1)
                let expected = constant * (all[k] - pull) + pull
                // A constant column of Cox's losses has a slope of 0, the difference of numbers near 10.
                #expect(abs(g[k] - expected) <= 1e-13 * (abs(g[k]) + abs(all[k]) + abs(pull)) + 1e-15)
            }
        }
    }
}
