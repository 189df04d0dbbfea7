import Expressions
import Testing

/// Arrays that are put together, and reductions that are lowered to other operations: NumPy's values.
@Suite struct AssemblingTests {
    static let values: [(String, [Double])] = [
        ("np.concatenate([beta, y])", [0.5, -1, 1, 2, 3, 4]), ("np.concatenate((X, X), axis=1)[0]", [1, 2, 1, 2]),
        ("np.concatenate([X[:1], X[3:]])", [1, 2, 7, 8]), ("torch.cat([beta, 2 * beta])", [0.5, -1, 1, -2]),
        ("tf.concat([X[:1], X[3:]], axis=0)", [1, 2, 7, 8]), ("np.hstack([y[:2], w[2:]])", [1, 2, 2, 1]),
        ("np.hstack([y[:, None], X])[1]", [2, 3, 4]), ("np.vstack([y, w])", [1, 2, 3, 4, 1, 0, 2, 1]),
        ("np.stack([beta, beta])", [0.5, -1, 0.5, -1]), ("np.stack([y, w], axis=1)[2]", [3, 2]),
        ("np.stack([beta, beta], axis=-1)", [0.5, 0.5, -1, -1]), ("np.column_stack([y, X[:, 0]])[3]", [4, 7]),
        ("np.array([1, beta[0], 0, 2])", [1, 0.5, 0, 2]), ("np.array([[1, 2], [3, 4]]) @ beta", [-1.5, -2.5]),
        ("torch.tensor([0.0, 1.0]) * beta", [0, -1]), ("np.array([0, 0])", [0, 0]), ("np.array([5])", [5]),
        ("np.diag([2, 3])", [2, 0, 0, 3]), ("np.arange(4)", [0, 1, 2, 3]), ("np.arange(1, p + 1)", [1, 2]),
        ("tf.range(3)", [0, 1, 2]), ("0.5 ** np.arange(n)", [1, 0.5, 0.25, 0.125]), ("np.diff(y**2)", [3, 5, 7]),
        ("np.diff(y**3, n=2)", [12, 18]), ("np.diff(X, axis=0)[0]", [2, 2]), ("np.diff(X)", [1, 1, 1, 1]),
        ("np.cumsum(y)", [1, 3, 6, 10]), ("np.cumsum(X, axis=0)[3]", [16, 20]),
        ("np.cumsum(X, axis=1)[:, 1]", [3, 7, 11, 15]),
        ("y.cumsum()", [1, 3, 6, 10]), ("np.prod(y)", [24]), ("np.prod(X, axis=0)", [105, 384]),
        ("tf.reduce_prod(X, axis=1)", [2, 12, 30, 56]), ("np.max(y)", [4]), ("X.max(axis=0)", [7, 8]),
        ("np.max(X, 1)", [2, 4, 6, 8]), ("np.min(X)", [1]), ("np.amin(beta)", [-1]), ("max(y[0], w[2])", [2]),
        ("torch.max(y, w)", [1, 2, 3, 4]), ("np.max(X, axis=1, keepdims=True)[1, 0]", [4]),
    ]

    @Test(arguments: values)
    func areNumPys(text: String, expected: [Double]) throws {
        let values = try Reading.value(text)
        #expect(values.count == expected.count, "\(text): \(values)")
        for (a, b) in zip(values, expected) { #expect(abs(a - b) <= 1e-14 * max(1, abs(b)), "\(text): \(values)") }
    }

    @Test(arguments: [
        ("np.concatenate([X, y])", ExpressionError.Kind.shape, "shapes"), ("np.concatenate(y)", .syntax, "list"),
        ("np.concatenate([X, X], axis=2)", .shape, "axis"),
        ("np.concatenate([X[0], X], axis=0)", .shape, "(2,), (4, 2)"),
        ("np.array([y, beta])", .shape, "shapes"), ("np.arange(0)", .shape, "no elements"),
        ("np.diff(y, n=9)", .shape, "order"),
        ("np.diff(y[:1])", .shape, "one element"), ("np.cumsum(X)", .shape, "axis"),
        ("np.prod(X @ ones((2, 100)), axis=1)", .tooLarge, "exp(sum(log(a)))"),
        ("np.max(X @ ones((2, 100)), axis=1)", .tooLarge, "logsumexp"), ("np.stack([y, w], axis=3)", .shape, "axis 3"),
        ("np.concatenate([ones(1000), ones(1000)])", .tooLarge, "parameters"),
    ])
    func othersAreRefused(text: String, kind: ExpressionError.Kind, word: String) {
        let error = Reading.error(text)
        #expect(error?.kind == kind, "\(error?.message ?? "was read")")
        #expect(error?.message.contains(word) == true, "\(error?.message ?? "")")
    }
}
