import Expressions
import Testing

/// Statements, names and what is refused.
@Suite struct StatementTests {
    static let statements: [(String, Double)] = [
        ("m, k = X.shape; m * 10 + k", 42.0), ("sign, value = np.linalg.slogdet(2 * eye(p)); exp(value)", 4),
        ("a, b = 2, 3; a * b", 6), ("n, d = X.shape\nsum(y) / n + d", 4.5),
        ("import numpy as np\nfrom scipy.special import expit\nloss = sum(y)", 10), ("return sum(y)", 10),
        ("t = 2; t * y[0]", 2), ("size = 3; size", 3), ("s = 1; s **= 2; s -= 3; s", -2),
        ("(X @ beta).size + y.numel() + X.size()[0] + y.dim()", 13),
        ("tf.cast(sum(y), tf.float64) + y.astype(float).sum() + np.sum(y, dtype=np.float64)", 30),
    ]

    @Test(arguments: statements)
    func areRead(text: String, expected: Double) throws {
        let values = try Reading.value(text)
        #expect(values.count == 1 && abs(values[0] - expected) < 1e-13, "\(values)")
    }

    @Test(arguments: [
        ("a, b = y; a", ExpressionError.Kind.shape), ("a, b, c = X.shape; a", .shape),
        ("None, b = X.shape; b", .syntax),
        ("sum(bta)", .name), ("np.smu(y)", .name), ("sum(y", .syntax), ("X @ y", .shape),
    ])
    func othersAreRefused(text: String, kind: ExpressionError.Kind) { #expect(Reading.error(text)?.kind == kind) }

    @Test func theNearestNameIsSuggested() {
        #expect(Reading.error("sum(bta)")?.message.contains("'beta'") == true)
        #expect(Reading.error("np.smu(y)")?.message.contains("'sum'") == true)
        #expect(Reading.error("sum(x)")?.message.contains("'X'") == true)
        // One letter for another is no slip.
        #expect(Reading.error("sum(q)")?.message.contains("did you mean") == false)
    }

    @Test func onlyTheGrammarsNamesAreBuiltIn() {
        for name in ["sum", "exp", "sigmoid", "logdet", "where", "np", "tf", "None", "lambda"] {
            #expect(Program.isBuiltIn(name), "\(name)")
        }
        // Functions of libraries that stand behind a module or an array: good names for a parameter.
        for name in ["t", "s", "size", "shape", "mv", "view", "eq", "fill", "full", "huber", "max", "lam", "delta"] {
            #expect(!Program.isBuiltIn(name), "\(name)")
        }
    }
}
