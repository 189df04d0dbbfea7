import LinearAlgebra
import Losses

/// Seeded random programs over the smooth part of the grammar: typed, so that nearly all of them have a value.
struct RandomPrograms {
    private var random: Seeded

    init(seed: UInt64) { random = Seeded(seed) }

    /// A scalar program of the given depth.
    mutating func next(depth: Int) -> String { scalar(depth) }

    /// A problem for a program: n = 5, p = 3, moderate data.
    mutating func problem(_ program: String) -> RegressionProblem {
        let (n, p) = (5, 3)
        return RegressionProblem(
            x: Matrix(rows: n, columns: p, (0..<n * p).map { _ in random.uniform() }),
            y: NumericArray((0..<n).map { _ in random.uniform() }),
            beta: NumericArray((0..<p).map { _ in random.uniform() }), objective: .expression(program))
    }

    private mutating func pick(_ choices: Int) -> Int { Int.random(in: 0..<choices, using: &random) }

    private mutating func function(of text: String) -> String {
        switch pick(16) {
        case 0: "tanh(\(text))"
        case 1: "sigmoid(\(text))"
        case 2: "exp(0.3 * \(text))"
        case 3: "softplus(\(text))"
        case 4: "sin(\(text))"
        case 5: "cos(\(text))"
        case 6: "log1p((\(text))**2)"
        case 7: "sqrt(1 + (\(text))**2)"
        case 8: "logcosh(\(text))"
        case 9: "arctan(\(text))"
        case 10: "erf(\(text))"
        case 11: "log_ndtr(\(text))"
        case 12: "((\(text))**2)"
        case 13: "((\(text))**3 / 3)"
        case 14: "logaddexp(\(text), 0.5)"
        default: "gammaln(2 + tanh(\(text)))"
        }
    }

    private mutating func combined(_ a: String, _ b: String) -> String {
        switch pick(5) {
        case 0: "(\(a) + \(b))"
        case 1: "(\(a) - \(b))"
        case 2, 3: "(\(a) * \(b))"
        default: "(\(a) / (2 + (\(b))**2))"
        }
    }

    private mutating func scalar(_ depth: Int) -> String {
        if depth == 0 { return ["beta[0]", "beta[-1]", "0.5", "y @ y / n", "beta @ beta"][pick(5)] }
        switch pick(14) {
        case 0, 1: return "sum(\(rows(depth - 1)))"
        case 2: return "mean(\(rows(depth - 1)))"
        case 3: return "sum(\(columns(depth - 1)))"
        case 4: return "sum(\(matrix(depth - 1)))"
        case 5: return "\(rows(depth - 1)) @ \(rows(depth - 1))"
        case 6: return "\(columns(depth - 1)) @ \(columns(depth - 1))"
        case 7: return "norm(1 + \(rows(depth - 1))**2)"
        case 8: return "logsumexp(\(rows(depth - 1)))"
        case 9: return "trace(\(square(depth - 1)))"
        case 10: return "logdet(4 * eye(p) + X.T @ diag(exp(0.3 * \(rows(depth - 1)))) @ X)"
        case 11: return combined(scalar(depth - 1), scalar(depth - 1))
        case 12: return function(of: scalar(depth - 1))
        default: return "beta @ inv(4 * eye(p) + X.T @ X) @ \(columns(depth - 1))"
        }
    }

    /// A vector of n.
    private mutating func rows(_ depth: Int) -> String {
        if depth == 0 { return ["(X @ beta)", "y", "(y - X @ beta)", "X[:, 1]"][pick(4)] }
        switch pick(9) {
        case 0, 1: return function(of: rows(depth - 1))
        case 2: return combined(rows(depth - 1), rows(depth - 1))
        case 3: return "(X @ \(columns(depth - 1)))"
        case 4: return "(\(matrix(depth - 1)) @ beta)"
        case 5: return "sum(\(matrix(depth - 1)), axis=1)"
        case 6: return "logsumexp(\(matrix(depth - 1)), axis=1)"
        case 7: return "(\(scalar(depth - 1)) * \(rows(depth - 1)))"
        default: return "\(matrix(depth - 1))[:, 1]"
        }
    }

    /// A vector of p.
    private mutating func columns(_ depth: Int) -> String {
        if depth == 0 { return ["beta", "beta", "(X.T @ y)", "X[0]"][pick(4)] }
        switch pick(8) {
        case 0: return function(of: columns(depth - 1))
        case 1: return combined(columns(depth - 1), columns(depth - 1))
        case 2: return "(X.T @ \(rows(depth - 1)))"
        case 3: return "sum(\(matrix(depth - 1)), axis=0)"
        case 4: return "(\(square(depth - 1)) @ beta)"
        case 5: return "diag(\(square(depth - 1)))"
        case 6: return "solve(4 * eye(p) + X.T @ X, \(columns(depth - 1)))"
        default: return "(\(scalar(depth - 1)) * beta)"
        }
    }

    /// n by p.
    private mutating func matrix(_ depth: Int) -> String {
        if depth == 0 { return ["X", "(X * beta)", "(y[:, None] - X * beta)", "outer(y, beta)"][pick(4)] }
        switch pick(6) {
        case 0: return function(of: matrix(depth - 1))
        case 1: return combined(matrix(depth - 1), matrix(depth - 1))
        case 2: return "(\(rows(depth - 1))[:, None] * X)"
        case 3: return "outer(\(rows(depth - 1)), \(columns(depth - 1)))"
        case 4: return "(X @ \(square(depth - 1)))"
        default: return "(\(matrix(depth - 1)) * \(columns(depth - 1)))"
        }
    }

    /// p by p.
    private mutating func square(_ depth: Int) -> String {
        if depth == 0 { return ["(X.T @ X)", "outer(beta, beta)", "diag(beta)"][pick(3)] }
        switch pick(6) {
        case 0: return "(X.T @ (\(rows(depth - 1))[:, None] * X))"
        case 1: return "outer(\(columns(depth - 1)), \(columns(depth - 1)))"
        case 2: return "diag(\(columns(depth - 1)))"
        case 3: return "inv(4 * eye(p) + X.T @ diag(sigmoid(\(rows(depth - 1)))) @ X)"
        case 4: return "(\(matrix(depth - 1)).T @ X)"
        default: return "\(square(depth - 1)).T"
        }
    }
}
