"""Writes ../Resources/single.json: loss, gradient and Hessian as JAX gives them in its default arithmetic, binary32, at a random
point and near the optimum, where the gradient is what is left of terms that cancel.

Run by hand (pip install jax scipy); the tests read only what it wrote.
"""
import json
import os

os.environ["JAX_PLATFORMS"] = "cpu"
import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.special import gammaln, log_ndtr
from scipy.optimize import minimize

sigmoid = jax.nn.sigmoid
LOSSES = {
    "squared": ("real", lambda e, y: (e - y) ** 2),
    "half-squared": ("real", lambda e, y: 0.5 * (e - y) ** 2),
    "huber": ("real", lambda e, y: jnp.where(jnp.abs(e - y) <= 1.345, 0.5 * (e - y) ** 2,
                                             1.345 * (jnp.abs(e - y) - 1.345 / 2))),
    "pseudo-huber": ("real", lambda e, y: jnp.sqrt(1 + (e - y) ** 2) - 1),
    "log-cosh": ("real", lambda e, y: jnp.log(jnp.cosh(e - y))),
    "squared-epsilon-insensitive": ("real", lambda e, y: jnp.maximum(0, jnp.abs(e - y) - 0.1) ** 2),
    "student-t": ("real", lambda e, y: 2.5 * jnp.log1p((e - y) ** 2 / 4)),
    "logistic": ("binary", lambda e, y: jnp.logaddexp(e, 0.0) - y * e),
    "signed-logistic": ("sign", lambda e, y: jnp.logaddexp(-y * e, 0.0)),
    "probit": ("binary", lambda e, y: -log_ndtr((2 * y - 1) * e)),
    "cloglog": ("binary", lambda e, y: -y * jnp.log(-jnp.expm1(-jnp.exp(e))) + (1 - y) * jnp.exp(e)),
    "exponential": ("sign", lambda e, y: jnp.exp(-y * e)),
    "squared-hinge": ("sign", lambda e, y: jnp.maximum(0, 1 - y * e) ** 2),
    "poisson": ("count", lambda e, y: jnp.exp(e) - y * e),
    "gamma": ("positive", lambda e, y: e + y * jnp.exp(-e)),
    "inverse-gaussian": ("positive", lambda e, y: 0.5 * y * jnp.exp(-2 * e) - jnp.exp(-e)),
    "tweedie": ("positive", lambda e, y: 2 * y * jnp.exp(-0.5 * e) + 2 * jnp.exp(0.5 * e)),
    "beta": ("unit", lambda e, y: gammaln(sigmoid(e)) + gammaln(sigmoid(-e))
             - (sigmoid(e) - 1) * jnp.log(y) - (sigmoid(-e) - 1) * jnp.log1p(-y)),
}


def targets(kind, eta, rng):
    n = len(eta)
    share = 1 / (1 + np.exp(-eta))
    if kind == "real":
        return eta + rng.normal(size=n)
    if kind in ("binary", "sign"):
        y = (rng.uniform(size=n) < share).astype(float)
        return y if kind == "binary" else 2 * y - 1
    if kind == "count":
        return rng.poisson(np.exp(eta)).astype(float)
    if kind == "positive":
        return rng.gamma(2, np.exp(eta) / 2) + 1e-3
    return np.clip(rng.beta(2 * share, 2 - 2 * share), 1e-3, 1 - 1e-3)


cases = []
rng = np.random.default_rng(32)
for name, (kind, loss) in LOSSES.items():
    for n in (30, 60):
        X = np.column_stack([np.ones(n), rng.normal(size=(n, 2)) * [1, 30 if n == 60 else 1]])
        beta = np.array([0.3, -0.4, 0.5]) / [1, 1, 30 if n == 60 else 1]
        y = np.round(targets(kind, X @ beta, rng), 6)
        X = np.round(X, 6)
        with jax.enable_x64(True):
            whole = jax.jit(jax.value_and_grad(lambda b: jnp.mean(loss(jnp.asarray(X) @ b, jnp.asarray(y)))))
            size = np.abs(X).max(axis=0)
            found = minimize(lambda t: [np.asarray(v) / (size if v.ndim else 1) for v in whole(jnp.asarray(t / size))],
                             beta * size, jac=True, method="BFGS", options={"gtol": 1e-11})
            optimum = found.x / size
        for place, at in (("random", beta), ("optimum", optimum)):
            if not np.all(np.isfinite(at)) or np.abs(at * size).max() > 20:
                continue
            with jax.enable_x64(False):
                f = lambda b: jnp.mean(loss(jnp.asarray(X, jnp.float32) @ b, jnp.asarray(y, jnp.float32)))
                b = jnp.asarray(at, jnp.float32)
                value, gradient, hessian = f(b), jax.jit(jax.grad(f))(b), jax.jit(jax.hessian(f))(b)
                assert gradient.dtype == jnp.float32
            cases.append({
                "name": f"{name}, {n} rows, {place}", "loss": name, "x": X.tolist(), "y": y.tolist(), "beta": at.tolist(),
                "value": float(value), "gradient": np.asarray(gradient).astype(float).tolist(),
                "hessian": np.asarray(hessian).astype(float).tolist(),
            })
with open(os.path.join(os.path.dirname(__file__), "../Resources/single.json"), "w") as file:
    json.dump(cases, file)
print(len(cases))
