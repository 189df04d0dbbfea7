/// Functions of the libraries that are a line of the grammar: each is stated as a program in its own arguments.
///
/// A new one is a line in `all`. Arguments are given by position or by keyword, `defaults` are programs too; where there
/// is a `reduction` the libraries' `reduction="mean" | "sum" | "none"` is understood, with `mean` unless another is given.
struct LibraryFunction: Sendable {
    var names: [String]
    /// In order of position.
    var arguments: [String]
    var defaults: [String: String] = [:]
    /// What the libraries call the arguments otherwise.
    var aliases: [String: [String]] = [:]
    var isReduced = false
    var program: String

    static let all: [LibraryFunction] = [
        // SciPy's special functions; docs.scipy.org/doc/scipy/reference/special.html.
        LibraryFunction(names: ["logit"], arguments: ["x"], program: "log(x) - log(1 - x)"),
        LibraryFunction(names: ["log_expit"], arguments: ["x"], program: "-softplus(-x)"),
        LibraryFunction(names: ["xlog1py"], arguments: ["x", "y"], program: "where(x == 0, 0, x * log1p(y))"),
        LibraryFunction(names: ["entr"], arguments: ["x"], program: "-x * log(x)"),
        LibraryFunction(names: ["rel_entr"], arguments: ["x", "y"], program: "where(x == 0, 0, x * log(x / y))"),
        LibraryFunction(names: ["kl_div"], arguments: ["x", "y"], program: "where(x == 0, y, x * log(x / y) - x + y)"),
        LibraryFunction(names: ["betaln"], arguments: ["a", "b"], program: "gammaln(a) + gammaln(b) - gammaln(a + b)"),
        LibraryFunction(
            names: ["huber"], arguments: ["delta", "r"],
            program: "where(abs(r) <= delta, r**2 / 2, delta * (abs(r) - delta / 2))"),
        LibraryFunction(
            names: ["pseudo_huber"], arguments: ["delta", "r"], program: "delta**2 * (sqrt(1 + (r / delta)**2) - 1)"),
        // Densities; scipy.stats and jax.scipy.stats.
        LibraryFunction(
            names: ["norm.pdf"], arguments: ["x", "loc", "scale"], defaults: ["loc": "0", "scale": "1"],
            program: "exp(-((x - loc) / scale)**2 / 2) / (scale * sqrt(2 * pi))"),
        LibraryFunction(
            names: ["norm.logpdf"], arguments: ["x", "loc", "scale"], defaults: ["loc": "0", "scale": "1"],
            program: "-((x - loc) / scale)**2 / 2 - log(scale * sqrt(2 * pi))"),
        LibraryFunction(
            names: ["poisson.logpmf"], arguments: ["k", "mu"], program: "k * log(mu) - mu - gammaln(k + 1)"),
        LibraryFunction(
            names: ["bernoulli.logpmf"], arguments: ["k", "p"], program: "k * log(p) + (1 - k) * log(1 - p)"),
        // NumPy.
        LibraryFunction(names: ["hypot"], arguments: ["x", "y"], program: "sqrt(x**2 + y**2)"),
        LibraryFunction(names: ["cbrt"], arguments: ["x"], program: "sign(x) * abs(x)**(1/3)"),
        LibraryFunction(
            names: ["logaddexp2"], arguments: ["x", "y"], program: "logaddexp(x * log(2), y * log(2)) / log(2)"),
        LibraryFunction(names: ["logical_and"], arguments: ["x", "y"], program: "(x != 0) * (y != 0)"),
        LibraryFunction(names: ["logical_or"], arguments: ["x", "y"], program: "maximum(x != 0, y != 0)"),
        LibraryFunction(names: ["logical_not"], arguments: ["x"], program: "x == 0"),
        LibraryFunction(
            names: ["divide_no_nan", "div_no_nan"], arguments: ["x", "y"],
            program: "where(y == 0, 0, x / where(y == 0, 1, y))"),
        // TensorFlow's and PyTorch's activations and losses.
        LibraryFunction(names: ["rsub"], arguments: ["input", "other"], program: "other - input"),
        LibraryFunction(
            names: ["silu", "swish"], arguments: ["x"], aliases: ["x": ["input", "features"]], program: "x * sigmoid(x)"
        ),
        LibraryFunction(
            names: ["log_poisson_loss"], arguments: ["targets", "log_input"],
            program: "exp(log_input) - targets * log_input"),
        LibraryFunction(
            names: ["mse_loss", "mse", "mean_squared_error"], arguments: ["input", "target"], aliases: losses,
            isReduced: true, program: "(input - target)**2"),
        LibraryFunction(
            names: ["l1_loss", "mae", "mean_absolute_error"], arguments: ["input", "target"], aliases: losses,
            isReduced: true, program: "abs(input - target)"),
        LibraryFunction(
            names: ["smooth_l1_loss"], arguments: ["input", "target", "beta"], defaults: ["beta": "1"], aliases: losses,
            isReduced: true,
            program: "r = input - target; where(abs(r) < beta, r**2 / (2 * beta), abs(r) - beta / 2)"),
        LibraryFunction(
            names: ["huber_loss"], arguments: ["input", "target", "delta"], defaults: ["delta": "1"], aliases: losses,
            isReduced: true,
            program: "r = input - target; where(abs(r) <= delta, r**2 / 2, delta * (abs(r) - delta / 2))"),
        LibraryFunction(
            names: ["binary_cross_entropy", "bce"], arguments: ["input", "target"], isReduced: true,
            program: "-(target * log(input) + (1 - target) * log(1 - input))"),
        LibraryFunction(
            names: ["binary_cross_entropy_with_logits"], arguments: ["input", "target"], isReduced: true,
            program: "softplus(input) - input * target"),
        LibraryFunction(
            names: ["poisson_nll_loss"], arguments: ["input", "target"], isReduced: true,
            program: "exp(input) - target * input"),
        LibraryFunction(
            names: ["gaussian_nll_loss"], arguments: ["input", "target", "var"], isReduced: true,
            program: "(log(var) + (input - target)**2 / var) / 2"),
    ]

    private static let losses = ["input": ["y_pred", "predictions"], "target": ["y_true", "labels"]]

    /// The functions by each of their names.
    static let byName: [String: LibraryFunction] = {
        var table: [String: LibraryFunction] = [:]
        for function in all { for name in function.names { table[name] = function } }
        return table
    }()
}

extension Parser {
    /// Calls a function that is a program: its arguments become the names that the program uses.
    mutating func library(
        _ function: LibraryFunction, _ name: String, _ arguments: inout Arguments, at range: SourceRange
    ) throws(ExpressionError) -> Item {
        var given: [String: Item] = [:]
        var missing: [String] = []
        for argument in function.arguments {
            let keyword = ([argument] + (function.aliases[argument] ?? [])).first { arguments.keywords[$0] != nil }
            if let keyword, let value = arguments.keywords.removeValue(forKey: keyword) {
                given[argument] = value
            } else if !arguments.positional.isEmpty {
                given[argument] = arguments.positional.removeFirst()
            } else {
                missing.append(argument)
            }
        }
        var program = function.program
        for argument in missing {
            guard let value = function.defaults[argument] else {
                throw ExpressionError(.syntax, "\(name) is given too few arguments", at: range, in: text)
            }
            program = "\(argument) = \(value); " + program
        }
        for (argument, value) in given { given[argument] = item(try array(value), range) }
        let node = try inlined(program, given, named: name, at: range)
        guard function.isReduced else { return item(node, range) }
        var kind = "mean"
        if let reduction = arguments.keyword("reduction") {
            guard case .text(let word) = reduction.value, ["mean", "sum", "none"].contains(word) else {
                throw ExpressionError(
                    .syntax, "reduction is \"mean\", \"sum\" or \"none\"", at: reduction.range, in: text)
            }
            kind = word
        }
        return kind == "none" ? item(node, range) : item(try reduce(kind, node, nil, false, at: range), range)
    }

    /// The value of a program over given names, in this graph and at one place of this text.
    private mutating func inlined(
        _ program: String, _ names: [String: Item], named name: String, at range: SourceRange
    ) throws(ExpressionError) -> NodeID {
        var inner = try Parser(program, in: environment, limits: limits)
        let known = self.program
        inner.program = known
        inner.assigned = names
        inner.dependsOnBeta = dependsOnBeta
        inner.depth = depth
        let result: Program
        do {
            result = try inner.parse()
        } catch {
            throw ExpressionError(error.kind, name + ": " + error.message, at: range, in: text)
        }
        self.program.graph = result.graph
        dependsOnBeta = inner.dependsOnBeta
        // What was written stands here; the names inside are nobody's.
        for node in result.sources.keys where known.sources[node] == nil { self.program.sources[node] = range }
        for var note in result.broadcasts.dropFirst(known.broadcasts.count) {
            note.source = range
            note.message = "`\(source(range))`: in " + note.message
            self.program.broadcasts.append(note)
        }
        return result.root
    }
}
