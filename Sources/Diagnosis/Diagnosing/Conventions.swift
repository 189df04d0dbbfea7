/// The same up to a named factor.
extension Diagnoser {
    /// Everything scaled alike is a convention; the loss right and its derivatives scaled a mistake; no loss sent: either.
    ///
    /// One number alone is no evidence, nor are digits that chance could match.
    ///
    /// `unit` is how much coarser than binary64's the arithmetic may have been.
    func convention(
        _ candidate: CandidateNumbers, _ bounds: Tolerances, unit: Double = 1
    ) throws -> Explanation? {
        let sent = candidate.quantities.map(\.name)
        guard candidate.quantities.reduce(0, { $0 + $1.values.count }) > 1 else { return nil }
        let named = Array(NamedFactors(problem, truth))
        let needed = 6.0
        func match(onLoss: Bool) -> (match: Match, name: String, factor: Double)? {
            let plausible = Match.plausibleFactors(
                candidate, truthPrediction, named.map(\.value), floor: bounds, factorOnLoss: onLoss)
            for (name, factor) in named where plausible.contains(factor) {
                let coarse = candidate.isBinary32 ? Tolerances.binary32 : unit
                let found =
                    Match.between(candidate, truthPrediction, bounds, factor: factor, factorOnLoss: onLoss)
                    ?? (coarse == 1
                        ? nil
                        : Match.between(
                            candidate, truthPrediction, bounds.scaled(coarse), factor: factor, factorOnLoss: onLoss))
                if let found, found.information >= needed { return (found, name, factor) }
            }
            return nil
        }
        let hasLoss = sent.contains("loss")
        if let (match, name, factor) = match(onLoss: true) {
            let parameters: [String: ParameterValue] = ["factor": .number(factor), "name": .text(name)]
            if factor == -1 {
                return Explanation(
                    .convention, "Right for the log-likelihood: everything has the other sign.",
                    [finding(.negated, match, explains: sent, parameters: parameters)])
            }
            let entry = finding(.scale, match, explains: sent, parameters: parameters)
            if hasLoss || factor < 0 || isWeightTotal(factor) {
                return Explanation(
                    .convention, "Right up to a convention: everything is \(name) times this loss.", [entry])
            }
            var convention = entry
            convention.title = "another convention for the loss"
            convention.fix = "send the loss as well: if it has the factor too, this is a convention"
            var mistake = entry
            mistake.title = "a factor is missing or too many in the derivative"
            return Explanation(
                .ambiguous,
                "Gradient and Hessian are \(name) times the right ones: a convention if the loss is too, a mistake if the loss is not; send the loss.",
                [convention, mistake], try pointForSendingMore("send the loss too"))
        }
        guard hasLoss, sent.count > 1, let (match, name, factor) = match(onLoss: false) else { return nil }
        return Explanation(
            .mistake,
            "The loss is right and its derivatives are \(name) times the right ones: a forgotten power rule or division.",
            [
                finding(
                    .scale, match, explains: sent.filter { $0 != "loss" },
                    parameters: ["factor": .number(factor), "name": .text(name)])
            ])
    }

    /// A division by Σw for n, or the reverse, is a convention whatever was sent.
    private func isWeightTotal(_ factor: Double) -> Bool {
        guard problem.weights != nil else { return false }
        let ratio = Double(problem.n) / problem.totalWeight
        return factor == ratio || factor == problem.totalWeight / Double(problem.n)
    }
}
