#include "CKernels.h"

struct kernels {
    void (*gram_plain)(const double *, size_t, size_t, const double *, double *, double *);
    void (*multiply)(const double *, const double *, double *, size_t, size_t, size_t, int, int);
};

#define KERNELS "Kernels.inc"
#define TABLE struct kernels
#include "EachUnit.inc"

void ck_gram_plain(const double *x, size_t n, size_t p, const double *w, double *out, double *block) {
    best_table()->gram_plain(x, n, p, w, out, block);
}

void ck_multiply(const double *a, const double *b, double *c, size_t m, size_t k, size_t l, int ta, int tb) {
    best_table()->multiply(a, b, c, m, k, l, ta, tb);
}
