import Expressions
import LinearAlgebra
import Testing

/// Shapes, precedence and errors of programs.
@Suite struct ParserTests {
    static let environment = Environment(
        arrays: [
            "X": NumericArray(shape: [4, 2], [1, 2, 3, 4, 5, 6, 7, 8]), "y": NumericArray([1, 2, 3, 4]),
            "beta": NumericArray([0.5, -1]),
        ], n: 4, p: 2)

    private func value(_ text: String) throws -> [Double] {
        let program = try Program.parse(text, in: Self.environment)
        return try Evaluator.evaluate(program.graph, roots: [program.root], in: Self.environment)[0].value.elements
    }

    /// NumPy's results, worked out by hand.
    @Test(arguments: [
        ("2**3**2", [512.0]), ("-2**2", [-4]), ("2 * 3 + 4", [10]), ("7 - 4 - 2", [1]), ("2**-1", [0.5]),
        ("1 / 2 * 4", [2]),
        ("X @ beta", [-1.5, -2.5, -3.5, -4.5]), ("2 * X.T @ y", [100, 120]), ("X[-1]", [7, 8]), ("X[1:3, 0]", [3, 5]),
        ("X[:, p - 1]", [2, 4, 6, 8]), ("sum(X, axis=0)", [16, 20]), ("mean(X, axis=1)", [1.5, 3.5, 5.5, 7.5]),
        ("y[:, None] * beta", [0.5, -1, 1, -2, 1.5, -3, 2, -4]), ("(y > 2) + 0", [0, 0, 1, 1]),
        ("len(y) + X.shape[1]", [6]),
        ("tf.reduce_sum(tf.square(y))", [30]), ("np.where(y > 2, y, 0)", [0, 0, 3, 4]), ("y.sum() / n", [2.5]),
        ("a = 1; a += 2; a", [3]), ("norm(y - 1) ** 2", [14]), ("clip(y, 2, 3)", [2, 2, 3, 3]),
        ("einsum('ij,j->i', X, beta)", [-1.5, -2.5, -3.5, -4.5]), ("# note\n(1 +\n 2)", [3]),
    ])
    func numpysValues(text: String, expected: [Double]) throws {
        let values = try value(text)
        #expect(values.count == expected.count)
        for (a, b) in zip(values, expected) { #expect(abs(a - b) <= 1e-14 * max(1, abs(b)), "\(values)") }
    }

    @Test(arguments: [
        ("sum(X", ExpressionError.Kind.syntax, 1, 4), ("1 +", .syntax, 1, 4), ("sum(bta)", .name, 1, 5),
        ("y\nX @ Y", .name, 2, 5), ("X @ y", .shape, 1, 1), ("X + y", .shape, 1, 1), ("y[7]", .shape, 1, 1),
        ("inv(X)", .shape, 1, 1), ("1 < y < 2", .syntax, 1, 7), ("beta[2:]", .shape, 1, 1), ("2x", .syntax, 1, 1),
    ])
    func errorsSayWhere(text: String, kind: ExpressionError.Kind, line: Int, column: Int) throws {
        do {
            _ = try Program.parse(text, in: Self.environment)
            Issue.record("\(text) was read")
        } catch {
            #expect(error.kind == kind, "\(error)")
            #expect(error.line == line && error.column == column, "\(error)")
        }
    }

    @Test func depthBombsAndLongTextsAreRefused() {
        for text in [
            String(repeating: "(", count: 9_000), String(repeating: "-", count: 9_000) + "1",
            String(repeating: "1+", count: 9_000) + "1",
        ] {
            #expect(throws: ExpressionError.self) { _ = try Program.parse(text, in: Self.environment) }
        }
    }

    @Test func anUnintendedBroadcastIsNoted() throws {
        let program = try Program.parse("sum((y[:, None] - X * beta)**2)", in: Self.environment)
        #expect(program.broadcasts.count == 1)
        #expect(program.broadcasts.first?.message.contains("X @ beta") == true)
        #expect(try Program.parse("sum((y - X @ beta)**2)", in: Self.environment).broadcasts.isEmpty)
    }
}
