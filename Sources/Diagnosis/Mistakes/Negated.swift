extension Mistake {
    /// 4a. A log-likelihood, which is maximised, for the loss.
    static let negated = Mistake(
        recognised: "negated", title: "the other sign", program: "a log-likelihood", gives: "-g and -H",
        sign: "the Hessian is negative definite", fix: "minimise the negative log-likelihood")
}
