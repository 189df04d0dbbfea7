import Foundation
import LinearAlgebra
import Losses
import Testing

/// The closed forms against mpmath at 50 digits, at points over the whole range; see Generate/closed_forms.py.
@Suite struct ClosedFormTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var loss: String
        var eta: Double
        var y: Double
        var value: Double
        var first: Double
        var second: Double
        var testDescription: String { "\(loss)(\(eta), \(y))" }
    }

    @Test(arguments: Literals.rows)
    func agreesWithFiftyDigits(_ row: Row) throws {
        let loss = try #require(LossCatalog.named(row.loss))
        let values = loss.closedForm(row.eta, row.y, loss.parameters.map(\.standard))
        for (mine, exact) in [(values.value, row.value), (values.first, row.first), (values.second, row.second)] {
            // The digits that cancel near a zero of the derivative are lost absolutely, not relatively.
            #expect(
                abs(mine - exact) <= 1e-12 * abs(exact) + (abs(exact) > 1e-20 ? 2e-15 : 0), "\(mine) is not \(exact)")
        }
    }

    @Test func theRegistryIsComplete() {
        #expect(LossCatalog.all.count == 28)
        #expect(Set(LossCatalog.all.map(\.name)).count == 28)
    }
}
