import LinearAlgebra

extension Mistake {
    /// 12a. `tf.gradients` differentiates the sum of its first argument: H·1.
    static let hessianRowSums = Mistake(
        id: "hessian-row-sums", title: "each row of the Hessian is summed to one number",
        program: "tf.gradients(tf.gradients(L, beta), beta)",
        gives: "hessian H @ ones(p)", sign: "the Hessian is a vector, the row sums of the right one",
        fix:
            "tf.gradients and torch.autograd.grad add up what they differentiate; differentiate the gradient entry by entry: jax.hessian, torch.autograd.functional.hessian, tf.hessians"
    ) { context in
        context.withHessian(shape: [context.problem.beta.count], text: "sum(H, axis=1)") {
            context.truth.hessian.map { h in NumericArray((0..<h.rows).map { h.row($0).reduce(0, +) }) }
        }
    }
}
