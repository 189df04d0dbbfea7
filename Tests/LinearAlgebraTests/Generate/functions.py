"""Elementary functions and their derivatives with 1,300 bits: x, f, f', f", each the nearest binary64 number in hexadecimal.

python functions.py > ../Resources/functions.json
"""

import json
import math
import random
import struct

from mpmath import mp, mpf

mp.prec = 1300
random.seed(20261)


def decay(x):
    return mp.exp(-abs(x))


def log_second(x):
    return -1 / (x * x)


def sigmoid_first(x):
    e = decay(x)
    return e / (1 + e) ** 2


def softplus(x):
    return mp.log1p(mp.exp(x)) if x < 0 else x + mp.log1p(mp.exp(-x))


def sech_squared(x):
    e = mp.exp(-2 * abs(x))
    return 4 * e / (1 + e) ** 2


def logcosh(x):
    a = abs(x)
    return mp.log1p(2 * mp.sinh(a / 2) ** 2) if a < 1 else a + mp.log1p(mp.exp(-2 * a)) - mp.log(2)


FUNCTIONS = {
    "exp": (mp.exp, mp.exp, mp.exp),
    "expm1": (mp.expm1, mp.exp, mp.exp),
    "log": (mp.log, lambda x: 1 / x, log_second),
    "log1p": (mp.log1p, lambda x: 1 / (1 + x), lambda x: log_second(1 + x)),
    "tanh": (mp.tanh, sech_squared, lambda x: -2 * mp.tanh(x) * sech_squared(x)),
    "sigmoid": (
        lambda x: 1 / (1 + mp.exp(-x)),
        sigmoid_first,
        lambda x: -sigmoid_first(x) * mp.tanh(x / 2),
    ),
    "softplus": (softplus, lambda x: 1 / (1 + mp.exp(-x)), sigmoid_first),
    "logcosh": (logcosh, mp.tanh, sech_squared),
}


def following(x):
    return math.nextafter(x, math.inf)


def preceding(x):
    return math.nextafter(x, -math.inf)


def points(name):
    tiny = [2.0**-1074, 3 * 2.0**-1074, 2.0**-1022, preceding(2.0**-1022), 1e-300, 2.0**-60, 2.0**-54, 2.0**-53, 1e-10, 1e-3]
    if name == "log":
        near_one = [1.0, following(1.0), preceding(1.0), 1 + 1e-9, 1 - 1e-9, math.sqrt(0.5), preceding(math.sqrt(0.5)), math.sqrt(2.0)]
        large = [2.0, 10.0, 1e5, 1e300, preceding(math.inf)]
        drawn = [math.exp(random.uniform(-700, 700)) for _ in range(20)] + [random.uniform(0.3, 3) for _ in range(20)]
        return tiny + near_one + large + drawn
    if name == "log1p":
        near = [following(-1.0), -1 + 1e-9, -0.5, -0.2928932188134524, -0.29, 0.41421356237309503, 0.415, 0.5]
        large = [1.0, 1e5, 1e15, 2.0**53, 1e300, preceding(math.inf)]
        drawn = [random.uniform(-1, 3) for _ in range(20)] + [10 ** random.uniform(-18, 18) for _ in range(20)]
        return tiny + [-x for x in tiny] + near + large + drawn
    ends = [0.34657359027997264, 0.3466, 0.5, 1.0, 19.9, 20.0, 20.1, 36.7, 37.5, 50.0, 300.0, 709.0, 709.782712893384]
    ends += [following(709.782712893384), 710.0, 725.0, 744.0, 745.13321910194, 745.2, 746.0, 760.0, 1e5, 1e300]
    ends += [354.8, 355.0, 372.0, 372.6, 373.0]
    drawn = [random.uniform(0, 3) for _ in range(20)] + [random.uniform(0, 745) for _ in range(12)]
    both = tiny + ends + drawn
    return both + [-x for x in both]


def nearest(value):
    """The binary64 number nearest to an mpmath number, subnormal and infinite ones included."""
    if value == 0:
        return 0.0
    sign, size = (-1 if value < 0 else 1), abs(value)
    exponent = max(mp.floor(mp.log(size, 2)), mpf(-1022))
    if exponent > 1030:
        return sign * math.inf
    unit = mpf(2) ** (exponent - 52)
    rounded = mp.nint(size / unit) * unit
    if rounded >= mpf(2) ** 1024:
        return sign * math.inf
    if rounded < mpf(2) ** -1022:
        # mpmath's own conversion rounds subnormal numbers towards zero on some versions.
        return sign * struct.unpack("<d", struct.pack("<q", int(mp.nint(size * mpf(2) ** 1074))))[0]
    return sign * float(rounded)


def far(name, x):
    return abs(x) > 800 and name not in ("log", "log1p")


def row(name, functions, x):
    exact = mpf(x)
    # e^x at 1e300 is beyond mpmath's patience, and the results are the limits.
    at = mpf(math.copysign(5000, x)) if far(name, x) else exact
    values = [nearest(f(at)) for f in functions]
    if far(name, x) and name == "softplus":
        values[0] = max(x, 0.0)
    if far(name, x) and name == "logcosh":
        values[0] = nearest(abs(exact) - mp.log(2))
    return [v.hex() for v in [x] + values]


rows = {name: [row(name, functions, x) for x in points(name)] for name, functions in FUNCTIONS.items()}
print("{\n" + ",\n".join(
    json.dumps(name) + ": [\n" + ",\n".join("  " + json.dumps(r) for r in each) + "\n]" for name, each in rows.items()
) + "\n}")
