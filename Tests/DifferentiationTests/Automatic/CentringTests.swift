import Differentiation
import Expressions
import LinearAlgebra
import Testing

/// Functions of differences of linear predictors do not change when a constant is added to a column, and neither do the
/// digits of their Hessians: data about 0 are the oracle of the same data about a million. The numbers are multiples of
/// 2⁻¹⁰, so that both are exact.
@Suite struct CentringTests {
    private static let (n, p) = (50, 3)

    private func environment(_ offsets: [Double], intercept: Bool = false) -> Environment {
        var state: UInt64 = 20_262
        let elements = (0..<Self.n * Self.p).map { place -> Double in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            if intercept && place % Self.p == 0 { return 1 }
            return (Double(state >> 11) * 0x1p-53 * 2048 - 1024).rounded() * 0x1p-10 + offsets[place % Self.p]
        }
        return Environment(
            arrays: [
                "X": NumericArray(shape: [Self.n, Self.p], elements),
                // Orthogonal to the offsets (1, 2, −1)·10⁶, so that η itself stays small.
                "beta": NumericArray([0.5, 0.25, 1]),
                "y": NumericArray((0..<Self.n).map { Double($0 % 7) / 8 }),
            ], n: Self.n, p: Self.p)
    }

    private func derivatives(_ text: String, _ environment: Environment) throws -> Derivatives {
        try AutomaticDifferentiation.derivatives(
            of: Program.parse(text, in: environment), in: environment, wanting: .all)
    }

    @Test(arguments: [
        ("e = X @ beta; mean((e - mean(e))**2)", 1e-14),
        ("logsumexp(X @ beta)", 1e-14),
        ("log(sum(exp(X @ beta)))", 1e-14),
        ("e = X @ beta; z = (e - mean(e)) / sqrt(mean((e - mean(e))**2) + 1); sum(z**3)", 1e-14),
        // The rounding of each exp times a million, once: nothing is squared. Without centres 1e-3.
        ("e = X @ beta; sum(y * exp(e - logsumexp(e)))", 1e-8),
    ])
    func aMillionCostsNoDigits(text: String, tolerance: Double) throws {
        let near = try derivatives(text, environment([0, 0, 0]))
        let far = try derivatives(text, environment([1e6, 2e6, -1e6]))
        let (a, b) = (try #require(near.hessian).elements, try #require(far.hessian).elements)
        let size = a.map(abs).max() ?? 0
        for (a, b) in zip(a, b) { #expect(abs(a - b) <= tolerance * size, "\(text): \(b), not \(a)") }
        #expect(abs(try #require(near.loss) - (try #require(far.loss))) <= 1e-15 * abs(near.loss ?? 0))
    }

    /// What does depend on where a column lies, with an intercept: against the same without centres, where the columns
    /// are just too near for them.
    @Test(arguments: ["sqrt(mean((X @ beta - y)**2))", "e = X @ beta; sum(e * y) / sqrt(sum(e**2))"])
    func centresChangeNothingElse(text: String) throws {
        let far = environment([0, 40, -40], intercept: true)
        var row = [Double](repeating: 0, count: Self.p)
        row[1] = -1
        // One more row, far from the others, leaves no centre within a factor of two; its weight is 0.
        var arrays = far.arrays
        arrays["X"] = NumericArray(shape: [Self.n + 1, Self.p], (far["X"]?.elements ?? []) + row)
        arrays["y"] = NumericArray((far["y"]?.elements ?? []) + [0])
        arrays["w"] = NumericArray([Double](repeating: 1, count: Self.n) + [0])
        let wide = Environment(arrays: arrays, n: Self.n + 1, p: Self.p)
        let weighted = text.replacing("mean((X @ beta - y)**2)", with: "sum(w * (X @ beta - y)**2) / (n - 1)")
            .replacing("sum(e * y)", with: "sum(w * e * y)").replacing("sum(e**2)", with: "sum(w * e**2)")
        let first = try derivatives(text, far)
        let second = try derivatives(weighted, wide)
        let size = try #require(first.hessian).elements.map(abs).max() ?? 0
        for (a, b) in zip(try #require(first.hessian).elements, try #require(second.hessian).elements) {
            #expect(abs(a - b) <= 1e-12 * size)
        }
        for (a, b) in zip(try #require(first.gradient), try #require(second.gradient)) {
            #expect(abs(a - b) <= 1e-13 * max(abs(a), 1))
        }
    }
}
