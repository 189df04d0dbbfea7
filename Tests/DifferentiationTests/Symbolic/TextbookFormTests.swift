import Differentiation
import Expressions
import LinearAlgebra
import Testing

/// What is printed is what a person would have written.
@Suite struct TextbookFormTests {
    static let environment: Environment = {
        let x = NumericArray(shape: [7, 3], (0..<21).map { Double(($0 * 5) % 11) / 7 - 0.5 })
        let y = NumericArray((0..<7).map { Double($0 % 3) })
        return Environment(
            arrays: [
                "X": x, "y": y, "beta": NumericArray([0.25, -0.5, 0.75]),
                "weights": NumericArray([1, 2, 1, 0.5, 1, 1, 3]),
                "lam": NumericArray(0.5), "delta": NumericArray(0.75),
            ], n: 7, p: 3)
    }()

    struct Form: Sendable, CustomTestStringConvertible {
        var program: String
        var gradient: String
        var hessian: String
        var testDescription: String { program }
    }

    static let forms: [Form] = [
        Form(program: "mean((y - X @ beta)**2)", gradient: "2/n * X.T @ (X @ beta - y)", hessian: "2/n * X.T @ X"),
        Form(program: "sum((X @ beta - y)**2) / n", gradient: "2/n * X.T @ (X @ beta - y)", hessian: "2/n * X.T @ X"),
        Form(
            program: "mean(softplus(X @ beta) - y * (X @ beta))", gradient: "X.T @ (sigmoid(X @ beta) - y) / n",
            hessian: "s = sigmoid(X @ beta); X.T @ ((s * (1 - s))[:, None] * X) / n"),
        Form(
            program: "(sum(softplus(X @ beta)) - y @ (X @ beta)) / n", gradient: "X.T @ (sigmoid(X @ beta) - y) / n",
            hessian: "s = sigmoid(X @ beta); X.T @ ((s * (1 - s))[:, None] * X) / n"),
        Form(
            program: "mean(np.log(1 + np.exp(X @ beta)) - y * (X @ beta))",
            gradient: "X.T @ (sigmoid(X @ beta) - y) / n",
            hessian: "s = sigmoid(X @ beta); X.T @ ((s * (1 - s))[:, None] * X) / n"),
        Form(
            program: "mean(logaddexp(0, X @ beta) - y * (X @ beta))", gradient: "X.T @ (sigmoid(X @ beta) - y) / n",
            hessian: "s = sigmoid(X @ beta); X.T @ ((s * (1 - s))[:, None] * X) / n"),
        Form(
            program: "mean(exp(X @ beta) - y * (X @ beta))", gradient: "X.T @ (exp(X @ beta) - y) / n",
            hessian: "X.T @ (exp(X @ beta)[:, None] * X) / n"),
        Form(
            program:
                "mean(where(abs(X @ beta - y) <= delta, (X @ beta - y)**2 / 2, delta * (abs(X @ beta - y) - delta / 2)))",
            gradient: "r = X @ beta - y; X.T @ where(abs(r) <= delta, r, delta * sign(r)) / n",
            hessian: "X.T @ (where(abs(X @ beta - y) <= delta, 1, 0)[:, None] * X) / n"),
        Form(
            program: "logsumexp(X @ beta)", gradient: "eta = X @ beta; X.T @ exp(eta - logsumexp(eta))",
            hessian:
                "eta = X @ beta; mu = exp(eta - logsumexp(eta)); g = X.T @ mu; X.T @ (mu[:, None] * X) - outer(g, g)"),
        Form(
            program: "sum((y[:, None] - X * beta)**2) / n", gradient: "2/n * sum(X * (X * beta - y[:, None]), axis=0)",
            hessian: "2/n * diag(sum(X**2, axis=0))"),
        Form(
            program: "mean(((X @ beta)[:, None] - y)**2)",
            gradient: "2/n**2 * X.T @ sum((X @ beta)[:, None] - y, axis=1)",
            hessian: "2/n * X.T @ X"),
        Form(
            program: "sum((X @ beta)**3)", gradient: "3 * X.T @ (X @ beta)**2",
            hessian: "6 * X.T @ ((X @ beta)[:, None] * X)"),
        Form(program: "lam * sum(beta**2)", gradient: "2 * lam * beta", hessian: "2 * lam * eye(p)"),
        Form(program: "sum(y**2)", gradient: "zeros(p)", hessian: "zeros((p, p))"),
    ]

    @Test(arguments: forms)
    func isAsWritten(_ form: Form) throws {
        let program = try Program.parse(form.program, in: Self.environment)
        let symbolic = try SymbolicDerivatives.derive(program, wanting: .all, beta: Self.environment.shape(of: "beta"))
        let gradient = try #require(symbolic.gradient)
        let hessian = try #require(symbolic.hessian)
        // Names are given anew for each, as for two requests.
        for (node, text) in [(gradient, form.gradient), (hessian, form.hessian)] {
            var naming = Naming(suggested: symbolic.names, avoiding: Set(Self.environment.arrays.keys))
            #expect(symbolic.graph.formula(node, naming: &naming) == text)
        }
    }

    @Test func printingDoesNotDependOnWhatWentBefore() throws {
        let program = try Program.parse(Self.forms[2].program, in: Self.environment)
        let texts = try (0..<3).map { _ in
            let symbolic = try SymbolicDerivatives.derive(
                program, wanting: .all, beta: Self.environment.shape(of: "beta"))
            var naming = Naming(suggested: symbolic.names, avoiding: ["lam"])
            return symbolic.graph.numpy(try #require(symbolic.hessian), as: "hessian", naming: &naming)
        }
        #expect(Set(texts).count == 1)
        #expect(texts[0].hasPrefix("import scipy.special as sp\nn = X.shape[0]\n"))
    }
}
