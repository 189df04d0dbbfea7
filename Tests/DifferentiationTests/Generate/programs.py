"""Writes ../Resources/programs.json: programs over the whole grammar with loss, gradient and Hessian by JAX in binary64.

Run by hand (pip install jax scipy); the tests read only what it wrote.
"""
import json
import os
import jax
import numpy
jax.config.update("jax_enable_x64", True)
import jax.numpy as np
from jax.scipy.special import gammaln, digamma, logsumexp, ndtr, log_ndtr, erf, polygamma
from jax.nn import softplus, sigmoid, softmax, relu
from jax.numpy import *  # noqa: the programs use NumPy's bare names
from jax.numpy.linalg import inv, solve, det, norm

logdet = lambda a: np.linalg.slogdet(a)[1]
logcosh = lambda x: np.logaddexp(x, -x) - np.log(2.0)
lam, delta = 0.3, 0.7
sqrt, exp, log, abs, sum = np.sqrt, np.exp, np.log, np.abs, np.sum

PROGRAMS = [
    "mean((y - X @ beta)**2)",
    "sum((X @ beta - y)**2) / n",
    "sum(weights * (X @ beta - y)**2) / (2 * n) + lam * sum(beta**2)",
    "mean(softplus(X @ beta) - t * (X @ beta))",
    "mean(log(1 + exp(X @ beta)) - t * (X @ beta))",
    "-mean(t * log(sigmoid(X @ beta)) + (1 - t) * log(1 - sigmoid(X @ beta)))",
    "(sum(softplus(X @ beta)) - t @ (X @ beta)) / n",
    "mean(logaddexp(0, X @ beta) - t * (X @ beta))",
    "mean(exp(X @ beta) - c * (X @ beta))",
    "r = X @ beta - y\nmean(where(abs(r) <= delta, r**2 / 2, delta * (abs(r) - delta / 2)))",
    "log(sum(exp(X @ beta)))",
    "logsumexp(X @ beta)",
    "norm(y - X @ beta)",
    "sqrt(mean((y - X @ beta)**2))",
    "eta = X @ beta\neta @ y / (norm(eta) * norm(y))",
    "sum((y[:, None] - X * beta)**2) / n",
    "mean(((X @ beta)[:, None] - y)**2)",
    "logdet(X.T @ diag(exp(X @ beta)) @ X)",
    "logdet(X.T @ (exp(X @ beta)[:, None] * X))",
    "trace(inv(eye(p) * lam + outer(beta, beta)))",
    "mean((y - X @ beta)**2) + lam * sum(beta[1:]**2)",
    "mean((y - X[:, 0] * beta[0] - X[:, 1:] @ beta[1:])**2)",
    "mean(exp(X @ beta)) + logsumexp(Z @ beta) / n",
    "mean(log(exp(X @ beta) + exp(Z @ beta)) - y * (X @ beta))",
    "norm(mean(y[:, None] - X * beta, axis=0))",
    "sum(relu(X @ beta)**2) + sum(relu(X @ beta))",
    "mean(maximum(0, 1 - s * (X @ beta))**2)",
    "sum((X @ beta)**2) * sum(exp(X @ beta))",
    "-n / 2 * log(sum((y - X @ beta)**2))",
    "sum((X @ beta)**3)",
    "beta @ (X.T @ X) @ beta",
    "beta @ X.T @ X @ beta",
    "mean((y - tanh(X @ beta))**2)",
    "sum(tanh(X @ beta))",
    "eta = X @ beta\nsum(exp(-(eta[:, None] - eta)**2)) / n**2",
    "eta = X @ beta\nmean((eta - mean(eta))**2)",
    "eta = X @ beta\ne = eta - mean(eta)\nsum(tanh(e / sqrt(mean(e**2) + 0.1))) / n",
    "sum(where(X @ beta > 0, abs(X @ beta)**1.5, 0))",
    "sum((X * beta) @ (X * beta).T)",
    "1 - sum((y - X @ beta)**2) / sum((y - mean(y))**2)",
    "sum(log(1 + (X @ beta - y)**2 / 4)) * 2.5",
    "mean(logcosh(X @ beta - y))",
    "-mean(log_ndtr(s * (X @ beta)))",
    "-mean(t * log(ndtr(X @ beta)) + (1 - t) * log(1 - ndtr(X @ beta)))",
    "mu = exp(X @ beta)\nmean(gammaln(1 / lam) - gammaln(c + 1 / lam) + (c + 1 / lam) * log(1 + lam * mu) - c * log(lam * mu))",
    "k = exp(X @ beta)\nmean(gammaln(k) - gammaln(k + c) + digamma(k + 1))",
    "sum(erf(X @ beta)) + sum(arctan(X @ beta)) + sum(sin(X @ beta) * cos(X @ beta))",
    "sum(sinh(beta) * cosh(beta)) + sum(expm1(beta / 4)) + sum(log1p(beta**2))",
    "sum(sum(X * beta, axis=1)**2)",
    "sum(softmax(X * beta, axis=1) * X)",
    "sum(logsumexp(X * beta, axis=1)) - y @ (X @ beta)",
    "einsum('ij,j->', X, beta) + einsum('ij,ik,j,k->', X, X, beta, beta) / n",
    "solve(X.T @ X + lam * eye(p), beta) @ beta",
    "det(eye(p) + lam * outer(beta, beta))",
    "B = outer(beta, beta) + eye(p)\ntrace(B @ inv(B + X.T @ X / n))",
    "exp(X @ beta / 4)**(beta[0] / 5 + 1) @ y",
    "sum(beta)**2 * norm(beta) + sum((X @ beta) * norm(X @ beta))",
    "eta = X @ beta\nsum(eta[1:] * eta[:-1])",
    "sum(minimum(X @ beta, y) * maximum(X @ beta, 2 * y))",
    "sum(clip(X @ beta, -0.5, 0.5) * y)",
    "v = beta / norm(beta)\nsum(tanh(X @ v))",
    "sum(reshape(beta, (p, 1)) * reshape(beta, (1, p)))",
    "A = X * beta\nsum(A.T @ A)",
    "sum(abs(beta)**3) + sum(sqrt(1 + (X @ beta)**2))",
    "sum(exp(X @ beta) / (1 + exp(X @ beta)))",
    "mean(polygamma(1, exp(X @ beta)))",
    "sum(diag(outer(beta, X @ beta @ X)))",
    "mean((y - X @ (beta * beta))**2)",
    "H = tanh(X * beta + 0.5)\nsum((H @ V)**2)",
    "norm(X @ beta) ** 2 + norm(beta) ** 2",
    "sum((X @ beta - y)**2 * sigmoid(X @ beta))",
    "u = X @ beta\nsum(u / (1 + abs(u)))",
]

# Outer products inside inverses and determinants, slices that are columns, differences and masks of β, columns put together,
# cumulative sums, variances, correlations, ranks: programs that printed arrays of order three, eye(n), or long forms.
PROGRAMS += [program.replace("; ", "\n") for program in [
    "sum(inv(eye(p) + outer(beta, beta)))",
    "sum(solve(eye(p) + outer(beta, beta), S))",
    "det(eye(p) + outer(beta, beta))",
    "det(eye(p) * lam + outer(beta, beta))**2",
    "norm(inv(eye(p) + outer(beta, beta)))",
    "y @ X @ inv(eye(p) + outer(beta, beta)) @ X.T @ y",
    "trace(S @ inv(eye(p) + outer(beta, beta)))",
    "logdet(S + outer(beta, X.T @ exp(X @ beta)))",
    "sum(inv(S + outer(beta, beta))**2)",
    "logdet(S + outer(exp(beta), exp(beta)))",
    "log(det(S + outer(beta, beta) + diag(exp(beta))))",
    "trace(solve(S + outer(beta, beta), S))",
    "ones(p) @ inv(S + outer(beta, beta)) @ beta",
    "beta @ inv(S + outer(beta, beta)) @ beta",
    "sum(solve(S + outer(beta, beta), beta)**2)",
    "A = S + outer(beta, beta) * (beta @ beta); logdet(A)",
    "A = S * (1 + beta @ beta); logdet(A) + trace(inv(A))",
    "B = outer(beta, beta); norm(B @ B - S)",
    "sum((outer(beta, beta) - S)**2)",
    "norm(outer(beta, beta) - S)",
    "sum(outer(X @ beta, beta)**2)",
    "sum(exp(-outer(beta, beta)))",
    "sum(exp(inv(S + outer(beta, beta))))",
    "norm(X @ np.outer(beta, beta))**2",
    "sum((X - np.outer(X @ beta, beta))**2)",
    "mean((y - (X[:, 0] * beta[0] + X[:, 1:] @ beta[1:]))**2)",
    "mean((y - (X[:, :1] @ beta[:1] + X[:, 1:] @ beta[1:]))**2)",
    "mean((y - beta[1] * X[:, 1] - X[:, 0] * beta[0])**2)",
    "mean((y - beta[0] - X[:, 1:] @ beta[1:])**2)",
    "lam * norm(beta[1:]) + sum(log(1 + exp(beta[1:])))",
    "sum(abs(beta[1:])**3) + sum(sqrt(1 + beta[:-1]**2))",
    "sum(log(2 + beta[1:]**2 / 3) / (1 + exp(-beta[1:])))",
    "sum((beta[1:] - beta[:-1])**2) + lam * sum(logcosh(beta[1:] - beta[:-1]))",
    "sum(log1p(np.diff(beta)**2))",
    "sum(np.diff(X @ beta)**2)",
    "e = y - X @ beta; sum((e[1:] - 0.5 * e[:-1])**2)",
    "e = y - X @ beta; sum(e[1:] * e[:-1]) / sum(e**2)",
    "sum(np.cumsum(X @ beta)**2) / n",
    "sum(np.cumsum(X * beta, axis=1)**2)",
    "mean(np.prod(1 + X * beta, axis=1)) + np.prod(1 + beta**2)",
    "np.max(abs(beta)) * sum(beta**2) + sum(np.max(X * beta, axis=1)**2)",
    "v = np.concatenate([beta[:1], np.exp(beta[1:])]); mean((y - X @ v)**2)",
    "D = np.column_stack([np.ones(n), X[:, 1]]); mean((y - D @ beta[:2])**2)",
    "sum(0.9 ** np.arange(n) * (y - X @ beta)**2)",
    "e = y - X @ beta; np.var(e) + np.std(e)",
    "e = y - X @ beta; log(np.var(e, ddof=1)) + np.std(e, ddof=1)",
    "e = X @ beta; u = e - e.mean(); v = y - y.mean(); sum(u * v) / sqrt(sum(u**2) * sum(v**2))",
    "u = X @ beta; m = mean(u); mean((u - m)**3) / (0.1 + mean((u - m)**2)**1.5)",
    "np.var(X * beta, axis=0).sum() + sum(np.std(y[:, None] + X * beta, axis=0))",
    "M = X * beta; M = M - M.mean(axis=0); sum((M.T @ M)**2)",
    "theta = softmax(beta); mean((y - X @ theta)**2)",
    "sum(softmax(X @ beta) * y)",
    "q = exp(X @ beta); q = q / q.sum(); -sum(q * log(q))",
    "einsum('i,ij,ik,j,k->', weights, X, X, beta, beta)",
    "sum((exp(X @ beta)[:, None] * X).sum(axis=0)**2)",
    "sum(np.linalg.norm(1 + X * beta, axis=0))",
    "x = X @ beta; mean(x * 0.5 * (1 + erf(x / np.sqrt(2))))",
    "x = X @ beta; mean(x * tanh(log1p(exp(x))))",
    "x = X @ beta; mean(x / (1 + exp(-x)))",
    "r = y - X @ beta; sum(r**2 / (r**2 + lam**2))",
    "sum(exp(X @ beta) * (X @ beta - 1))",
    "sum(1 / (1 + exp(-(X @ beta))))",
    "d = X * beta; sum(exp(d @ d.T / 4)) / n**2",
    "eta = X @ beta; sum(softplus(-(eta[:, None] - eta)) * (y[:, None] > y))",
]]


def definite(random, p):
    """A symmetric matrix with eigenvalues of 1 and more, and a little that is not symmetric."""
    A = random.normal(size=(p, p))
    return numpy.round(A @ A.T + numpy.eye(p) + 0.1 * A, 3)


def data(n, p, seed):
    random = numpy.random.default_rng(seed)
    X = numpy.round(random.normal(size=(n, p)), 3)
    X[:, 0] = 1
    Z = numpy.round(random.normal(size=(n, p)), 3)
    V = numpy.round(random.normal(size=(p, 2)), 3)
    beta = numpy.round(random.normal(size=p) * 0.7, 3)
    y = numpy.round(random.normal(size=n), 3)
    return dict(
        X=X, y=y, beta=beta, Z=Z, V=V, weights=numpy.round(random.uniform(0.2, 2, size=n), 3),
        t=(random.uniform(size=n) < 0.5) * 1.0, s=numpy.where(random.uniform(size=n) < 0.5, 1.0, -1.0),
        c=numpy.floor(random.uniform(0, 6, size=n)), S=definite(random, p))


def value(program, names):
    scope = dict(globals(), **names)
    *statements, last = program.split("\n")
    for statement in statements:
        exec(statement, scope)
    return eval(last, scope)


def main():
    sets = [data(7, 3, 1), data(12, 2, 2), data(4, 4, 3)]
    rows = []
    for program in PROGRAMS:
        for number, names in enumerate(sets):
            n, p = names["X"].shape
            def loss(beta):
                return value(program, {**{k: np.array(v) for k, v in names.items()}, "beta": beta, "n": n, "p": p})
            beta = np.array(names["beta"])
            entry = dict(
                program=program, data=number, loss=float(loss(beta)),
                gradient=jax.grad(loss)(beta).tolist(), hessian=jax.hessian(loss)(beta).tolist())
            assert numpy.isfinite(entry["gradient"]).all() and numpy.isfinite(entry["hessian"]).all(), program
            rows.append(entry)
    folder = os.path.join(os.path.dirname(__file__), "..", "Resources")
    content = dict(
        data=[{k: v.tolist() for k, v in names.items()} for names in sets], parameters=dict(lam=lam, delta=delta), rows=rows)
    with open(os.path.join(folder, "programs.json"), "w") as file:
        json.dump(content, file, indent=None, separators=(",", ":"))
    print(len(PROGRAMS), "programs,", len(rows), "rows")


main()
