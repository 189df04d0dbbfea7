import LinearAlgebra
import Losses

extension Mistake {
    /// 14. X centred or standardized (with n or n − 1 under the root), β not.
    static let standardized = Mistake(
        id: "standardized", title: "X is standardized or centred, β is not",
        program: "Z = (X - mean(X, axis=0)) / std(X, axis=0)",
        gives: "gradient and hessian with Z for X",
        sign: "the Hessian's diagonal entries are equal where the curvature is constant",
        fix: "use X as it was sent, or send the transformed X together with β for it"
    ) { context in
        guard context.n > 1, context.interceptColumns.count < context.p else { return [] }
        let constant = Set(context.interceptColumns)
        var kinds = [("centred", 0), ("standardized", 1), ("standardized, n - 1", 2)]
        // `X - X.mean(axis=0)` makes zeros of an intercept; a division by its deviation would make no numbers of it.
        if !constant.isEmpty { kinds.append(("centred, the intercept too", 3)) }
        return kinds.map { name, kind in
            let spread = kind == 2 ? "sqrt(n / (n - 1)) * std(X, axis=0)" : "std(X, axis=0)"
            // A constant column stays what it is.
            let scaled = kind % 3 == 0 ? "X - mean(X, axis=0)" : "(X - mean(X, axis=0)) / where(s > 0, s, 1)"
            let wording = Wording(
                definitions: [
                    ("s", kind % 3 == 0 ? "std(X, axis=0)" : spread),
                    ("Z", kind == 3 || constant.isEmpty && kind == 0 ? scaled : "where(s > 0, \(scaled), X)"),
                ], names: ["X": "Z"])
            func moments(_ j: Int) -> (centre: Double, scale: Double) {
                if kind != 3, constant.contains(j) { return (0, 1) }
                let spread = kind == 2 ? (Double(context.n) / Double(context.n - 1)).squareRoot() : 1
                return (context.moments.means[j], kind % 3 == 0 ? 1 : spread * context.moments.deviations[j])
            }
            var variant = context.rewritten(
                key: name, ["columns": .text(name)],
                hypothesis: { rows in
                    let own = (0..<context.p).map(moments)
                    let slopes = own.indices.map { context.problem.beta[$0] / own[$0].scale }
                    rows.predictor = RowHypothesis.Predictor(
                        key: name, coefficients: slopes,
                        shift: -own.indices.reduce(0) { $0 + slopes[$1] * own[$1].centre })
                    rows.columns = own.indices.map {
                        RowHypothesis.Column(index: $0, centre: own[$0].centre, scale: own[$0].scale)
                    }
                }, slack: 8, wording: wording
            ) { problem in
                let (n, p) = (problem.n, problem.p)
                problem.x.withUnsafeMutableElements { x in
                    for j in 0..<p where kind == 3 || !constant.contains(j) {
                        var mean = 0.0
                        for i in 0..<n { mean += x[i * p + j] }
                        mean /= Double(n)
                        var squares = 0.0
                        for i in 0..<n { squares += (x[i * p + j] - mean) * (x[i * p + j] - mean) }
                        let deviation = kind % 3 == 0 ? 1 : (squares / Double(kind == 1 ? n : n - 1)).squareRoot()
                        for i in 0..<n { x[i * p + j] = (x[i * p + j] - mean) / deviation }
                    }
                }
            }
            variant.title = "X is \(kind % 3 == 0 ? "centred" : "standardized"), β is not"
            return variant
        }
    }
}
