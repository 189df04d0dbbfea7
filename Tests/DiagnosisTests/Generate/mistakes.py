"""Writes ../Resources/mistakes.json: what the buggy programs of the catalogue give, each written down as its author would have
written it in JAX and differentiated there, or by hand in NumPy where no loss has that derivative.

Run by hand (pip install jax); the tests read only what it wrote.
"""
import json
import os

os.environ["JAX_PLATFORMS"] = "cpu"
import jax
import jax.numpy as jnp
import numpy as np

jax.config.update("jax_enable_x64", True)
rng = np.random.default_rng(20190802)
n, p = 12, 3
X = np.column_stack([np.ones(n), rng.normal(size=(n, p - 1))])
beta = np.array([0.4, -0.7, 0.55])
w = rng.uniform(0.4, 2, n)
o = rng.normal(size=n) * 0.3
y = X @ [0.2, 0.5, -0.3] + rng.normal(size=n)
labels = np.array([0, 1, 1, 0, 1, 0, 0, 1, 1, 0, 1, 0.0])
counts = rng.poisson(2, n).astype(float)
positive = rng.gamma(2, 0.7, n) + 0.05
softplus, sigmoid = jax.nn.softplus, jax.nn.sigmoid
cases = []


def derivatives(loss, b=beta):
    b = jnp.asarray(b)
    return float(loss(b)), np.asarray(jax.grad(loss)(b)), np.asarray(jax.hessian(loss)(b))


def case(name, ids, value, verdict="mistake", loss="squared", parameters=(), target=y, expect=None, decimals=None,
         single=False, only=("loss", "gradient", "hessian"), at=beta, matrix=X, **extras):
    """One candidate: `value` is (loss, gradient, Hessian), any of them None; `expect` the finding's parameters."""
    candidate = {}
    for key, numbers in zip(("loss", "gradient", "hessian"), value):
        if numbers is None or key not in only:
            continue
        numbers = np.asarray(numbers)
        if single:
            numbers = numbers.astype(np.float32).astype(float)
        candidate[key] = (numbers if decimals is None else np.round(numbers, decimals)).tolist()
    cases.append({
        "name": name, "loss": loss, "parameters": list(parameters), "x": np.asarray(matrix).tolist(),
        "y": np.asarray(target).tolist(), "beta": np.asarray(at).tolist(), "verdict": verdict,
        "ids": [ids] if isinstance(ids, str) else ids, "expect": expect or {}, "place": -(decimals or 17),
        "candidate": candidate, **extras,
    })


def mean_square(b, x=X, t=y):
    return jnp.mean((x @ b - t) ** 2)


L, g, H = derivatives(mean_square)
case("right", [], (L, g, H), verdict="correct")
case("elementwise", "elementwise-product", derivatives(lambda b: jnp.sum((y[:, None] - X * b) ** 2) / n))
case("elementwise, half of it", "elementwise-product", derivatives(lambda b: jnp.sum((y[:, None] - X * b) ** 2) / n / 2),
     expect={"factor": 0.5})
case("elementwise, 8 decimals", "elementwise-product", derivatives(lambda b: jnp.sum((y[:, None] - X * b) ** 2) / n),
     decimals=8, only=("gradient", "hessian"))
case("elementwise, mean", "elementwise-product-mean", derivatives(lambda b: jnp.mean((y[:, None] - X * b) ** 2)))
case("pairwise", "pairwise-residual", derivatives(lambda b: jnp.sum(((X @ b)[:, None] - y) ** 2) / n))
case("pairwise, mean", "pairwise-residual-mean", derivatives(lambda b: jnp.mean(((X @ b)[:, None] - y) ** 2)))
case("sum", "scale", derivatives(lambda b: jnp.sum((X @ b - y) ** 2)), verdict="convention", expect={"factor": n})
case("power rule forgotten", "scale", (L, g / 2, H / 2), expect={"factor": 0.5})
case("half, no loss", ["scale", "scale"], (None, g / 2, H / 2), verdict="ambiguous")
case("log-likelihood", "negated", (-L, -g, -H), verdict="convention")
case("gradient negated", "gradient-negated", (L, -g, H))
case("gradient negated, alone", ["negated", "gradient-negated"], (None, -g, None), verdict="ambiguous")
case("no intercept", "intercept-missing", derivatives(lambda b: mean_square(b, X[:, 1:]), beta[1:]), expect={"column": 0})
case("no intercept, whole beta", "intercept-missing", derivatives(lambda b: mean_square(b[1:], X[:, 1:])),
     expect={"column": 0})
twice = np.column_stack([np.ones(n), X])
for a in (0.0, beta[0], 0.37):
    at = np.concatenate([[a], beta])
    case(f"intercept twice, {a}", "intercept-twice", derivatives(lambda b: mean_square(b, twice), at))
    case(f"intercept twice, {a}, gradient", "intercept-twice", derivatives(lambda b: mean_square(b, twice), at),
         only=("gradient",))
case("intercept twice, 8 decimals", "intercept-twice",
     derivatives(lambda b: mean_square(b, twice), np.concatenate([[0.37], beta])), decimals=8)
case("intercept twice, logistic", "intercept-twice",
     derivatives(lambda b: jnp.mean(softplus(twice @ b) - labels * (twice @ b)), np.concatenate([[-0.61], beta])),
     loss="logistic", target=labels)

# Penalties of 0.3 on all but the intercept.
ridge = {"ridge": 0.3, "exempt": [0]}
case("penalty on the intercept", "penalty-on-intercept",
     derivatives(lambda b: mean_square(b) + 0.3 * jnp.sum(b**2)), **ridge)
for k in (0.0, 0.5, 1 / n, float(n)):
    case(f"penalty times {k}", "penalty-scale", derivatives(lambda b: mean_square(b) + k * 0.3 * jnp.sum(b[1:] ** 2)),
         expect={"k": k}, **ridge)
case("penalty without a square", "penalty-unsquared",
     derivatives(lambda b: mean_square(b) + 0.3 * jnp.linalg.norm(b[1:])), **ridge)
case("penalty on every entry", "penalty-on-every-entry",
     derivatives(lambda b: mean_square(b) + 0.3 * jnp.sum(b) ** 2), **ridge)

case("reshaped", "reshaped", derivatives(lambda b: mean_square(b, X.T.ravel().reshape(n, p))))
case("row gram", "row-gram", (L, g, 2 / n * X @ X.T))
case("root", "root-mean-square", derivatives(lambda b: jnp.sqrt(mean_square(b))))
case("root, chain rule's factor only", "scale", (L, g / (2 * np.sqrt(L)), H / (2 * np.sqrt(L))),
     expect={"factor": 1 / (2 * np.sqrt(L))})
for name, omega in [("w**2", w**2), ("sqrt(w)", np.sqrt(w)), ("1/w", 1 / w), ("1", np.ones(n))]:
    case(f"weights as {name}", "weights-misplaced", derivatives(lambda b: jnp.sum(omega * (X @ b - y) ** 2) / n),
         weights=w.tolist())
case("row sums", "hessian-row-sums", (L, g, H.sum(axis=1)))
case("diagonal", "hessian-diagonal", (L, g, np.diag(np.diag(H))))
case("diagonal as a vector", "hessian-diagonal", (L, g, np.diag(H)))
case("triangle", "hessian-triangle", (L, g, np.triu(H)))
r = X @ beta - y
case("scores", "outer-product-of-scores", (L, g, 4 / n * X.T @ (r[:, None] ** 2 * X)))
case("gradient's square", "outer-product-of-gradient", (L, g, np.outer(g, g)))
Z = X.copy()
Z[:, 1:] = (X[:, 1:] - X[:, 1:].mean(axis=0)) / X[:, 1:].std(axis=0)
case("standardized", "standardized", derivatives(lambda b: mean_square(b, Z)))
case("centred, the intercept too", "standardized", derivatives(lambda b: mean_square(b, X - X.mean(axis=0))))


def logistic(b, t=labels):
    return jnp.mean(softplus(X @ b) - t * (X @ b))


Ll, gl, Hl = derivatives(logistic)
binary = {"loss": "logistic", "target": labels}
case("labels ±1", "labels-plus-minus", derivatives(lambda b: logistic(b, 2 * labels - 1)), **binary)
case("sigmoid twice", "sigmoid-twice",
     derivatives(lambda b: jnp.mean(softplus(sigmoid(X @ b)) - labels * sigmoid(X @ b))), **binary)
brier = derivatives(lambda b: jnp.mean((sigmoid(X @ b) - labels) ** 2))
case("Brier", "squared-on-probability", brier, **binary)
v = np.asarray(sigmoid(X @ beta) * (1 - sigmoid(X @ beta)))
case("Gauss-Newton", "gauss-newton", (brier[0], brier[1], 2 / n * X.T @ (v[:, None] ** 2 * X)), **binary)
eta = X @ beta
case("margin", "margin-as-probability", (None, X.T @ (eta - labels) / n, X.T @ ((eta * (1 - eta))[:, None] * X) / n), **binary)
Lg, gg, Hg = derivatives(lambda b: jnp.mean(X @ b + positive * jnp.exp(-(X @ b))))
case("Fisher", "expected-information", (Lg, gg, X.T @ X / n), loss="gamma", target=positive)
case("no offset", "offset-dropped", derivatives(lambda b: jnp.mean(jnp.exp(X @ b) - counts * (X @ b))), loss="poisson",
     target=counts, offset=o.tolist())
La, ga, _ = derivatives(lambda b: jnp.mean(jnp.abs(X @ b - y)))
# sign(r)² is 1 in every row: the scores' outer product is the same matrix.
case("surrogate", ["outer-product-of-scores", "surrogate-curvature"], (La, ga, X.T @ X / n), loss="absolute",
     verdict="ambiguous")
case("columns", "columns-permuted", derivatives(lambda b: mean_square(b, X[:, [2, 0, 1]])))
case("no target", "target-forgotten", derivatives(lambda b: jnp.mean((X @ b) ** 2)))
case("first rows", "first-rows-only", derivatives(lambda b: mean_square(b, X[:7], y[:7])), expect={"rows": 7})
case("absolute", "absolute-for-squared", derivatives(lambda b: jnp.mean(jnp.abs(X @ b - y))))
case("inverse", "inverse-as-covariance", (L, g, np.linalg.inv(H)))


def quotient(h, central=False, f=logistic):
    """(f(β + h·eⱼ) − f(β))/h in binary64, or the central one, as SciPy and statsmodels take it."""
    at = [np.asarray(beta + s * h * e) for s in (1, -1) for e in np.eye(p)]
    values = np.array([np.asarray(f(jnp.asarray(b))) for b in at])
    base = np.asarray(f(jnp.asarray(beta)))
    return (values[:p] - values[p:]) / (2 * h) if central else (values[:p] - base) / h


for h in (1e-3, 1e-6):
    case(f"forward difference, {h}", "finite-differences", (Ll, quotient(h), Hl), verdict="precision", **binary)
case("forward difference, the root of the unit", "finite-differences", (None, quotient(2.0**-26), None),
     verdict="precision", **binary)
case("central difference, 1e-3", "finite-differences", (Ll, quotient(1e-3, True), Hl), verdict="precision", **binary)
case("central difference, the cube root of the unit", "finite-differences", (Ll, quotient(2 ** (-52 / 3), True), Hl),
     verdict="precision", **binary)
slope = jax.grad(logistic)
case("Hessian by differences", "finite-differences", (Ll, gl, quotient(1e-5, False, slope)), verdict="precision", **binary)
case("Hessian by central differences", "finite-differences", (Ll, gl, quotient(1e-5, True, slope)), verdict="precision",
     **binary)
h = 1e-5
forward = [(float(logistic(jnp.asarray(beta + h * e))) - Ll) / h for e in np.eye(p)]
case("forward difference", "finite-differences", (Ll, np.array(forward), Hl), verdict="precision", **binary)

# Digits and arithmetic.
case("binary32, rounded", "float32", (L, g, H), verdict="precision", single=True)
x32, y32, b32 = (a.astype(np.float32) for a in (X, y, beta))
r32 = x32 @ b32 - y32
c32 = np.float32(1000 / n)
big = [a.astype(float) for a in (c32 * (r32 @ r32), 2 * c32 * (x32.T @ r32), 2 * c32 * (x32.T @ x32))]
for decimals in (5, 6):
    case(f"binary32, printed with {decimals} decimals", "float32" if decimals == 6 else None,
         [np.array(a) for a in big], verdict="precision", decimals=decimals, scale=1000 / n)
case("printed", "printed-digits", (L, g, H), verdict="precision", decimals=6)
# At an optimum the gradient in binary32 is a small multiple of a power of two.
best = np.linalg.solve(X.T @ X, X.T @ y)
b32 = best.astype(np.float32)
case("binary32, cancelled", "float32", (None, (np.float32(2 / n) * (x32.T @ (x32 @ b32 - y32))).astype(float), None),
     verdict="precision", at=best)
# An optimum of the absolute error passes through p points, up to rounding of η.
through = np.linalg.solve(X[:p], y[:p])
side = np.sign(X @ through - y)
side[:p] = [1, -1, 1]
case("rows at a kink", [], (None, X.T @ side / n, None), verdict="correct", loss="absolute", at=through)
# A residual that is 1e-8: binary32 arithmetic may find the other sign.
near = y.copy()
near[4] = X[4] @ beta + 1e-8
side = np.sign(X @ beta - near)
side[4] = -side[4]
case("rows near a kink in binary32", "kink-convention", (None, X.T @ side / n, None), verdict="precision",
     loss="absolute", target=near, single=True)
# β at the kink of a lasso, whose derivative was taken as λ there.
zero = np.array([0.4, 0.0, 0.55])
L0, g0, H0 = derivatives(mean_square, zero)
case("beta at a kink", "kink-convention", (None, g0 + 0.1 * np.array([1, 1, 1]), None), verdict="precision", at=zero,
     expect={"entries": [1]}, lasso=0.1)
case("a constant left out", [], (L + 3.25, g, H), verdict="unexplained")
off = g.copy()
off[1] += 1e-7
case("one entry off by ten units", [], (L, off, H), verdict="unexplained", decimals=8)
case("noise", [], (L * 1.01, g * 1.02 + 0.01, H * 0.97), verdict="unexplained")

for entry in cases:
    entry["ids"] = None if entry["ids"] == [None] else entry["ids"]
with open(os.path.join(os.path.dirname(__file__), "../Resources/mistakes.json"), "w") as file:
    file.write("[\n" + ",\n".join(json.dumps(entry) for entry in cases) + "\n]\n")
print(len(cases), "cases")
