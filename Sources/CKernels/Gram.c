#include "CKernels.h"

#pragma STDC FP_CONTRACT OFF

// Eight numbers in a vector on every processor, so that sums are split and joined alike; the compiler cuts the vector to
// what the unit has.
typedef double v8 __attribute__((vector_size(64), aligned(8)));

#if defined(__x86_64__)
#define CLONES __attribute__((target_clones("avx512f", "fma", "default")))
#else
#define CLONES
#endif
#define BODY static inline __attribute__((always_inline))

// MARK: Few columns, compensated

enum { FEW = 16 };

CLONES void ck_gram_few(const double *x, size_t n, size_t p, const double *w, double *hi, double *lo) {
    v8 s[FEW * (FEW + 1) / 2], c[FEW * (FEW + 1) / 2];
    size_t pairs = p * (p + 1) / 2;
    for (size_t q = 0; q < pairs; q++) s[q] = c[q] = (v8){0};
    for (size_t i = 0; i < n; i += 8) {
        double lanes[FEW][8];
        double weight[8];
        size_t rows = n - i < 8 ? n - i : 8;
        for (size_t r = 0; r < 8; r++) {
            // Rows beyond the last count nothing.
            const double *row = x + (i + (r < rows ? r : 0)) * p;
            double keep = r < rows ? 1 : 0;
            weight[r] = w ? (r < rows ? w[i + r] : 0) : 1;
            for (size_t j = 0; j < p; j++) lanes[j][r] = r < rows ? row[j] : keep;
        }
        v8 scale = *(const v8 *)weight;
        size_t q = 0;
        for (size_t j = 0; j < p; j++) {
            v8 a = scale * *(const v8 *)lanes[j];
            for (size_t k = 0; k <= j; k++, q++) {
                v8 b = *(const v8 *)lanes[k];
                v8 product = a * b, error = __builtin_elementwise_fma(a, b, -product);
                v8 old = s[q], sum = old + product, part = sum - old;
                c[q] += ((old - (sum - part)) + (product - part)) + error;
                s[q] = sum;
            }
        }
    }
    size_t q = 0;
    for (size_t j = 0; j < p; j++) {
        for (size_t k = 0; k <= j; k++, q++) {
            double high = 0, low = 0;
            for (size_t r = 0; r < 8; r++) {
                double sum = high + s[q][r], part = sum - high;
                low += ((high - (sum - part)) + (s[q][r] - part)) + c[q][r];
                high = sum;
            }
            hi[j * p + k] = high;
            lo[j * p + k] = low;
        }
    }
}

// MARK: Many columns, tiled

enum { DEPTH = 192 };

// C (a × 8b) = Σ over the rows of one block of a left panel (a numbers a row) and a right panel (8b numbers a row).
#define TILE(NAME, TARGET, A, B)                                                                              \
    TARGET static void NAME(const double *left, const double *right, size_t depth, double *hi, double *lo,    \
                            size_t stride) {                                                                  \
        v8 sum[A][B];                                                                                         \
        for (int r = 0; r < A; r++)                                                                           \
            for (int b = 0; b < B; b++) sum[r][b] = (v8){0};                                                  \
        for (size_t i = 0; i < depth; i++, left += A, right += 8 * B) {                                       \
            v8 row[B];                                                                                        \
            for (int b = 0; b < B; b++) row[b] = *(const v8 *)(right + 8 * b);                                \
            for (int r = 0; r < A; r++) {                                                                     \
                double one = left[r];                                                                         \
                v8 factor = {one, one, one, one, one, one, one, one};                                         \
                for (int b = 0; b < B; b++) sum[r][b] = __builtin_elementwise_fma(factor, row[b], sum[r][b]); \
            }                                                                                                 \
        }                                                                                                     \
        for (int r = 0; r < A; r++) {                                                                         \
            for (int b = 0; b < B; b++) {                                                                     \
                v8 *high = (v8 *)(hi + r * stride + 8 * b), *low = (v8 *)(lo + r * stride + 8 * b);           \
                v8 old = *high, total = old + sum[r][b], part = total - old;                                  \
                *low += (old - (total - part)) + (sum[r][b] - part);                                          \
                *high = total;                                                                                \
            }                                                                                                 \
        }                                                                                                     \
    }

#if defined(__x86_64__)
TILE(tile_avx512, __attribute__((target("avx512f"))), 8, 2)
TILE(tile_fma, __attribute__((target("fma"))), 4, 1)
#endif
TILE(tile_plain, , 4, 1)

struct tile {
    size_t rows, columns;
    void (*multiply)(const double *, const double *, size_t, double *, double *, size_t);
};

static struct tile chosen(void) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f")) return (struct tile){8, 16, tile_avx512};
    if (__builtin_cpu_supports("fma")) return (struct tile){4, 8, tile_fma};
#endif
    return (struct tile){4, 8, tile_plain};
}

static size_t rounded(size_t count) { return (count + 15) / 16 * 16; }

size_t ck_gram_stride(size_t columns) { return rounded(columns); }

size_t ck_gram_scratch(size_t left, size_t right) { return DEPTH * (rounded(left) + rounded(right)); }

BODY void pack_full(const double *source, size_t p, size_t rows, size_t width, const double *w, double *out) {
    for (size_t i = 0; i < rows; i++, source += p, out += width) {
        double weight = w ? w[i] : 1;
        for (size_t j = 0; j < width; j++) out[j] = weight * source[j];
    }
}

/// Panels of `width` columns, row by row, zeros beyond the last.
CLONES static void pack(const double *x, size_t p, size_t rows, size_t first, size_t count, size_t width,
                        const double *w, double *restrict out) {
    for (size_t start = 0; start < count; start += width, out += rows * width) {
        size_t filled = count - start < width ? count - start : width;
        const double *source = x + first + start;
        // A width that the compiler knows becomes one or two moves a row.
        if (filled == 16 && w == 0) {
            pack_full(source, p, rows, 16, 0, out);
        } else if (filled == 8 && width == 8) {
            w ? pack_full(source, p, rows, 8, w, out) : pack_full(source, p, rows, 8, 0, out);
        } else if (filled == 4 && width == 4) {
            w ? pack_full(source, p, rows, 4, w, out) : pack_full(source, p, rows, 4, 0, out);
        } else {
            for (size_t i = 0; i < rows; i++) {
                double weight = w ? w[i] : 1;
                for (size_t j = 0; j < width; j++) out[i * width + j] = j < filled ? weight * source[i * p + j] : 0;
            }
        }
    }
}

void ck_gram_block(const double *x, size_t n, size_t p, const double *w, size_t left, size_t leftCount, size_t right,
                   size_t rightCount, double *hi, double *lo, double *scratch) {
    struct tile tile = chosen();
    size_t stride = rounded(rightCount);
    double *leftPanels = scratch, *rightPanels = scratch + DEPTH * rounded(leftCount);
    for (size_t start = 0; start < n; start += DEPTH) {
        size_t rows = n - start < DEPTH ? n - start : DEPTH;
        const double *block = x + start * p;
        pack(block, p, rows, left, leftCount, tile.rows, w ? w + start : 0, leftPanels);
        pack(block, p, rows, right, rightCount, tile.columns, 0, rightPanels);
        for (size_t k = 0; k < rightCount; k += tile.columns) {
            for (size_t j = 0; j < leftCount; j += tile.rows) {
                // Nothing of a tile above the diagonal is wanted.
                if (right + k > left + j + tile.rows - 1) continue;
                tile.multiply(leftPanels + j * rows, rightPanels + k * rows, rows, hi + j * stride + k,
                              lo + j * stride + k, stride);
            }
        }
    }
}
