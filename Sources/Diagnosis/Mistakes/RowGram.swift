import LinearAlgebra
import Losses

extension Mistake {
    /// 9b. XXᵀ for XᵀX.
    static let rowGram = Mistake(
        id: "row-gram", title: "the product is the wrong way round: X @ X.T for X.T @ X", program: "2/n * X @ X.T",
        gives: "hessian 2/n * X @ X.T, n by n",
        sign: "the Hessian is n by n, with the right trace", fix: "write X.T @ X, which is p by p"
    ) { context in
        let (n, problem) = (context.n, context.problem)
        // n by n numbers are sent by nobody who has many rows, and by a test of the catalogue neither.
        guard context.isLoss("squared", "half-squared"), context.candidate != nil || n <= 500 else { return [] }
        let factor = (context.isLoss("squared") ? 2 : 1) * problem.constant
        // diag(w) may stand on one side, be shared as √w on both, or be left out.
        let kinds: [(String, (Double, Double) -> Double)] =
            problem.weights == nil
            ? [("", { _, _ in 1 })]
            : [("sqrt(w)", { ($0 * $1).squareRoot() }), ("1", { _, _ in 1 }), ("w", { a, _ in a })]
        return kinds.flatMap { name, weight in
            context.withHessian(
                shape: [n, n], key: name, name.isEmpty ? [:] : ["omega": .text(name)],
                text: name.isEmpty ? context.scaled((context.isLoss("squared") ? "2 * " : "") + "X @ X.T") : nil
            ) {
                var gram = multiply(problem.x, problem.x, transposeRight: true)
                for i in 0..<n {
                    for j in 0..<n { gram[i, j] *= factor * weight(context.weight(i), context.weight(j)) }
                }
                return NumericArray(gram)
            }
        }
    }
}
