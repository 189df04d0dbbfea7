import Expressions
import Testing

/// Functions that are not understood are refused with what to write in their place, at the place where they stand.
@Suite struct RemediesTests {
    @Test(arguments: [
        ("np.median(y)", "parameters"), ("y.sort()", "parameters"), ("np.linalg.cholesky(X.T @ X)", "logdet"),
        ("np.random.randn(3)", "random"), ("jax.grad(y)", "loss"), ("np.round(y)", "derivative"),
        ("np.linalg.pinv(X)", "solve"), ("math.ln(y)", "log"), ("np.tril(X)", "where"), ("F.gelu(y)", "ndtr"),
        ("F.cross_entropy(X, y)", "logsumexp"), ("np.cumprod(y)", "cumsum"), ("np.roll(y, 1)", "slices"),
        ("np.corrcoef(y, y)", "centred"),
    ])
    func sayWhatToWrite(text: String, word: String) {
        let error = Reading.error(text)
        #expect(error?.kind == .name)
        #expect(
            error?.message.contains("; ") == true && error?.message.contains(word) == true, "\(error?.message ?? "")")
        #expect(error?.message.contains("did you mean") == false)
    }

    /// What the remedies say is understood.
    @Test(arguments: [
        "solve(X.T @ X, X.T @ y)", "where(arange(n)[:, None] >= arange(n), outer(y, y), 0)", "y * ndtr(y)",
        "y * tanh(softplus(y))", "exp(cumsum(log(y)))", "log(y + sqrt(y**2 + 1))",
        "(log1p(beta / 2) - log1p(-beta / 2)) / 2",
        "u = y - mean(y); v = w - mean(w); u @ v / (norm(u) * norm(v))", "sum((X[:, None] - X)**2, axis=2)",
        "logsumexp(3 * y) / 3", "exp(sum(log(y)))", "where(y > 0, y, 2 * expm1(y))",
        "mean(logsumexp(X, axis=1) - sum(X * X, axis=1))",
    ])
    func canBeWritten(text: String) { #expect(Reading.error(text) == nil) }
}
