#ifndef FUNCTIONS_H
#define FUNCTIONS_H

#include <stddef.h>

// Elementary functions on arrays with their derivatives. An element's result depends on that element alone, and is the
// same to the bit on every vector unit: all of it is rational arithmetic with fused multiply-adds in one fixed order.

/// The functions there are.
enum ck_function {
    CK_EXP,
    CK_EXPM1,
    CK_LOG,
    CK_LOG1P,
    CK_TANH,
    CK_SIGMOID,
    CK_SOFTPLUS,
    CK_LOGCOSH,
};

/// What of a function is wanted.
enum ck_parts {
    /// f alone.
    CK_VALUE,
    /// f, f′ and f″.
    CK_VALUE_TO_SECOND,
    /// f′, f″ and a bound on |f‴|.
    CK_FIRST_TO_THIRD,
};

/// f(x) and its derivatives for n numbers; pointers to what is not among the parts are not touched.
///
/// Infinite and undefined arguments, signed zeros, subnormal arguments and results are
/// as IEEE 754 has them for the function; a subnormal result is rounded twice at most.
void ck_function(enum ck_function function, enum ck_parts parts, const double *x, size_t n, double *value, double *first,
                 double *second, double *third);
/// The same with the kernels of one vector unit: 0 is the plain one, 1 AVX2 with FMA, 2 AVX-512. Returns 0, with nothing
/// written, where the processor does not have it.
int ck_function_on(int unit, enum ck_function function, enum ck_parts parts, const double *x, size_t n, double *value,
                   double *first, double *second, double *third);

#endif
