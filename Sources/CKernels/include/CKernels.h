#ifndef CKERNELS_H
#define CKERNELS_H

#include <stddef.h>
#include "Fields.h"

// Inner loops in C, compiled for several vector units and chosen once by what the processor has. Matrices are row-major.
// Every order of summation is fixed by the shapes alone.

/// hi + lo = X·beta row by row, compensated (Ogita, Rump and Oishi 2005, Dot2).
void ck_x_beta(const double *x, size_t n, size_t p, const double *beta, double *hi, double *lo);
/// hi + lo = Xᵀ(rhi + rlo), compensated.
void ck_x_transpose(const double *x, size_t n, size_t p, const double *rhi, const double *rlo, double *hi, double *lo);
/// The lower triangle of Xᵀ diag(w) X as hi + lo for p ≤ 16, every product and sum compensated. w may be NULL.
void ck_gram_few(const double *x, size_t n, size_t p, const double *w, double *hi, double *lo);
/// Adds to hi + lo the part of Xᵀ diag(w) X in rows `left`… and columns `right`… (tiles above the diagonal are left
/// out). Products of 192 rows are accumulated with fused multiply-adds, these sums without rounding. hi and lo have
/// `leftCount` rounded up to 16 rows of `ck_gram_stride(rightCount)` numbers.
void ck_gram_block(const double *x, size_t n, size_t p, const double *w, size_t left, size_t leftCount, size_t right,
                   size_t rightCount, double *hi, double *lo, double *scratch);
/// The length of a row of a block's result.
size_t ck_gram_stride(size_t columns);
/// The numbers of scratch that a block needs.
size_t ck_gram_scratch(size_t left, size_t right);
/// The lower triangle of Xᵀ diag(w) X in blocks of 128 rows; `block` is scratch of p·p numbers. w may be NULL.
void ck_gram_plain(const double *x, size_t n, size_t p, const double *w, double *out, double *block);
/// C = op(A)·op(B), C of m × l with inner length k; an operand that is transposed is stored the other way round.
void ck_multiply(const double *a, const double *b, double *c, size_t m, size_t k, size_t l, int ta, int tb);

#endif
