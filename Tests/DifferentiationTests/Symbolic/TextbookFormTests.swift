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

    private static func leastSquares(_ program: String) -> Form {
        Form(program: program, gradient: "2/n * X.T @ (X @ beta - y)", hessian: "2/n * X.T @ X")
    }

    private static func logistic(_ program: String) -> Form {
        Form(
            program: program, gradient: "X.T @ (sigmoid(X @ beta) - y) / n",
            hessian: "s = sigmoid(X @ beta); X.T @ ((s * (1 - s))[:, None] * X) / n")
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
            gradient: "2/n**2 * X.T @ (n * X @ beta - sum(y))",
            hessian: "2/n * X.T @ X"),
        Form(
            program: "sum((X @ beta)**3)", gradient: "3 * X.T @ (X @ beta)**2",
            hessian: "6 * X.T @ ((X @ beta)[:, None] * X)"),
        Form(
            program: "norm(y - X @ beta)", gradient: "r = X @ beta - y; X.T @ r / norm(r)",
            hessian: "r = X @ beta - y; g = X.T @ r; c = norm(r); X.T @ X / c - outer(g, g) / c**3"),
        Form(
            program: "sqrt(mean((y - X @ beta)**2))",
            gradient: "r = X @ beta - y; X.T @ r / (n * sqrt(mean(r**2)))",
            hessian: "r = X @ beta - y; g = X.T @ r; "
                + "X.T @ X / (n * sqrt(mean(r**2))) - outer(g, g) / (n**2 * mean(r**2)**(3/2))"),
        Form(
            program: "(X @ beta) @ y / (norm(X @ beta) * norm(y))",
            gradient: "eta = X @ beta; c = norm(eta); X.T @ (y / c - eta @ y * eta / c**3) / norm(y)",
            hessian: "eta = X @ beta; c = eta @ y; c2 = norm(eta); c3 = c2**3; g = X.T @ eta; "
                + "(outer(X.T @ (3 * c * eta / c2**5 - y / c3), g) - outer(g, X.T @ y) / c3 "
                + "- c * X.T @ X / c3) / norm(y)"),
        Form(
            program: "logdet(X.T @ diag(exp(X @ beta)) @ X)",
            gradient: "mu = exp(X @ beta); X.T @ (mu * sum(X * (X @ inv(X.T @ (mu[:, None] * X))), axis=1))",
            hessian: "mu = exp(X @ beta); M = mu[:, None] * X; V = inv(X.T @ M); "
                + "X.T @ ((mu * sum(X * (X @ V), axis=1))[:, None] * X) "
                + "- X.T @ (mu[:, None] * ((X @ (V @ X.T))**2 @ M))"),
        Form(
            program: "trace(inv(X.T @ diag(exp(X @ beta)) @ X))",
            gradient: "mu = exp(X @ beta); V = inv(X.T @ (mu[:, None] * X)); "
                + "-X.T @ (mu * sum(X * (X @ (V @ V)), axis=1))",
            hessian: "mu = exp(X @ beta); M = mu[:, None] * X; V = inv(X.T @ M); M2 = V @ X.T; "
                + "2 * X.T @ (mu[:, None] * ((X @ (V @ M2) * (X @ M2)) @ M)) "
                + "- X.T @ ((mu * sum(X * (X @ (V @ V)), axis=1))[:, None] * X)"),
        Form(
            program: "beta @ inv(X.T @ X + eye(p)) @ beta", gradient: "2 * inv(X.T @ X + eye(p)) @ beta",
            hessian: "2 * inv(X.T @ X + eye(p))"),
        Form(
            program: "sum(weights * (y - X @ beta)**2)",
            gradient: "2 * X.T @ (weights * (X @ beta - y))", hessian: "2 * X.T @ (weights[:, None] * X)"),
        Form(
            program: "sum((y - X @ beta)**2) + lam * sum(beta**2)",
            gradient: "2 * (X.T @ (X @ beta - y) + lam * beta)", hessian: "2 * (X.T @ X + lam * eye(p))"),
        Form(
            program: "mean(weights * (y - X @ beta)**2) + lam * sum(beta**2)",
            gradient: "2 * (X.T @ (weights * (X @ beta - y)) / n + lam * beta)",
            hessian: "2 * (X.T @ (weights[:, None] * X) / n + lam * eye(p))"),
        // Cross-entropies, however they are written.
        logistic("-mean(y * log(sigmoid(X @ beta)) + (1 - y) * log(1 - sigmoid(X @ beta)))"),
        logistic("h = 1 / (1 + np.exp(-X @ beta)); -1/n * (y @ np.log(h) + (1 - y) @ np.log(1 - h))"),
        logistic("F.binary_cross_entropy(torch.sigmoid(X @ beta), y)"),
        logistic("F.binary_cross_entropy_with_logits(X @ beta, y)"),
        // Columns.
        leastSquares("tf.reduce_mean(tf.square(tf.reshape(y, [-1, 1]) - tf.matmul(X, tf.reshape(beta, [-1, 1]))))"),
        leastSquares("np.mean((y[:, None] - X @ beta[:, None])**2)"),
        leastSquares("r = torch.mm(X, beta.view(-1, 1)) - y.unsqueeze(1); (r.T @ r / n).squeeze()"),
        leastSquares("np.mean(np.linalg.norm(X @ beta.reshape(p, 1) - y.reshape(n, 1), axis=1)**2)"),
        // Equal terms are found across spellings.
        Form(
            program: "beta @ X.T @ X @ beta", gradient: "2 * X.T @ (X @ beta)", hessian: "2 * X.T @ X"),
        Form(
            program: "beta @ (X.T @ X) @ beta", gradient: "2 * X.T @ (X @ beta)", hessian: "2 * X.T @ X"),
        Form(
            program: "einsum('ij,ik,j,k->', X, X, beta, beta)", gradient: "2 * X.T @ (X @ beta)",
            hessian: "2 * X.T @ X"),
        Form(
            program: "beta @ solve(X.T @ X + lam * eye(p), beta)",
            gradient: "2 * inv(X.T @ X + lam * eye(p)) @ beta", hessian: "2 * inv(X.T @ X + lam * eye(p))"),
        Form(
            program: "sum((X * beta) @ (X * beta).T)", gradient: "2 * beta * sum(X, axis=0)**2",
            hessian: "2 * diag(sum(X, axis=0)**2)"),
        Form(
            program: "sum(relu(X @ beta)**2) + sum(relu(X @ beta))",
            gradient: "eta = X @ beta; X.T @ ((2 * relu(eta) + 1) * (eta > 0))",
            hessian: "2 * X.T @ ((X @ beta > 0)[:, None] * X)"),
        // Outer products and diagonals inside an inverse or a determinant, without arrays of order three.
        Form(
            program: "logdet(eye(p) + outer(beta, beta))", gradient: "2 * inv(eye(p) + outer(beta, beta)) @ beta",
            hessian: "V = inv(eye(p) + outer(beta, beta)); g = V @ beta; "
                + "2 * ((1 - beta @ g) * V - outer(g, g))"),
        Form(
            program: "det(eye(p) + outer(beta, beta))",
            gradient: "M = eye(p) + outer(beta, beta); 2 * det(M) * inv(M) @ beta",
            hessian: "M = eye(p) + outer(beta, beta); V = inv(M); g = V @ beta; "
                + "2 * det(M) * (outer(g, g) + (1 - beta @ g) * V)"),
        Form(
            program: "sum(inv(eye(p) + outer(beta, beta))) / 2 - sum(y)",
            gradient: "V = inv(eye(p) + outer(beta, beta)); v = sum(V, axis=1); v2 = sum(V, axis=0); "
                + "-1/2 * (beta @ v2 * v + beta @ v * v2)", hessian: ""),
        // Columns by slices and one by one; masks and differences of coefficients.
        leastSquares("mean((y - (X[:, 0] * beta[0] + X[:, 1:] @ beta[1:]))**2)"),
        leastSquares("k = 1; mean((y - (X[:, :k] @ beta[:k] + X[:, k:] @ beta[k:]))**2)"),
        leastSquares("mean((y - beta[2] * X[:, 2] - X[:, 0] * beta[0] - X[:, 1] * beta[1])**2)"),
        leastSquares("mean((y - sum(X * beta, axis=1))**2)"),
        Form(
            program: "mean((y - X @ beta)**2) + lam * sum(beta[1:]**2)",
            gradient: "2 * (X.T @ (X @ beta - y) / n + lam * beta * (arange(p) >= 1))",
            hessian: "2 * (X.T @ X / n + lam * diag(arange(p) >= 1))"),
        Form(
            program: "sum(np.diff(beta)**2)", gradient: "M = eye(p)[1:] - eye(p)[:-1]; 2 * M.T @ (M @ beta)",
            hessian: "M = eye(p)[1:] - eye(p)[:-1]; 2 * M.T @ M"),
        Form(
            program: "np.var(X @ beta - y)", gradient: "r = X @ beta - y; 2/n * X.T @ (r - mean(r))",
            hessian: "v = sum(X, axis=0); 2 * (X.T @ X / n - outer(v, v) / n**2)"),
        Form(
            program: "sum(1 / (1 + exp(-(X @ beta))))",
            gradient: "s = sigmoid(X @ beta); X.T @ (s * (1 - s))",
            hessian: "s = sigmoid(X @ beta); X.T @ ((s * (1 - s) * (1 - 2 * s))[:, None] * X)"),
        Form(
            program: "mean(exp(-y * (X @ beta)))", gradient: "-X.T @ (y * exp(-y * (X @ beta))) / n",
            hessian: "X.T @ ((y**2 * exp(-y * (X @ beta)))[:, None] * X) / n"),
        Form(
            program: "sum((1 + 4) / 2 * log1p((X @ beta - y)**2 / 4)) / 1",
            gradient:
                "r = X @ beta - y; 5/4 * X.T @ (r / (1 + r**2 / 4))",
            hessian: "v = (X @ beta - y)**2; r = 1 + v / 4; 5/4 * X.T @ ((1 / r - 1/2 * (v / r**2))[:, None] * X)"),
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
        for (node, text) in [(gradient, form.gradient), (hessian, form.hessian)] where !text.isEmpty {
            var naming = Naming(suggested: symbolic.names, avoiding: Set(Self.environment.arrays.keys))
            #expect(symbolic.graph.formula(node, naming: &naming) == text)
        }
    }

    /// Programs whose Hessians are matrices, made from matrices: no array of three axes and no einsum.
    @Test(arguments: [
        "logdet(X.T @ diag(exp(X @ beta)) @ X)", "trace(inv(outer(beta, beta) + lam * eye(p)))",
        "logdet(X.T @ X + diag(exp(beta)))", "logdet(eye(p) + outer(beta, beta))", "einsum('i,ij,j->', y, X, beta)**2",
        "sum(einsum('ij,kj->ik', X * beta, X)**2)", "sum(inv(eye(p) + outer(beta, beta)))",
        "sum(solve(eye(p) + outer(beta, beta), X.T @ X))", "det(eye(p) + outer(beta, beta))",
        "norm(inv(eye(p) + outer(beta, beta)))", "y @ X @ inv(eye(p) + outer(beta, beta)) @ X.T @ y",
        "logdet(X.T @ X + outer(beta, X.T @ exp(X @ beta)))", "sum(exp(inv(eye(p) + outer(beta, beta))))",
        "log(det(X.T @ X + outer(beta, beta) + diag(exp(beta))))", "B = outer(beta, beta); norm(B @ B - eye(p))",
        "A = X.T @ X * (1 + beta @ beta); logdet(A) + trace(inv(A))", "sum(softmax(X @ beta) * y)",
    ])
    func nothingIsOfOrderThree(_ text: String) throws {
        let program = try Program.parse(text, in: Self.environment)
        let symbolic = try SymbolicDerivatives.derive(program, wanting: .all)
        let hessian = try #require(symbolic.hessian)
        for id in symbolic.graph.reachable(from: [hessian]) { #expect(symbolic.graph[id].shape.rank <= 2) }
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
