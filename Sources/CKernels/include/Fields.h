#ifndef FIELDS_H
#define FIELDS_H

#include <stddef.h>

/// Elementwise arithmetic on numbers held as high + low with a bound on their error, and sums for bounds.

/// One operand: `low` and `error` are both null where the numbers are exact. `step` is 1, or 0 for one number that
/// meets all elements.
struct ck_field {
    const double *high;
    const double *low;
    const double *error;
    size_t step;
};

/// high + low = a + b in double-double (Joldes, Muller, Popescu 2017, AccurateDWPlusDW), errors added.
void ck_field_add(struct ck_field a, struct ck_field b, double *high, double *low, double *error, size_t n);
/// high + low = a − b.
void ck_field_subtract(struct ck_field a, struct ck_field b, double *high, double *low, double *error, size_t n);
/// high + low = a·b (DWTimesDW2). An exact zero annihilates whatever it meets.
void ck_field_multiply(struct ck_field a, struct ck_field b, double *high, double *low, double *error, size_t n);
/// high + low = a/b (DWDivDW2).
void ck_field_divide(struct ck_field a, struct ck_field b, double *high, double *low, double *error, size_t n);
/// out = −a.
void ck_negate(const double *a, double *out, size_t n);
/// The sum of n numbers in eight interleaved compensated parts, and of their bounds: out = {high, low, error}. Here
/// `low` and `error` may be null by themselves.
void ck_field_sum(struct ck_field a, size_t n, double *out);

#endif
