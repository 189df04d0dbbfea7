#include "Estimates.h"
#include "Rounding.h"

#pragma STDC FP_CONTRACT OFF

static const double unit = 0x1p-53;

BODY double finite_or(double x, double other) { return x - x == 0 ? x : other; }

// MARK: Functions in double-double

CLONES size_t ck_propagate(const double *restrict low, const double *restrict e, const double *restrict slope,
                           const double *restrict bend, double units, size_t n, double *restrict value,
                           double *restrict rest, double *restrict error) {
    if (!low) {
        for (size_t i = 0; i < n; i++) {
            rest[i] = 0;
            error[i] = units * size(value[i]) + lost(value[i]);
        }
        return 0;
    }
    size_t doubtful = 0;
    for (size_t i = 0; i < n; i++) {
        double v = value[i], s = low[i] == 0 && e[i] == 0 ? 0 : slope[i], move = low[i] == 0 ? 0 : s * low[i];
        double sum = v + move, part = sum - v, left = (v - (sum - part)) + (move - part);
        // What has overflowed has no correction.
        int plain = !(sum - sum == 0);
        value[i] = plain ? v : sum;
        rest[i] = plain ? 0 : left;
        double linear = 1.01 * (size(s) * e[i]);
        double half = 0.5 * size(bend[i]);
        double bent = e[i] > 0 ? finite_or(half * e[i] * e[i], size(s) * e[i]) : 0;
        double curved = low[i] == 0 ? 0 : finite_or(half * low[i] * low[i], size(move));
        error[i] = linear + bent + curved + units * size(v) + 4 * unit * size(move) + lost(v);
        doubtful += bent > 0.0625 * linear;
    }
    return doubtful;
}

CLONES void ck_propagate_bound(const double *restrict high, const double *restrict low, const double *restrict e,
                               const double *restrict third, double units, size_t n, const double *restrict value,
                               double *restrict error) {
    for (size_t i = 0; i < n; i++) {
        double spread = low ? size(low[i]) + e[i] : 0;
        double varied = finite_or(third[i] * spread * 1.01, 16 * size(value[i]) * (spread / size(high[i])));
        error[i] = (spread > 0 ? varied : 0) + units * size(value[i]) + lost(value[i]);
    }
}

CLONES void ck_propagate_inverse(const double *restrict high, double shift, const double *restrict low,
                                 const double *restrict e, int k, double units, size_t n, double *restrict value,
                                 double *restrict rest, double *restrict error) {
    for (size_t i = 0; i < n; i++) {
        double v = value[i], u = high[i] + shift;
        double change = low ? low[i] / u : 0, spread = low ? e[i] / size(u) : 0;
        double move = low && low[i] != 0 && rest ? -k * (v * change) : 0;
        double sum = v + move, part = sum - v, left = (v - (sum - part)) + (move - part);
        int plain = !(sum - sum == 0);
        if (rest) {
            value[i] = plain ? v : sum;
            rest[i] = plain ? 0 : left;
        }
        // |1/(u ± e) − 1/u| ≤ (e/u)/(1 − e/u)/u, and twice that and its square for 1/u².
        double all = spread + (rest ? 0 : size(change)), near = 1 - all;
        double factor = all == 0 ? 0 : all / (near > 0 ? near : 0);
        double moved = size(v) * (k == 1 ? factor : factor * (2 + factor));
        error[i] = (all == 0 ? 0 : 1.01 * moved) + size(v) * (3 * change * change) + 8 * unit * size(move)
            + units * size(v) + lost(v);
    }
}

// MARK: Functions in binary64

CLONES size_t ck_estimate_propagate(const double *restrict e, size_t step, const double *restrict slope,
                                    const double *restrict bend, double units, size_t n, const double *restrict value,
                                    double *restrict bound) {
    size_t doubtful = 0;
#define LOOP(STEP)                                                                  \
    for (size_t i = 0; i < n; i++) {                                                \
        double d = e[(STEP) * i], linear = 1.01 * (size(slope[i]) * d);             \
        double bent = finite_or(size(bend[i]) * d * d, linear);                     \
        double moved = d > 0 ? linear + bent : 0;                                   \
        bound[i] = moved + units * size(value[i]) + lost(value[i]);                 \
        doubtful += moved > 1.125 * linear;                                          \
    }
    if (step == 0) LOOP(0) else LOOP(1)
#undef LOOP
    return doubtful;
}

/// Elements that are worked on at once: operands of one number are written out for them, so that there is one loop.
enum { PIECE = 256 };

BODY const double *spread(const double *from, size_t step, size_t start, size_t n, double *room) {
    if (step) return from + start;
    for (size_t i = 0; i < n; i++) room[i] = *from;
    return room;
}

CLONES void ck_estimate_arithmetic(enum ck_operation operation, struct ck_estimate a, struct ck_estimate b, size_t n,
                                   double *restrict value, double *restrict bound) {
    double rooms[4][PIECE];
    for (size_t start = 0; start < n; start += PIECE, value += PIECE, bound += PIECE) {
        size_t count = n - start < PIECE ? n - start : PIECE;
        const double *x = spread(a.value, a.value_step, start, count, rooms[0]);
        const double *y = spread(b.value, b.value_step, start, count, rooms[1]);
        const double *ex = spread(a.bound, a.bound_step, start, count, rooms[2]);
        const double *ey = spread(b.bound, b.bound_step, start, count, rooms[3]);
        switch (operation) {
        case CK_ADD:
            for (size_t i = 0; i < count; i++) {
                value[i] = x[i] + y[i];
                bound[i] = ex[i] + ey[i] + unit * size(value[i]);
            }
            break;
        case CK_SUBTRACT:
            for (size_t i = 0; i < count; i++) {
                value[i] = x[i] - y[i];
                bound[i] = ex[i] + ey[i] + unit * size(value[i]);
            }
            break;
        case CK_MULTIPLY:
            for (size_t i = 0; i < count; i++) {
                double v = x[i] * y[i];
                value[i] = v;
                bound[i] = (ey[i] == 0 ? 0 : size(x[i]) * ey[i]) + (ex[i] == 0 ? 0 : (size(y[i]) + ey[i]) * ex[i])
                    + unit * size(v) + lost(v);
            }
            break;
        case CK_DIVIDE:
            for (size_t i = 0; i < count; i++) {
                double v = x[i] / y[i], gap = size(y[i]) - ey[i];
                value[i] = v;
                bound[i] = (ex[i] + ey[i] == 0 ? 0 : (ex[i] + size(v) * ey[i]) / (gap > 0 ? gap : 0))
                    + unit * size(v) + lost(v);
            }
            break;
        }
    }
}
