"""Checks ../Resources/StRD: solves each regression in rational arithmetic from the decimals of the data and compares the
solution, its standard deviations and the residual standard deviation with the certified values, to their last digit.

The files hold NIST's data and certified values (Statistical Reference Datasets, linear regression, public domain:
https://www.itl.nist.gov/div898/strd/lls/lls.shtml) as JSON; `degree` is the polynomial's where x has one column.
Run by hand (pip install mpmath).
"""
from fractions import Fraction
import glob
import json
import os
import mpmath as mp

mp.mp.dps = 60


def solve(a, b):
    """The solution of a·x = b by elimination; b has several columns."""
    n = len(a)
    m = [row[:] + extra[:] for row, extra in zip(a, b)]
    for c in range(n):
        pivot = next(r for r in range(c, n) if m[r][c] != 0)
        m[c], m[pivot] = m[pivot], m[c]
        m[c] = [v / m[c][c] for v in m[c]]
        for r in range(n):
            if r != c and m[r][c] != 0:
                m[r] = [v - m[r][c] * w for v, w in zip(m[r], m[c])]
    return [row[n:] for row in m]


def agrees(exact, printed):
    """Whether a certified number is the exact one, rounded to its digits (or the next: some end in a cut 5)."""
    mantissa = printed.lower().split("e")[0]
    exponent = int(printed.lower().split("e")[1]) if "e" in printed.lower() else 0
    unit = mp.mpf(10) ** (exponent - len(mantissa.split(".")[1]) if "." in mantissa else exponent)
    return abs(exact - mp.mpf(printed)) <= mp.mpf("0.5001") * unit


for path in sorted(glob.glob(os.path.join(os.path.dirname(__file__), "..", "Resources", "StRD", "*.json"))):
    data = json.load(open(path), parse_float=str, parse_int=str)
    degree = int(data["degree"])
    rows = [[Fraction(1)] * data["intercept"] for _ in data["x"]]
    for row, x in zip(rows, data["x"]):
        row += [Fraction(v) for v in x] if degree == 1 else [Fraction(x[0]) ** k for k in range(1, degree + 1)]
    y = [Fraction(v) for v in data["y"]]
    n, p = len(rows), len(rows[0])
    gram = [[sum(r[j] * r[k] for r in rows) for k in range(p)] for j in range(p)]
    moments = [[sum(r[j] * t for r, t in zip(rows, y))] + [Fraction(int(j == k)) for k in range(p)] for j in range(p)]
    solution = solve(gram, moments)
    beta = [s[0] for s in solution]
    rss = sum((sum(a * b for a, b in zip(r, beta)) - t) ** 2 for r, t in zip(rows, y))
    number = lambda f: mp.mpf(f.numerator) / f.denominator
    variance = rss / (n - p)
    deviations = [mp.sqrt(number(variance * solution[j][1 + j])) for j in range(p)]
    good = all(agrees(number(b), v) for b, v in zip(beta, data["beta"]))
    good &= all(agrees(s, v) for s, v in zip(deviations, data["standard_deviations"]))
    good &= agrees(mp.sqrt(number(variance)), data["residual_standard_deviation"])
    print(f"{data['name']}: n = {n}, p = {p}, {'as certified' if good else 'DIFFERS'}")
