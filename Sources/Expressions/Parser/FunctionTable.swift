/// Which names are functions, and what other libraries call them.
enum FunctionTable {
    /// Names of modules, dropped in front of what they hold.
    static let modules: Set<String> = [
        "np", "numpy", "jnp", "jax", "tf", "tensorflow", "torch", "F", "scipy", "special", "sp", "math", "linalg", "nn",
        "functional", "stats", "keras", "backend", "K", "lax", "compat", "v1", "v2", "nnx", "cupy", "cp",
        "distributions", "losses", "metrics",
    ]

    /// First parts of dotted names that are one function: `norm.cdf`.
    static let families: Set<String> = ["norm", "normal", "logistic", "poisson", "bernoulli"]

    /// A dotted name without the modules in front.
    static func bare(_ path: [String]) -> String {
        var rest = path[...]
        while rest.count > 1, let first = rest.first, modules.contains(first) { rest = rest.dropFirst() }
        return rest.joined(separator: ".")
    }

    /// Functions of one and of two numbers by each of their names.
    static let elementwise: [String: ElementwiseFunction] = {
        var table: [String: ElementwiseFunction] = [:]
        for function in ElementwiseFunction.allCases {
            for name in function.names { table[name] = function }
        }
        for (name, function) in aliases { table[name] = function }
        return table
    }()

    /// What TensorFlow, PyTorch and JAX call them.
    private static let aliases: [String: ElementwiseFunction] = [
        "neg": .negate, "realdiv": .divide, "float_power": .power,
        "fmax": .maximum, "fmin": .minimum, "greater_than": .greater, "less_than": .less, "gt": .greater,
        "ge": .greaterEqual,
        "lt": .less, "le": .lessEqual, "eq": .equal, "ne": .notEqual,
    ]

    /// Functions that are built from others or change shapes, by each of their names; the value is the one `apply` knows.
    static let structural: [String: String] = [
        "sum": "sum", "reduce_sum": "sum", "nansum": "sum", "mean": "mean", "reduce_mean": "mean", "average": "average",
        "dot": "dot", "vdot": "vdot", "inner": "inner", "matmul": "matmul", "mm": "matmul", "mv": "matmul",
        "matvec": "matmul", "tensordot": "tensordot", "multi_dot": "multi_dot", "outer": "outer", "ger": "outer",
        "einsum": "einsum", "transpose": "transpose", "permute": "transpose", "t": "transpose",
        "matrix_transpose": "transpose", "reshape": "reshape", "view": "reshape", "expand_dims": "expand_dims",
        "unsqueeze": "expand_dims", "squeeze": "squeeze", "ravel": "ravel", "flatten": "ravel", "trace": "trace",
        "diag": "diag", "diag_part": "diag", "tensor_diag": "diag", "tensor_diag_part": "diag", "diagonal": "diag",
        "diagflat": "diagflat", "inv": "inv", "inverse": "inv", "matrix_inverse": "inv", "solve": "solve", "det": "det",
        "matrix_determinant": "det", "logdet": "logdet", "log_matrix_determinant": "slogdet", "slogdet": "slogdet",
        "norm": "norm", "vector_norm": "norm", "numel": "size", "eye": "eye", "identity": "eye", "ones": "ones",
        "zeros": "zeros", "ones_like": "ones_like",
        "zeros_like": "zeros_like", "full": "full", "fill": "full", "square": "square", "reciprocal": "reciprocal",
        "rsqrt": "rsqrt", "log2": "log2", "log10": "log10", "exp2": "exp2", "clip": "clip", "clamp": "clip",
        "clip_by_value": "clip", "where": "where", "softmax": "softmax",
        "log_softmax": "log_softmax", "logsumexp": "logsumexp", "reduce_logsumexp": "logsumexp",
        "log_sigmoid": "log_sigmoid",
        "logsigmoid": "log_sigmoid", "max": "max", "min": "min", "len": "len", "size": "size",
        "shape": "shape", "float": "identity", "array": "identity", "asarray": "identity", "constant": "identity",
        "convert_to_tensor": "identity", "cast": "identity", "tensor": "identity", "as_tensor": "identity",
        "float32": "identity", "float64": "identity", "l2_loss": "l2_loss",
        "squared_difference": "squared_difference", "var": "var", "std": "std",
        "reduce_variance": "var", "reduce_std": "std", "xlogy": "xlogy", "tan": "tan", "erfc": "erfc",
        "sigmoid_cross_entropy_with_logits": "sigmoid_cross_entropy_with_logits",
        "cosine_similarity": "cosine_similarity",
        "quad_form": "quad_form", "add_n": "add_n", "arange": "arange", "range": "arange", "concatenate": "concatenate",
        "concat": "concatenate", "cat": "concatenate", "hstack": "hstack", "vstack": "vstack", "row_stack": "vstack",
        "stack": "stack", "column_stack": "column_stack", "diff": "diff", "cumsum": "cumsum", "prod": "prod",
        "product": "prod", "reduce_prod": "prod", "amax": "max", "reduce_max": "max", "amin": "min",
        "reduce_min": "min",
    ]

    /// Every name that can be called.
    static let names: Set<String> = Set(elementwise.keys).union(structural.keys).union(LibraryFunction.byName.keys)

    /// The names that the grammar lists. Only these are built in: the libraries' many others (`t`, `size`, `mv`, `eq`) stand
    /// behind a module or an array, and a reader's own array may be called so.
    static let builtIn: Set<String> = Set(ElementwiseFunction.allCases.map { $0.names.first ?? $0.rawValue }).union([
        "sum", "mean", "dot", "matmul", "outer", "einsum", "transpose", "reshape", "expand_dims", "trace", "diag",
        "inv",
        "solve", "det", "logdet", "norm", "eye", "ones", "zeros", "square", "softmax", "logsumexp", "clip", "where",
        "expit", "lgamma", "absolute",
    ]).union(["np", "numpy", "jnp", "jax", "tf", "torch", "scipy", "math"]).union(Parser.reserved)

    /// Element types, which change nothing here: every number is binary64.
    static let types: Set<String> = [
        "float", "float16", "float32", "float64", "bfloat16", "double", "int", "int32", "int64", "bool", "longdouble",
    ]

    /// The function that a method of an array stands for.
    static func method(_ name: String) -> String? {
        switch name {
        case "astype", "double", "float", "to", "numpy", "item", "detach", "copy", "clone", "contiguous", "cpu":
            "identity method"
        case "max", "min", "prod", "cumsum", "diff": name
        case "sum", "mean", "dot", "reshape", "view", "transpose", "permute", "t", "ravel", "flatten", "squeeze",
            "trace",
            "diagonal", "diag", "matmul", "mm", "mv", "clip", "clamp", "norm", "unsqueeze", "logsumexp", "softmax",
            "exp",
            "log", "log1p", "expm1", "sqrt", "abs", "pow", "square", "sigmoid", "tanh", "relu", "var", "std", "inverse",
            "det", "logdet", "outer", "add", "inner", "vdot", "mse_loss", "sub", "mul", "div", "sin", "cos", "sign",
            "neg", "maximum", "minimum",
            "size", "numel", "dim", "ndimension", "erf", "lgamma", "digamma", "softplus", "arctan", "eq", "gt", "lt",
            "ge", "le":
            name
        default: nil
        }
    }
}
