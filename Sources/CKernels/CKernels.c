#include "CKernels.h"

struct kernels {
    void (*gram_plain)(const double *, size_t, size_t, const double *, double *, double *);
    void (*multiply)(const double *, const double *, double *, size_t, size_t, size_t, int, int);
};

#define NAME(x) baseline_##x
#define TARGET
#include "Kernels.inc"
#undef NAME
#undef TARGET

#if defined(__x86_64__)
#define NAME(x) avx2_##x
#define TARGET __attribute__((target("avx2,fma")))
#include "Kernels.inc"
#undef NAME
#undef TARGET

#define NAME(x) avx512_##x
#define TARGET __attribute__((target("avx512f,avx512vl,avx512dq,fma")))
#include "Kernels.inc"
#undef NAME
#undef TARGET
#endif

static const struct kernels *chosen(void) {
#if defined(__x86_64__)
    static const struct kernels *table = 0;
    if (__atomic_load_n(&table, __ATOMIC_RELAXED) == 0) {
        // Twice by two threads does no harm: both store the same address.
        const struct kernels *found = &baseline_table;
        if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq")) {
            found = &avx512_table;
        } else if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
            found = &avx2_table;
        }
        __atomic_store_n(&table, found, __ATOMIC_RELAXED);
    }
    return __atomic_load_n(&table, __ATOMIC_RELAXED);
#else
    return &baseline_table;
#endif
}

void ck_gram_plain(const double *x, size_t n, size_t p, const double *w, double *out, double *block) {
    chosen()->gram_plain(x, n, p, w, out, block);
}

void ck_multiply(const double *a, const double *b, double *c, size_t m, size_t k, size_t l, int ta, int tb) {
    chosen()->multiply(a, b, c, m, k, l, ta, tb);
}
