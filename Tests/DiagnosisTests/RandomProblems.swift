import Foundation
import LinearAlgebra
import Losses

/// Problems of any loss with weights, offset, penalty and scale at random.
enum RandomProblems {
    /// n from 9 to 14 and p from 3 to 4; a column of ones first. `spread`: columns are scaled by powers of ten up to this,
    /// and β against them.
    static func problem(_ loss: LossDefinition, seed: UInt64, spread: Double = 0) -> RegressionProblem {
        var random = Seeded(seed &* 7919 &+ UInt64(loss.name.utf8.reduce(0) { $0 * 31 % 65521 + Int($1) }))
        let n = Int.random(in: 9...14, using: &random)
        let p = Int.random(in: 3...4, using: &random)
        let scales = (0..<p).map { $0 == 0 ? 1 : pow(10, random.uniform(-spread...spread)) }
        var x = Matrix(rows: n, columns: p)
        for i in 0..<n { for j in 0..<p { x[i, j] = j == 0 ? 1 : scales[j] * random.uniform(-1.5...1.5) } }
        let isSum: Bool
        if case .cox = loss.kind { isSum = true } else { isSum = false }
        let isSoftmax: Bool
        if case .softmax = loss.kind { isSoftmax = true } else { isSoftmax = false }
        let rows = isSoftmax ? 3 : 1
        let coefficients = (0..<rows * p).map { random.uniform() / scales[$0 % p] }
        let weights = Bool.random(using: &random) && !isSum ? (0..<n).map { _ in random.uniform(0.3...2) } : nil
        let offset = Bool.random(using: &random) && !isSoftmax ? (0..<n).map { _ in random.uniform(-0.4...0.4) } : nil
        let penalties = [
            Penalty(), Penalty(ridge: 0.3, exempt: [0]), Penalty(ridge: 0.2, lasso: 0.1),
            Penalty(ridge: 0.7, exempt: [0]),
        ]
        let scale: [Scale] = [.mean, .mean, .sum, .halfMean, .weightedMean, .number(0.37)]
        return RegressionProblem(
            x: x, y: targets(loss, n, &random),
            beta: isSoftmax ? NumericArray(shape: [3, p], coefficients) : NumericArray(coefficients),
            objective: .loss(loss, parameters: loss.parameters.map(\.standard)),
            scale: scale.randomElement(using: &random) ?? .mean, weights: weights, offset: offset,
            penalty: penalties.randomElement(using: &random) ?? Penalty())
    }

    private static func targets(_ loss: LossDefinition, _ n: Int, _ random: inout Seeded) -> NumericArray {
        switch loss.kind {
        case .softmax:
            return NumericArray((0..<n).map { i in Double(i < 3 ? i : Int.random(in: 0...2, using: &random)) })
        case .cox:
            return NumericArray(
                shape: [n, 2],
                (0..<n).flatMap { i in
                    [Double(Int.random(in: 1...6, using: &random)), i < 3 || Bool.random(using: &random) ? 1 : 0]
                })
        case .separable:
            // Every kind of target at least once.
            let kinds = loss.sampleTargets
            return NumericArray(
                (0..<n).map { i in
                    let target = kinds[i < kinds.count ? i : Int.random(in: 0..<kinds.count, using: &random)]
                    return loss.domain == .real ? target + random.uniform(-0.5...0.5) : target
                })
        }
    }
}
