/// Functions that people write and that are not understood: why not, and what to write in their place.
enum Remedies {
    /// The remedy for a dotted name, by any of its parts: `np.linalg.cholesky`, `np.random.randn`.
    static func remedy(for name: String) -> String? {
        for part in name.split(separator: ".") {
            if let entry = table.first(where: { $0.names.contains(String(part)) }) { return entry.remedy }
        }
        return nil
    }

    private static let table: [(names: Set<String>, remedy: String)] = [
        (
            [
                "sort", "argsort", "argmax", "argmin", "median", "nanmedian", "quantile", "percentile", "searchsorted",
                "topk",
                "unique", "rank", "partition",
            ],
            "it orders its elements, and is not understood; work the order out in your program and put it into `parameters`"
        ),
        (
            ["round", "rint", "floor", "ceil", "trunc", "fix", "floor_divide", "mod", "remainder", "fmod"],
            "its derivative is 0 wherever there is one, and it is not understood"
        ),
        (
            ["cholesky", "qr", "svd", "svdvals", "eig", "eigh", "eigvals", "eigvalsh", "lu", "matrix_rank", "cond"],
            "decompositions are not understood; write what they are for with `inv`, `solve`, `det`, `logdet`, `norm`"
        ),
        (
            ["pinv", "lstsq"],
            "write `solve(A.T @ A, A.T @ b)` where A has full column rank"
        ),
        (
            ["matrix_power", "expm", "logm", "sqrtm", "kron"],
            "it is not understood; write products with `@`, or make the matrix in your program and put it into `parameters`"
        ),
        (
            ["random", "rand", "randn", "default_rng", "dropout", "normal", "uniform"],
            "random numbers are not understood; draw them in your program and put them into `parameters`"
        ),
        (
            [
                "grad", "hessian", "jacobian", "jacfwd", "jacrev", "value_and_grad", "vmap", "jit", "backward",
                "GradientTape",
            ],
            "write the loss alone: its derivatives are what is answered"
        ),
        (
            ["tril", "triu", "tri"],
            "write `where(arange(n)[:, None] >= arange(n), A, 0)` for the lower triangle, `<=` for the upper one"
        ),
        (
            ["roll", "flip", "flipud", "fliplr", "pad", "repeat", "tile", "meshgrid", "take", "gather", "linspace"],
            "it is not understood; slices, `concatenate` and `arange` are, and arrays can be put into `parameters`"
        ),
        (["cumprod"], "for positive elements write `exp(cumsum(log(a)))`"),
        (["ln"], "the natural logarithm is `log`"),
        (["arcsinh", "asinh"], "write `log(x + sqrt(x**2 + 1))`"),
        (["arccosh", "acosh"], "write `log(x + sqrt(x**2 - 1))`"),
        (["arctanh", "atanh"], "write `(log1p(x) - log1p(-x)) / 2`"),
        (
            ["elu", "selu", "leaky_relu", "prelu"],
            "write `where(x > 0, x, a * expm1(x))`, or the slope you use below 0"
        ),
        (["gelu"], "write `x * ndtr(x)`"),
        (["mish"], "write `x * tanh(softplus(x))`"),
        (
            [
                "cross_entropy", "sparse_softmax_cross_entropy_with_logits", "softmax_cross_entropy_with_logits",
                "nll_loss", "categorical_crossentropy",
            ],
            "write `mean(logsumexp(Z, axis=1) - sum(T * Z, axis=1))` with a row of logits Z and of one-hot targets T for each "
                + "observation, or use the loss `softmax`"
        ),
        (
            ["corrcoef", "cov"],
            "write it with centred vectors: `u = a - mean(a); v = b - mean(b); u @ v / (norm(u) * norm(v))`"
        ),
        (["sum_squares", "norm2"], "write `sum(a**2)`"),
        (
            ["cross", "cdist", "pdist", "pairwise_distances"],
            "write the distances with new axes: `sum((A[:, None] - B)**2, axis=2)`"
        ),
    ]
}
