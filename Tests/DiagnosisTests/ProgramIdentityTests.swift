import Diagnosis
import Foundation
import LinearAlgebra
import Losses
import Testing

/// Candidate programs in many spellings: what they are called, whether that is proven for all data, and where they stand.
@Suite struct ProgramIdentityTests {
    private func problem(_ loss: String = "squared", weights: Bool = false, ridge: Double = 0) throws
        -> RegressionProblem
    {
        let named = try #require(CatalogueTests.cases.first { $0.name == (loss == "logistic" ? "Brier" : "right") })
        var problem = try named.problem()
        if weights { problem.weights = (0..<problem.n).map { 0.5 + Double($0) / 7 } }
        if ridge > 0 { problem.penalty = Penalty(ridge: ridge, exempt: [0]) }
        return problem
    }

    /// Spellings of the mean squared loss.
    @Test(arguments: [
        "np.mean((X @ beta - y)**2)", "mean((y - np.dot(X, beta))**2)", "np.mean(np.square(X.dot(beta) - y))",
        "r = X @ beta - y; r @ r / n", "r = y - X @ beta\nr.T @ r / n", "np.linalg.norm(X @ beta - y)**2 / n",
        "np.mean((np.einsum('ij,j->i', X, beta) - y)**2)", "np.mean((np.sum(X * beta, axis=1) - y)**2)",
        "tf.reduce_mean(tf.square(tf.subtract(tf.reduce_sum(tf.multiply(X, beta), axis=1), y)))",
        "(y @ y - 2 * y @ X @ beta + beta @ X.T @ X @ beta) / n", "np.mean((X @ beta)**2 - 2*y*(X @ beta) + y**2)",
        "mean(((X @ beta)[:, None] - y[:, None])**2)", "np.mean((X @ beta[:, None] - y[:, None])**2)",
        "trace((X @ beta[:, None] - y[:, None]) @ (X @ beta[:, None] - y[:, None]).T) / n",
    ])
    func rightProgramsAreProvenRight(text: String) throws {
        let found = try problem().diagnose(.expression(text))
        #expect(found.verdict == .correct)
        #expect(found.summary.contains("for all data"), "\(found.summary)")
    }

    /// Programs with another gradient are never proven to have the right one, whatever the numbers say at one β.
    @Test func nothingFalseIsProven() throws {
        var problem = try problem()
        // At β = 0 the elementwise product has the right gradient, and on one row so has a sum.
        problem.beta = NumericArray([0, 0, 0])
        let found = try problem.diagnose(.expression("sum((y[:, None] - X * beta)**2) / n"))
        #expect(found.verdict != .correct)
        #expect(!found.summary.contains("for all data"))
        for text in [
            "mean((X @ beta - y)**2) + 1e-30 * sum(beta)",
            "mean((X @ beta - y)**2 + 1e-14 * beta[0])",
        ] {
            let close = try self.problem().diagnose(.expression(text))
            #expect(!close.summary.contains("for all data"), "\(text): \(close.summary)")
        }
    }

    @Test(arguments: [
        ("sum((y[:, None] - X * beta)**2) / n", "elementwise-product", "X * beta", "`sum` added all 36 entries up"),
        (
            "y_fit = tf.multiply(X, beta)\ntf.reduce_sum(tf.pow(reshape(y, (n, 1)) - y_fit, 2)) / n",
            "elementwise-product", "tf.multiply(X, beta)", "`tf.reduce_sum` added all 36 entries up"
        ),
        (
            "np.mean((y.reshape(-1, 1) - beta * X)**2)", "elementwise-product-mean", "beta * X",
            "`np.mean` added all 36 entries up"
        ),
        (
            "np.mean((X @ beta - y[:, None])**2)", "pairwise-residual-mean", "X @ beta - y[:, None]",
            "(12,) and (12, 1) became (12, 12)"
        ),
        (
            "sum((y - X @ beta[:, None])**2) / n", "pairwise-residual", "y - X @ beta[:, None]",
            "`sum` added all 144 entries up"
        ),
    ])
    func broadcastsArePointedAt(text: String, id: String, source: String, story: String) throws {
        let found = try problem().diagnose(.expression(text))
        let finding = try #require(found.findings.first)
        #expect(found.verdict == .mistake && finding.id == id)
        #expect(finding.parameters["source"] == .text(source))
        #expect(found.summary.contains("`\(source)` stands at") && found.summary.contains(story), "\(found.summary)")
        #expect(
            finding.parameters["identical"] == .text("the gradient is that of \(id) for all data, not at this β only"))
        #expect(found.given?.gradient?.count == 3)
    }

    @Test func mistakesOfDataAreProven() throws {
        for (text, id) in [
            ("mean((X @ beta)**2)", "target-forgotten"), ("mean((X[:7] @ beta - y[:7])**2)", "first-rows-only"),
            ("mean((X.T.reshape(n, p) @ beta - y)**2)", "reshaped"),
            ("mean((X[:, 1:] @ beta[1:] - y)**2)", "intercept-missing"),
            ("Z = X - mean(X, axis=0); mean((Z @ beta - y)**2)", "standardized"),
        ] {
            let finding = try #require(try problem().diagnose(.expression(text)).findings.first, "\(text)")
            #expect(finding.id == id)
            if id != "intercept-missing" { #expect(finding.parameters["identical"] != nil, "\(text)") }
        }
        let weighted = try problem(weights: true).diagnose(.expression("sum((weights * (X @ beta - y))**2) / n"))
        #expect(weighted.findings.first?.parameters["identical"] != nil)
        let doubled = try problem(ridge: 0.3).diagnose(.expression("mean((X @ beta - y)**2) + 0.15 * sum(beta[1:]**2)"))
        #expect(doubled.findings.first?.parameters["identical"] != nil)
    }

    @Test func conventionsAreProven() throws {
        let negated = try problem("logistic").diagnose(.expression("mean(y * (X @ beta) - softplus(X @ beta))"))
        #expect(negated.verdict == .convention)
        #expect(
            negated.findings.first?.parameters["identical"]
                == .text("the gradient is minus that of the loss for all data, not at this β only"))
        let sum = try problem().diagnose(.expression("sum((X @ beta - y)**2)"))
        #expect(sum.findings.first?.parameters["identical"] != nil)
    }
}
