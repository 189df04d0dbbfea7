import Diagnosis
import Differentiation
import Foundation
import LinearAlgebra
import Losses
import Testing

/// Mistakes that come together, and what is said where the catalogue has no entry.
@Suite struct UnlistedCandidateTests {
    private func problem(_ name: String, seed: UInt64 = 71) throws -> RegressionProblem {
        let loss = try #require(LossCatalog.named(name))
        var problem = SampleProblems.problem(loss, seed: seed, extras: false)
        problem.penalty = Penalty()
        return problem
    }

    private func derivatives(_ problem: RegressionProblem) throws -> Derivatives {
        try Oracle.evaluate(problem, EvaluationPlan(compares: false)).derivatives
    }

    private func candidate(_ loss: Double?, _ gradient: [Double]?, _ hessian: NumericArray?) -> Candidate {
        .numbers(
            loss: loss.map { CandidateNumber(value: $0, finestPlace: -17) },
            gradient: gradient.map { CandidateArray(values: NumericArray($0), finestPlace: -17) },
            hessian: hessian.map { CandidateArray(values: $0, finestPlace: -17) })
    }

    private func scaled(_ matrix: Matrix?, _ factor: Double) -> NumericArray? {
        matrix.map { NumericArray(shape: [$0.rows, $0.columns], $0.elements.map { $0 * factor }) }
    }

    // MARK: Together

    @Test(arguments: [0.5, 19, -1, -19] as [Double])
    func aPenaltyLeftOutAndAFactor(factor: Double) throws {
        var problem = try problem("squared")
        let bare = try derivatives(problem)
        problem.penalty = Penalty(ridge: 0.3, exempt: [0])
        let found = try problem.diagnose(
            candidate(
                bare.loss.map { $0 * factor }, bare.gradient?.map { $0 * factor }, scaled(bare.hessian, factor)))
        #expect(found.verdict == .mistake && found.findings.first?.id == "penalty-scale", "\(found.outline)")
        #expect(found.findings.first?.parameters["k"] == .number(0))
        #expect(found.findings.first?.title == "the penalty is left out")
        #expect(found.summary.contains("times as large"), "\(found.summary)")
    }

    @Test func weightsLeftOutAndASum() throws {
        var problem = try problem("poisson")
        problem.scale = .sum
        let bare = try derivatives(problem)
        problem.scale = .mean
        problem.weights = (0..<problem.n).map { 0.5 + Double($0 % 5) / 3 }
        let found = try problem.diagnose(candidate(bare.loss, bare.gradient, scaled(bare.hessian, 1)))
        #expect(found.verdict == .mistake && found.findings.first?.id == "weights-misplaced", "\(found.outline)")
        #expect(found.findings.first?.parameters["factor_name"] == .text("n"))
    }

    /// Labels 0 and 1 in the formula for ±1 are recoded the other way round.
    @Test func labelsAreRecodedTheRightWay() throws {
        for (name, fix) in [("logistic", "(y + 1) / 2"), ("signed-logistic", "2 * y - 1")] {
            let problem = try problem(name)
            let planted = try #require(try Diagnosis.planted(problem, only: ["labels-plus-minus"]).first)
            let found = try problem.diagnose(planted.candidate())
            #expect(found.findings.first?.fix.contains(fix) == true, "\(name): \(found.findings.first?.fix ?? "")")
        }
    }

    /// A covariance in the place of the Hessian, of the mean and of the sum, with the right gradient beside it.
    @Test(arguments: ["logistic", "poisson", "gamma", "squared"])
    func covariances(name: String) throws {
        let problem = try problem(name)
        let planted = try Diagnosis.planted(problem, only: ["inverse-as-covariance"])
        #expect(planted.count == 4, "\(planted.map(\.key))")
        for one in planted {
            for quantities in [.all, [.gradient, .hessian], .hessian] as [Quantities] {
                let found = try problem.diagnose(one.candidate(quantities))
                #expect(found.findings.first?.id == "inverse-as-covariance", "\(one.key): \(found.outline)")
            }
        }
    }

    /// A second column of ones has a coefficient that a piecewise linear loss hides from the gradient and shows in the loss.
    @Test(arguments: ["absolute", "quantile", "hinge", "epsilon-insensitive"])
    func aSecondInterceptOfAStepwiseSlope(name: String) throws {
        for (seed, value) in [(81, 0.37), (82, -0.52), (83, 1.25)] as [(UInt64, Double)] {
            var longer = try problem(name, seed: seed)
            let problem = longer
            longer.x = Matrix(
                rows: problem.n, columns: problem.p + 1, (0..<problem.n).flatMap { [1] + problem.x.row($0) })
            longer.beta = NumericArray([value] + problem.beta.elements)
            let given = try derivatives(longer)
            // Where the slope is zero the loss is the same for a whole range of coefficients.
            let all = try problem.diagnose(candidate(given.loss, given.gradient, nil))
            #expect(all.findings.map(\.id) == ["intercept-twice"], "\(name) \(seed): \(all.outline)")
            let alone = try problem.diagnose(candidate(nil, given.gradient, nil))
            #expect(alone.findings.contains { $0.id == "intercept-twice" }, "\(name) \(seed): \(alone.outline)")
            if abs(given.gradient?[0] ?? 0) > 1e-9 {
                #expect(
                    all.findings.first?.parameters["coefficient"] == .number(value), "\(name) \(seed): \(all.outline)")
            }
        }
    }

    // MARK: Words

    @Test func partsThatAreOffByAFactor() throws {
        let problem = try problem("logistic")
        let truth = try derivatives(problem)
        for (factor, name) in [(-1, "-1"), (0.5, "1/2"), (2, "2"), (Double(problem.n), "n")] as [(Double, String)] {
            let found = try problem.diagnose(candidate(truth.loss, truth.gradient, scaled(truth.hessian, factor)))
            #expect(found.verdict == .unexplained, "\(found.outline)")
            #expect(found.summary.contains("The Hessian is \(name) times the right one."), "\(found.summary)")
        }
    }

    @Test func anotherOrderOfClasses() throws {
        let problem = try problem("softmax")
        let truth = try derivatives(problem)
        let (classes, p) = (problem.beta.shape[0], problem.p)
        let order = (0..<classes * p).map { $0 % classes * p + $0 / classes }
        let gradient = try #require(truth.gradient)
        let found = try problem.diagnose(candidate(truth.loss, order.map { gradient[$0] }, nil))
        #expect(found.verdict == .unexplained && found.summary.contains("beta.T.ravel()"), "\(found.summary)")
        let hessian = try #require(truth.hessian)
        let blocks = NumericArray(
            shape: [classes * p, classes * p],
            (0..<classes * p).flatMap { j in (0..<classes * p).map { j / p == $0 / p ? hessian[j, $0] : 0 } })
        let apart = try problem.diagnose(candidate(truth.loss, gradient, blocks))
        #expect(apart.verdict == .unexplained && apart.summary.contains("two classes are missing"), "\(apart.summary)")
    }

    @Test func anotherLoss() throws {
        let problem = try problem("squared")
        for (name, parameters, words) in [
            ("huber", [1], "`huber` with delta = 1"), ("log-cosh", [], "`log-cosh`"),
        ] as [(String, [Double], String)] {
            var other = problem
            other.objective = .loss(try #require(LossCatalog.named(name)), parameters: parameters)
            let given = try derivatives(other)
            let found = try problem.diagnose(candidate(given.loss, given.gradient, scaled(given.hessian, 1)))
            #expect(found.verdict == .unexplained && found.summary.contains(words), "\(found.summary)")
        }
    }

    @Test func aHessianThatIsNotSymmetric() throws {
        let problem = try problem("gamma")
        let truth = try derivatives(problem)
        var hessian = try #require(truth.hessian)
        hessian[0, 2] += 0.25
        let found = try problem.diagnose(candidate(truth.loss, truth.gradient, NumericArray(hessian)))
        #expect(found.verdict == .unexplained && found.summary.contains("not symmetric"), "\(found.summary)")
    }

    /// Noise of a forward difference and of binary32, printed with few digits, look alike: both are named, nobody accused.
    @Test func printedNoiseOfDifferences() throws {
        for seed in 91...110 as ClosedRange<UInt64> {
            let loss = try #require(LossCatalog.named("logistic"))
            let problem = SampleProblems.problem(loss, seed: seed, extras: false)
            func value(_ beta: [Double]) -> Double {
                (0..<problem.n).reduce(0) { sum, i in
                    let eta = (0..<problem.p).reduce(0) { $0 + problem.x[i, $1] * beta[$1] }
                    return sum + (log1p(exp(eta)) - problem.y[i] * eta) / Double(problem.n)
                }
            }
            let beta = problem.beta.elements
            let gradient = beta.indices.map { j in
                var moved = beta
                moved[j] += 0x1p-26
                return (value(moved) - value(beta)) / (moved[j] - beta[j])
            }
            let printed = gradient.map { Double(String(format: "%.8f", $0)) ?? .nan }
            let found = try problem.diagnose(
                .numbers(
                    loss: nil, gradient: CandidateArray(values: NumericArray(printed), finestPlace: -8), hessian: nil))
            #expect([.precision, .correct].contains(found.verdict), "seed \(seed): \(found.outline)")
        }
    }

    /// A gradient of forward differences of the loss and a Hessian of central differences of the gradient.
    @Test(arguments: 201...206 as ClosedRange<UInt64>)
    func eachPartByADifferenceOfItsOwn(seed: UInt64) throws {
        var problem = try problem("squared", seed: seed)
        // At the optimum, where the error of the gradient is nothing but noise.
        let plan = EvaluationPlan(compares: false, wantsCurvature: true)
        let step = try #require(try Oracle.evaluate(problem, plan).curvature?.newtonStep)
        problem.beta = NumericArray(zip(problem.beta.elements, step).map { $0 + $1 })
        let right = try derivatives(problem)
        func moved(_ j: Int, _ h: Double) throws -> Derivatives {
            var beta = problem.beta.elements
            beta[j] += h
            var other = problem
            other.beta = NumericArray(beta)
            return try derivatives(other)
        }
        let loss = try #require(right.loss)
        let h = 0x1p-26
        let gradient = try (0..<problem.p).map { ((try moved($0, h).loss ?? .nan) - loss) / h }
        let hessian = try (0..<problem.p).flatMap { j in
            let (up, down) = try (moved(j, 1e-6).gradient ?? [], moved(j, -1e-6).gradient ?? [])
            return zip(up, down).map { ($0 - $1) / 2e-6 }
        }
        func matrix(_ factor: Double) -> NumericArray {
            NumericArray(shape: [problem.p, problem.p], hessian.map { $0 * factor })
        }
        let found = try problem.diagnose(candidate(nil, gradient, matrix(1)))
        #expect(found.verdict == .precision, "\(found.outline)")
        #expect(Set(found.findings.flatMap(\.explains)) == ["gradient", "hessian"], "\(found.outline)")
        let wrong = try problem.diagnose(candidate(nil, gradient, matrix(1.001)))
        #expect(wrong.verdict == .unexplained, "\(wrong.outline)")
    }

    /// A difference quotient of the gradient of a quadratic is right but for its rounding, which is no mistake that has the
    /// right Hessian up to a factor; and one of the loss near an optimum is recognised, large as its error is there.
    @Test func quotientsAreNoMistakes() throws {
        for seed in 121...126 as ClosedRange<UInt64> {
            // More rows than the entry with the n by n residual takes to evaluate its program.
            let squared = try #require(LossCatalog.named("squared"))
            var problem = SampleProblems.problem(squared, seed: seed, n: 400, extras: false)
            problem.penalty = Penalty()
            let beta = problem.beta.elements
            func gradient(_ beta: [Double]) -> [Double] {
                var sums = [Double](repeating: 0, count: problem.p)
                for i in 0..<problem.n {
                    let r = (0..<problem.p).reduce(-problem.y[i]) { $0 + problem.x[i, $1] * beta[$1] }
                    for j in sums.indices { sums[j] += 2 * r * problem.x[i, j] / Double(problem.n) }
                }
                return sums
            }
            let hessian = beta.indices.flatMap { j in
                var moved = beta
                moved[j] += 0.01
                return zip(gradient(moved), gradient(beta)).map { ($0 - $1) / 0.01 }
            }
            let found = try problem.diagnose(
                candidate(nil, nil, NumericArray(shape: [problem.p, problem.p], hessian)))
            #expect([.correct, .precision].contains(found.verdict), "seed \(seed): \(found.outline)")
            // Newton's step from β leads to the optimum.
            var optimum = problem
            let plan = EvaluationPlan(compares: false, wantsCurvature: true)
            let step = try #require(try Oracle.evaluate(problem, plan).curvature?.newtonStep)
            optimum.beta = NumericArray(zip(beta, step).map { $0 + $1 })
            let truth = try derivatives(optimum)
            let h = try #require(truth.hessian)
            let forward = try #require(truth.gradient).enumerated().map { $1 + 0.005 * h[$0, $0] }
            let near = try optimum.diagnose(candidate(nil, forward, nil))
            #expect(near.findings.map(\.id) == ["finite-differences"], "seed \(seed): \(near.outline)")
        }
    }
}
