import Expressions
import LinearAlgebra
import Testing

/// Values of every operation, and bounds that cover the true error.
@Suite struct EvaluatorTests {
    /// By NumPy 2.4 and SciPy 1.16; inverses and determinants by hand: the Gram matrix is [[84, 100], [100, 120]].
    static let values: [(String, [Int], [Double])] = [
        ("det(X.T @ X)", [], [80]),
        ("logdet(X.T @ X)", [], [4.3820266346738785]),
        ("inv(X.T @ X)", [2, 2], [1.5, -1.25, -1.25, 1.05]),
        ("solve(X.T @ X, beta)", [2], [2, -1.675]),
        ("solve(X.T @ X, X.T)", [2, 4], [-1, -0.5, 0, 0.5, 0.85, 0.45, 0.05, -0.35]),
        ("norm(X)", [], [14.2828568570857]),
        ("norm(y)", [], [5.477225575051661]),
        ("trace(X.T @ X)", [], [204]),
        ("diag(X.T @ X)", [2], [84, 120]),
        ("diag(beta)", [2, 2], [0.5, 0, 0, -1]),
        ("outer(y, beta)", [4, 2], [0.5, -1, 1, -2, 1.5, -3, 2, -4]),
        ("einsum('ij,i,ik->jk', X, w, X)", [2, 2], [100, 118, 118, 140]),
        ("einsum('ij->j', X)", [2], [16, 20]),
        ("einsum('ij,kj->', X, X)", [], [656]),
        ("logsumexp(X, axis=1)", [4], [2.313261687518223, 4.313261687518223, 6.313261687518223, 8.313261687518223]),
        ("logsumexp(1000 + y)", [], [1004.4401896985612]),
        (
            "softmax(X, axis=0)", [4, 2],
            [
                0.002144008783584634, 0.002144008783584634, 0.01584220117850692, 0.01584220117850692,
                0.11705891323853293, 0.11705891323853293, 0.8649548767993754, 0.8649548767993754,
            ]
        ),
        ("softmax(y)", [4], [0.03205860328008499, 0.08714431874203257, 0.23688281808991013, 0.6439142598879724]),
        ("sum(X, axis=0, keepdims=True)", [1, 2], [16, 20]),
        ("mean(X, axis=1)", [4], [1.5, 3.5, 5.5, 7.5]),
        ("sum(X)", [], [36]),
        ("where(y > 2, y, -y)", [4], [-1, -2, 3, 4]),
        ("reshape(X, (2, 4))", [2, 4], [1, 2, 3, 4, 5, 6, 7, 8]),
        ("X[1:3]", [2, 2], [3, 4, 5, 6]),
        ("X[:, None, 1]", [4, 1], [2, 4, 6, 8]),
        ("X[None].T", [2, 4, 1], [1, 3, 5, 7, 2, 4, 6, 8]),
        ("X.T", [2, 4], [1, 3, 5, 7, 2, 4, 6, 8]),
        ("y @ X", [2], [50, 60]),
        ("X @ beta", [4], [-1.5, -2.5, -3.5, -4.5]),
        ("X.T @ X", [2, 2], [84, 100, 100, 120]),
        ("y @ y", [], [30]),
        ("eye(2) * y[1]", [2, 2], [2, 0, 0, 2]),
        ("full((2, 1), 0.1)", [2, 1], [0.1, 0.1]),
        ("ones(3)", [3], [1, 1, 1]),
        ("zeros((1, 2))", [1, 2], [0, 0]),
        ("arange(n)", [4], [0, 1, 2, 3]),
        ("arange(n)[:, None] >= arange(n)", [4, 4], [1, 0, 0, 0, 1, 1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 1]),
        ("(y[:, None] <= y) @ w", [4], [4, 3, 3, 1]),
        ("n * p + len(y)", [], [12]),
        ("pi * e", [], [8.539734222673566]),
        ("(w == 1) * y", [4], [1, 0, 0, 4]),
        ("(w != 1) + 0", [4], [0, 1, 1, 0]),
        ("(y < 2) * 3", [4], [3, 0, 0, 0]),
        ("maximum(y, 5 - y)", [4], [4, 3, 3, 4]),
        ("minimum(X, 3)", [4, 2], [1, 2, 3, 3, 3, 3, 3, 3]),
        ("2**beta", [2], [1.4142135623730951, 0.5]),
        ("beta**3", [2], [0.125, -1]),
        ("X / y[:, None]", [4, 2], [1, 2, 1.5, 2, 1.6666666666666667, 2, 1.75, 2]),
        ("y - X.T", [2, 4], [0, -1, -2, -3, -1, -2, -3, -4]),
    ]

    @Test(arguments: values)
    func areNumPys(text: String, shape: [Int], expected: [Double]) throws {
        let program = try Program.parse(text, in: Reading.environment)
        let result = try Evaluator.evaluate(program.graph, roots: [program.root], in: Reading.environment)[0]
        #expect(result.value.shape == shape)
        #expect(program.shape.counts == shape)
        let size = expected.map(abs).max() ?? 0
        for (k, exact) in expected.enumerated() {
            // Literals are rounded, and the Gram matrix has the condition number 520.
            #expect(abs(result.value[k] - exact) <= 1e-12 * max(size, 1e-3), "\(text): \(result.value.elements)")
        }
    }

    static let data = Environment(
        arrays: [
            "X": NumericArray(shape: [4, 2], [0.1, 0.7, -1.3, 0.2, 2.1, -0.9, 0.4, 1.1]),
            "y": NumericArray([0.3, -0.6, 1.7, 0.2]), "beta": NumericArray([0.9, -0.35]),
        ], n: 4, p: 2)

    /// By mpmath with 60 digits, for the binary64 numbers that the decimals above are read as; rounded to 20 digits.
    static let exact: [(String, Double)] = [
        ("sum((X @ beta - y)**2)", 0.92227500000000022621),
        ("norm(X @ beta - y)", 0.96035149815054707719),
        ("mean(log(1 + exp(X @ beta)))", 0.96578076248497485807),
        ("sum(softplus(X @ beta) - y * (X @ beta))", -0.577876950060100695),
        ("logsumexp(X @ beta)", 2.4151421302382647578),
        ("logdet(X.T @ X)", 2.5876813250403977052),
        ("det(X.T @ X)", 13.298900000000002111),
        ("sum(solve(X.T @ X, X.T @ y))", 0.67954492476821386539),
        ("trace(inv(X.T @ X))", 0.66321274691891805225),
        ("sum(tanh(X @ beta) * sigmoid(y))", 0.42356916468844541129),
        ("sum(erf(X @ beta)) + sum(ndtr(y))", 2.3028231150554861203),
        ("sum(gammaln(1 + exp(X @ beta)))", 12.789871322486799628),
        ("sum(digamma(exp(X @ beta)))", -2.9485316397514252512),
        ("sum(sqrt(1 + (X @ beta)**2)) / n", 1.5066000465752972227),
        ("sum(expm1(X @ beta / 1e6))", 7.8500321213896850794e-7),
        ("sum(log1p((X @ beta - y)**2))", 0.80800534849583619808),
        ("sum(abs(X @ beta - y)**1.5)", 1.284511078283897327),
        ("sum(X**2 @ beta**3)", 4.4614987500000007214),
        ("sum(softmax(X, axis=1)**2)", 2.7103595488979773422),
        ("sum(exp(30 * (X @ beta))) / exp(60)", 468.71738678241843314),
    ]

    /// What is computed differs from the exact value by no more than the bound says, and the bound is no idle one.
    @Test(arguments: exact)
    func boundsCoverTheError(text: String, exact: Double) throws {
        let program = try Program.parse(text, in: Self.data)
        let result = try Evaluator.evaluate(program.graph, roots: [program.root], in: Self.data)[0]
        let bound = result.bound(at: 0)
        // Half a unit in the last place for the literal.
        #expect(abs(result.value[0] - exact) <= bound + exact.ulp / 2, "\(text): \(result.value[0]) ± \(bound)")
        #expect(bound > 0 && bound <= 1e-12 * max(1, abs(exact)), "\(text): ± \(bound)")
    }

    /// Errors of the operands go through: a difference of nearly equal numbers keeps the bound of the numbers.
    @Test func cancellationKeepsTheBound() throws {
        let program = try Program.parse("sum(exp(X @ beta)) - sum(exp(X @ beta + 1e-12))", in: Self.data)
        let result = try Evaluator.evaluate(program.graph, roots: [program.root], in: Self.data)[0]
        // By mpmath: the sum of exp(eta) is 11.19136…, and the difference -1.1191e-11 with 1e-12 as it is read.
        #expect(result.bound(at: 0) > 1e-16)
        #expect(abs(result.value[0]) < 1e-10)
    }

    @Test func aMissingArrayIsNamed() throws {
        let program = try Program.parse("sum(X @ beta)", in: Self.data)
        let empty = Environment(arrays: ["X": NumericArray(shape: [4, 2], repeating: 1)], n: 4, p: 2)
        #expect(throws: (any Error).self) {
            _ = try Evaluator.evaluate(program.graph, roots: [program.root], in: empty)
        }
    }
}
