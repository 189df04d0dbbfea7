"""Writes ../Resources/extremes.json: losses of one row and their derivatives by eta, up to |eta| = 700, by mpmath.

The formulas are the textbook's, at 700 digits, the derivatives are central differences with a step of 1e-150: nothing
is shared with the forms that the service uses. Run by hand (pip install mpmath); the tests read only what it wrote.
"""
import json
import os

import mpmath as mp

mp.mp.dps = 700
m = mp.mpf


def normal(z):
    return mp.erfc(-z / mp.sqrt(2)) / 2


def softplus(z):
    return mp.log1p(mp.exp(z))


def sigmoid(z):
    return 1 / (1 + mp.exp(-z))


def gammas(k, y):
    return mp.loggamma(k) - mp.loggamma(y + k) + mp.loggamma(y + 1)


def beta(phi):
    def loss(h, y):
        s, t = sigmoid(h), sigmoid(-h)
        return (mp.loggamma(phi * s) + mp.loggamma(phi * t) - mp.loggamma(phi) - (phi * s - 1) * mp.log(y)
                - (phi * t - 1) * mp.log(1 - y))
    return loss


def tweedie(p):
    return lambda h, y: -y * mp.exp((1 - p) * h) / (1 - p) + mp.exp((2 - p) * h) / (2 - p)


def nb2(a):
    return lambda h, y: gammas(1 / m(a), y) + (y + 1 / m(a)) * mp.log1p(a * mp.exp(h)) - y * (h + mp.log(a))


def nb1(a):
    return lambda h, y: gammas(mp.exp(h) / a, y) + (y + mp.exp(h) / a) * mp.log1p(a) - y * mp.log(a)


REAL, LABELS, SIGNS = ["0.25", "-3"], ["0", "1"], ["-1", "1"]
LOSSES = [
    ("squared", {}, REAL, lambda h, y: (h - y) ** 2),
    ("half-squared", {}, REAL, lambda h, y: (h - y) ** 2 / 2),
    ("pseudo-huber", {"delta": 1}, REAL, lambda h, y: mp.sqrt(1 + (h - y) ** 2) - 1),
    ("pseudo-huber", {"delta": 0.125}, REAL, lambda h, y: (mp.sqrt(1 + ((h - y) * 8) ** 2) - 1) / 64),
    ("log-cosh", {}, REAL, lambda h, y: mp.log(mp.cosh(h - y))),
    ("student-t", {"nu": 4}, REAL, lambda h, y: m(5) / 2 * mp.log1p((h - y) ** 2 / 4)),
    ("logistic", {}, LABELS + ["0.25"], lambda h, y: softplus(h) - y * h),
    ("signed-logistic", {}, SIGNS, lambda h, y: softplus(-y * h)),
    ("probit", {}, LABELS, lambda h, y: -mp.log(normal((2 * y - 1) * h))),
    ("cloglog", {}, LABELS, lambda h, y: -y * mp.log(-mp.expm1(-mp.exp(h))) + (1 - y) * mp.exp(h)),
    ("exponential", {}, SIGNS, lambda h, y: mp.exp(-y * h)),
    ("poisson", {}, ["0", "3"], lambda h, y: mp.exp(h) - y * h),
    ("gamma", {}, ["0.75", "3"], lambda h, y: h + y * mp.exp(-h)),
    ("inverse-gaussian", {}, ["0.75"], lambda h, y: y * mp.exp(-2 * h) / 2 - mp.exp(-h)),
    ("tweedie", {"power": 1.5}, ["0", "2.5"], tweedie(m("1.5"))),
    ("tweedie", {"power": 1.25}, ["2.5"], tweedie(m("1.25"))),
    ("negative-binomial", {"alpha": 1}, ["0", "4"], nb2(1)),
    ("negative-binomial", {"alpha": 0.25}, ["0", "4"], nb2(m("0.25"))),
    ("negative-binomial-1", {"alpha": 1}, ["0", "1", "4"], nb1(1)),
    ("negative-binomial-1", {"alpha": 2.5}, ["0", "4"], nb1(m("2.5"))),
    ("beta", {"phi": 1}, ["0.25"], beta(m(1))),
    ("beta", {"phi": 7.5}, ["0.875"], beta(m("7.5"))),
]
ETAS = [1e-8, 0.125, 1, 3.25, 10.5, 30.25, 37.5, 40.125, 100.5, 300.25, 700]

rows = []
for name, parameters, targets, f in LOSSES:
    for y in targets:
        for eta in [s * e for e in ETAS for s in (1, -1)]:
            h = m(10) ** -150
            low, at, high = (f(m(eta) + d, m(y)) for d in (-h, 0, h))
            values = [at, (high - low) / (2 * h), (high - 2 * at + low) / h**2]
            # What no binary64 number can hold, or only a subnormal one.
            if any(abs(v) > m("1e308") for v in values):
                continue
            rows.append({"loss": name, "parameters": parameters, "y": float(y), "eta": eta,
                         "values": [mp.nstr(v, 20) if abs(v) > m("1e-290") else "0" for v in values]})

with open(os.path.join(os.path.dirname(__file__), "..", "Resources", "extremes.json"), "w") as out:
    out.write("[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]\n")
print(len(rows))
