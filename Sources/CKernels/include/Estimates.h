#ifndef ESTIMATES_H
#define ESTIMATES_H

#include <stddef.h>

// What becomes of the errors of arguments: loops over elements that are already evaluated.

/// Corrects f(high), held in `value`, by slope·low, and bounds what is left, in double-double:
/// error = 1.01·|slope|e + ½|bend|(e² + low²) + units·|f|, with what underflow can do. Where the last but one has
/// overflowed, |slope|e stands in for it, the larger of the two near a pole.
///
/// low and e of the argument may both be null where they are zero. Returns how many elements have ½|bend|e² above a
/// sixteenth of 1.01·|slope|e: from there on the 1 % does not cover the rest of a logarithm's Taylor series.
size_t ck_propagate(const double *low, const double *e, const double *slope, const double *bend, double units, size_t n,
                    double *value, double *rest, double *error);

/// The error of f″(high) for an argument high + low ± e: third·(|low| + e)·1.01 + units·|f″|, and, where that overflows,
/// 16|f″|(|low| + e)/|high|.
void ck_propagate_bound(const double *high, const double *low, const double *e, const double *third, double units,
                        size_t n, const double *value, double *error);

/// The same for value = ±u⁻ᵏ, k = 1 or 2, the derivatives of a logarithm at u = high + shift + low ± e: relative to the
/// value, so that nothing leaves the range of the numbers. `rest` may be null; then what low changes counts as error.
void ck_propagate_inverse(const double *high, double shift, const double *low, const double *e, int k, double units,
                          size_t n, double *value, double *rest, double *error);

/// `ck_propagate` for plain binary64: bound = 1.01·|slope|e + |bend|e² + units·|f|; with step 0 the same e for all. Returns how
/// many elements have the first two above 1.125 times the first.
size_t ck_estimate_propagate(const double *e, size_t step, const double *slope, const double *bend, double units,
                             size_t n, const double *value, double *bound);

/// Numbers in binary64 with bounds on their errors; a step of 0 is one number for all elements.
struct ck_estimate {
    const double *value;
    const double *bound;
    size_t value_step;
    size_t bound_step;
};

enum ck_operation { CK_ADD, CK_SUBTRACT, CK_MULTIPLY, CK_DIVIDE };

/// a ∘ b rounded once, and its bound. A factor without error lets nothing of an infinite factor's size into the bound.
void ck_estimate_arithmetic(enum ck_operation operation, struct ck_estimate a, struct ck_estimate b, size_t n,
                            double *value, double *bound);

#endif
