import Diagnosis
import Differentiation
import Expressions
import Foundation
import LinearAlgebra
import Losses

/// What a diagnosis adds to an evaluation: of right numbers, of numbers that nothing explains and of planted mistakes, in
/// milliseconds of processor time and as a multiple of the evaluation's own.
///
/// `swift run -c release Benchmarks diagnosis [n p [loss [mistakes]]]`
func benchmarkDiagnosis(_ arguments: [String]) {
    let n = arguments.count >= 2 ? Int(arguments[0]) ?? 100_000 : 100_000
    let p = arguments.count >= 2 ? Int(arguments[1]) ?? 10 : 10
    let wanted = arguments.count >= 3 ? arguments[2] : "all"
    let plants = arguments.count >= 4
    for loss in LossCatalog.all where wanted == "all" || wanted == loss.name {
        guard let problem = diagnosisProblem(loss, n, p),
            let evaluation = try? Oracle.evaluate(problem, EvaluationPlan())
        else { continue }
        let truth = evaluation.derivatives
        let base = processorSeconds { _ = try? Oracle.evaluate(problem, EvaluationPlan()) }
        var line = "\(loss.name)".padding(toLength: 28, withPad: " ", startingAt: 0) + milliseconds(base)
        func measure(_ name: String, _ candidate: Candidate) {
            var verdict = "error"
            let time = processorSeconds {
                let plan = EvaluationPlan(candidate: candidate)
                verdict = (try? Oracle.evaluate(problem, plan))?.diagnosis?.verdict.rawValue ?? "error"
            }
            line += "  \(name) +\(milliseconds(time - base)) (\(String(format: "%.2f", time / base - 1))) \(verdict)"
        }
        var state: UInt64 = 7
        let right = candidate(truth.loss, truth.gradient, truth.hessian.map { NumericArray($0) })
        let wrong = candidate(
            truth.loss, truth.gradient?.map { $0 + uniform(&state) },
            truth.hessian.map { h in NumericArray(shape: [h.rows, h.columns], h.elements.map { $0 + uniform(&state) }) }
        )
        measure("right", right)
        measure("wrong", wrong)
        measure("gradient", candidate(nil, truth.gradient?.map { $0 + uniform(&state) }, nil))
        measure(
            "hessian",
            candidate(
                nil, nil,
                truth.hessian.map { h in
                    NumericArray(shape: [h.rows, h.columns], h.elements.map { $0 + uniform(&state) })
                }))
        print(line)
        guard plants, let planted = try? Diagnosis.planted(problem) else { continue }
        for plant in planted {
            line = "    " + "\(plant.id) \(plant.key)".padding(toLength: 44, withPad: " ", startingAt: 0)
            measure("", plant.candidate())
            print(line)
        }
    }
}

private func candidate(_ loss: Double?, _ gradient: [Double]?, _ hessian: NumericArray?) -> Candidate {
    .numbers(
        loss: loss.map { CandidateNumber(value: $0, finestPlace: -17) },
        gradient: gradient.map { CandidateArray(values: NumericArray($0), finestPlace: -17) },
        hessian: hessian.map { CandidateArray(values: $0, finestPlace: -17) })
}

private func uniform(_ state: inout UInt64) -> Double {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Double(state >> 11) * 0x1p-53 - 0.5
}

/// A column of ones first, a ridge that exempts it, weights and an offset where the loss has them.
private func diagnosisProblem(_ loss: LossDefinition, _ n: Int, _ p: Int) -> RegressionProblem? {
    var state: UInt64 = 42
    var x = Matrix(rows: n, columns: p)
    for i in 0..<n { for j in 0..<p { x[i, j] = j == 0 ? 1 : 2 * uniform(&state) } }
    let values = loss.parameters.map(\.standard)
    let penalty = Penalty(ridge: 0.1, exempt: [0])
    switch loss.kind {
    case .softmax:
        let classes = (0..<n).map { Double($0 * 7 % 3) }
        let beta = (0..<3 * p).map { _ in uniform(&state) }
        return RegressionProblem(
            x: x, y: NumericArray(classes), beta: NumericArray(shape: [3, p], beta),
            objective: .loss(loss, parameters: values), penalty: penalty)
    case .cox:
        var times: [Double] = []
        for i in 0..<n { times += [Double(i * 5 % 997 + 1), i % 3 == 0 ? 0 : 1] }
        let beta = (0..<p).map { _ in uniform(&state) }
        return RegressionProblem(
            x: x, y: NumericArray(shape: [n, 2], times), beta: NumericArray(beta),
            objective: .loss(loss, parameters: values), scale: .sum, penalty: penalty)
    case .separable:
        let kinds = loss.sampleTargets
        let isReal = loss.domain == .real
        var y: [Double] = []
        for i in 0..<n { y.append(kinds[i % kinds.count] + (isReal ? uniform(&state) : 0)) }
        let beta = (0..<p).map { _ in uniform(&state) }
        let weights = (0..<n).map { _ in 1 + uniform(&state) }
        let offset = (0..<n).map { _ in 0.2 * uniform(&state) }
        return RegressionProblem(
            x: x, y: NumericArray(y), beta: NumericArray(beta), objective: .loss(loss, parameters: values),
            weights: weights, offset: offset, penalty: penalty)
    }
}

private func milliseconds(_ value: Double) -> String { String(format: "%7.1f", value * 1e3) }

/// The least processor time of three calls.
private func processorSeconds(_ body: () -> Void) -> Double {
    var best = Double.infinity
    for _ in 0..<3 {
        let start = clock()
        body()
        best = min(best, Double(clock() - start) / Double(CLOCKS_PER_SEC))
    }
    return best
}
