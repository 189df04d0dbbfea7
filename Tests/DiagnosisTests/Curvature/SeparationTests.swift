import Diagnosis
import Differentiation
import LinearAlgebra
import Losses
import Testing

/// `separable` where some β separates the classes, and only there.
@Suite struct SeparationTests {
    static let losses = ["logistic", "signed-logistic", "probit", "cloglog", "exponential"]

    private func isWarned(
        _ name: String, _ rows: [[Double]], _ classes: [Double], weights: [Double]? = nil, penalty: Penalty = Penalty()
    ) throws -> Bool {
        let loss = try #require(LossCatalog.named(name))
        let y = classes.map { $0 == 1 ? 1.0 : loss.domain == .plusMinusOne ? -1 : 0 }
        let problem = RegressionProblem(
            x: Matrix(rows: rows.count, columns: rows[0].count, rows.flatMap(\.self)), y: NumericArray(y),
            beta: NumericArray([Double](repeating: 0, count: rows[0].count)),
            objective: .loss(loss, parameters: []), weights: weights, penalty: penalty)
        let plan = EvaluationPlan(printsSymbolic: false, compares: false, wantsCurvature: true)
        return try Oracle.evaluate(problem, plan).warnings.contains { $0.code == .separable }
    }

    private static let line: [[Double]] = (0..<8).map { [1, Double($0)] }

    @Test(arguments: losses)
    func aThresholdSeparates(name: String) throws {
        #expect(try isWarned(name, Self.line, [0, 0, 0, 0, 1, 1, 1, 1]))
        // One row on the wrong side, or on both sides of the threshold at the same place.
        #expect(try !isWarned(name, Self.line, [0, 0, 1, 0, 1, 1, 1, 1]))
        #expect(try !isWarned(name, Self.line + [[1, 3]], [0, 0, 0, 0, 1, 1, 1, 1, 1]))
    }

    /// A row of weight 0 is not there; a penalty gives a minimum; without an intercept the threshold is 0.
    @Test(arguments: losses)
    func onlyWhatCounts(name: String) throws {
        let classes: [Double] = [0, 0, 1, 0, 1, 1, 1, 1]
        #expect(try isWarned(name, Self.line, classes, weights: [1, 1, 0, 1, 1, 1, 1, 1]))
        let separable: [Double] = [0, 0, 0, 0, 1, 1, 1, 1]
        #expect(try !isWarned(name, Self.line, separable, penalty: Penalty(ridge: 0.01)))
        #expect(try !isWarned(name, Self.line.map { [$0[1]] }, separable))
        #expect(try isWarned(name, Self.line.map { [$0[1] - 3.5] }, separable))
    }

    /// Margins of one part in a million, and columns in very different units.
    @Test(arguments: losses)
    func thinMarginsAndUnits(name: String) throws {
        let classes: [Double] = [0, 0, 0, 1, 1, 1]
        let x: [Double] = [-2, -1, -1e-6, 1e-6, 1, 2]
        let other: [Double] = [3, -1, 2, 2.5, 0, -4]
        let rows = x.indices.map { [1e6, (x[$0] + 0.7 * other[$0] + 40) * 1e-5, other[$0] * 1e5] }
        #expect(try isWarned(name, rows, classes))
        #expect(try !isWarned(name, rows + [[1e6, 40e-5 - 1.5e-5, 0]], classes + [1]))
    }

    /// Random separable and random inseparable classes in five dimensions; the truth is known by construction: a certificate,
    /// or two classes whose convex hulls share a point (a row of each class at the same place).
    @Test func random() throws {
        for seed in UInt64(1)...60 {
            var random = Seeded(seed)
            let direction = (0..<5).map { _ in random.uniform() }
            var rows: [[Double]] = []
            var classes: [Double] = []
            for _ in 0..<30 {
                let row = [1] + (0..<4).map { _ in random.uniform(-2...2) }
                let margin = zip(row, direction).reduce(0) { $0 + $1.0 * $1.1 }
                rows.append(row)
                classes.append(margin > 0 ? 1 : 0)
            }
            #expect(try isWarned("logistic", rows, classes), "seed \(seed)")
            rows.append(rows[0])
            classes.append(1 - classes[0])
            #expect(try !isWarned("logistic", rows, classes), "seed \(seed)")
        }
    }

    /// With one class and an intercept nothing keeps the loss from falling either.
    @Test func oneClass() throws {
        #expect(try isWarned("logistic", Self.line, Self.line.map { _ in 1 }))
        #expect(try isWarned("logistic", Self.line, Self.line.map { _ in 0 }))
        // Without an intercept, and x on both sides of 0, there is a minimum.
        #expect(try !isWarned("logistic", [[-1], [2], [0.5]], [1, 1, 1]))
    }

    @Test func otherLossesHaveMinima() throws {
        for name in ["hinge", "squared-hinge", "squared"] {
            #expect(try !isWarned(name, Self.line, [0, 0, 0, 0, 1, 1, 1, 1]))
        }
    }
}
