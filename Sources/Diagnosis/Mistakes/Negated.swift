extension Mistake {
    /// 4a. A log-likelihood, which is maximised, for the loss.
    static let negated = Mistake(
        recognised: "negated", title: "everything has the other sign: a log-likelihood, not a loss",
        program: "a log-likelihood", gives: "loss -L, gradient -g, hessian -H",
        sign: "the Hessian is negative definite",
        fix: "nothing is wrong for a log-likelihood, which is maximised; the loss is its negative")
}
