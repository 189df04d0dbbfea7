import Diagnosis
import Differentiation
import Foundation
import LinearAlgebra
import Losses
import Testing

/// Right candidates are never accused, random ones never named: over all losses, more than 10,000 and 1,000 of them.
@Suite struct NeverAccuseTests {
    /// 28 losses, 30 problems each, 12 candidates a problem: 10,080.
    @Test(arguments: LossCatalog.all.map(\.name))
    func rightCandidates(name: String) throws {
        let loss = try #require(LossCatalog.named(name))
        for seed in 100..<130 as Range<UInt64> {
            let problem = RandomProblems.problem(loss, seed: seed, spread: seed % 2 == 0 ? 6 : 0)
            let exact = try Oracle.evaluate(problem, EvaluationPlan(compares: false)).derivatives
            let own = RightCandidates.inReverse(problem) ?? exact
            var candidates: [(String, Candidate)] = [
                ("binary64, rows in reverse", RightCandidates.candidate(own)),
                ("binary64, rows in reverse, gradient", RightCandidates.candidate(own, quantities: .gradient)),
                (
                    "binary64 closed form",
                    RightCandidates.candidate(try #require(try problem.closedForm(wanting: .all)))
                ),
                ("rounded to binary32", RightCandidates.candidate(exact, change: { Double(Float($0)) })),
            ]
            candidates.append(
                (
                    "binary32 arithmetic",
                    RightCandidates.candidate(
                        RightCandidates.inBinary32(problem) ?? exact, change: { Double(Float($0)) })
                ))
            for digits in 6...8 {
                candidates.append(("\(digits) decimals", RightCandidates.candidate(exact, decimals: digits)))
                candidates.append(("\(digits) digits", RightCandidates.candidate(exact, digits: digits)))
            }
            candidates.append(
                ("7 digits, Hessian", RightCandidates.candidate(exact, digits: 7, quantities: .hessian)))
            for (kind, candidate) in candidates {
                let found = try problem.diagnose(candidate)
                #expect(
                    [.correct, .precision].contains(found.verdict), "\(name) seed \(seed) \(kind): \(found.outline)")
            }
        }
    }

    /// 28 losses, 36 each: 1,008. Some are the truth with noise, some have nothing to do with it.
    @Test(arguments: LossCatalog.all.map(\.name))
    func randomCandidates(name: String) throws {
        let loss = try #require(LossCatalog.named(name))
        for seed in 200..<236 as Range<UInt64> {
            let problem = RandomProblems.problem(loss, seed: seed)
            let truth = try Oracle.evaluate(problem, EvaluationPlan(compares: false)).derivatives
            var random = Seeded(seed)
            let isNoise = seed % 3 == 0
            let size = [1e-3, 1, 100][Int(seed % 3)]
            let decimals = seed % 2 == 0 ? 17 : 5
            let candidate = RightCandidates.candidate(
                truth, change: { (isNoise ? $0 : 0) + size * (random.uniform() + (random.uniform() > 0 ? 0.1 : -0.1)) },
                decimals: decimals, quantities: [.all, .gradient, [.gradient, .hessian]][Int(seed / 3 % 3)])
            let found = try problem.diagnose(candidate)
            #expect(found.verdict == .unexplained, "\(name) seed \(seed): \(found.outline)")
        }
    }

    /// The checker is checked: a right candidate with one entry changed by ten times its resolution is not right.
    @Test(arguments: LossCatalog.all.map(\.name))
    func aChangedEntryIsNoticed(name: String) throws {
        let loss = try #require(LossCatalog.named(name))
        let problem = RandomProblems.problem(loss, seed: 300)
        var truth = try Oracle.evaluate(problem, EvaluationPlan(compares: false)).derivatives
        for decimals in [6, 8] {
            let old = try #require(truth.gradient?[1])
            truth.gradient?[1] = old + 10 * pow(10, -Double(decimals))
            let found = try problem.diagnose(RightCandidates.candidate(truth, decimals: decimals))
            #expect(![.correct, .precision].contains(found.verdict), "\(name): \(found.outline)")
            truth.gradient?[1] = old
        }
    }
}

/// What right programs print.
enum RightCandidates {
    /// As a candidate: changed, and printed with all digits, so many decimals, or so many significant digits.
    static func candidate(
        _ derivatives: Derivatives, change: (Double) -> Double = { $0 }, decimals: Int? = nil, digits: Int? = nil,
        quantities: Quantities = .all
    ) -> Candidate {
        func printed(_ value: Double) -> (value: Double, place: Int) {
            let changed = change(value)
            if let decimals, decimals < 17 {
                return (Double(String(format: "%.\(decimals)f", changed)) ?? .nan, -decimals)
            }
            if let digits {
                let place = changed == 0 ? 0 : Int(log10(abs(changed)).rounded(.down)) - digits + 1
                return (Double(String(format: "%.\(digits - 1)e", changed)) ?? .nan, place)
            }
            return (changed, -17)
        }
        func array(_ values: NumericArray) -> CandidateArray {
            let all = values.elements.map(printed)
            return CandidateArray(
                values: NumericArray(shape: values.shape, all.map(\.value)), finestPlace: all.map(\.place).min())
        }
        return .numbers(
            loss: quantities.contains(.loss)
                ? derivatives.loss.map { CandidateNumber(value: printed($0).value, finestPlace: printed($0).place) }
                : nil,
            gradient: quantities.contains(.gradient) ? derivatives.gradient.map { array(NumericArray($0)) } : nil,
            hessian: quantities.contains(.hessian) ? derivatives.hessian.map { array(NumericArray($0)) } : nil)
    }

    /// Plain binary64 sums over the rows from the last to the first; nil for losses that are no sum over rows.
    static func inReverse(_ problem: RegressionProblem) -> Derivatives? {
        sums(problem, Double.self, order: Array((0..<problem.n).reversed()))
    }

    /// The same in binary32 arithmetic on data rounded to it.
    static func inBinary32(_ problem: RegressionProblem) -> Derivatives? {
        sums(problem, Float.self, order: Array(0..<problem.n))
    }

    private static func sums<Number: BinaryFloatingPoint>(
        _ problem: RegressionProblem, _: Number.Type, order: [Int]
    ) -> Derivatives? {
        guard let loss = problem.loss, case .separable = loss.kind else { return nil }
        let p = problem.p
        var value = Number(0)
        var gradient = [Number](repeating: 0, count: p)
        var hessian = [Number](repeating: 0, count: p * p)
        let c = Number(problem.constant)
        for i in order {
            let x = (0..<p).map { Number(problem.x[i, $0]) }
            var eta = Number(problem.offset?[i] ?? 0)
            for j in (0..<p).reversed() { eta += x[j] * Number(problem.beta[j]) }
            let y = Double(Number(problem.y[i]))
            let at = loss.closedForm(Double(eta), y, problem.lossParameters)
            let w = Number(problem.weights?[i] ?? 1)
            value += w * Number(at.value)
            for j in 0..<p {
                gradient[j] += w * Number(at.first) * x[j]
                for k in 0..<p { hessian[j * p + k] += w * Number(at.second) * x[j] * x[k] }
            }
        }
        value *= c
        for j in 0..<p {
            gradient[j] *= c
            for k in 0..<p { hessian[j * p + k] *= c }
            if problem.penalty.exempt.contains(j) { continue }
            let b = Number(problem.beta[j])
            let (ridge, lasso) = (Number(problem.penalty.ridge), Number(problem.penalty.lasso))
            value += ridge * b * b + lasso * abs(b)
            gradient[j] += 2 * ridge * b + lasso * (b > 0 ? 1 : b < 0 ? -1 : 0)
            hessian[j * p + j] += 2 * ridge
        }
        var result = Derivatives()
        result.loss = Double(value)
        result.gradient = gradient.map { Double($0) }
        result.hessian = Matrix(rows: p, columns: p, hessian.map { Double($0) })
        return result
    }
}
