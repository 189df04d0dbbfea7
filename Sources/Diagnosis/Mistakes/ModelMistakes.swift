import Foundation
import LinearAlgebra
import Losses

/// Families 5, 6, 7, 8, 11, 14, 20 and 25: intercepts, penalties, weights, columns, rows, targets.
extension Mistake {
    static let interceptMissing = Mistake(
        id: "intercept-missing", title: "the intercept is missing", program: "Z = X[:, 1:]; the loss of Z @ beta[1:]",
        gives: "gradient and hessian without the intercept's entries", sign: "one entry fewer than β has",
        fix: "add a column of ones to X"
    ) { context in
        guard context.p > 1, context.problem.beta.rank == 1 else { return [] }
        return try context.interceptColumns.compactMap { column in
            let kept = (0..<context.p).filter { $0 != column }
            return try context.prediction { problem in
                problem.x = Matrix(
                    rows: problem.n, columns: kept.count, (0..<problem.n).flatMap { i in kept.map { problem.x[i, $0] } }
                )
                problem.beta = NumericArray(kept.map { problem.beta[$0] })
                problem.penalty.exempt = Set(problem.penalty.exempt.compactMap { kept.firstIndex(of: $0) })
            }
        }
    }

    static let interceptTwice = Mistake(
        id: "intercept-twice", title: "the intercept stands twice",
        program: "Z = hstack([ones, X]) where X has ones already",
        gives: "gradient and hessian with one entry more, rank deficient by one", sign: "one entry more than β has",
        fix: "drop the column of ones that the program adds, or the one in X"
    ) { context in
        guard let column = context.interceptColumns.first, context.problem.beta.rank == 1 else { return [] }
        let b = context.problem.beta[column]
        return try [0, b, b / 2].compactMap { value in
            try [true, false].compactMap { isFirst in
                try context.prediction { problem in
                    let (n, p) = (problem.n, problem.p)
                    problem.x = Matrix(
                        rows: n, columns: p + 1,
                        (0..<n).flatMap { i in isFirst ? [1] + problem.x.row(i) : problem.x.row(i) + [1] })
                    var beta = problem.beta.elements
                    if value == b / 2 { beta[column] = b / 2 }
                    problem.beta = NumericArray(isFirst ? [value] + beta : beta + [value])
                    problem.penalty.exempt =
                        isFirst ? Set(problem.penalty.exempt.map { $0 + 1 } + [0]) : problem.penalty.exempt.union([p])
                }
            }
        }.flatMap { $0 }
    }

    static let penaltyOnIntercept = Mistake(
        id: "penalty-on-intercept", title: "the penalty reaches the columns that are exempt",
        program: "lam * sum(beta**2) for lam * sum(beta[1:]**2)",
        gives: "gradient + 2 * lam * beta[0], hessian + 2 * lam at the intercept",
        sign: "only the intercept's entries differ",
        fix: "leave the intercept out of the penalty"
    ) { context in
        guard !context.problem.penalty.isZero, !context.problem.penalty.exempt.isEmpty else { return [] }
        return try context.prediction { $0.penalty.exempt = [] }.map { [$0] } ?? []
    }

    static let penaltyScale = Mistake(
        id: "penalty-scale", title: "the penalty has another factor", program: "k * lam * sum(beta**2)",
        gives: "gradient + (k - 1) * 2 * lam * beta, hessian + (k - 1) * 2 * lam * I",
        sign: "the difference is a multiple of the penalty's own part",
        fix: "check whether the penalty is λ‖β‖² or ½λ‖β‖², and whether it is divided by n"
    ) { context in
        guard !context.problem.penalty.isZero else { return [] }
        let n = Double(context.n)
        return try [("0", 0), ("1/2", 0.5), ("2", 2), ("1/n", 1 / n), ("n", n), ("1/(2n)", 0.5 / n), ("n/2", n / 2)]
            .compactMap { name, k in
                var result = try context.prediction {
                    $0.penalty.ridge *= k
                    $0.penalty.lasso *= k
                }
                result?.parameters["k"] = .number(k)
                return result
            }
    }

    static let penaltyUnsquared = Mistake(
        id: "penalty-unsquared", title: "the norm in place of its square",
        program: "lam * norm(beta[1:]) for lam * sum(beta[1:]**2)",
        gives: "gradient lam * beta / norm(beta), hessian lam * (I / norm(beta) - outer(beta, beta) / norm(beta)**3)",
        sign: "the penalty's part of the Hessian is not a multiple of the identity",
        fix: "square the norm: sum(beta**2)"
    ) { context in
        let penalty = context.problem.penalty
        guard penalty.ridge > 0, context.problem.beta.rank == 1 else { return [] }
        var bare = context.problem
        bare.penalty.ridge = 0
        let kept = (0..<context.p).map { penalty.exempt.contains($0) ? 0.0 : 1.0 }
        var environment = bare.environment
        environment.arrays["penalized"] = NumericArray(kept)
        return try context.prediction(bare.text + " + \(penalty.ridge) * norm(penalized * beta)", in: environment).map {
            [$0]
        } ?? []
    }

    static let penaltyOnEveryEntry = Mistake(
        id: "penalty-on-every-entry", title: "λ is added to every entry of XᵀX", program: "X.T @ X + lam",
        gives: "gradient + 2 * lam * sum(beta), hessian + 2 * lam in every entry",
        sign: "a constant difference in every entry",
        fix: "write lam * eye(p)"
    ) { context in
        let penalty = context.problem.penalty
        guard penalty.ridge > 0, context.p > 1, context.problem.beta.rank == 1 else { return [] }
        var bare = context.problem
        bare.penalty.ridge = 0
        return try context.prediction(bare.text + " + \(penalty.ridge) * sum(beta)**2", in: bare.environment).map {
            [$0]
        } ?? []
    }

    static let weightsMisplaced = Mistake(
        id: "weights-misplaced", title: "the weights stand in another place",
        program: "sum((weights * (X @ beta - y))**2) / n",
        gives: "gradient and hessian with w**2, sqrt(w), 1/w, 1 or w * n / sum(w) for w",
        sign: "another power of the weights fits exactly",
        fix: "put the weight outside of the square: weights * (X @ beta - y)**2"
    ) { context in
        guard let w = context.problem.weights, w.contains(where: { $0 != w[0] }) else { return [] }
        let kinds: [(String, (Double) -> Double)] = [
            ("w**2", { $0 * $0 }), ("sqrt(w)", { $0.squareRoot() }), ("1/w", { 1 / $0 }), ("1", { _ in 1 }),
        ]
        return try kinds.compactMap { name, change in
            let changed = w.map(change)
            guard changed.allSatisfy(\.isFinite) else { return nil }
            var result = try context.prediction { $0.weights = changed }
            result?.parameters["omega"] = .text(name)
            return result
        }
    }

    static let standardized = Mistake(
        id: "standardized", title: "X is standardized or centred, β is not",
        program: "Z = (X - mean(X, axis=0)) / std(X, axis=0)",
        gives: "gradient and hessian with Z for X",
        sign: "standardized columns have equal diagonal entries in the Hessian",
        fix: "transform β with the columns, or differentiate by the coefficients of the standardized columns"
    ) { context in
        let x = context.problem.x
        let constant = Set(context.interceptColumns)
        guard context.n > 1 else { return [] }
        return try [("centred", 0), ("standardized", 1), ("standardized, n - 1", 2)].compactMap { name, kind in
            var z = x
            for j in 0..<x.columns where !constant.contains(j) {
                let column = (0..<x.rows).map { x[$0, j] }
                let mean = column.reduce(0, +) / Double(x.rows)
                let squares = column.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
                let deviation = kind == 0 ? 1 : (squares / Double(kind == 1 ? x.rows : x.rows - 1)).squareRoot()
                guard deviation > 0 else { return nil }
                for i in 0..<x.rows { z[i, j] = (x[i, j] - mean) / deviation }
            }
            guard z != x else { return nil }
            var result = try context.prediction { $0.x = z }
            result?.parameters["columns"] = .text(name)
            result?.slack = 8
            return result
        }
    }

    static let offsetDropped = Mistake(
        id: "offset-dropped", title: "the offset is left out", program: "exp(X @ beta) for exp(X @ beta + offset)",
        gives: "gradient and hessian without the offset", sign: "they are right for offset 0",
        fix: "add the offset to the linear predictor"
    ) { context in
        guard context.problem.offset?.contains(where: { $0 != 0 }) == true else { return [] }
        return try context.prediction { $0.offset = nil }.map { [$0] } ?? []
    }

    static let columnsPermuted = Mistake(
        id: "columns-permuted", title: "the columns of X stand in another order than β", program: "X[:, order] @ beta",
        gives: "gradient and hessian of the permuted X",
        sign: "the eigenvalues of the Hessian are right where the loss is quadratic",
        fix: "put the columns of X into the order of β"
    ) { context in
        guard context.p > 1, context.p <= 5, context.problem.beta.rank == 1, context.n * context.p <= 200_000 else {
            return []
        }
        return try permutations(context.p).dropFirst().compactMap { order in
            let x = context.problem.x
            var result = try context.prediction { problem in
                problem.x = Matrix(
                    rows: x.rows, columns: x.columns, (0..<x.rows).flatMap { i in order.map { x[i, $0] } })
            }
            result?.parameters["order"] = .numbers(order.map(Double.init))
            return result
        }
    }

    private static func permutations(_ count: Int) -> [[Int]] {
        guard count > 1 else { return [[0]] }
        return permutations(count - 1).flatMap { shorter in
            (0..<count).reversed().map { place in
                var order = shorter
                order.insert(count - 1, at: place)
                return order
            }
        }
    }

    static let targetForgotten = Mistake(
        id: "target-forgotten", title: "the target is left out", program: "mean((X @ beta)**2)",
        gives: "gradient 2/n * X.T @ X @ beta, the right hessian",
        sign: "the gradient is linear in β", fix: "subtract y"
    ) { context in
        guard context.isSeparable, let loss = context.problem.loss, loss.domain.contains(0) else { return [] }
        return try context.prediction { $0.y = NumericArray(shape: [context.n], repeating: 0) }.map { [$0] } ?? []
    }

    static let firstRowsOnly = Mistake(
        id: "first-rows-only", title: "only the first rows are used", program: "the loss of X[:m], y[:m]",
        gives: "gradient and hessian of the first m rows", sign: "a prefix of the rows fits exactly",
        fix: "sum over all rows, or over all batches"
    ) { context in
        guard context.isSeparable, case .mean = context.problem.scale, context.problem.weights == nil, context.n > 2,
            context.p > 1
        else { return [] }
        // Likely sizes first; all of them where there are few rows.
        let n = context.n
        let likely = [n - 1, n / 2, n / 4, n / 10, 32, 64, 100, 128, 256, 512, 1000, 1024]
        let sizes = n <= 60 ? Array(1..<n) : Array(Set(likely.filter { $0 > 0 && $0 < n })).sorted()
        return try sizes.compactMap { m in
            var result = try context.prediction { problem in
                problem.x = problem.x.prefix(m)
                problem.y = NumericArray((0..<m).map { problem.y[$0] })
                problem.offset = problem.offset.map { Array($0.prefix(m)) }
            }
            result?.parameters["rows"] = .number(Double(m))
            return result
        }
    }
}

extension Matrix {
    /// The first rows.
    fileprivate func prefix(_ count: Int) -> Matrix {
        withUnsafeElements { Matrix(rows: count, columns: columns, Array($0[..<(count * columns)])) }
    }
}
