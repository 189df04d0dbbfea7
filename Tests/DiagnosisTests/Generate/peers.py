"""Writes ../Resources/peers.json: sums of losses, gradients, Hessians and standard errors as statsmodels computes them, with
ties, weights and offsets; softmax by mpmath, since statsmodels keeps K − 1 rows of coefficients.

Standard errors are those of the observed information at the given β, √diag(H⁻¹) with H = −model.hessian (observed, scale
1); for OLS and WLS the fitted model's `bse`. Run by hand (pip install statsmodels mpmath); the tests read only what it wrote.
"""
import itertools
import json
import os
import mpmath as mp
import numpy as np
import statsmodels.api as sm
from scipy.special import gammaln

rng = np.random.default_rng(20190731)
cases = []


def case(name, loss, x, y, beta, source, value=None, gradient=None, hessian=None, errors=None, parameters=(), **extras):
    cases.append({
        "name": name, "loss": loss, "parameters": list(parameters), "source": source, "x": x.tolist(),
        "y": np.asarray(y, float).tolist(), "beta": np.asarray(beta).tolist(), "value": value,
        "gradient": None if gradient is None else np.asarray(gradient).ravel().tolist(),
        "hessian": None if hessian is None else np.asarray(hessian).tolist(),
        "standard_errors": None if errors is None else np.asarray(errors).tolist(),
        **{k: np.asarray(v).tolist() for k, v in extras.items()},
    })


n = 24
x = np.column_stack([np.ones(n), rng.normal(size=n).round(3), (100 * rng.normal(size=n)).round(1)])
weights = rng.integers(1, 5, n).astype(float)
offset = rng.normal(size=n).round(2) / 2
beta = np.array([0.25, -0.5, 0.004])

# Least squares.
y = (x @ [1.5, 2, 0.03] + rng.normal(size=n)).round(3)
fit = sm.OLS(y, x).fit()
case("OLS", "squared", x, y, fit.params, "OLS.fit().bse", value=fit.ssr, errors=fit.bse)
case("OLS, half", "half-squared", x, y, fit.params, "OLS.fit().bse", value=fit.ssr / 2, errors=fit.bse)
fit = sm.WLS(y, x, weights=weights / 3).fit()
case("WLS", "squared", x, y, fit.params, "WLS.fit().bse", value=fit.ssr, errors=fit.bse, weights=weights / 3)
fit = sm.OLS(y - offset, x).fit()
case("OLS, offset", "squared", x, y, fit.params, "OLS(y - offset).fit().bse", value=fit.ssr, errors=fit.bse, offset=offset)

# Generalised linear models at a β that is no optimum, and at the optimum.
log = sm.families.links.Log()
counts = rng.poisson(3, n).astype(float)
positive = rng.gamma(2, 2, n).round(3) + 0.001
binary = (rng.random(n) < 0.4).astype(float)
families = [
    ("logistic", (), sm.families.Binomial(), binary), ("poisson", (), sm.families.Poisson(), counts),
    ("gamma", (), sm.families.Gamma(log), positive), ("inverse-gaussian", (), sm.families.InverseGaussian(log), positive),
    ("tweedie", (1.5,), sm.families.Tweedie(log, var_power=1.5, eql=True), counts),
    ("negative-binomial", (0.7,), sm.families.NegativeBinomial(log, alpha=0.7), counts),
    ("probit", (), sm.families.Binomial(sm.families.links.Probit()), binary),
    ("cloglog", (), sm.families.Binomial(sm.families.links.CLogLog()), binary),
]
for loss, parameters, family, y in families:
    for label, extras in [("", {}), (", weights and offset", {"weights": weights, "offset": offset})]:
        model = sm.GLM(y, x, family=family, offset=extras.get("offset"), freq_weights=extras.get("weights"))
        w = extras.get("weights", np.ones(n))
        for place, at in [("", beta), (", optimum", model.fit(method="newton", tol=1e-14).params)]:
            information = -model.hessian(at, scale=1, observed=True)
            definite = np.linalg.eigvalsh(information).min() > 0
            value = None
            if loss in ("logistic", "probit", "cloglog"):
                value = -model.loglike(at, scale=1)
            if loss == "poisson":
                value = -(model.loglike(at, scale=1) + (w * gammaln(y + 1)).sum())
            if loss == "negative-binomial":
                value = -model.loglike(at, scale=1)
            case(f"GLM {loss}{label}{place}", loss, x, y, at, "GLM.score, GLM.hessian(observed=True)", value=value,
                 gradient=-model.score(at, scale=1), hessian=information, parameters=parameters,
                 errors=np.sqrt(np.diag(np.linalg.inv(information))) if definite else None, **extras)

# Cox with many ties, censoring, offsets.
time = rng.integers(1, 7, n).astype(float)
event = (rng.random(n) < 0.7).astype(float)
covariates = x[:, 1:]
for ties in ("breslow", "efron"):
    for label, extras in [("", {}), (", offset", {"offset": offset})]:
        model = sm.PHReg(time, covariates, status=event, ties=ties, **extras)
        at = np.array([0.4, -0.003])
        information = -model.hessian(at)
        case(f"PHReg {ties}{label}", f"cox-{ties}", covariates, np.column_stack([time, event]), at, "PHReg",
             value=-model.loglike(at), gradient=-model.score(at), hessian=information,
             errors=np.sqrt(np.diag(np.linalg.inv(information))), **extras)

# Softmax, every derivative by numeric differentiation of the loss at 60 digits.
mp.mp.dps = 60
x3 = x[:9, :2]
classes = np.array([0, 2, 1, 1, 0, 2, 2, 0, 1])
b = np.array([[0.3, -1.2], [0.5, 0.25], [-2, 0.75]])
w3 = weights[:9]


def softmax_loss(*flat):
    rows = [flat[2 * k:2 * k + 2] for k in range(3)]
    total = mp.mpf(0)
    for row, target, weight in zip(x3, classes, w3):
        eta = [sum(mp.mpf(float(v)) * c for v, c in zip(row, coefficients)) for coefficients in rows]
        total += mp.mpf(float(weight)) * (mp.log(sum(mp.exp(e) for e in eta)) - eta[target])
    return total


flat = tuple(mp.mpf(float(v)) for v in b.ravel())
unit = lambda *js: tuple(js.count(j) for j in range(6))
gradient = [float(mp.diff(softmax_loss, flat, unit(j))) for j in range(6)]
hessian = np.zeros((6, 6))
for j, k in itertools.product(range(6), repeat=2):
    if k <= j:
        hessian[j, k] = hessian[k, j] = float(mp.diff(softmax_loss, flat, unit(j, k)))
case("softmax", "softmax", x3, classes, b, "mpmath", value=float(softmax_loss(*flat)), gradient=gradient, hessian=hessian,
     weights=w3)

with open(os.path.join(os.path.dirname(__file__), "..", "Resources", "peers.json"), "w") as file:
    file.write("[\n" + ",\n".join(json.dumps(c) for c in cases) + "\n]\n")
print(len(cases), "cases,", sum(c["standard_errors"] is not None for c in cases), "with standard errors")
