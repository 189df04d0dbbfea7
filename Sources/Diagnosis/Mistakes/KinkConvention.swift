import LinearAlgebra
import Losses

extension Mistake {
    /// N3. Another value of a derivative that jumps: sign(0) = 1.
    static let kinkConvention = Mistake(
        recognised: "kink-convention", title: "another value at a kink", program: "sign(0) = 1",
        gives: "right but for rows at a kink", sign: "the difference is within the rows at the kink",
        fix: "state which value is taken")
}

extension Diagnoser {
    /// Whether the rows at a kink of ℓ, or the entries of β at the kink of a lasso, can make up the differences: each may
    /// move an entry by as much as its derivative jumps there.
    func kinks(_ candidate: CandidateNumbers, _ bounds: Tolerances) -> (match: Match, rows: [Int])? {
        let rows = Set(truth.notices.filter { $0.code == .kink }.flatMap(\.rows)).filter { $0 < problem.n }.sorted()
        let (p, count) = (problem.p, problem.beta.count)
        var wide = bounds
        var isWider = false
        if problem.penalty.lasso > 0 {
            for k in 0..<count where problem.beta[k] == 0 && !problem.penalty.exempt.contains(k % p) {
                guard wide.gradient.indices.contains(k) else { continue }
                wide.gradient[k] += problem.penalty.lasso
                isWider = true
            }
        }
        if problem.beta.rank == 1, let loss = problem.loss, case .separable = loss.kind {
            let eta = rows.isEmpty ? [] : Sketch.linearPredictor(problem)
            for i in rows {
                let jump = jump(loss, eta[i], problem.y[i])
                let size = problem.constant * (problem.weights?[i] ?? 1)
                isWider = isWider || jump.first > 0 || jump.second > 0
                for j in 0..<p {
                    if wide.gradient.indices.contains(j) {
                        wide.gradient[j] += size * jump.first * abs(problem.x[i, j])
                    }
                    for k in 0..<p where wide.hessian.indices.contains(j * p + k) {
                        wide.hessian[j * p + k] += size * jump.second * abs(problem.x[i, j] * problem.x[i, k])
                    }
                }
            }
        }
        guard isWider, let match = Match.between(candidate, truthPrediction, wide) else { return nil }
        return (match, rows)
    }

    /// How far ℓ′ and ℓ″ just beside η are from their values at η.
    private func jump(_ loss: LossDefinition, _ eta: Double, _ y: Double) -> (first: Double, second: Double) {
        let width = 1e-9 * max(1, abs(eta))
        let at = loss.closedForm(eta, y, problem.lossParameters)
        let sides = [eta - width, eta + width].map { loss.closedForm($0, y, problem.lossParameters) }
        func largest(_ values: [Double]) -> Double {
            let size = values.max() ?? 0
            return size > 1e-6 ? size * (1 + 1e-6) : 0
        }
        return (largest(sides.map { abs($0.first - at.first) }), largest(sides.map { abs($0.second - at.second) }))
    }
}
