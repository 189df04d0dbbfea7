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

    private func float32(_ match: Match, _ sent: [String]) -> Explanation {
        Explanation(
            .precision, "Right to the precision of binary32 arithmetic.", [finding(.float32, match, explains: sent)])
    }

    /// Numbers that binary32 arithmetic gave and that were printed with few digits, so that they are no binary32 numbers any
    /// more. Asked for last: what a mistake explains to the digits printed is that mistake.
    func printedBinary32(_ candidate: CandidateNumbers, _ bounds: Tolerances) -> Explanation? {
        guard candidate.mayBePrintedBinary32 else { return nil }
        var wide = bounds.scaled(Tolerances.printedBinary32)
        for quantity in candidate.quantities {
            guard let expected = Match.values(truthPrediction, quantity) else { return nil }
            let isOff = expected.indices.filter {
                abs(quantity.values[$0] - expected[$0]) > quantity.resolution(at: $0)
            }.count
            let size = expected.reduce(0) { max($0, abs($1)) }
            // Where most entries are right to the last digit, one that is not must be off by little in binary32's units.
            // A gradient may have cancelled; a loss and a Hessian that are off by more than this share say nothing of it.
            if 2 * isOff <= expected.count {
                wide.limit(quantity.name, to: 16 * 0x1p-24 * size)
            } else if quantity.name != "gradient" {
                wide.limit(quantity.name, to: 4096 * 0x1p-24 * size)
            }
        }
        guard let match = Match.between(candidate, truthPrediction, wide) else { return nil }
        return float32(match, candidate.quantities.map(\.name))
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
