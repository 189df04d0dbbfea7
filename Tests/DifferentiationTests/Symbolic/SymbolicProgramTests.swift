import Differentiation
import Expressions
import Foundation
import LinearAlgebra
import Testing

/// Symbolic derivatives of programs over the whole grammar against JAX, and printed formulas that read back.
@Suite struct SymbolicProgramTests {
    @Test(arguments: ProgramFixture.all)
    func agreesWithJAX(_ fixture: ProgramFixture) throws {
        var program = try Program.parse(fixture.program, in: fixture.environment)
        try program.requireScalar(fixture.program)
        let symbolic = try SymbolicDerivatives.derive(program, wanting: .all)
        let gradient = try #require(symbolic.gradient)
        let hessian = try #require(symbolic.hessian)
        let values = try Evaluator.evaluate(
            symbolic.graph, roots: [symbolic.loss, gradient, hessian], in: fixture.environment)
        var naming = Naming(suggested: symbolic.names, avoiding: Set(fixture.environment.arrays.keys))
        let texts = [symbolic.loss, gradient, hessian].map { symbolic.graph.formula($0, naming: &naming) }
        if ProcessInfo.processInfo.environment["SHOW_FORMULAS"] != nil, fixture.environment.n == 7 {
            print(
                "FORMULA \(fixture.program.replacingOccurrences(of: "\n", with: "; "))\n   G \(texts[1])\n   H \(texts[2])"
            )
        }
        let expected = [[fixture.loss], fixture.gradient, Array(fixture.hessian.joined())]
        for (k, exact) in expected.enumerated() {
            let scale = exact.map(abs).max() ?? 0
            #expect(values[k].value.count == exact.count)
            for (mine, theirs) in zip(values[k].value.elements, exact) {
                #expect(abs(mine - theirs) <= 1e-10 * max(scale, 40), "\(texts[k]): \(mine) is not \(theirs)")
            }
            // What is printed is what was evaluated.
            let parsed = try Program.parse(texts[k], in: fixture.environment)
            let again = try Evaluator.evaluate(parsed.graph, roots: [parsed.root], in: fixture.environment)[0]
            for (a, b) in zip(again.value.elements, values[k].value.elements) {
                #expect(abs(a - b) <= 1e-10 * max(scale, 40), "\(texts[k])")
            }
        }
    }
}
