import LinearAlgebra
import Losses

extension Mistake {
    /// N3. Another value of a derivative that jumps: sign(0) = 1.
    static let kinkConvention = Mistake(
        recognised: "kink-convention", title: "another value where the derivative jumps", program: "sign(0) = 1",
        gives: "the right numbers but for the rows, or coefficients, at a kink",
        sign: "the difference is within what the rows at the kink can make up",
        fix: "nothing is wrong; state which value is taken at the kink (here 0 for sign(0))")
}

extension Diagnoser {
    /// Where the derivative may have another value by convention.
    struct Kinks {
        /// The rows whose ℓ′ or ℓ″ jumps at η.
        var rows: [Int] = []
        /// The entries of β where a lasso's derivative jumps.
        var entries: [Int] = []

        /// For a finding.
        var parameters: [String: ParameterValue] {
            var result: [String: ParameterValue] = [:]
            if !rows.isEmpty { result["rows"] = .numbers(rows.map(Double.init)) }
            if !entries.isEmpty { result["entries"] = .numbers(entries.map(Double.init)) }
            return result
        }
    }

    /// Whether the rows at a kink of ℓ, or the entries of β at the kink of a lasso, can make up the differences: each may
    /// move an entry by as much as its derivative jumps there.
    func kinks(_ candidate: CandidateNumbers, _ bounds: Tolerances) -> (match: Match, kinks: Kinks)? {
        let (p, count) = (problem.p, problem.beta.count)
        var wide = candidate.isBinary32 ? bounds.scaled(Tolerances.binary32) : bounds
        var found = Kinks()
        if problem.penalty.lasso > 0 {
            for k in 0..<count where problem.beta[k] == 0 && !problem.penalty.exempt.contains(k % p) {
                guard wide.gradient.indices.contains(k) else { continue }
                wide.gradient[k] += problem.penalty.lasso
                found.entries.append(k)
            }
        }
        for (i, jump) in jumps(unit: candidate.isBinary32 ? 0x1p-24 : 0x1p-53) {
            found.rows.append(i)
            let size = problem.constant * (problem.weights?[i] ?? 1)
            for j in 0..<p {
                if wide.gradient.indices.contains(j) {
                    wide.gradient[j] += size * jump.first * abs(problem.x[i, j])
                }
                for k in 0..<p where wide.hessian.indices.contains(j * p + k) {
                    wide.hessian[j * p + k] += size * jump.second * abs(problem.x[i, j] * problem.x[i, k])
                }
            }
        }
        guard !(found.rows.isEmpty && found.entries.isEmpty),
            let match = Match.between(candidate, truthPrediction, wide)
        else { return nil }
        return (match, found)
    }

    /// The rows of a loss with kinks for which rounding of η in arithmetic of unit `unit` may decide on the side: how far ℓ′
    /// and ℓ″ on either side are from their values at η. O(np).
    private func jumps(unit: Double) -> [(row: Int, jump: (first: Double, second: Double))] {
        guard problem.beta.rank == 1, let loss = problem.loss, case .separable = loss.kind, !loss.kinks.isEmpty else {
            return []
        }
        let (p, parameters) = (problem.p, problem.lossParameters)
        let eta = Sketch.linearPredictor(problem)
        let beta = problem.beta.elements
        let y = problem.y.elements
        var result: [(row: Int, jump: (first: Double, second: Double))] = []
        problem.x.withUnsafeElements { x in
            for i in 0..<problem.n {
                // |fl(η) − η| ≤ γ(|x|·|β| + |o|), and y is read with one rounding.
                var size = abs(problem.offset?[i] ?? 0) + abs(y[i])
                for j in 0..<p { size += abs(x[i * p + j] * beta[j]) }
                let width = max(4 * Double(p + 3) * unit * size, 0x1p-1000)
                let left = loss.closedForm(eta[i] - width, y[i], parameters)
                let right = loss.closedForm(eta[i] + width, y[i], parameters)
                // What changes smoothly over so short a way changes by little.
                guard abs(left.first - right.first) > 1e-3 || abs(left.second - right.second) > 1e-3 else { continue }
                let at = loss.closedForm(eta[i], y[i], parameters)
                func jump(_ a: Double, _ middle: Double, _ b: Double) -> Double {
                    let largest = max(abs(a - middle), abs(b - middle))
                    return largest > 1e-3 ? largest * (1 + 1e-6) : 0
                }
                let first = jump(left.first, at.first, right.first)
                let second = jump(left.second, at.second, right.second)
                if first > 0 || second > 0 { result.append((i, (first, second))) }
            }
        }
        return result
    }
}
