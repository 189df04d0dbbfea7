extension Mistake {
    /// N1. Right for a program that computes with binary32 numbers.
    static let float32 = Mistake(
        recognised: "float32", title: "binary32 arithmetic", program: "float32 arrays", gives: "right to seven digits",
        sign: "every entry is a binary32 number", fix: "compute in float64")
}

extension Diagnoser {
    /// Every number is a binary32 number, and all are within the bounds of plain evaluation with 2⁻²⁴ for 2⁻⁵³: worst-case
    /// bounds, because a relative tolerance condemns correct gradients of badly scaled data.
    func binary32(_ candidate: CandidateNumbers, _ bounds: Tolerances) -> Match? {
        guard candidate.isBinary32 else { return nil }
        return Match.between(candidate, truthPrediction, bounds.scaled(Tolerances.binary32))
    }
}
