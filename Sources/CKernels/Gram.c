#include "CKernels.h"
#include "Vectors.h"

#pragma STDC FP_CONTRACT OFF

// MARK: Few columns, compensated

enum { FEW = 16 };

// Groups of eight rows whose products are added before the sums go back to memory.
enum { GROUPS = 8 };

// Up to so many rows each product is exact; beyond, the products of a lane's groups are added with fused multiply-adds,
// and only their sums without rounding.
enum { EXACT_ROWS = 2048 };

size_t ck_gram_few_depth(size_t n) { return n > EXACT_ROWS ? GROUPS : 1; }

CLONES void ck_gram_few(const double *x, size_t n, size_t p, const double *w, int exact, double *hi, double *lo) {
    v8 s[FEW * (FEW + 1) / 2], c[FEW * (FEW + 1) / 2];
    size_t pairs = p * (p + 1) / 2;
    for (size_t q = 0; q < pairs; q++) s[q] = c[q] = (v8){0};
    for (size_t start = 0; start < n; start += 8 * GROUPS) {
        v8 plain[FEW][GROUPS], weighted[FEW][GROUPS];
        for (size_t g = 0; g < GROUPS; g++) {
            const double *rows[8];
            v8 scale = {0};
            for (size_t r = 0; r < 8; r++) {
                // Rows beyond the last count nothing: the last stands in for them with weight 0.
                size_t i = start + 8 * g + r;
                rows[r] = x + (i < n ? i : n - 1) * p;
                scale[r] = i < n ? (w ? w[i] : 1) : 0;
            }
            for (size_t j = 0; j < p; j++) {
                v8 a = ACROSS(rows, j);
                plain[j][g] = a;
                weighted[j][g] = scale * a;
            }
        }
        size_t q = 0;
        for (size_t j = 0; j < p; j++) {
            for (size_t k = 0; k <= j; k++, q++) {
                v8 sum = s[q], low = c[q];
                if (exact) {
                    for (size_t g = 0; g < GROUPS; g++) {
                        v8 a = weighted[j][g], b = plain[k][g];
                        v8 product = a * b, error = FUSED(a, b, -product);
                        v8 old = sum, total = old + product, part = total - old;
                        low += ((old - (total - part)) + (product - part)) + error;
                        sum = total;
                    }
                } else {
                    v8 first = weighted[j][0] * plain[k][0], second = weighted[j][1] * plain[k][1];
                    for (size_t g = 2; g < GROUPS; g += 2) {
                        first = FUSED(weighted[j][g], plain[k][g], first);
                        second = FUSED(weighted[j][g + 1], plain[k][g + 1], second);
                    }
                    v8 block = first + second;
                    v8 old = sum, total = old + block, part = total - old;
                    low += (old - (total - part)) + (block - part);
                    sum = total;
                }
                s[q] = sum;
                c[q] = low;
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

// Rows in one block: a panel of it and a tile's half of another stay in the first-level cache.
enum { DEPTH = 192, WIDTH = 16 };

// C (a × 8b) += Σ over the rows of one block of a left panel (a of its columns) and a right panel (8b of its columns).
#define TILE(NAME, TARGET, A, B)                                                                              \
    TARGET static void NAME(const double *left, const double *right, size_t depth, double *hi, double *lo,    \
                            size_t stride) {                                                                  \
        v8 sum[A][B];                                                                                         \
        for (int r = 0; r < A; r++)                                                                           \
            for (int b = 0; b < B; b++) sum[r][b] = (v8){0};                                                  \
        for (size_t i = 0; i < depth; i++, left += WIDTH, right += WIDTH) {                                   \
            v8 row[B];                                                                                        \
            for (int b = 0; b < B; b++) row[b] = *(const v8 *)(right + 8 * b);                                \
            for (int r = 0; r < A; r++) {                                                                     \
                double one = left[r];                                                                         \
                v8 factor = SPLAT(one);                                                                       \
                for (int b = 0; b < B; b++) sum[r][b] = FUSED(factor, row[b], sum[r][b]);                     \
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

size_t ck_gram_depth(void) { return DEPTH; }

size_t ck_gram_width(size_t columns) { return (columns + WIDTH - 1) / WIDTH * WIDTH; }

BODY void pack_panels(const double *source, size_t p, size_t rows, size_t panels, const double *w,
                      double *restrict plain, double *restrict weighted) {
    for (size_t i = 0; i < rows; i++, source += p) {
        for (size_t q = 0; q < panels; q++) {
            double *out = plain + (q * rows + i) * WIDTH;
            for (size_t j = 0; j < WIDTH; j++) out[j] = source[q * WIDTH + j];
            if (w) {
                double *scaled = weighted + (q * rows + i) * WIDTH;
                for (size_t j = 0; j < WIDTH; j++) scaled[j] = w[i] * source[q * WIDTH + j];
            }
        }
    }
}

CLONES void ck_gram_pack(const double *x, size_t p, size_t rows, size_t first, size_t count, const double *w,
                         double *restrict plain, double *restrict weighted) {
    // Four panels are read together: half a kilobyte of each row at a time.
    size_t full = count / WIDTH, q = 0;
    for (; q + 4 <= full; q += 4) {
        pack_panels(x + first + q * WIDTH, p, rows, 4, w, plain + q * rows * WIDTH, weighted + q * rows * WIDTH);
    }
    for (; q < full; q++) {
        pack_panels(x + first + q * WIDTH, p, rows, 1, w, plain + q * rows * WIDTH, weighted + q * rows * WIDTH);
    }
    size_t rest = count - full * WIDTH;
    if (rest == 0) return;
    const double *source = x + first + full * WIDTH;
    double *out = plain + full * rows * WIDTH, *scaled = weighted + full * rows * WIDTH;
    for (size_t i = 0; i < rows; i++, source += p, out += WIDTH, scaled += WIDTH) {
        for (size_t j = 0; j < WIDTH; j++) {
            double value = j < rest ? source[j] : 0;
            out[j] = value;
            if (w) scaled[j] = w[i] * value;
        }
    }
}

void ck_gram_tiles(const double *leftPanels, const double *rightPanels, size_t rows, size_t left, size_t leftCount,
                   size_t right, size_t rightCount, double *hi, double *lo) {
    struct tile tile = chosen();
    size_t stride = ck_gram_width(rightCount);
    for (size_t k = 0; k < rightCount; k += tile.columns) {
        const double *panel = rightPanels + k / WIDTH * rows * WIDTH + k % WIDTH;
        for (size_t j = 0; j < leftCount; j += tile.rows) {
            // Nothing of a tile above the diagonal is wanted.
            if (right + k > left + j + tile.rows - 1) continue;
            tile.multiply(leftPanels + j / WIDTH * rows * WIDTH + j % WIDTH, panel, rows, hi + j * stride + k,
                          lo + j * stride + k, stride);
        }
    }
}
