import Differentiation
import Expressions
import LinearAlgebra
import Testing

/// Derivatives and values some rows at a time: the same programs against JAX, in blocks of three rows.
@Suite struct RowBlocksTests {
    private func derivatives(
        _ program: Program, _ environment: Environment, rowsAtOnce: Int
    ) throws -> Derivatives {
        var options = AutomaticOptions()
        options.rowsAtOnce = rowsAtOnce
        return try AutomaticDifferentiation.derivatives(
            of: program, in: environment, wanting: .all, options: options)
    }

    @Test(arguments: ProgramFixture.all)
    func agreesWithJAX(_ fixture: ProgramFixture) throws {
        let program = try Program.parse(fixture.program, in: fixture.environment)
        let mine = try derivatives(program, fixture.environment, rowsAtOnce: 3)
        let whole = try derivatives(program, fixture.environment, rowsAtOnce: .max)
        expectNear(mine.loss ?? .nan, fixture.loss, mine.lossBound, fixture.loss)
        expectNear(mine.loss ?? .nan, whole.loss ?? .nan, mine.lossBound + whole.lossBound)
        let gradient = try #require(mine.gradient)
        let wholeGradient = try #require(whole.gradient)
        let scale = fixture.gradient.map(abs).max() ?? 1
        for j in gradient.indices {
            expectNear(gradient[j], fixture.gradient[j], mine.gradientBound[j], scale)
            expectNear(gradient[j], wholeGradient[j], mine.gradientBound[j] + whole.gradientBound[j])
            #expect(mine.gradientBound[j] <= 4 * whole.gradientBound[j] + 1e-15 * scale)
        }
        let hessian = try #require(mine.hessian)
        let bounds = try #require(mine.hessianBound)
        let wholeHessian = try #require(whole.hessian)
        let wholeBounds = try #require(whole.hessianBound)
        let size = fixture.hessian.joined().map(abs).max() ?? 1
        for j in 0..<hessian.rows {
            for k in 0..<hessian.columns {
                expectNear(hessian[j, k], fixture.hessian[j][k], bounds[j, k], size)
                expectNear(hessian[j, k], wholeHessian[j, k], bounds[j, k] + wholeBounds[j, k])
                #expect(hessian[j, k] == hessian[k, j])
                #expect(bounds[j, k] <= 4 * wholeBounds[j, k] + 1e-15 * size)
            }
        }
    }

    /// Within the bound; against JAX also within its own rounding.
    private func expectNear(_ mine: Double, _ other: Double, _ bound: Double, _ scale: Double = 0) {
        #expect(abs(mine - other) <= max(bound, 1e-11 * max(abs(scale), scale == 0 ? 0 : 40)), "\(mine), not \(other)")
    }

    @Test(arguments: ProgramFixture.all)
    func symbolicFormsAgreeWithTheWhole(_ fixture: ProgramFixture) throws {
        let program = try Program.parse(fixture.program, in: fixture.environment)
        let symbolic = try SymbolicDerivatives.derive(program, wanting: .all)
        let roots = [symbolic.loss, symbolic.gradient, symbolic.hessian].compactMap { $0 }
        let whole = try Evaluator.evaluate(symbolic.graph, roots: roots, in: fixture.environment, rowsAtOnce: .max)
        let pieces = try Evaluator.evaluate(symbolic.graph, roots: roots, in: fixture.environment, rowsAtOnce: 3)
        for (a, b) in zip(whole, pieces) {
            #expect(a.value.shape == b.value.shape)
            for i in 0..<a.value.count where a.value[i].isFinite {
                #expect(
                    abs(a.value[i] - b.value[i]) <= a.bound(at: i) + b.bound(at: i), "\(a.value[i]), \(b.value[i])")
                #expect(b.bound(at: i) <= 4 * a.bound(at: i) + 1e-15 * abs(a.value[i]))
            }
        }
    }

    private static let environment = Environment(
        arrays: [
            "X": NumericArray(shape: [12, 2], (0..<24).map { Double($0 % 7) - 2.5 }),
            "y": NumericArray((0..<12).map { Double($0 % 3) }),
            "weights": NumericArray((0..<12).map { Double($0 % 4) + 1 }), "beta": NumericArray([0.25, -0.5]),
        ], n: 12, p: 2)

    @Test(arguments: [
        ("sum((X @ beta - y)**2) / n", true), ("sum(weights * softplus(X @ beta)) / sum(weights)", true),
        ("r = X @ beta - y\nr @ r + sum(beta**2)", true), ("sum((y[:, None] - X * beta)**2)", true),
        ("mean(where(y > 1, exp(X @ beta), 0))", true),
        // Rows that meet, or need a sum over the others.
        ("e = X @ beta\nmean((e - mean(e))**2)", false), ("sum(((X @ beta)[:, None] - y)**2)", false),
        ("logsumexp(X @ beta)", false), ("sum((X @ X.T) @ (X @ beta))", false),
        ("sum((X @ beta)[1:] * y[1:])", false),
    ])
    func findsTheCut(_ program: String, isCut: Bool) throws {
        let program = try Program.parse(program, in: Self.environment)
        let blocks = RowBlocks(program.graph, roots: [program.root], in: Self.environment)
        #expect((blocks != nil) == isCut)
    }

    /// Sums that enter with a square, a root or as a divisor need all rows at once.
    @Test(arguments: [
        "sqrt(mean((X @ beta - y)**2))", "sum(X @ beta)**2", "sum(exp(X @ beta)) * sum(beta**2)",
        "n / sum(exp(X @ beta))",
    ])
    func sumsThatAreUsedAgainAreRight(_ text: String) throws {
        let program = try Program.parse(text, in: Self.environment)
        let mine = try derivatives(program, Self.environment, rowsAtOnce: 3)
        let whole = try derivatives(program, Self.environment, rowsAtOnce: .max)
        #expect(mine.loss == whole.loss && mine.gradient == whole.gradient && mine.hessian == whole.hessian)
    }

    /// Blocks do not get round the memory limit, which bounds the time too: what is too large as a whole stays refused.
    @Test func blocksKeepTheLimitOfTheWhole() throws {
        let program = try Program.parse("sum(einsum('ia,ib->ab', X, X * y[:, None])**2)", in: Self.environment)
        for rowsAtOnce in [3, Int.max] {
            // An array of 12 rows by 2 by 2 takes 768 bytes with its bounds, one of 3 rows 192.
            #expect(throws: EvaluationError.tooLarge(shape: [12, 2, 2], limit: 767)) {
                try Evaluator.evaluate(
                    program.graph, roots: [program.root], in: Self.environment, memoryLimit: 767, rowsAtOnce: rowsAtOnce
                )
            }
            #expect(throws: Never.self) {
                try Evaluator.evaluate(
                    program.graph, roots: [program.root], in: Self.environment, memoryLimit: 768, rowsAtOnce: rowsAtOnce
                )
            }
        }
    }

    /// Any number of threads gives the same bits.
    @Test func threadsChangeNothing() throws {
        let program = try Program.parse("sum(weights * softplus(X @ beta) - y * exp(X @ beta))", in: Self.environment)
        let symbolic = try SymbolicDerivatives.derive(program, wanting: .all)
        let roots = [symbolic.loss, symbolic.gradient, symbolic.hessian].compactMap { $0 }
        var found: [Derivatives] = []
        var values: [[NumericArray]] = []
        for threads in [1, 2, 5] {
            var options = AutomaticOptions(threads: threads)
            options.rowsAtOnce = 2
            found.append(
                try AutomaticDifferentiation.derivatives(
                    of: program, in: Self.environment, wanting: .all, options: options))
            values.append(
                try Evaluator.evaluate(
                    symbolic.graph, roots: roots, in: Self.environment, threads: threads, rowsAtOnce: 2
                ).map(\.value))
        }
        for other in found.dropFirst() {
            #expect(other.loss == found[0].loss && other.gradient == found[0].gradient)
            #expect(other.hessian == found[0].hessian && other.hessianBound == found[0].hessianBound)
        }
        for other in values.dropFirst() { #expect(other == values[0]) }
    }
}
