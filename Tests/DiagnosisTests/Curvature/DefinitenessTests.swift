import Diagnosis
import Differentiation
import Foundation
import LinearAlgebra
import Losses
import Testing

/// Definiteness, condition and Newton step with a zero that knows rounding and units.
@Suite struct DefinitenessTests {
    private func squared(_ rows: [[Double]]) throws -> Evaluation {
        let x = Matrix(rows: rows.count, columns: rows[0].count, rows.flatMap(\.self))
        let y = NumericArray((0..<rows.count).map { Double($0 * $0 % 5) })
        return try Oracle.evaluate(
            RegressionProblem(
                x: x, y: y, beta: NumericArray([Double](repeating: 0, count: x.columns)),
                objective: .loss(try #require(LossCatalog.named("squared")), parameters: [])),
            EvaluationPlan(printsSymbolic: false, wantsCurvature: true))
    }

    private static let well: [[Double]] = [[1, 0.2], [1, -1.5], [1, 0.9], [1, 2.5], [1, -0.3]]

    /// The same data in other units have the same definiteness, and the step in those units.
    @Test(arguments: [0, 20, 60, 150, 400])
    func unitsDoNotMatter(power: Int) throws {
        let factor = scalbn(1, power)
        let evaluation = try squared(Self.well.map { [$0[0] / factor, $0[1] * factor] })
        #expect(evaluation.curvature?.definiteness == .positiveDefinite)
        #expect(!evaluation.warnings.contains { $0.code == .rankDeficient })
        let step = try #require(evaluation.curvature?.newtonStep)
        // From 0 both go to the same fit.
        let plain = try #require(try squared(Self.well).curvature?.newtonStep)
        for (j, unit) in [1 / factor, factor].enumerated() {
            #expect(abs(step[j] * unit - plain[j]) <= 1e-14 * abs(plain[j]))
        }
    }

    /// An exact dependence in units of all kinds is still noticed, though rounding makes the columns differ.
    @Test(arguments: [1.0, 3e-9, 7e11])
    func dependentColumnsAreNoticed(unit: Double) throws {
        let evaluation = try squared(Self.well.map { [$0[0], $0[1] * unit, ($0[0] * 0.1 + $0[1] / 3) * unit] })
        #expect(evaluation.curvature?.definiteness == .positiveSemidefinite)
        #expect(evaluation.curvature?.newtonStep == nil)
        #expect(evaluation.curvature?.standardErrors == nil)
        #expect(evaluation.curvature?.condition == nil)
        #expect(evaluation.warnings.contains { $0.code == .rankDeficient })
    }

    /// ℓ″ as chosen by y; one column, so that H is a number with its sign.
    @Test(arguments: [
        ("student-t", [0.0], "positive definite"), ("student-t", [9.0], "negative definite"),
        ("absolute", [3.0], "zero"), ("hinge", [1.0], "zero"), ("gamma", [2.0], "positive definite"),
        ("inverse-gaussian", [0.1], "negative definite"),
    ])
    func signsOfOneNumber(name: String, y: [Double], expected: String) throws {
        let loss = try #require(LossCatalog.named(name))
        let problem = RegressionProblem(
            x: Matrix(rows: 1, columns: 1, [1]), y: NumericArray(y), beta: NumericArray([0.25]),
            objective: .loss(loss, parameters: loss.parameters.map(\.standard)))
        let evaluation = try Oracle.evaluate(problem, EvaluationPlan(printsSymbolic: false, wantsCurvature: true))
        #expect(evaluation.curvature?.definiteness.rawValue == expected)
        #expect((evaluation.curvature?.newtonStep != nil) == (expected == "positive definite"))
        #expect(evaluation.warnings.contains { $0.code == .rankDeficient } == (expected != "positive definite"))
    }

    /// One row near y and one far from it in two directions: eigenvalues of both signs; twice the far one: −, 0.
    @Test func mixedSigns() throws {
        func student(_ rows: [Double]) throws -> Curvature? {
            let loss = try #require(LossCatalog.named("student-t"))
            let problem = RegressionProblem(
                x: Matrix(rows: 2, columns: 2, rows), y: NumericArray([0, 9]), beta: NumericArray([0.1, 0.2]),
                objective: .loss(loss, parameters: [4]))
            return try Oracle.evaluate(problem, EvaluationPlan(printsSymbolic: false, wantsCurvature: true)).curvature
        }
        #expect(try student([1, 0, 0, 1e6])?.definiteness == .indefinite)
        #expect(try student([0, 0, 1, 1])?.definiteness == .negativeSemidefinite)
        #expect(try student([1, 1, 0, 0])?.definiteness == .positiveSemidefinite)
    }
}
