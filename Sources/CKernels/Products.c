#include "CKernels.h"
#include "Vectors.h"

#pragma STDC FP_CONTRACT OFF

// Products of a matrix and a vector with the magnitudes that their bounds are made of, in one pass over the matrix: the
// matrix is read from memory once, and that is most of the time.

// MARK: Rows

// Up to here eight rows are walked side by side, one row a lane; beyond, eight columns of one row.
enum { FEW_COLUMNS = 32, ROWS = 8 };

/// The last eight entries of a vector, zeros where whole groups of eight have covered it: p mod 8 of them remain.
BODY void remainder_of(const double *vector, size_t p, v8 *last) {
    *last = SPLAT(0);
    if (p < FEW_COLUMNS) return;
    for (size_t k = 8 - p % 8; k < 8; k++) (*last)[k] = vector[p - 8 + k];
}

BODY void keep(double *to, const v8 *value, size_t count) {
    if (count == ROWS) {
        STORE(to, *value);
    } else {
        for (size_t r = 0; r < count; r++) to[r] = (*value)[r];
    }
}

/// Pointers to eight rows; the last stands in for those beyond the end.
BODY void eight_rows(const double *x, size_t n, size_t p, size_t first, const double **rows) {
    for (size_t r = 0; r < ROWS; r++) rows[r] = x + (first + r < n ? first + r : n - 1) * p;
}

CLONES void ck_x_beta(const double *x, size_t n, size_t p, const double *beta, const double *e, double *hi, double *lo,
                      double *size) {
    v8 lastBeta, lastE, none = SPLAT(0);
    remainder_of(beta, p, &lastBeta);
    remainder_of(e, p, &lastE);
    for (size_t i = 0; i < n; i += ROWS) {
        const double *rows[ROWS];
        eight_rows(x, n, p, i, rows);
        struct sums total = {0};
        if (p < FEW_COLUMNS) {
            for (size_t j = 0; j < p; j++) {
                v8 a = ACROSS(rows, j), b = SPLAT(beta[j]), weight = SPLAT(e[j]);
                accumulate_product(&total, &a, &b, &none, &weight);
            }
        } else {
            v8 high[ROWS], low[ROWS], size8[ROWS];
            for (size_t r = 0; r < ROWS; r++) {
                struct sums s = {0};
                size_t j = 0;
                for (; j + 8 <= p; j += 8) {
                    const v8 *a = (const v8 *)(rows[r] + j);
                    accumulate_product(&s, a, (const v8 *)(beta + j), &none, (const v8 *)(e + j));
                }
                if (j < p) accumulate_product(&s, (const v8 *)(rows[r] + p - 8), &lastBeta, &none, &lastE);
                high[r] = s.high;
                low[r] = s.low;
                size8[r] = s.size;
            }
            for (size_t k = 0; k < 8; k++) {
                v8 part = ACROSS(high, k), tail = ACROSS(low, k);
                accumulate(&total, &part, &tail);
                total.size += ACROSS(size8, k);
            }
        }
        v8 sum = total.high + total.low;
        size_t count = n - i < ROWS ? n - i : ROWS;
        v8 rest = total.low - (sum - total.high);
        keep(hi + i, &sum, count);
        keep(lo + i, &rest, count);
        keep(size + i, &total.size, count);
    }
}

CLONES void ck_rows_bounded(const double *x, size_t n, size_t p, const double *b, const double *e, double *value,
                            double *bound) {
    v8 lastB, lastE;
    remainder_of(b, p, &lastB);
    remainder_of(e, p, &lastE);
    for (size_t i = 0; i < n; i += ROWS) {
        const double *rows[ROWS];
        eight_rows(x, n, p, i, rows);
        v8 s = {0}, t = {0};
        if (p < FEW_COLUMNS) {
            for (size_t j = 0; j < p; j++) {
                v8 a = ACROSS(rows, j);
                s = FUSED(a, SPLAT(b[j]), s);
                t = FUSED(SIZES(a), SPLAT(e[j]), t);
            }
        } else {
            v8 sums[ROWS], bounds[ROWS];
            for (size_t r = 0; r < ROWS; r++) {
                v8 u = {0}, v = {0};
                size_t j = 0;
                for (; j + 8 <= p; j += 8) {
                    v8 a = LOAD(rows[r] + j);
                    u = FUSED(a, LOAD(b + j), u);
                    v = FUSED(SIZES(a), LOAD(e + j), v);
                }
                if (j < p) {
                    v8 a = LOAD(rows[r] + p - 8);
                    u = FUSED(a, lastB, u);
                    v = FUSED(SIZES(a), lastE, v);
                }
                sums[r] = u;
                bounds[r] = v;
            }
            for (size_t k = 0; k < 8; k++) {
                s += ACROSS(sums, k);
                t += ACROSS(bounds, k);
            }
        }
        size_t count = n - i < ROWS ? n - i : ROWS;
        keep(value + i, &s, count);
        keep(bound + i, &t, count);
    }
}

// MARK: Columns

/// Calls WORK(B, AT) for eight columns at a time, up to four groups together; the last group of a matrix whose columns
/// are no multiple of eight overlaps the one before, and computes the same again.
#define FOR_COLUMN_GROUPS(P, WORK)                                         \
    {                                                                      \
        size_t groups = ((P) + 7) / 8, g = 0;                              \
        size_t at[4];                                                      \
        for (; g + 4 <= groups; g += 4) {                                  \
            for (size_t b = 0; b < 4; b++) at[b] = column(g + b, (P));     \
            WORK(4, at)                                                    \
        }                                                                  \
        for (; g + 2 <= groups; g += 2) {                                  \
            for (size_t b = 0; b < 2; b++) at[b] = column(g + b, (P));     \
            WORK(2, at)                                                    \
        }                                                                  \
        for (; g < groups; g++) {                                          \
            at[0] = column(g, (P));                                        \
            WORK(1, at)                                                    \
        }                                                                  \
    }

BODY size_t column(size_t group, size_t p) { return 8 * group + 8 <= p ? 8 * group : p - 8; }

CLONES void ck_x_transpose(const double *x, size_t n, size_t p, const double *rhi, const double *rlo, const double *e,
                           double *hi, double *lo, double *size) {
    if (p < 8) {
        // One row a lane.
        struct sums s[8] = {0};
        for (size_t i = 0; i < n; i += ROWS) {
            const double *rows[ROWS];
            eight_rows(x, n, p, i, rows);
            v8 high = {0}, low = {0}, weight = {0};
            size_t count = n - i < ROWS ? n - i : ROWS;
            for (size_t r = 0; r < count; r++) {
                high[r] = rhi[i + r];
                low[r] = rlo[i + r];
                weight[r] = e[i + r];
            }
            for (size_t j = 0; j < p; j++) {
                v8 a = ACROSS(rows, j);
                v8 tail = a * low;
                accumulate_product(&s[j], &a, &high, &tail, &weight);
            }
        }
        for (size_t j = 0; j < p; j++) {
            double high = 0, low = 0, total = 0;
            for (size_t k = 0; k < 8; k++) {
                double sum = high + s[j].high[k], part = sum - high;
                low += ((high - (sum - part)) + (s[j].high[k] - part)) + s[j].low[k];
                high = sum;
                total += s[j].size[k];
            }
            hi[j] = high + low;
            lo[j] = low - (hi[j] - high);
            size[j] = total;
        }
        return;
    }
#define WORK(B, AT)                                                                                      \
    {                                                                                                    \
        struct sums s[B] = {0};                                                                          \
        for (size_t i = 0; i < n; i++) {                                                                 \
            const double *row = x + i * p;                                                               \
            v8 high = SPLAT(rhi[i]), low = SPLAT(rlo[i]), weight = SPLAT(e[i]);                          \
            for (size_t b = 0; b < B; b++) {                                                             \
                v8 a = LOAD(row + AT[b]), tail = a * low;                                                \
                accumulate_product(&s[b], &a, &high, &tail, &weight);                                    \
            }                                                                                            \
        }                                                                                                \
        for (size_t b = 0; b < B; b++) {                                                                 \
            v8 sum = s[b].high + s[b].low;                                                               \
            STORE(hi + AT[b], sum);                                                                      \
            STORE(lo + AT[b], s[b].low - (sum - s[b].high));                                             \
            STORE(size + AT[b], s[b].size);                                                              \
        }                                                                                                \
    }
    FOR_COLUMN_GROUPS(p, WORK)
#undef WORK
}

// Rows whose products are summed before they meet the rest.
enum { BLOCK = 128 };

size_t ck_columns_block(void) { return BLOCK; }

CLONES void ck_columns_bounded(const double *restrict x, size_t n, size_t p, const double *restrict b,
                               const double *restrict e, double *restrict value, double *restrict bound) {
    for (size_t start = 0; start < n; start += BLOCK, x += BLOCK * p, b += BLOCK, e += BLOCK) {
        size_t rows = n - start < BLOCK ? n - start : BLOCK;
        if (p < 8) {
            double s[8] = {0}, t[8] = {0};
            for (size_t i = 0; i < rows; i++) {
                for (size_t j = 0; j < p; j++) {
                    s[j] += x[i * p + j] * b[i];
                    t[j] += __builtin_fabs(x[i * p + j]) * e[i];
                }
            }
            for (size_t j = 0; j < p; j++) {
                value[j] += s[j];
                bound[j] += t[j];
            }
            continue;
        }
        size_t added = 0;
#define WORK(B, AT)                                                                    \
    {                                                                                  \
        v8 s[B] = {0}, t[B] = {0};                                                     \
        for (size_t i = 0; i < rows; i++) {                                            \
            const double *row = x + i * p;                                             \
            v8 factor = SPLAT(b[i]), weight = SPLAT(e[i]);                             \
            for (size_t g = 0; g < B; g++) {                                           \
                v8 a = LOAD(row + AT[g]);                                              \
                s[g] = FUSED(a, factor, s[g]);                                         \
                t[g] = FUSED(SIZES(a), weight, t[g]);                                  \
            }                                                                          \
        }                                                                              \
        for (size_t g = 0; g < B; g++) {                                               \
            for (size_t k = 0; k < 8; k++) {                                           \
                /* What the group before has added already is not added again. */      \
                if (AT[g] + k < added) continue;                                       \
                value[AT[g] + k] += s[g][k];                                           \
                bound[AT[g] + k] += t[g][k];                                           \
            }                                                                          \
            added = AT[g] + 8;                                                         \
        }                                                                              \
    }
        FOR_COLUMN_GROUPS(p, WORK)
#undef WORK
    }
}

CLONES void ck_square_columns(const double *restrict x, size_t n, size_t p, const double *restrict e,
                              double *restrict out) {
    for (size_t i = 0; i < n; i++) {
        const double *row = x + i * p;
        double weight = e[i];
        if (weight == 0) continue;
        for (size_t j = 0; j < p; j++) out[j] += row[j] * row[j] * weight;
    }
}
