import Diagnosis
import Differentiation
import LinearAlgebra
import Losses
import Testing

/// `saturation` and `outside-domain` where they should appear, with the rows, and not elsewhere.
@Suite struct WarningTests {
    private func warnings(
        _ objective: Objective, _ x: [Double], _ y: [Double], weights: [Double]? = nil, _ code: Notice.Code
    ) throws -> [Notice] {
        let problem = RegressionProblem(
            x: Matrix(rows: x.count, columns: 1, x), y: NumericArray(y), beta: NumericArray([1]), objective: objective,
            scale: .sum, weights: weights)
        return try Oracle.evaluate(problem, EvaluationPlan(printsSymbolic: false)).warnings.filter { $0.code == code }
    }

    private func loss(_ name: String) throws -> Objective {
        let loss = try #require(LossCatalog.named(name))
        return .loss(loss, parameters: loss.parameters.map(\.standard))
    }

    /// The row in the middle is beyond what the textbook formula in binary64 can do; the others are not.
    @Test(arguments: [
        ("logistic", [36, 37, -900], [0.0, 0, 1]), ("signed-logistic", [-36, -37, 500], [1.0, 1, 1]),
        ("probit", [-37, -38, 30], [1.0, 1, 1]), ("log-cosh", [700, 720, -700], [0.0, 0, 0]),
    ])
    func saturationOfANamedLoss(name: String, x: [Double], y: [Double]) throws {
        let mild = try warnings(try loss(name), [x[0], x[2]], [y[0], y[2]], .saturation)
        #expect(mild.isEmpty, "\(mild)")
        let found = try warnings(try loss(name), [x[0], x[1], x[0]], [y[0], y[1], y[0]], .saturation)
        #expect(found.map(\.rows) == [[1]], "\(found)")
        #expect(try warnings(try loss(name), [x[0], x[0]], [y[0], y[0]], .saturation).isEmpty)
    }

    /// What a client wrote without a stable form is rewritten, and he is told.
    @Test func saturationOfAnExpression() throws {
        let text = Objective.expression("sum(log(1 + exp(X @ beta)) - y * (X @ beta))")
        #expect(try warnings(text, [1, 30], [0, 1], .saturation).isEmpty)
        let found = try warnings(text, [1, 800], [0, 1], .saturation)
        #expect(found.contains { $0.rows == [1] })
        let sum = Objective.expression("log(sum(exp(X @ beta)))")
        #expect(try warnings(sum, [1, 700], [0, 1], .saturation).isEmpty)
        #expect(try warnings(sum, [1, 710], [0, 1], .saturation).contains { $0.rows == [1] })
    }

    /// Only a row that weighs nothing may hold anything.
    @Test func outsideDomain() throws {
        let found = try warnings(try loss("gamma"), [1, 1, 1], [2, -3, 1], weights: [1, 0, 2], .outsideDomain)
        #expect(found.map(\.rows) == [[1]])
        #expect(try warnings(try loss("gamma"), [1, 1, 1], [2, 3, 1], weights: [1, 0, 2], .outsideDomain).isEmpty)
        #expect(throws: DomainError.self) {
            try warnings(try loss("gamma"), [1, 1, 1], [2, -3, 1], weights: [1, 1, 2], .outsideDomain)
        }
        #expect(throws: DomainError.self) { try warnings(try loss("gamma"), [1, 1], [2, -3], .outsideDomain) }
    }
}
