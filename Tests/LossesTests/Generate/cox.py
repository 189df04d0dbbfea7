"""Writes ../Resources/cox.json: Cox's partial likelihoods with linear predictors up to 1,400 apart, by mpmath.

The sum over the events as it stands, log of the sum over the risk set less the share of the tied, at 1,500 digits; the
derivatives are central differences of it with a step of 1e-350, mixed ones from four points. Run by hand (pip install
mpmath); the tests read only what it wrote.
"""
import json
import os
import random

import mpmath as mp

mp.mp.dps = 1500
STEP = mp.mpf(10) ** -350
random.seed(20)


def loss(x, y, beta, efron, row=0, shift=0):
    eta = [sum(mp.mpf(v) * b for v, b in zip(row, beta)) for row in x]
    eta[row] += shift
    powers = [mp.exp(v) for v in eta]
    seen, total = {}, mp.mpf(0)
    for i, (time, event) in enumerate(y):
        if not event:
            continue
        tied = [k for k, other in enumerate(y) if other == [time, 1]]
        share = mp.mpf(seen.get(time, 0)) / len(tied) if efron else 0
        seen[time] = seen.get(time, 0) + 1
        total += mp.log(sum(e for e, other in zip(powers, y) if other[0] >= time)
                        - share * sum(powers[k] for k in tied)) - eta[i]
    return total


def text(v):
    # Below this no binary64 number keeps its digits.
    return mp.nstr(v, 20) if abs(v) > mp.mpf("1e-290") else "0"


rows = []
for efron in (False, True):
    for size in (0.5, 10, 30, 40.5, 100, 300, 700, 1390):
        for n in (2, 3, 6):
            for ordered in (True, False):
                for ties in (False, True):
                    x = [[k / 8 - n / 16, random.randrange(-8, 9) / 16] for k in range(n)]
                    scale = size / ((n - 1) / 8)
                    y = [[k // 2 if ties else k, 1 if k % 3 != 2 else 0] for k in range(n)]
                    if ordered:
                        y.reverse()
                    else:
                        random.shuffle(y)
                    beta = [mp.mpf(scale), mp.mpf(0.5)]

                    def f(*moves):
                        at = list(beta)
                        for place, sign in moves:
                            at[place] += sign * STEP
                        return loss(x, y, at, efron)

                    at = f()
                    gradient = [(f((j, 1)) - f((j, -1))) / (2 * STEP) for j in (0, 1)]
                    slopes = [(loss(x, y, beta, efron, k, STEP) - loss(x, y, beta, efron, k, -STEP)) / (2 * STEP)
                              for k in range(n)]
                    sizes = [sum(abs(v * row[j]) for v, row in zip(slopes, x)) for j in (0, 1)]
                    mixed = sum(s * t * f((0, s), (1, t)) for s in (1, -1) for t in (1, -1)) / (4 * STEP**2)
                    second = [(f((j, 1)) - 2 * at + f((j, -1))) / STEP**2 for j in (0, 1)]
                    rows.append({
                        "efron": efron, "x": x, "y": y, "beta": [scale, 0.5], "loss": text(at),
                        "gradient": [text(v) for v in gradient], "sizes": [float(v) for v in sizes],
                        "hessian": [text(v) for v in (second[0], mixed, mixed, second[1])]})

with open(os.path.join(os.path.dirname(__file__), "..", "Resources", "cox.json"), "w") as out:
    out.write("[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]\n")
print(len(rows))
