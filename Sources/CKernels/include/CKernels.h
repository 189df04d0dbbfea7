#ifndef CKERNELS_H
#define CKERNELS_H

#include <stddef.h>
#include "Estimates.h"
#include "Fields.h"
#include "Functions.h"

// Inner loops in C, compiled for several vector units and chosen once by what the processor has. Matrices are row-major.
// Every order of summation is fixed by the shapes alone.

/// hi + lo = X·beta row by row, compensated (Ogita, Rump and Oishi 2005, Dot2), and size[i] = Σ_j |x_ij| e_j.
void ck_x_beta(const double *x, size_t n, size_t p, const double *beta, const double *e, double *hi, double *lo,
               double *size);
/// hi + lo = Xᵀ(rhi + rlo), compensated, and size[j] = Σ_i |x_ij| e_i.
void ck_x_transpose(const double *x, size_t n, size_t p, const double *rhi, const double *rlo, const double *e,
                    double *hi, double *lo, double *size);
/// value[i] = Σ_j x_ij b_j in binary64 and size[i] = Σ_j |x_ij| e_j.
void ck_rows_bounded(const double *x, size_t n, size_t p, const double *b, const double *e, double *value, double *size);
/// value[j] += Σ_i x_ij b_i in binary64, `ck_columns_block()` rows at a time, and size[j] += Σ_i |x_ij| e_i.
void ck_columns_bounded(const double *x, size_t n, size_t p, const double *b, const double *e, double *value, double *size);
size_t ck_columns_block(void);
/// out[j] += Σ_i x_ij² e_i for n rows of p.
void ck_square_columns(const double *x, size_t n, size_t p, const double *e, double *out);
/// The lower triangle of Xᵀ diag(w) X as hi + lo for p ≤ 16. Where `exact`, every product and sum is compensated; else
/// the products of some eight rows are added with fused multiply-adds, and these sums without rounding. w may be NULL.
void ck_gram_few(const double *x, size_t n, size_t p, const double *w, int exact, double *hi, double *lo);
/// How many roundings the products of `ck_gram_few` go through in a matrix of n rows; more than 1 is not `exact`.
size_t ck_gram_few_depth(size_t n);
/// Copies `count` columns from `first` of `rows` ≤ `ck_gram_depth()` rows into panels of 16 columns, row by row, zeros
/// beyond the last; and, where w is not NULL, the rows times their weights into `weighted`, which is not touched otherwise.
void ck_gram_pack(const double *x, size_t p, size_t rows, size_t first, size_t count, const double *w, double *plain,
                  double *weighted);
/// Adds LᵀR of two runs of panels of the same `rows` rows to hi + lo, tile by tile; tiles above the diagonal of the whole
/// (columns `left`… against columns `right`…) are left out. Products of a block of rows are accumulated with fused
/// multiply-adds, these sums without rounding. hi and lo have `ck_gram_width(leftCount)` rows of
/// `ck_gram_width(rightCount)` numbers.
void ck_gram_tiles(const double *leftPanels, const double *rightPanels, size_t rows, size_t left, size_t leftCount,
                   size_t right, size_t rightCount, double *hi, double *lo);
/// The most rows in a block of panels.
size_t ck_gram_depth(void);
/// Columns with those that fill the last panel.
size_t ck_gram_width(size_t columns);
/// The lower triangle of Xᵀ diag(w) X in blocks of 128 rows; `block` is scratch of p·p numbers. w may be NULL.
void ck_gram_plain(const double *x, size_t n, size_t p, const double *w, double *out, double *block);
/// C = op(A)·op(B), C of m × l with inner length k; an operand that is transposed is stored the other way round.
void ck_multiply(const double *a, const double *b, double *c, size_t m, size_t k, size_t l, int ta, int tb);

#endif
