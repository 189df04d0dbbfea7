import Expressions

/// What other libraries call the members of a request: where a name is not near ours, it is often theirs.
///
/// Sources: the signatures of scikit-learn (`sample_weight`, `coef_`, `alpha`), statsmodels (`endog`, `exog`,
/// `freq_weights`, `params`), XGBoost and LightGBM (`objective`, `grad`, `hess`, `reg_lambda`), PyTorch (`reduction`) and
/// SciPy (`fun`, `jac`).
enum OtherNames {
    private static let ours: [String: [String]] = [
        "X": ["A", "data", "features", "inputs", "design", "design matrix", "exog", "covariates"],
        "y": ["t", "target", "targets", "label", "labels", "response", "outcome", "outcomes", "endog", "y true"],
        "beta": ["b", "w", "coef", "coefs", "coefficients", "theta", "params", "x0", "point"],
        "loss": ["objective", "criterion", "cost", "family", "fun", "value", "loss fn", "loss function"],
        "expression": ["expr", "f", "function", "formula", "program", "code"],
        "parameters": ["args", "kwargs", "constants", "hyperparameters"],
        "scale": ["reduction", "reduce", "normalization", "normalize", "average"],
        "weights": ["sample weight", "sample weights", "freq weights", "var weights", "case weights"],
        "offset": ["exposure", "base margin", "init score", "offsets"],
        "penalty": [
            "penalties", "regularization", "regularizer", "reg", "alpha", "lambda", "l1", "l2", "ridge", "lasso",
            "weight decay",
        ],
        "ridge": ["l2", "alpha", "lambda", "reg lambda", "tikhonov", "weight decay", "strength"],
        "lasso": ["l1", "reg alpha"],
        "exempt": ["unpenalized", "intercept", "exclude", "skip", "except"],
        "candidate": ["mine", "actual", "given", "check", "user"],
        "gradient": ["grad", "g", "jac", "jacobian", "score"],
        "hessian": ["hess", "H", "information", "second derivative"],
        "witnesses": ["witness", "checks", "methods"],
        "return": ["returns", "output", "outputs", "fields", "include", "want"],
        "symbolic": ["formula", "formulas", "latex", "numpy"],
        "curvature": ["eigenvalues", "condition", "newton", "standard errors", "std errors"],
        "comparison": ["check", "compare", "errors", "tolerance"],
        "closed-form": ["analytic", "analytical", "exact"],
        "forward-mode": ["forward", "dual", "duals", "jvp"],
        "finite-differences": ["numerical", "numeric", "fd", "differences", "finite difference"],
    ]

    /// The names of `known` by what others call them, each word in small letters and without what joins words.
    private static let byOther: [String: [String]] = {
        var result: [String: [String]] = [:]
        for (name, others) in ours { for other in others { result[plain(other), default: []].append(name) } }
        return result
    }()

    private static func plain(_ name: String) -> String {
        String(name.prefix(64).lowercased().filter { $0 != "_" && $0 != "-" && $0 != " " && $0 != "." })
    }

    /// The one of the known names that was probably meant: the same in another spelling, another library's word for it,
    /// or the nearest one; nil where there is none. O(known).
    static func meant(by name: String, among known: [String]) -> String? {
        let plain = plain(name)
        if let same = known.first(where: { self.plain($0) == plain }) { return same }
        if let ours = byOther[plain]?.first(where: known.contains) { return ours }
        return nearestName(to: name, among: known)
    }
}
