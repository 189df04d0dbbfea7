import Foundation
import LinearAlgebra
import Losses

/// A small seeded generator (SplitMix64), so that every random test can be repeated.
struct Seeded: RandomNumberGenerator {
    var state: UInt64
    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func uniform(_ range: ClosedRange<Double> = -1...1) -> Double { Double.random(in: range, using: &self) }
}

/// Random problems for every loss, targets in its domain.
enum SampleProblems {
    static func problem(
        _ loss: LossDefinition, seed: UInt64, n: Int = 19, p: Int = 4, extras: Bool = true
    ) -> RegressionProblem {
        var random = Seeded(seed)
        var x = Matrix(rows: n, columns: p)
        for i in 0..<n { for j in 0..<p { x[i, j] = j == 0 ? 1 : random.uniform(-1.5...1.5) } }
        let values = loss.parameters.map(\.standard)
        let weights = extras ? (0..<n).map { _ in random.uniform(0.2...2) } : nil
        let offset = extras ? (0..<n).map { _ in random.uniform(-0.3...0.3) } : nil
        let penalty = extras ? Penalty(ridge: 0.3, lasso: 0.1, exempt: [0]) : Penalty()
        switch loss.kind {
        case .softmax:
            let beta = NumericArray(shape: [3, p], (0..<3 * p).map { _ in random.uniform() })
            return RegressionProblem(
                x: x, y: NumericArray((0..<n).map { (i: Int) -> Double in Double((i * 7 + 2) % 3) }), beta: beta,
                objective: .loss(loss, parameters: values),
                weights: weights, penalty: penalty)
        case .cox:
            var y: [Double] = []
            for i in 0..<n {
                y.append(Double((i * 5) % 7 + 1))
                y.append(i % 3 == 0 ? 0 : 1)
            }
            return RegressionProblem(
                x: x, y: NumericArray(shape: [n, 2], y), beta: NumericArray((0..<p).map { _ in random.uniform() }),
                objective: .loss(loss, parameters: values), scale: .sum, offset: offset, penalty: penalty)
        case .separable:
            let shift = Int(seed % 5)
            let targets: [Double] = (0..<n).map { i in
                let place: Int = (i * 3 + shift) % loss.sampleTargets.count
                return loss.sampleTargets[place]
            }
            let beta: [Double] = (0..<p).map { _ in random.uniform() }
            return RegressionProblem(
                x: x, y: NumericArray(targets), beta: NumericArray(beta), objective: .loss(loss, parameters: values),
                weights: weights, offset: offset, penalty: penalty)
        }
    }
}
