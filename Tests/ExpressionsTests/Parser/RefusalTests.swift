import Expressions
import LinearAlgebra
import Testing

/// What is refused before anything is made: by its shape, its depth or its length, with the place.
@Suite struct RefusalTests {
    /// A million rows: an n×n residual would be 8 TB.
    static let large = Environment(
        arrays: [
            "X": NumericArray(shape: [1_000_000, 1], repeating: 1), "y": NumericArray(shape: [1_000_000], repeating: 1),
            "beta": NumericArray([0.5]),
        ], n: 1_000_000, p: 1)

    @Test(arguments: [
        ("sum((y - (X @ beta).reshape(n, 1))**2)", "(1000000, 1000000)", 1, 6),
        ("r = y[:, None] - X @ beta\nsum(r**2) / n", "(1000000, 1000000)", 1, 5),
        ("sum(X @ X.T)", "(1000000, 1000000)", 1, 5), ("sum(outer(y, y))", "(1000000, 1000000)", 1, 5),
        ("trace(eye(n))", "(1000000, 1000000)", 1, 7), ("sum(diag(y) @ X)", "(1000000, 1000000)", 1, 5),
        ("sum(zeros((n, n)))", "(1000000, 1000000)", 1, 5), ("sum(cumsum(y))", "(1000000, 1000000)", 1, 5),
        ("sum(ones((n, n, n, n)))", "(1000000, 1000000, 1000000, 1000000)", 1, 5),
        ("sum((X[:, None] - X)**2)", "(1000000, 1000000, 1)", 1, 6),
        ("sum(einsum('i,j->ij', y, y))", "(1000000, 1000000)", 1, 5),
    ])
    func anArrayThatWouldNotFit(text: String, shape: String, line: Int, column: Int) {
        do {
            _ = try Program.parse(text, in: Self.large)
            Issue.record("\(text) was read")
        } catch {
            #expect(error.kind == .tooLarge, "\(error)")
            #expect(error.message.contains(shape), "\(error)")
            #expect(error.line == line && error.column == column, "\(error)")
            #expect(error.excerpt.contains("^"))
        }
    }

    /// The limit is the request's.
    @Test func theLimitIsKept() throws {
        let limits = ExpressionLimits(memory: 8 * 16)
        #expect((try? Program.parse("sum(outer(y, y))", in: Reading.environment, limits: limits)) != nil)
        #expect(throws: ExpressionError.self) {
            _ = try Program.parse("sum(outer(y, y)[:, :, None] * beta)", in: Reading.environment, limits: limits)
        }
    }

    @Test(arguments: [
        ("(", 9_000, ExpressionError.Kind.tooLarge), ("-", 9_000, .tooLarge), ("~", 9_000, .tooLarge),
        ("1+", 8_000, .tooLarge),
        ("2**", 5_000, .tooLarge), ("exp(", 4_000, .tooLarge), ("X[", 8_000, .tooLarge), ("[", 9_000, .tooLarge),
        ("sum(", 4_000, .tooLarge), ("x=", 5_000, .name), ("y.T", 5_000, .name), (" ", 17_000, .tooLarge),
    ])
    func bombs(piece: String, count: Int, kind: ExpressionError.Kind) {
        let error = Reading.errorOnLargeStack(String(repeating: piece, count: count) + "1")
        #expect(error?.kind == kind, "\(piece): \(error?.message ?? "was read")")
    }

    @Test(arguments: [
        ("sum(y", ExpressionError.Kind.syntax), ("sum(y))", .syntax), ("y +", .syntax), ("y ! 2", .syntax),
        ("", .syntax),
        ("'abc'", .syntax), ("sum(y) sum(y)", .syntax), ("sum(yy)", .name), ("foo(y)", .name), ("X @ y", .shape),
        ("X + y", .shape), ("inv(X)", .shape), ("sum(y, axis=1)", .shape), ("reshape(y, (3, 2))", .shape),
        ("y[9]", .shape),
        ("X @ X", .shape), ("solve(X.T @ X, y)", .shape), ("logdet(y)", .shape), ("einsum('ij,jk->ik', X, X)", .shape),
        ("einsum('ij->k', X)", .shape), ("sum(y, keepdim=3, foo=2)", .syntax), ("lambda x: x", .syntax),
        ("for i in range(3): pass", .syntax),
    ])
    func haveAPlaceAndAnExcerpt(text: String, kind: ExpressionError.Kind) {
        let error = Reading.error(text)
        #expect(error?.kind == kind, "\(text): \(error?.message ?? "was read")")
        #expect((error?.line ?? 0) >= 1 && (error?.column ?? 0) >= 1)
    }

    @Test func aLossIsOneNumber() throws {
        var program = try Program.parse("(X @ beta)**2", in: Reading.environment)
        #expect(throws: ExpressionError.self) { try program.requireScalar("(X @ beta)**2") }
    }
}
