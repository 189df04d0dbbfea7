"""Writes ../Resources/softmax.json: cross entropies of one row and their derivatives by the logits, at gaps up to 700.

log(sum(exp(a))) - a[y] as it stands, at 800 digits; the derivatives are central differences of it with a step of 1e-150,
mixed ones from four points. Run by hand (pip install mpmath); the tests read only what it wrote.
"""
import json
import os

import mpmath as mp

mp.mp.dps = 800
STEP = mp.mpf(10) ** -150
GAPS = [1e-8, 0.5, 3.25, 10.5, 20.25, 30.25, 36, 37.5, 40.125, 74.5, 100.5, 300.25, 700]


def loss(a, y):
    return mp.log(sum(mp.exp(v) for v in a)) - a[y]


def moved(a, *moves):
    a = list(a)
    for place, sign in moves:
        a[place] += sign * STEP
    return a


def text(v):
    # Below this no binary64 number keeps its digits.
    return mp.nstr(v, 20) if abs(v) > mp.mpf("1e-305") else "0"


rows = []
for gap in GAPS:
    for logits in [
        [0, gap], [gap / 2, -gap / 2], [gap, 0, 0.25], [-gap, 0, -1.5], [0, gap, gap - 0.5], [-2, gap / 4, gap, 0],
        [gap, gap, 0], [gap, gap - 0.125, gap + 0.25, 0],
    ]:
        a = [mp.mpf(v) for v in logits]
        k = range(len(a))
        for y in k:
            at = loss(a, y)
            gradient = [(loss(moved(a, (i, 1)), y) - loss(moved(a, (i, -1)), y)) / (2 * STEP) for i in k]
            hessian = [
                (loss(moved(a, (i, 1)), y) - 2 * at + loss(moved(a, (i, -1)), y)) / STEP**2 if i == j else
                sum(s * t * loss(moved(a, (i, s), (j, t)), y) for s in (1, -1) for t in (1, -1)) / (4 * STEP**2)
                for i in k for j in k]
            rows.append({"logits": logits, "y": y, "loss": text(at), "gradient": [text(v) for v in gradient],
                         "hessian": [text(v) for v in hessian]})

with open(os.path.join(os.path.dirname(__file__), "..", "Resources", "softmax.json"), "w") as out:
    out.write("[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]\n")
print(len(rows))
