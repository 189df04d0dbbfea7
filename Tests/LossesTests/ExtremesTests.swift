import Differentiation
import Foundation
import LinearAlgebra
import Losses
import Testing

/// One row at |η| up to 700: automatic derivatives and closed form to 1e-12 of the textbook's formulas at 700 digits,
/// also where these are many orders smaller than their terms; see Generate/extremes.py.
@Suite struct ExtremesTests {
    struct Row: Decodable, Sendable, CustomTestStringConvertible {
        var loss: String
        var parameters: [String: Double]
        var y: Double
        var eta: Double
        /// Decimals of ℓ, ℓ′ and ℓ″; 0 for what is below 1e-290.
        var values: [String]
        var testDescription: String { "\(loss) \(parameters) y \(y) eta \(eta)" }
    }

    static let rows: [Row] = {
        guard let url = Bundle.module.url(forResource: "Resources/extremes", withExtension: "json"),
            let data = try? Data(contentsOf: url), let rows = try? JSONDecoder().decode([Row].self, from: data)
        else { return [] }
        return rows
    }()

    @Test func thereAreRows() { #expect(Self.rows.count == 923) }

    @Test(arguments: rows)
    func keepsTwelveDigits(_ row: Row) throws {
        let loss = try #require(LossCatalog.named(row.loss))
        let parameters = loss.parameters.map { row.parameters[$0.name] ?? $0.standard }
        let problem = RegressionProblem(
            x: Matrix(rows: 1, columns: 1, [1]), y: NumericArray([row.y]), beta: NumericArray([row.eta]),
            objective: .loss(loss, parameters: parameters), scale: .sum)
        let automatic = try AutomaticDifferentiation.derivatives(
            of: problem.program(), in: problem.environment, wanting: .all)
        let closed = loss.closedForm(row.eta, row.y, parameters)
        for (place, pair) in [
            (automatic.loss, closed.value), (automatic.gradient?[0], closed.first),
            (automatic.hessian?[0, 0], closed.second),
        ].enumerated() {
            let exact = try #require(Double(row.values[place]))
            let mine = try #require(pair.0)
            let allowed = exact == 0 ? 1e-289 : 1e-12 * abs(exact)
            #expect(abs(mine - exact) <= allowed, "automatic \(place): \(mine), not \(exact)")
            #expect(abs(pair.1 - exact) <= allowed, "closed form \(place): \(pair.1), not \(exact)")
        }
    }
}
