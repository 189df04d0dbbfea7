import Differentiation
import Expressions
import Testing

/// Automatic derivatives of programs over the whole grammar against JAX.
@Suite struct AutomaticProgramTests {
    @Test func thereAreManyFixtures() { #expect(ProgramFixture.all.count >= 180) }

    @Test(arguments: ProgramFixture.all)
    func agreesWithJAX(_ fixture: ProgramFixture) throws {
        var program = try Program.parse(fixture.program, in: fixture.environment)
        try program.requireScalar(fixture.program)
        let result = try AutomaticDifferentiation.derivatives(of: program, in: fixture.environment, wanting: .all)
        // X of the third data set is nearly singular, which only a determinant notices.
        let isIllConditioned = fixture.environment.n == 4 && fixture.program.contains("det(X")
        let gradient = try #require(result.gradient)
        let hessian = try #require(result.hessian)
        let bounds = try #require(result.hessianBound)
        #expect(close(result.loss ?? .nan, fixture.loss, 1), "loss \(result.loss ?? .nan) is not \(fixture.loss)")
        let scale = fixture.gradient.map(abs).max() ?? 1
        for (mine, theirs) in zip(gradient, fixture.gradient) {
            #expect(close(mine, theirs, scale), "gradient \(gradient) is not \(fixture.gradient)")
        }
        let size = fixture.hessian.joined().map(abs).max() ?? 1
        for j in 0..<hessian.rows {
            for k in 0..<hessian.columns {
                #expect(
                    close(hessian[j, k], fixture.hessian[j][k], size, bounds[j, k]),
                    "hessian[\(j), \(k)] \(hessian[j, k]) is not \(fixture.hessian[j][k])")
                #expect(hessian[j, k] == hessian[k, j])
                // A bound that passes anything is none.
                #expect(bounds[j, k] <= (isIllConditioned ? 1e-2 : 1e-9) * max(size, 1), "bound \(bounds[j, k])")
            }
        }
        #expect(result.lossBound <= 1e-10 * max(abs(fixture.loss), 1), "bound \(result.lossBound)")
        for bound in result.gradientBound {
            #expect(bound <= (isIllConditioned ? 1e-6 : 1e-10) * max(scale, 1), "bound \(bound)")
        }
    }

    private func close(_ a: Double, _ b: Double, _ scale: Double, _ bound: Double = 0) -> Bool {
        // JAX's own rounding: the worst conditioned of the programs loses eleven digits of log det.
        abs(a - b) <= max(1e-11 * max(abs(b), scale, 40), bound)
    }
}
