import Differentiation
import LinearAlgebra
import Losses

/// What can be said of numbers that no mistake of the catalogue explains.
extension Diagnoser {
    /// Sentences, the most telling first.
    func hints(_ candidate: CandidateNumbers, _ comparison: Comparison, _ bounds: Tolerances) throws -> [String] {
        var hints: [String] = []
        for quantity in candidate.quantities where quantity.values.count > 1 {
            let name = quantity.name == "hessian" ? "Hessian" : quantity.name
            let alone = candidate.only(quantity)
            if Match.between(alone, truthPrediction, bounds) != nil { continue }
            if quantity.values.withUnsafeElements({ $0.allSatisfy { $0 == 0 } }) {
                hints.append("The \(name) that was sent is zero throughout.")
            } else if let factor = namedFactor(alone, bounds) {
                hints.append("The \(name) is \(factor) times the right one.")
            } else if isOtherOrder(alone, bounds) {
                hints.append(
                    "The \(name) is right in the order of beta.T.ravel(), the class running fastest; here it is that of beta.ravel()."
                )
            } else if isBlockDiagonal(alone, bounds) {
                hints.append("The blocks of one class each are right, those of two classes are missing.")
            } else if let (j, k) = asymmetry(quantity) {
                hints.append(
                    "The Hessian that was sent is not symmetric: entries [\(j), \(k)] and [\(k), \(j)] differ.")
            } else if let places = fewWrong(quantity, bounds) {
                hints.append("Only \(places) of the \(name) \(places.contains(" and ") ? "differ" : "differs").")
            }
        }
        if hints.isEmpty, let name = try otherLoss(candidate, comparison) {
            hints.append("It is what the loss \(name) gives.")
        }
        return hints
    }

    private func namedFactor(_ alone: CandidateNumbers, _ bounds: Tolerances) -> String? {
        let named = Array(NamedFactors(problem, truth))
        let plausible = Match.plausibleFactors(alone, truthPrediction, named.map(\.value), floor: bounds)
        return named.first { _, factor in
            plausible.contains(factor)
                && Match.between(
                    alone, truthPrediction, bounds.scaled(alone.isBinary32 ? Tolerances.binary32 : 1), factor: factor
                )
                .map { $0.information >= 10 } == true
        }?.name
    }

    /// Whether the entries are those of β's transpose.
    private func isOtherOrder(_ alone: CandidateNumbers, _ bounds: Tolerances) -> Bool {
        guard problem.beta.rank == 2, let quantity = alone.quantities.first,
            let expected = Match.values(truthPrediction, quantity)
        else { return false }
        let (classes, p, order) = (problem.beta.shape[0], problem.p, problem.beta.count)
        func place(_ k: Int) -> Int { k % classes * p + k / classes }
        let allowed = bounds.values(quantity.name)
        return expected.indices.allSatisfy { k in
            let other = quantity.name == "gradient" ? place(k) : place(k / order) * order + place(k % order)
            let resolution = quantity.resolution(at: k) * (1 + 1e-9)
            return abs(quantity.values[k] - expected[other]) <= resolution + (allowed.max() ?? 0)
        }
    }

    private func isBlockDiagonal(_ alone: CandidateNumbers, _ bounds: Tolerances) -> Bool {
        guard problem.beta.rank == 2, let quantity = alone.quantities.first, quantity.name == "hessian",
            let expected = Match.values(truthPrediction, quantity)
        else { return false }
        let (p, order) = (problem.p, problem.beta.count)
        return expected.indices.allSatisfy { k in
            let isInside = k / order / p == k % order / p
            return abs(quantity.values[k] - (isInside ? expected[k] : 0))
                <= quantity.resolution(at: k) * (1 + 1e-9) + bounds.hessian[k]
        }
    }

    /// The entry that differs most from its mirror image, by more than printing or binary32 arithmetic can do.
    private func asymmetry(_ quantity: CandidateNumbers.Quantity) -> (Int, Int)? {
        guard quantity.name == "hessian", quantity.values.rank == 2,
            quantity.values.shape[0] == quantity.values.shape[1]
        else { return nil }
        let order = quantity.values.shape[0]
        var worst: (Int, Int)?
        var largest = 0.0
        for j in 0..<order {
            for k in 0..<j {
                let (a, b) = (quantity.values[k * order + j], quantity.values[j * order + k])
                let difference = abs(a - b) - 2 * quantity.resolution(at: k * order + j) - 1e-5 * (abs(a) + abs(b))
                if difference > largest { (largest, worst) = (difference, (k, j)) }
            }
        }
        return worst
    }

    /// The places of one or two entries that are wrong where all others are right.
    private func fewWrong(_ quantity: CandidateNumbers.Quantity, _ bounds: Tolerances) -> String? {
        guard let expected = Match.values(truthPrediction, quantity), expected.count > 2 else { return nil }
        let allowed = bounds.values(quantity.name)
        let wrong = expected.indices.filter { k in
            let bound = allowed.indices.contains(k) ? allowed[k] : 0
            return !(abs(quantity.values[k] - expected[k]) <= quantity.resolution(at: k) * (1 + 1e-9) + bound)
        }
        guard !wrong.isEmpty, wrong.count <= 2 else { return nil }
        let columns = quantity.values.shape.last ?? 1
        let names = wrong.map { k in
            quantity.values.rank == 2 ? "[\(k / columns), \(k % columns)]" : "[\(k)]"
        }
        return (wrong.count == 1 ? "entry " : "entries ") + names.joined(separator: " and ")
    }

    /// Up to here other losses are tried.
    private static let fewNumbers = 200_000

    /// The name of another loss of the catalogue, with its standard parameters, that gives everything that was sent, up to a
    /// named factor.
    private func otherLoss(_ candidate: CandidateNumbers, _ comparison: Comparison) throws -> String? {
        guard let own = problem.loss, problem.beta.count > 1, problem.n * problem.p <= Self.fewNumbers,
            candidate.quantities.contains(where: { $0.values.count > 1 })
        else { return nil }
        let factors = [1] + NamedFactors(problem, truth).map(\.value)
        for loss in LossCatalog.all where loss.name != own.name && isKind(loss, own) {
            if options.cancelled() { throw Cancelled() }
            for parameters in Self.parameters(loss) {
                var other = problem
                other.objective = .loss(loss, parameters: parameters)
                guard (try? other.validate()) != nil, let found = try? other.closedForm(wanting: .all) else { continue }
                let prediction = Prediction(
                    loss: found.loss, gradient: found.gradient, hessian: found.hessian.map { NumericArray($0) })
                var tolerances = Tolerances.relative(prediction, rows: problem.n)
                if candidate.isBinary32 { tolerances = tolerances.scaled(Tolerances.binary32) }
                for factor in Match.plausibleFactors(candidate, prediction, factors, floor: tolerances) {
                    guard
                        let match = Match.between(candidate, prediction, tolerances.scaled(16), factor: factor),
                        match.information >= 10
                    else { continue }
                    let values = zip(loss.parameters, parameters).map {
                        "\($0.name) = \(LossDefinition.literal($1))"
                    }
                    return "`\(loss.name)`" + (values.isEmpty ? "" : " with " + values.joined(separator: ", "))
                }
            }
        }
        return nil
    }

    private func isKind(_ a: LossDefinition, _ b: LossDefinition) -> Bool {
        switch (a.kind, b.kind) {
        case (.separable, .separable), (.cox, .cox): true
        default: false
        }
    }

    /// The standard parameters, and 1 where there is one: for Huber's δ as often written.
    private static func parameters(_ loss: LossDefinition) -> [[Double]] {
        let standard = loss.parameters.map(\.standard)
        guard loss.parameters.count == 1, standard != [1], loss.parameters[0].contains(1) else { return [standard] }
        return [standard, [1]]
    }
}
