import Losses

extension Mistake {
    /// 11. w inside the square, √w outside, 1/w, or ignored; a division by Σw for n is a `scale`.
    static let weightsMisplaced = Mistake(
        id: "weights-misplaced", title: "the weights enter in the wrong way",
        program: "sum((weights * (X @ beta - y))**2) / n",
        gives: "gradient and hessian with w**2, sqrt(w), 1/w, 1 or w * n / sum(w) for w",
        sign: "another power of the weights fits exactly",
        fix: "put the weight outside of the square: weights * (X @ beta - y)**2"
    ) { context in
        guard let w = context.problem.weights, w.contains(where: { $0 != w[0] }) else { return [] }
        let kinds: [(String, (Double) -> Double)] = [
            ("w**2", { $0 * $0 }), ("sqrt(w)", { $0.squareRoot() }), ("1/w", { 1 / $0 }), ("1", { _ in 1 }),
        ]
        let words: [String: (String?, String?)] = [
            "w**2": ("the weights are squared", "take the weight out of the square: weights * (X @ beta - y)**2"),
            "sqrt(w)": ("the square roots of the weights are used", "multiply each row's term by its weight itself"),
            "1/w": (
                "the rows are divided by their weights", "multiply each row's term by its weight; 1/w is for variances"
            ),
            "1": ("the weights are left out", "multiply each row's term by its weight: weights * (X @ beta - y)**2"),
        ]
        let total = context.problem.totalWeight
        return kinds.flatMap { name, change -> [Variant] in
            let changed = w.map(change)
            guard changed.allSatisfy(\.isFinite) else { return [] }
            func variant(_ key: String, _ scale: Scale) -> Variant {
                let text = name == "1" ? "ones(n)" : "(\(Wording.replacing(["w": "weights"], in: name)))"
                var variant = context.rewritten(
                    key: key, ["omega": .text(name)], rows: key, wording: Wording(names: ["weights": text])
                ) { problem in
                    // Left out where they are forgotten; a client's program names them.
                    problem.weights = name == "1" && !context.isExpression ? nil : changed
                    problem.scale = scale
                }
                (variant.title, variant.fix) = words[name] ?? (nil, nil)
                return variant
            }
            guard case .weightedMean = context.problem.scale else { return [variant(name, context.problem.scale)] }
            // Under a weighted mean the divisor may have stayed right.
            return [variant(name, .weightedMean), variant(name + " over sum(w)", .number(1 / total))]
        }
    }
}
