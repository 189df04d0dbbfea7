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

    /// The one of the known names that was probably meant; nil where there is none.
    static func meant(by name: String, among known: [String]) -> String? {
        meantNames(by: name, among: known) { ours[$0] ?? [] }.first
    }
}
