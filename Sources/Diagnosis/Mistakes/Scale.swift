extension Mistake {
    /// 3. Another factor in front: a convention where the loss has it too, a forgotten power rule where it has not.
    static let scale = Mistake(
        recognised: "scale", title: "another factor", program: "sum for mean, ½, a forgotten power rule",
        gives: "everything times a factor", sign: "the same factor in gradient and Hessian",
        fix: "name the convention, or apply the power rule")
}
