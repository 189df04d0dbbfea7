#include "Functions.h"
#include "Vectors.h"

typedef long long l8 __attribute__((vector_size(64), aligned(8)));
typedef unsigned long long u8 __attribute__((vector_size(64), aligned(8)));

/// A number as a sum of two, the second small beside the first.
struct pair {
    v8 high, low;
};

/// 2ᵏ times a pair.
struct scaled {
    struct pair mantissa;
    l8 exponent;
};

/// eˣ = 2ᵏ (1 + r + t).
struct reduced {
    v8 r, t;
    l8 k;
};

/// A function with its derivatives; the third is a bound on its size.
struct jet {
    v8 value, first, second, third;
};

struct functions {
    void (*jets[8])(enum ck_parts, const double *, size_t, double *, double *, double *, double *);
};

#define SELECT(mask, a, b) ((v8)(((l8)(a) & (mask)) | ((l8)(b) & ~(mask))))
#define SMALLER(a, b) SELECT((a) < (b), (a), (b))
#define BITS(x) ((l8)(v8)SPLAT(x))
#define INTEGERS(x) ((l8){(x), (x), (x), (x), (x), (x), (x), (x)})
/// Of a sum of two numbers whose first is the larger one, or zero: what the rounded sum leaves out.
#define REST(sum, large, small) ((small) - ((sum) - (large)))

/// Shifted to the right without regard to a sign, which not every unit has an instruction for.
#define SHIFTED(x, places) ((l8)((u8)(x) >> (places)))

/// Fewer than eight elements, filled up with ones.
struct rest {
    double x[8], value[8], first[8], second[8], third[8];
};

static struct rest rest(const double *x, size_t n) {
    struct rest r;
    for (size_t i = 0; i < 8; i++) r.x[i] = i < n ? x[i] : 1;
    return r;
}

static void rest_stored(const struct rest *r, enum ck_parts parts, size_t n, double *value, double *first,
                        double *second, double *third) {
    for (size_t i = 0; i < n; i++) {
        if (parts != CK_FIRST_TO_THIRD) value[i] = r->value[i];
        if (parts == CK_VALUE) continue;
        first[i] = r->first[i];
        second[i] = r->second[i];
        if (parts == CK_FIRST_TO_THIRD) third[i] = r->third[i];
    }
}

#define KERNELS "Functions.inc"
#define TABLE struct functions
#include "EachUnit.inc"

void ck_function(enum ck_function function, enum ck_parts parts, const double *x, size_t n, double *value, double *first,
                 double *second, double *third) {
    best_table()->jets[function](parts, x, n, value, first, second, third);
}

int ck_function_on(int unit, enum ck_function function, enum ck_parts parts, const double *x, size_t n, double *value,
                   double *first, double *second, double *third) {
    const struct functions *found = table_of(unit);
    if (found) found->jets[function](parts, x, n, value, first, second, third);
    return found != 0;
}
