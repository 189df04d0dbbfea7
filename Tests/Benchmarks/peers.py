"""Loss, gradient and Hessian of the mean loss by NumPy's closed form and by JAX, least time and least processor time in ms.

python peers.py n p [squared|logistic]
"""

import sys
import time

import jax
import jax.numpy as jnp
import numpy as np
from scipy.special import expit

jax.config.update("jax_enable_x64", True)


def least(call, clock, repetitions=5, minimum=0.05):
    best = float("inf")
    for _ in range(repetitions):
        calls, start, elapsed = 0, clock(), 0.0
        while elapsed < minimum:
            call()
            calls += 1
            elapsed = clock() - start
        best = min(best, elapsed / calls)
    return best * 1e3


n, p = int(sys.argv[1]), int(sys.argv[2])
name = sys.argv[3] if len(sys.argv) > 3 else "squared"
random = np.random.default_rng(42)
X, beta = random.random((n, p)) - 0.5, random.random(p) - 0.5
y = random.random(n) - 0.5 if name == "squared" else np.round(random.random(n))


def closed_form():
    eta = X @ beta
    if name == "squared":
        r = eta - y
        return r @ r / n, 2 / n * (X.T @ r), 2 / n * (X.T @ X)
    s = expit(eta)
    loss = (np.logaddexp(0, eta) - y * eta).mean()
    return loss, X.T @ (s - y) / n, X.T @ ((s * (1 - s))[:, None] * X) / n


def loss(b, X, y):
    eta = X @ b
    return jnp.mean((eta - y) ** 2) if name == "squared" else jnp.mean(jax.nn.softplus(eta) - y * eta)


compiled = jax.jit(lambda b, X, y: (*jax.value_and_grad(loss)(b, X, y), jax.hessian(loss)(b, X, y)))
arrays = jnp.asarray(beta), jnp.asarray(X), jnp.asarray(y)


def with_jax():
    jax.block_until_ready(compiled(*arrays))


with_jax()
for peer, call in (("NumPy closed form", closed_form), ("JAX compiled", with_jax)):
    print(f"({n}, {p}) {name}: {peer} {least(call, time.perf_counter):.3f}; processor time {least(call, time.process_time):.3f}")
