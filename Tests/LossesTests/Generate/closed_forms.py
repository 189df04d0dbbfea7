"""Writes ../Literals.swift: losses and their derivatives by mpmath at 50 digits, the derivatives by differentiation.

Run by hand (pip install mpmath); the tests read only what it wrote.
"""
import os
import mpmath as mp

mp.mp.dps = 60
L = {
    "squared": lambda h, y: (h - y) ** 2,
    "pseudo-huber": lambda h, y: mp.sqrt(1 + (h - y) ** 2) - 1,
    "log-cosh": lambda h, y: mp.log(mp.cosh(h - y)),
    "student-t": lambda h, y: mp.mpf(5) / 2 * mp.log(1 + (h - y) ** 2 / 4),
    "logistic": lambda h, y: mp.log(1 + mp.exp(h)) - y * h,
    "signed-logistic": lambda h, y: mp.log(1 + mp.exp(-y * h)),
    "probit": lambda h, y: -mp.log(mp.erfc(-(2 * y - 1) * h / mp.sqrt(2)) / 2),
    "cloglog": lambda h, y: -mp.log(-mp.expm1(-mp.exp(h))) if y == 1 else mp.exp(h),
    "exponential": lambda h, y: mp.exp(-y * h),
    "poisson": lambda h, y: mp.exp(h) - y * h,
    "gamma": lambda h, y: h + y * mp.exp(-h),
    "inverse-gaussian": lambda h, y: y * mp.exp(-2 * h) / 2 - mp.exp(-h),
    "tweedie": lambda h, y: 2 * mp.exp(h / 2) + 2 * y * mp.exp(-h / 2),
    "negative-binomial": lambda h, y: -mp.loggamma(y + 1) + mp.loggamma(y + 1) + (y + 1) * mp.log(1 + mp.exp(h)) - y * h,
    "negative-binomial-1": lambda h, y: mp.loggamma(mp.exp(h)) - mp.loggamma(y + mp.exp(h)) + mp.loggamma(y + 1) + (y + mp.exp(h)) * mp.log(2),
    "beta": lambda h, y: mp.loggamma(1 / (1 + mp.exp(-h))) + mp.loggamma(1 / (1 + mp.exp(h))) - (1 / (1 + mp.exp(-h)) - 1) * mp.log(y) - (1 / (1 + mp.exp(h)) - 1) * mp.log(1 - y),
}
Y = {"logistic": [0, 1, 0.25], "signed-logistic": [-1, 1], "probit": [0, 1], "cloglog": [0, 1], "exponential": [-1, 1],
     "poisson": [0, 3], "gamma": [0.5, 4], "inverse-gaussian": [0.5, 4], "tweedie": [0, 2.5], "negative-binomial": [0, 5],
     "negative-binomial-1": [0, 5], "beta": [0.25, 0.875]}
WIDE = {"logistic", "signed-logistic", "probit"}
rows = []
for name, f in L.items():
    for y in Y.get(name, [0.5, -2.25]):
        for eta in [-2.5, -0.5, 0.375, 1.75, 6.5] + ([-700, -30, 30, 40, 700] if name in WIDE else []):
            h = mp.mpf(eta)
            g = lambda t: f(t, mp.mpf(y))
            with mp.workdps(900 if abs(eta) > 20 or name == "cloglog" else 60):
                v, d, s = g(h), mp.diff(g, h), mp.diff(g, h, 2)
            if max(abs(v), abs(d), abs(s)) > mp.mpf("1e300") or (name in WIDE and any(abs(x) < mp.mpf("1e-280") for x in (v, d, s))):
                continue
            rows.append((name, eta, y, *[mp.nstr(x, 20) for x in (v, d, s)]))
with open(os.path.join(os.path.dirname(__file__), "..", "Literals.swift"), "w") as file:
    file.write("// Written by Generate/closed_forms.py.\n\nenum Literals {\n    static let rows: [ClosedFormTests.Row] = [\n")
    for name, eta, y, v, d, s in rows:
        file.write(f'        .init(loss: "{name}", eta: {eta}, y: {y}, value: {v}, first: {d}, second: {s}),\n')
    file.write("    ]\n}\n")
print(len(rows))
