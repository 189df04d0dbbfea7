import Differentiation
import Foundation
import LinearAlgebra
import Losses
import Testing

/// Cross entropies of one row with logits up to 700 apart: loss, gradient and Hessian to 1e-12 of the textbook's formula
/// at 800 digits, also where one class has all but 1e-300 of the weight; see Generate/softmax.py.
@Suite struct SoftmaxTests {
    struct Row: Decodable, Sendable, CustomTestStringConvertible {
        var logits: [Double]
        var y: Int
        /// Decimals; 0 for what is below 1e-305.
        var loss: String
        var gradient: [String]
        var hessian: [String]
        var testDescription: String { "\(logits) y \(y)" }

        /// The row twice as far from the origin in a second column, which β does not use: logits are those of the first.
        func problem(_ objective: Objective, parameters: [String: NumericArray] = [:]) -> RegressionProblem {
            RegressionProblem(
                x: Matrix(rows: 1, columns: 2, [1, -2]), y: NumericArray([Double(y)]),
                beta: NumericArray(shape: [logits.count, 2], logits.flatMap { [$0, 0] }), objective: objective,
                scale: .sum, parameters: parameters)
        }

        func check(_ found: Derivatives, _ what: String) throws {
            func compare(_ mine: Double, _ bound: Double, _ text: String, _ factor: Double, _ place: String) throws {
                let exact = try #require(Double(text)) * factor
                let error = abs(mine - exact)
                let allowed = exact == 0 ? 1e-304 : 1e-12 * abs(exact)
                #expect(error <= allowed, "\(what) \(place): \(mine), not \(exact)")
                // The bound knows it too; off the diagonal of a Hessian it goes by Cauchy and Schwarz.
                #expect(
                    exact == 0 || place.hasPrefix("Hessian") || bound <= 1e-12 * abs(exact),
                    "\(what) \(place): \(bound) is wide for \(exact)")
                #expect(error <= bound + 0x1p-53 * abs(exact) + 1e-304, "\(what) \(place): \(error) is over \(bound)")
            }
            try compare(#require(found.loss), found.lossBound, loss, 1, "loss")
            let x = [1.0, -2]
            let g = try #require(found.gradient)
            let h = try #require(found.hessian)
            for i in g.indices {
                try compare(g[i], found.gradientBound[i], gradient[i / 2], x[i % 2], "gradient \(i)")
                for j in g.indices {
                    let text = hessian[i / 2 * logits.count + j / 2]
                    try compare(
                        h[i, j], #require(found.hessianBound)[i, j], text, x[i % 2] * x[j % 2],
                        "Hessian \(i), \(j)")
                }
            }
        }
    }

    static let rows: [Row] = {
        guard let url = Bundle.module.url(forResource: "Resources/softmax", withExtension: "json"),
            let data = try? Data(contentsOf: url), let rows = try? JSONDecoder().decode([Row].self, from: data)
        else { return [] }
        return rows
    }()

    @Test func thereAreRows() { #expect(Self.rows.count == 312) }

    @Test(arguments: rows)
    func keepsTwelveDigits(_ row: Row) throws {
        let loss = try #require(LossCatalog.named("softmax"))
        let problem = row.problem(.loss(loss, parameters: []))
        let program = try problem.program()
        try row.check(
            AutomaticDifferentiation.derivatives(of: program, in: problem.environment, wanting: .all), "automatic")
        try row.check(
            ForwardMode.derivatives(of: program, in: problem.environment, wanting: .all), "forward mode")
        try row.check(#require(try problem.closedForm(wanting: .all)), "closed form")
    }

    /// The same as people write it, with the class as an indicator.
    static let programs = [
        "eta = X @ beta.T\nsum(logsumexp(eta, axis=1) - sum(Y * eta, axis=1))",
        "eta = X @ beta.T\nsum(logsumexp(eta, axis=1)) - sum(Y * eta)",
        "eta = X @ beta.T\n-sum(Y * log(exp(eta) / sum(exp(eta), axis=1, keepdims=True)))",
        "P = softmax(X @ beta.T, axis=1)\n-sum(Y * log(P)) / n",
        "L = log_softmax(X @ beta.T, axis=1)\n-mean(sum(where(Y == 1, L, 0), axis=1))",
        "eta = X @ beta.T\nmean(log(sum(exp(eta), axis=1)) - einsum('ij,ij->i', Y, eta))",
        "eta = beta @ X.T\nsum(logsumexp(eta, axis=0) - sum(Y.T * eta, axis=0))",
        "P = softmax(X @ beta.T, axis=1)\n-sum(Y[:, 0] * log(P[:, 0]) + Y[:, 1] * log(P[:, 1]) + (1 - Y[:, 0] - Y[:, 1])"
            + " * log(P[:, -1]))",
    ]

    @Test(arguments: programs)
    func programsOfAUserKeepThemToo(_ program: String) throws {
        // Two or three classes: the last program names no more.
        for row in Self.rows where row.logits.count == 3 {
            var labels = [Double](repeating: 0, count: row.logits.count)
            labels[row.y] = 1
            let problem = row.problem(
                .expression(program), parameters: ["Y": NumericArray(shape: [1, labels.count], labels)])
            let found = try AutomaticDifferentiation.derivatives(
                of: problem.program(), in: problem.environment, wanting: .all)
            try row.check(found, "\(row.testDescription)")
        }
    }
}
