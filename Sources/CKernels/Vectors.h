#ifndef VECTORS_H
#define VECTORS_H

// Eight numbers in a vector on every processor, so that sums are split and joined alike; the compiler cuts the vector to
// what the unit has.
typedef double v8 __attribute__((vector_size(64), aligned(8)));

// One body for every vector unit; the loader picks the clone when the program starts, which is before the runtime of a
// sanitizer is there.
#if defined(__has_feature)
#if __has_feature(thread_sanitizer) || __has_feature(address_sanitizer)
#define PLAIN 1
#endif
#endif
#if defined(__x86_64__) && defined(__linux__) && !defined(PLAIN)
#define CLONES __attribute__((target_clones("avx512f", "fma", "default")))
#else
#define CLONES
#endif
#define BODY static inline __attribute__((always_inline))

// Macros, since how a vector of this length is handed to a function depends on the unit.
#define LOAD(from) (*(const v8 *)(from))
#define STORE(to, value) (*(v8 *)(to) = (value))
#define SPLAT(x) ((v8){(x), (x), (x), (x), (x), (x), (x), (x)})
#define FUSED(a, b, c) __builtin_elementwise_fma((a), (b), (c))
#define SIZES(a) __builtin_elementwise_abs(a)

/// Entry j of eight vectors or rows.
#define ACROSS(rows, j) ((v8){rows[0][j], rows[1][j], rows[2][j], rows[3][j], rows[4][j], rows[5][j], rows[6][j], rows[7][j]})

/// Sums as high + low, and sums of magnitudes for their bounds.
struct sums {
    v8 high, low, size;
};

/// Adds x (Knuth's TwoSum) with a low part of its own.
BODY void accumulate(struct sums *s, const v8 *x, const v8 *tail) {
    v8 old = s->high, sum = old + *x, part = sum - old;
    s->low += ((old - (sum - part)) + (*x - part)) + *tail;
    s->high = sum;
}

/// Adds a·b without error in the product, and |a|·e to the size.
BODY void accumulate_product(struct sums *s, const v8 *a, const v8 *b, const v8 *tail, const v8 *e) {
    v8 product = *a * *b, rest = FUSED(*a, *b, -product) + *tail;
    accumulate(s, &product, &rest);
    s->size = FUSED(SIZES(*a), *e, s->size);
}

#endif
