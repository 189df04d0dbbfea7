extension Mistake {
    /// 3. Another factor in front: a convention where the loss has it too, a forgotten power rule where it has not.
    static let scale = Mistake(
        recognised: "scale", title: "everything has another constant factor",
        program: "sum for mean, ½, a forgotten power rule",
        gives: "everything times a factor", sign: "the same factor in gradient and Hessian",
        fix: "choose the matching `scale`, or check the 2 of the power rule and the division by n")
}
