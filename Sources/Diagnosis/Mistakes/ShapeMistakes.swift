import Foundation
import LinearAlgebra
import Losses

/// Families 1, 2, 9 and 12: products, broadcasts and layouts.
extension Mistake {
    /// The text with `X @ beta` elementwise and n-vectors as columns; nil where it has no such product.
    private static func elementwise(_ context: DiagnosisContext) -> String? {
        let text = context.text
        guard text.contains("X @ beta"), !text.contains("beta.T"), !text.contains("y[:, 0]") else { return nil }
        var result = text.replacingOccurrences(of: "X @ beta", with: "X * beta")
        for name in ["y", "weights", "offset"] {
            result = asColumn(name, in: result)
        }
        return result.replacingOccurrences(of: "sum(weights[:, None])", with: "sum(weights)")
    }

    /// Every whole word `name` that is not subscripted as `name[:, None]`.
    private static func asColumn(_ name: String, in text: String) -> String {
        var result = ""
        var word = ""
        func isPart(_ c: Character) -> Bool { c.isLetter || c.isNumber || c == "_" }
        for character in text + " " {
            if isPart(character) {
                word.append(character)
            } else {
                result += word == name && character != "[" ? name + "[:, None]" : word
                word = ""
                result.append(character)
            }
        }
        return String(result.dropLast())
    }

    static let elementwiseProduct = Mistake(
        id: "elementwise-product", title: "elementwise product in place of the matrix product",
        program: "sum((y[:, None] - X * beta)**2) / n",
        gives: "gradient 2/n * (diag(X.T @ X) * beta - X.T @ y), hessian 2/n * diag(diag(X.T @ X))",
        sign: "the Hessian is exactly diagonal, and its diagonal is right", fix: "replace X * beta by X @ beta"
    ) { context in try elementwise(context).flatMap { try context.prediction($0) }.map { [$0] } ?? [] }

    static let elementwiseProductMean = Mistake(
        id: "elementwise-product-mean", title: "elementwise product, and the mean over all n·p entries",
        program: "mean((y[:, None] - X * beta)**2)", gives: "1/p of what elementwise-product gives",
        sign: "the Hessian is diagonal, 1/p of the right diagonal", fix: "replace X * beta by X @ beta"
    ) { context in
        guard context.p > 1, let text = elementwise(context), case .mean = context.problem.scale,
            context.problem.penalty.isZero
        else { return [] }
        return try context.prediction("\(text) / p").map { [$0] } ?? []
    }

    /// The n×n residual as a program; only where n² entries are affordable.
    private static func pairwise(_ context: DiagnosisContext) -> String? {
        let text = context.text
        guard context.n > 1, context.n <= 1500, context.isSeparable, text.hasPrefix("eta = X @ beta") else {
            return nil
        }
        let lines = text.split(separator: "\n", maxSplits: 1).map(String.init)
        guard lines.count == 2 else { return nil }
        let predictor = lines[0].dropFirst("eta = ".count)
        return "eta = (\(predictor))[:, None]\n" + lines[1]
    }

    static let pairwiseResidual = Mistake(
        id: "pairwise-residual", title: "the residual is n by n: a column met a row",
        program: "sum(((X @ beta)[:, None] - y)**2) / n",
        gives: "gradient 2 * X.T @ (X @ beta - mean(y)), hessian 2 * X.T @ X",
        sign: "the Hessian is off by exactly n, the gradient is not",
        fix: "make both vectors one-dimensional: (X @ beta) - y with shapes (n,) and (n,)"
    ) { context in
        guard let text = pairwise(context) else { return [] }
        return try context.prediction(text).map { [$0] } ?? []
    }

    static let pairwiseResidualMean = Mistake(
        id: "pairwise-residual-mean", title: "the residual is n by n, and the mean is over n² entries",
        program: "mean(((X @ beta)[:, None] - y)**2)",
        gives: "gradient 2/n * X.T @ (X @ beta - mean(y)), the right hessian",
        sign: "the Hessian is right, the gradient is that with y replaced by its mean",
        fix: "make both vectors one-dimensional: (X @ beta) - y with shapes (n,) and (n,)"
    ) { context in
        guard let text = pairwise(context), context.problem.penalty.isZero else { return [] }
        return try context.prediction("\(text) / n").map { [$0] } ?? []
    }

    static let reshaped = Mistake(
        id: "reshaped", title: "X read in column-major order",
        program: "Z = X.T.ravel().reshape(n, p); sum((Z @ beta - y)**2) / n",
        gives: "gradient 2/n * Z.T @ (Z @ beta - y), hessian 2/n * Z.T @ Z",
        sign: "the trace of the Hessian is right, its entries are not",
        fix: "transpose with X.T; reshape keeps the order of the elements in memory"
    ) { context in
        guard context.p > 1, context.n > 1 else { return [] }
        let x = context.problem.x
        let turned = Matrix(rows: x.rows, columns: x.columns, x.transposed().elements)
        return try context.prediction { $0.x = turned }.map { [$0] } ?? []
    }

    static let rowGram = Mistake(
        id: "row-gram", title: "X @ X.T in place of X.T @ X", program: "2/n * X @ X.T",
        gives: "hessian 2/n * X @ X.T, n by n",
        sign: "the Hessian is n by n, with the right trace", fix: "write X.T @ X"
    ) { context in
        guard context.isLoss("squared", "half-squared"), context.n <= 2000, context.problem.weights == nil else {
            return []
        }
        let factor = (context.isLoss("squared") ? 2 : 1) * context.problem.constant
        let gram = multiply(context.problem.x, context.problem.x, transposeRight: true)
        return [context.withHessian(NumericArray(shape: [context.n, context.n], gram.elements.map { factor * $0 }))]
    }

    static let hessianRowSums = Mistake(
        id: "hessian-row-sums", title: "the Hessian summed over its rows",
        program: "tf.gradients(tf.gradients(L, beta), beta)",
        gives: "hessian H @ ones(p)", sign: "the Hessian is a vector, the row sums of the right one",
        fix: "differentiate the gradient entry by entry: jax.hessian, torch.autograd.functional.hessian, tf.hessians"
    ) { context in
        guard let h = context.truth.hessian else { return [] }
        return [context.withHessian(NumericArray((0..<h.rows).map { h.row($0).reduce(0, +) }))]
    }

    static let hessianDiagonal = Mistake(
        id: "hessian-diagonal", title: "only the diagonal of the Hessian",
        program: "second derivatives by each parameter alone",
        gives: "hessian diag(diag(H))", sign: "the diagonal is right, all else is zero, and the gradient is right",
        fix: "compute the mixed derivatives too"
    ) { context in
        guard let h = context.truth.hessian, h.rows > 1 else { return [] }
        var diagonal = Matrix(rows: h.rows, columns: h.rows)
        for j in 0..<h.rows { diagonal[j, j] = h[j, j] }
        return [
            context.withHessian(NumericArray(diagonal)),
            context.withHessian(NumericArray((0..<h.rows).map { h[$0, $0] })),
        ]
    }

    static let hessianTriangle = Mistake(
        id: "hessian-triangle", title: "one triangle of the Hessian", program: "packed storage",
        gives: "hessian triu(H)",
        sign: "strictly zero on one side of the diagonal", fix: "mirror the triangle: H + H.T - diag(diag(H))"
    ) { context in
        guard let h = context.truth.hessian, h.rows > 1 else { return [] }
        return [true, false].map { upper in
            var triangle = h
            for j in 0..<h.rows { for k in 0..<h.rows where upper ? k < j : k > j { triangle[j, k] = 0 } }
            return context.withHessian(NumericArray(triangle))
        }
    }
}
