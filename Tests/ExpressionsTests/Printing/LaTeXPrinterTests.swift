import Expressions
import LinearAlgebra
import Testing

/// LaTeX that compiles inside `$…$` with no package.
@Suite struct LaTeXPrinterTests {
    private func latex(_ text: String) throws -> String {
        let program = try Program.parse(text, in: Reading.environment)
        var naming = Naming(suggested: program.names, avoiding: Set(Reading.environment.arrays.keys))
        return program.graph.latex(program.root, naming: &naming)
    }

    @Test(arguments: [
        ("X.T @ (X @ beta - y)", "X^{\\top} \\left(X \\beta - y\\right)"),
        ("sum(y**2)", "\\left\\| y \\right\\|_{2}^{2}"),
        ("norm(y)", "\\left\\| y \\right\\|_{2}"), ("norm(X)", "\\left\\| X \\right\\|_{F}"), ("y / n", "\\frac{y}{n}"),
        ("y[:, None] * X", "\\mathrm{diag}\\left(y\\right) X"), ("X * beta", "X \\mathrm{diag}\\left(\\beta\\right)"),
        ("y * w", "y \\odot w"), ("inv(X.T @ X)", "\\left(X^{\\top} X\\right)^{-1}"),
        ("outer(y, beta)", "y \\beta^{\\top}"),
        ("y[0]", "y_{1}"), ("sum(y)", "\\mathbf{1}^{\\top} y"), ("y**2", "y^{\\circ 2}"), ("-y", "-y"),
        ("abs(y)", "\\left|y\\right|"), ("y > 2", "\\left[y > 2\\right]"), ("eye(p)", "I"),
    ])
    func areWhatAPersonWrites(text: String, expected: String) throws { #expect(try latex(text) == expected) }

    /// Formulas that pdflatex refused before they were mended: `\lVert` is a package's, and one symbol has one subscript.
    @Test func aNamedVectorHasOneSubscript() throws {
        let text = try latex("beta_2 = exp(X @ beta) + exp(y); sum(beta_2[1:] * beta_2[:-1])")
        #expect(LaTeXChecker.problems(in: text).isEmpty, "\(text)")
    }

    @Test(arguments: 1...4)
    func texWouldTakeIt(seed: Int) throws {
        var graphs = RandomGraphs(seed: UInt64(seed) + 100)
        for index in 0..<500 {
            let root = try graphs.next(depth: 1 + index % 4)
            var naming = Naming(avoiding: Set(RandomGraphs.environment.arrays.keys))
            let text = graphs.graph.latex(root, naming: &naming)
            #expect(
                LaTeXChecker.problems(in: text).isEmpty, "seed \(seed): \(text): \(LaTeXChecker.problems(in: text))")
        }
    }

    /// Test the checker: what pdflatex refuses.
    @Test(arguments: [
        "a_{1}_{2}", "a^{2}^{\\top}", "\\left(a", "{a", "a}", "\\lVert a \\rVert", "\\left\\lVert a \\right\\rVert",
        "\\right)",
        "\\operatorname{diag}", "\\begin{array}{l} a",
    ])
    func theCheckerSees(formula: String) { #expect(!LaTeXChecker.problems(in: formula).isEmpty) }

    @Test(arguments: [
        "a_{1}^{2}", "{V_{2}}_{1}", "\\left\\| y \\right\\|_{2}^{2}", "\\left\\{a\\right.", "\\frac{1}{2}",
    ])
    func theCheckerTakes(formula: String) { #expect(LaTeXChecker.problems(in: formula).isEmpty) }
}
