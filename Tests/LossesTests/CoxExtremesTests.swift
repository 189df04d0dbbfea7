import Differentiation
import Foundation
import LinearAlgebra
import Losses
import Testing

/// Cox's partial likelihoods with linear predictors up to 1,400 apart: loss, gradient and Hessian to 1e-12 of the formula at
/// 1,500 digits, also where every risk set has one element far ahead of the others; see Generate/cox.py.
@Suite struct CoxExtremesTests {
    struct Row: Decodable, Sendable, CustomTestStringConvertible {
        var efron: Bool
        var x: [[Double]]
        var y: [[Double]]
        var beta: [Double]
        /// Decimals; 0 for what is below 1e-290.
        var loss: String
        var gradient: [String]
        /// Σ over the rows of the moduli of what each adds to the gradient.
        var sizes: [Double]
        var hessian: [String]
        var testDescription: String { "\(efron ? "Efron" : "Breslow") \(y) beta \(beta)" }

        func problem() throws -> RegressionProblem {
            RegressionProblem(
                x: Matrix(rows: x.count, columns: 2, x.flatMap(\.self)),
                y: NumericArray(shape: [y.count, 2], y.flatMap(\.self)), beta: NumericArray(beta),
                objective: .loss(
                    try #require(LossCatalog.named(efron ? "cox-efron" : "cox-breslow")), parameters: []), scale: .sum)
        }

        func check(_ found: Derivatives, _ what: String) throws {
            func compare(_ mine: Double, _ bound: Double, _ text: String, _ slack: Double, _ place: String) throws {
                let exact = try #require(Double(text))
                let error = abs(mine - exact)
                let allowed = exact == 0 ? 1e-289 : 1e-12 * abs(exact)
                #expect(error <= max(allowed, slack), "\(what) \(place): \(mine), not \(exact)")
                // The bound knows it too; off the diagonal of a Hessian it goes by Cauchy and Schwarz.
                #expect(
                    exact == 0 || place.hasPrefix("Hessian") || bound <= max(1e-12 * abs(exact), 8 * slack),
                    "\(what) \(place): \(bound) is wide for \(exact)")
                #expect(error <= bound + 0x1p-53 * abs(exact) + 1e-289, "\(what) \(place): \(error) is over \(bound)")
            }
            try compare(#require(found.loss), found.lossBound, loss, 0, "loss")
            let g = try #require(found.gradient)
            let h = try #require(found.hessian)
            let exact = try hessian.map { try #require(Double($0)) }
            for i in 0..<2 {
                // Rows may pull in opposite directions.
                try compare(g[i], found.gradientBound[i], gradient[i], 1e-15 * sizes[i], "gradient \(i)")
                for j in 0..<2 {
                    let size = (exact[3 * i] * exact[3 * j]).squareRoot()
                    try compare(
                        h[i, j], #require(found.hessianBound)[i, j], hessian[2 * i + j], i == j ? 0 : 1e-12 * size,
                        "Hessian \(i), \(j)")
                }
            }
        }
    }

    static let rows: [Row] = {
        guard let url = Bundle.module.url(forResource: "Resources/cox", withExtension: "json"),
            let data = try? Data(contentsOf: url), let rows = try? JSONDecoder().decode([Row].self, from: data)
        else { return [] }
        return rows
    }()

    @Test func thereAreRows() { #expect(Self.rows.count == 192) }

    @Test(arguments: rows)
    func keepsTwelveDigits(_ row: Row) throws {
        let problem = try row.problem()
        let program = try problem.program()
        try row.check(
            AutomaticDifferentiation.derivatives(of: program, in: problem.environment, wanting: .all), "automatic")
        try row.check(ForwardMode.derivatives(of: program, in: problem.environment, wanting: .all), "forward mode")
        try row.check(#require(try problem.closedForm(wanting: .all)), "closed form")
    }
}
