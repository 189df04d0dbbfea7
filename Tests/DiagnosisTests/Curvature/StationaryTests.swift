import Diagnosis
import Differentiation
import LinearAlgebra
import Losses
import Testing

/// `stationary` where the gradient is zero but for rounding, and only there.
@Suite struct StationaryTests {
    private func isWarned(
        _ name: String, _ rows: [[Double]], _ y: [Double], _ beta: [Double], penalty: Penalty = Penalty()
    ) throws -> Bool {
        let loss = try #require(LossCatalog.named(name))
        let problem = RegressionProblem(
            x: Matrix(rows: rows.count, columns: rows[0].count, rows.flatMap(\.self)), y: NumericArray(y),
            beta: NumericArray(beta), objective: .loss(loss, parameters: loss.parameters.map(\.standard)),
            penalty: penalty)
        let plan = EvaluationPlan(printsSymbolic: false, compares: false, wantsCurvature: true)
        return try Oracle.evaluate(problem, plan).warnings.contains { $0.code == .stationary }
    }

    /// β̂ = mean of y for a column of ones; 0.1 + 0.2 + 0.6 has no exact third.
    @Test func theMeanIsStationary() throws {
        let ones: [[Double]] = [[1], [1], [1]]
        #expect(try isWarned("squared", ones, [0.1, 0.2, 0.6], [0.3]))
        #expect(try !isWarned("squared", ones, [0.1, 0.2, 0.6], [0.3000001]))
        #expect(try isWarned("logistic", ones + ones, [1, 0, 1, 0, 0, 1], [0]))
        #expect(try isWarned("poisson", ones, [0, 1, 2], [0]))
        #expect(try !isWarned("poisson", ones, [0, 1, 3], [0]))
    }

    /// One column in millions, one in millionths: a gradient that is small beside the other's curvature is not zero.
    @Test func unitsDoNotHideAGradient() throws {
        let rows = [[1e8, 1e-8], [-1e8, 1e-8], [1e8, -1e-8], [-1e8, -1e-8]]
        #expect(try isWarned("squared", rows, [1, 1, -1, -1], [0, 1e8]))
        #expect(try !isWarned("squared", rows, [1, 1, -1, -1], [1, 2]))
        #expect(try !isWarned("squared", rows, [1, 1, -1, -1], [0, 1.0001e8]))
    }

    /// The penalty belongs to the gradient.
    @Test func aPenaltyMovesTheMinimum() throws {
        let ones: [[Double]] = [[1], [1]]
        // L = (β − 1)² + β²: 2(β − 1) + 2β = 0 at ½.
        #expect(try isWarned("squared", ones, [1, 1], [0.5], penalty: Penalty(ridge: 1)))
        #expect(try !isWarned("squared", ones, [1, 1], [1], penalty: Penalty(ridge: 1)))
    }
}
