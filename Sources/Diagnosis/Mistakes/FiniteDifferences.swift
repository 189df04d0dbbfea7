import Losses

extension Mistake {
    /// 23. (L(β + h·eⱼ) − L(β))/h for ∂L/∂βⱼ, or the central difference.
    static let finiteDifferences = Mistake(
        recognised: "finite-differences", title: "a finite difference in place of the derivative",
        program: "(L(beta + h) - L(beta)) / h",
        gives: "g + h/2 * diag(H)", sign: "one step h explains every entry",
        fix: "nothing is wrong with the formula; a central difference, or the derivative itself, is more exact")
}
