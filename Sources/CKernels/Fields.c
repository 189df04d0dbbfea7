#include "Fields.h"
#include "Rounding.h"

#pragma STDC FP_CONTRACT OFF

// Rounding of a few double-double operations.
static const double rounding = 0x1p-98;

// An infinite or undefined value has no low part.
BODY double kept(double high, double low) { return high - high == 0 ? low : 0; }

/// A number with its bound.
struct number {
    double high, low, error;
};

BODY struct number add(struct number a, struct number b) {
    double s = a.high + b.high, part = s - a.high, rest = (a.high - (s - part)) + (b.high - part);
    double t = a.low + b.low, low = t - a.low, tail = (a.low - (t - low)) + (b.low - low);
    double v = rest + t, sum = s + v, w = tail + (v - (sum - s)), total = sum + w;
    double high = s - s == 0 ? total : s;
    return (struct number){
        high,
        kept(high, w - (total - sum)),
        // Two numbers of binary64 are added without error.
        a.error + b.error + (a.low == 0 && b.low == 0 ? 0 : rounding * 0x1p-4 * (size(a.high) + size(b.high))),
    };
}

BODY struct number subtract(struct number a, struct number b) {
    return add(a, (struct number){-b.high, -b.low, b.error});
}

BODY struct number multiply(struct number a, struct number b) {
    double c = a.high * b.high, rest = __builtin_fma(a.high, b.high, -c);
    double v = rest + __builtin_fma(a.low, b.high, a.high * b.low), total = c + v;
    double high = c - c == 0 ? total : c;
    double low = kept(high, v - (total - c));
    double error = size(a.high) * b.error + size(b.high) * a.error + a.error * b.error;
    error += rounding * size(high) + lost(high);
    int zero = (a.high == 0 && a.error == 0) || (b.high == 0 && b.error == 0);
    return (struct number){zero ? 0 : high, zero ? 0 : low, zero ? 0 : error};
}

BODY struct number divide(struct number a, struct number b) {
    double q = a.high / b.high;
    double product = b.high * q, rest = __builtin_fma(b.high, q, -product) + b.low * q;
    double sum = product + rest;
    double v = ((a.high - sum) + (a.low - (rest - (sum - product)))) / b.high, total = q + v;
    // An infinite quotient, or one whose product with the divisor overflows, has no correction.
    int plain = !(v - v == 0);
    double high = plain ? q : total;
    double gap = size(b.high) - b.error;
    double error = a.error + b.error > 0 ? (a.error + size(high) * b.error) / (gap > 0 ? gap : 0) : 0;
    return (struct number){
        high,
        plain ? 0 : v - (total - q),
        error + (plain ? 0x1p-52 : rounding) * size(high) + lost(high),
    };
}

BODY struct number element(struct ck_field a, size_t i, int exact) {
    return (struct number){a.high[i], exact ? 0 : a.low[i], exact ? 0 : a.error[i]};
}

// The loops are written out for every combination of exact operands and single numbers: each becomes straight vector code.
#define LOOP(RULE, EXACT_A, EXACT_B, STEP_A, STEP_B)                                                    \
    for (size_t i = 0; i < n; i++) {                                                                    \
        struct number r = RULE(element(a, (STEP_A) * i, EXACT_A), element(b, (STEP_B) * i, EXACT_B));   \
        high[i] = r.high;                                                                               \
        low[i] = r.low;                                                                                 \
        error[i] = r.error;                                                                             \
    }

#define STEPS(RULE, EXACT_A, EXACT_B)                                             \
    if (a.step == 1 && b.step == 1) LOOP(RULE, EXACT_A, EXACT_B, 1, 1)            \
    else if (a.step == 1) LOOP(RULE, EXACT_A, EXACT_B, 1, 0)                      \
    else if (b.step == 1) LOOP(RULE, EXACT_A, EXACT_B, 0, 1)                      \
    else LOOP(RULE, EXACT_A, EXACT_B, 0, 0)

#define ELEMENTWISE(NAME, RULE)                                                                               \
    CLONES void NAME(struct ck_field a, struct ck_field b, double *restrict high, double *restrict low,       \
                     double *restrict error, size_t n) {                                                      \
        if (a.low && b.low) { STEPS(RULE, 0, 0) }                                                             \
        else if (a.low) { STEPS(RULE, 0, 1) }                                                                 \
        else if (b.low) { STEPS(RULE, 1, 0) }                                                                 \
        else { STEPS(RULE, 1, 1) }                                                                            \
    }

ELEMENTWISE(ck_field_add, add)
ELEMENTWISE(ck_field_subtract, subtract)
ELEMENTWISE(ck_field_multiply, multiply)
ELEMENTWISE(ck_field_divide, divide)

CLONES void ck_negate(const double *restrict a, double *restrict out, size_t n) {
    for (size_t i = 0; i < n; i++) out[i] = -a[i];
}

CLONES void ck_field_sum(struct ck_field a, size_t n, double *out) {
    // Ogita, Rump and Oishi 2005, proposition 4.5: γ² for the length of one of the eight parts.
    double length = (double)(n / 8 + 2) * 0x1p-53, slack = length * length + rounding;
    double s[8] = {0}, c[8] = {0}, e[8] = {0};
    size_t whole = n - n % 8;
    for (size_t i = 0; i < whole; i += 8) {
        for (size_t k = 0; k < 8; k++) {
            double x = a.high[i + k];
            double sum = s[k] + x, part = sum - s[k];
            c[k] += ((s[k] - (sum - part)) + (x - part)) + (a.low ? a.low[i + k] : 0);
            s[k] = sum;
            e[k] += (a.error ? a.error[i + k] : 0) + size(x) * slack;
        }
    }
    for (size_t i = whole; i < n; i++) {
        size_t k = i - whole;
        double x = a.high[i];
        double sum = s[k] + x, part = sum - s[k];
        c[k] += ((s[k] - (sum - part)) + (x - part)) + (a.low ? a.low[i] : 0);
        s[k] = sum;
        e[k] += (a.error ? a.error[i] : 0) + size(x) * slack;
    }
    double high = 0, low = 0, error = 0;
    for (size_t k = 0; k < 8; k++) {
        double sum = high + s[k], part = sum - high;
        low += ((high - (sum - part)) + (s[k] - part)) + c[k];
        high = sum;
        error += e[k];
    }
    double total = high + low;
    int finite = total - total == 0;
    out[0] = high - high == 0 ? total : high;
    out[1] = finite ? low - (total - high) : 0;
    out[2] = error * (1 + (double)n * 0x1p-52);
}
