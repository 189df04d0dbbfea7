import Differentiation
import Expressions
import LinearAlgebra
import Testing

/// A result that is not finite says what overflowed, or what has no derivative, and in which row.
@Suite struct FinitenessTests {
    @Test(arguments: [
        ("norm(0 * beta)", "`norm` has no derivative where its argument is 0", nil as Int?),
        ("sum(sqrt(beta**2 - beta**2))", "`sqrt` has no finite derivative in row 0", 0),
        ("sum(exp(1000 * (X @ beta)))", "`exp` overflows in row 1", 1),
    ])
    func saysWhat(text: String, detail: String, row: Int?) throws {
        let environment = Environment(
            arrays: [
                "X": NumericArray(shape: [2, 2], [0.125, 0.25, 3, 4]), "y": NumericArray([1, 0]),
                "beta": NumericArray([1, 1]),
            ], n: 2, p: 2)
        let program = try Program.parse(text, in: environment)
        let error = try #require(throws: NonFiniteResult.self) {
            try AutomaticDifferentiation.derivatives(of: program, in: environment, wanting: .all)
        }
        #expect(error.detail == detail && error.row == row, "\(error)")
    }
}
