import Expressions
import Losses

/// Formulas of gradients and Hessians that no loss has, put together from those of the right derivatives and of ℓ.
extension DiagnosisContext {
    /// A formula in g and H (`outer(g, g)`) with both defined in front; nil where there is no symbolic derivation.
    func written(_ text: String) -> String? {
        guard let symbolic = formulas(Prediction(program: program, text: "the right program")),
            let gradient = symbolic.gradient, let hessian = symbolic.hessian
        else { return nil }
        var naming = Naming(suggested: symbolic.names, avoiding: Set(environment.arrays.keys).union(["g", "H"]))
        if text == "g" { return symbolic.graph.formula(gradient, naming: &naming) }
        if text == "H" { return symbolic.graph.formula(hessian, naming: &naming) }
        var statements: [String] = []
        let words = Wording.words(in: text)
        for (name, node) in [("g", gradient), ("H", hessian)] where words.contains(name) {
            let (own, result) = ProgramText.parts(symbolic.graph.formula(node, naming: &naming))
            statements += own.filter { !statements.contains($0) } + ["\(name) = \(result)"]
        }
        return (statements + [text]).joined(separator: "; ")
    }

    /// c · text, with the request's constant: `text / n`.
    func scaled(_ text: String) -> String {
        switch problem.scale {
        case .mean: "\(text) / n"
        case .sum: text
        case .halfMean: "\(text) / (2 * n)"
        case .weightedMean: problem.weights == nil ? "\(text) / n" : "\(text) / sum(weights)"
        case .number(let c): "\(LossDefinition.literal(c)) * \(text)"
        }
    }

    /// c·Xᵀdiag(w)v and the penalty's part, for a v that is written in `eta`.
    func slopeText(_ v: String) -> String {
        let predictor = "eta = X @ beta" + (problem.offset == nil ? "; " : " + offset; ")
        let weighted = problem.weights == nil ? "(\(v))" : "(weights * (\(v)))"
        var text = predictor + scaled("X.T @ \(weighted)")
        for run in RegressionProblem.runs((0..<p).filter { !problem.penalty.exempt.contains($0) }) {
            let range = "\(run.lowerBound):\(run.upperBound)"
            let (front, own) = run == 0..<p ? ("", "beta") : ("eye(p)[:, \(range)] @ ", "beta[\(range)]")
            let penalty = problem.penalty
            if penalty.ridge != 0 { text += " + \(LossDefinition.literal(2 * penalty.ridge)) * \(front)\(own)" }
            if penalty.lasso != 0 { text += " + \(LossDefinition.literal(penalty.lasso)) * \(front)sign(\(own))" }
        }
        return text
    }

    /// c·Xᵀdiag(v)X and the penalty's part, for a v that is written in `eta`.
    func gramText(_ v: String, penalized: Bool) -> String {
        let predictor = "eta = X @ beta" + (problem.offset == nil ? "; " : " + offset; ")
        let sum = scaled("X.T @ ((\(v))[:, None] * X)")
        let front = Wording.words(in: v).contains("eta") ? predictor : ""
        let ridge = penalized ? problem.penalty.ridge : 0
        guard ridge > 0 else { return front + sum }
        let lambda = LossDefinition.literal(2 * ridge)
        if problem.penalty.exempt.isEmpty { return "\(front)\(sum) + \(lambda) * eye(p)" }
        let columns = (0..<p).filter { !problem.penalty.exempt.contains($0) }
        let parts = RegressionProblem.runs(columns).map { "eye(p)[:, \($0.lowerBound):\($0.upperBound)]" }
        return front + sum + parts.map { " + \(lambda) * \($0) @ \($0).T" }.joined()
    }

    /// ℓ′ or ℓ″ of a separable loss as a formula in `eta` and `y`, its parameters as numbers; nil where it uses
    /// names that it does not define.
    func lossFormula(_ part: KeyPath<(value: String, first: String, second: String), String>) -> String? {
        guard let loss = problem.loss, isSeparable else { return nil }
        let formula = loss.formulas[keyPath: part]
        // `s * (1 - s), s = sigmoid(eta)`
        let text = withParameters(formula)
        return (try? Program.parse("eta = X @ beta; sum(\(text))", in: environment)) == nil ? nil : text
    }

    /// A formula with the numbers of the loss's parameters for their names.
    func withParameters(_ formula: String) -> String {
        let names = problem.loss?.parameters.map(\.name) ?? []
        let values = zip(names, problem.lossParameters.map(LossDefinition.literal))
        return Wording.replacing(Dictionary(uniqueKeysWithValues: values.map { ($0, $1) }), in: formula)
    }
}
