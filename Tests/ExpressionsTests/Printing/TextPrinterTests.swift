import Expressions
import LinearAlgebra
import Testing

/// Formulas in our own grammar: short, with brackets only where they are needed, and read back as what they were.
@Suite struct TextPrinterTests {
    private func formula(_ text: String, in environment: Environment = Reading.environment) throws -> String {
        let program = try Program.parse(text, in: environment)
        var naming = Naming(suggested: program.names, avoiding: Set(environment.arrays.keys))
        return program.graph.formula(program.root, naming: &naming)
    }

    /// Written by hand: what a person would write for it.
    @Test(arguments: [
        ("2/n*X.T@(X@beta-y)", "2/n * X.T @ (X @ beta - y)"), ("-2/n*(X.T@y)", "-2/n * X.T @ y"),
        ("(y*w)@y", "(y * w) @ y"),
        ("a=1; a-(2-w)", "1 - (2 - w)"), ("w-2-y", "w - 2 - y"), ("-(y+w)", "-(y + w)"), ("(-y)**2", "(-y)**2"),
        ("-y**2", "-y**2"), ("2**(y**w)", "2**y**w"), ("(2**y)**w", "(2**y)**w"), ("y/(w*2)", "y / (w * 2)"),
        ("y/w*2", "y / w * 2"), ("(y>1)*w", "(y > 1) * w"), ("y*(w+1)", "y * (w + 1)"),
        ("(X@beta)[1:3]", "(X @ beta)[1:3]"), ("y[-1]", "y[-1]"), ("y[:-1]", "y[:-1]"), ("X[:,0]", "X[:, 0]"),
        ("X[1:]", "X[1:]"), ("y[:,None]*X", "y[:, None] * X"), ("np.mean(y**2)", "sum(y**2) / n"),
        ("exp(y-np.mean(y))", "exp(y - mean(y))"), ("exp(mean(X,axis=0))", "exp(mean(X, axis=0))"),
        ("sum(y)/p+exp(1)", "sum(y) / p + exp(1)"),
        ("0.5*y", "1/2 * y"), ("0.1*y", "0.1 * y"), ("y/3", "y / 3"), ("pi*y+e", "pi * y + e"),
        ("1e300*y", "1e+300 * y"),
        ("np.linalg.slogdet(X.T@X)[1]", "logdet(X.T @ X)"), ("tf.clip_by_value(y,1,2)", "minimum(maximum(y, 1), 2)"),
        ("einsum('ij,j->i',X,beta)", "einsum(\"ij,j->i\", X, beta)"),
        ("np.sum(X,axis=0,keepdims=True)", "sum(X, axis=0, keepdims=True)"),
        ("eta = X@beta; sum(exp(eta)-eta)", "eta = X @ beta; sum(exp(eta) - eta)"), ("arange(n)>=1", "arange(n) >= 1"),
    ])
    func areWhatAPersonWrites(text: String, expected: String) throws {
        let written = try formula(text)
        #expect(written == expected)
    }

    /// Random graphs over all operations: the printed text has the shape and, to rounding, the values of the graph.
    @Test(arguments: 1...8)
    func readsBack(seed: Int) throws {
        var graphs = RandomGraphs(seed: UInt64(seed))
        let environment = RandomGraphs.environment
        var compared = 0
        for index in 0..<400 {
            let root = try graphs.next(depth: 1 + index % 4)
            var naming = Naming(avoiding: Set(environment.arrays.keys))
            let text = graphs.graph.formula(root, naming: &naming)
            let program: Program
            do {
                program = try Program.parse(text, in: environment)
            } catch {
                Issue.record("seed \(seed): \(text): \(error)")
                continue
            }
            #expect(program.shape.counts == graphs.graph[root].shape.counts, "seed \(seed): \(text)")
            guard let mine = try? Evaluator.evaluate(graphs.graph, roots: [root], in: environment)[0],
                let read = try? Evaluator.evaluate(program.graph, roots: [program.root], in: environment)[0]
            else { continue }
            for k in 0..<min(mine.value.count, read.value.count) {
                let (a, b) = (mine.value[k], read.value[k])
                guard a.isFinite || b.isFinite else { continue }
                compared += 1
                // Scalars are taken out of products: the same up to rounding.
                let tolerance = mine.bound(at: k) + read.bound(at: k)
                #expect(abs(a - b) <= tolerance || !tolerance.isFinite, "seed \(seed): \(text) at \(k): \(b) for \(a)")
            }
        }
        #expect(compared > 1000, "seed \(seed): \(compared) numbers were compared")
    }

    /// The property above is over every operation and every function.
    @Test func everythingOccurs() throws {
        var graphs = RandomGraphs(seed: 11)
        for index in 0..<4000 { _ = try graphs.next(depth: 1 + index % 4) }
        for function in ElementwiseFunction.allCases { #expect(graphs.seen.contains(function.rawValue), "\(function)") }
        for operation in [
            "constant", "dimension", "variable", "select", "matmul", "transpose", "subscripted", "reshape", "sum",
            "logSumExp",
            "softmax", "diagonalMatrix", "diagonal", "trace", "outer", "einsum", "inverse", "solve", "determinant",
            "logDeterminant", "norm", "identity", "arange", "filled",
        ] {
            #expect(graphs.seen.contains(operation), "\(operation)")
        }
    }
}

/// Snippets for NumPy and SciPy.
@Suite struct NumPyPrinterTests {
    private func snippet(_ text: String) throws -> String {
        let program = try Program.parse(text, in: Reading.environment)
        var naming = Naming(suggested: program.names, avoiding: Set(Reading.environment.arrays.keys))
        return program.graph.numpy(program.root, as: "loss", naming: &naming)
    }

    @Test(arguments: [
        ("sum((X @ beta - y)**2) / n", "import numpy as np\nn = X.shape[0]\nloss = np.sum((X @ beta - y)**2) / n"),
        ("logdet(X.T @ X)", "import numpy as np\nloss = np.linalg.slogdet(X.T @ X)[1]"),
        ("sigmoid(y)", "import scipy.special as sp\nloss = sp.expit(y)"),
        ("softmax(y)", "import scipy.special as sp\nloss = sp.softmax(y, axis=0)"),
        ("beta * p", "p = X.shape[1]\nloss = beta * p"),
        ("eye(p) * n", "import numpy as np\nn, p = X.shape\nloss = np.eye(p) * n"),
        ("exp(mean(y))", "import numpy as np\nn = X.shape[0]\nloss = np.exp(np.mean(y))"),
        (
            "r = X @ beta - y\nsum(r**2) + norm(r)",
            "import numpy as np\nr = X @ beta - y\nloss = np.sum(r**2) + np.linalg.norm(r)"
        ),
        // Bools add as a logical or and do not subtract.
        ("(y > 1) + (w > 1)", "loss = (y > 1) * 1.0 + (w > 1) * 1.0"), ("1 - (y > 1)", "loss = 1 - (y > 1) * 1.0"),
        (
            "(y[:, None] > y).T @ (w[:, None] > w)",
            "n = X.shape[0]\nloss = ((y[:, None] > y).T * 1.0) @ (w[:, None] > w)"
        ),
        ("(y > 1) * 2", "loss = (y > 1) * 2"),
    ])
    func areComplete(text: String, expected: String) throws {
        let written = try snippet(text)
        #expect(written == expected)
    }
}
