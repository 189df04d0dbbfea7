import LinearAlgebra

/// What needs no mistake to explain it.
extension Diagnoser {
    /// Null entries, right numbers, printed digits, binary32 arithmetic, another value at a kink; nil where it is none.
    func fingerprint(_ candidate: CandidateNumbers, _ bounds: Tolerances) -> Explanation? {
        let sent = candidate.quantities.map(\.name)
        if candidate.hasNull {
            if let match = saturation(candidate, bounds) {
                return Explanation(
                    .precision,
                    "What your program could not represent is finite: a naive formula overflows or loses everything there.",
                    [finding(.saturation, match, explains: sent)])
            }
            return Explanation(
                .unexplained,
                "The null entries have finite values here; a null gradient often means that a parameter is not connected to the loss."
            )
        }
        if let match = Match.between(candidate, truthPrediction, bounds) {
            if match.isExact {
                return Explanation(.correct, "Right: every number is within the rounding of binary64.")
            }
            return candidate.isBinary32
                ? float32(match, sent)
                : Explanation(
                    .precision, "Right to the digits that were printed.",
                    [finding(.printedDigits, match, explains: sent)])
        }
        if let match = binary32(candidate, bounds) { return float32(match, sent) }
        if let (match, kinks) = kinks(candidate, bounds) {
            return Explanation(
                .precision, "Right but for rows at a kink, where another value of the derivative was chosen.",
                [
                    finding(.kinkConvention, match, explains: sent, parameters: kinks.parameters)
                ])
        }
        return nil
    }

    func float32(_ match: Match, _ sent: [String]) -> Explanation {
        Explanation(
            .precision, "Right to the precision of binary32 arithmetic.", [finding(.float32, match, explains: sent)])
    }

    /// Numbers that binary32 arithmetic gave and that were printed, so that they are no binary32 numbers any more. Asked for
    /// last: what a mistake explains to the digits printed is that mistake.
    ///
    /// `isWithin` says whether the bounds of binary32 arithmetic hold at all: then nobody is accused.
    func printedBinary32(
        _ candidate: CandidateNumbers, _ bounds: Tolerances
    ) -> (explanation: Explanation?, isWithin: Bool) {
        guard candidate.mayBePrintedBinary32 else { return (nil, false) }
        var wide = bounds.scaled(Tolerances.printedBinary32)
        // The bounds of a Hessian are those of sums in blocks; in binary32 it is often summed row after row.
        wide.hessian = wide.hessian.map { 4 * $0 }
        guard let match = Match.between(candidate, truthPrediction, wide) else { return (nil, false) }
        let isEven = candidate.quantities.allSatisfy { isEvenlyOff($0, wide.values($0.name)) }
        return (isEven ? float32(match, candidate.quantities.map(\.name)) : nil, true)
    }

    /// Whether no entry is off by far more than the others, each measured by its own bound: arithmetic spares none. An entry
    /// that is off by a few units in its own last place of binary32 is off by little whatever the others are. Sums of equal
    /// terms, as a Hessian's for a column of ones, drift by hundreds of what others are off.
    private func isEvenlyOff(_ quantity: CandidateNumbers.Quantity, _ bounds: [Double]) -> Bool {
        guard let expected = Match.values(truthPrediction, quantity) else { return false }
        var shares: [Double] = []
        var worst = 0.0
        // The largest share of an entry that is off, and the largest that printing hides in one that is not.
        var (largest, hidden) = (0.0, 0.0)
        var isOff = 0
        for (k, value) in expected.enumerated() where bounds.indices.contains(k) && bounds[k] > 0 {
            let resolution = quantity.resolution(at: k)
            let difference = abs(quantity.values[k] - value)
            shares.append((difference + resolution) / bounds[k])
            // Zero but for rounding, as near an optimum, is right whatever is left of it.
            if max(abs(value), abs(quantity.values[k])) <= bounds[k] { continue }
            if difference > resolution * (1 + 1e-9) {
                isOff += 1
                largest = max(largest, difference / bounds[k])
            } else {
                hidden = max(hidden, resolution / bounds[k])
            }
            if difference > resolution + 4 * 0x1p-24 * abs(value) { worst = max(worst, shares.last ?? 0) }
        }
        // Where the others are right to the last digit, one that is not may be off by a few times what they hide.
        let isAlone = quantity.name == "gradient" ? 2 * isOff <= expected.count : isOff <= 2
        if isAlone, isOff < expected.count, largest > 8 * hidden { return false }
        return worst <= (quantity.name == "gradient" ? 32 : 1024)
            * (shares.sorted().dropFirst(shares.count / 2).first ?? 0)
    }

    /// The finding of an entry that is recognised, not predicted.
    func finding(
        _ entry: Mistake, _ match: Match, explains: [String], parameters: [String: ParameterValue] = [:]
    ) -> Finding {
        Finding(
            id: entry.id, title: entry.title, explains: explains, residual: match.residual,
            resolution: match.resolution, parameters: parameters, fix: entry.fix)
    }
}
