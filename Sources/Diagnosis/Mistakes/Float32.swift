extension Mistake {
    /// N1. Right for a program that computes with binary32 numbers.
    static let float32 = Mistake(
        recognised: "float32", title: "computed in binary32 (float32)", program: "float32 arrays",
        gives: "the right numbers to about seven digits of the terms that are summed",
        sign: "every entry is a binary32 number, and the differences are what its rounding can do",
        fix: "nothing is wrong with the formula; compute in float64 for more digits")
}

extension Diagnoser {
    /// Every number is a binary32 number, and all are within the bounds of plain evaluation with 2⁻²⁴ for 2⁻⁵³: worst-case
    /// bounds, because a relative tolerance condemns correct gradients of badly scaled data.
    func binary32(_ candidate: CandidateNumbers, _ bounds: Tolerances) -> Match? {
        guard candidate.isBinary32 else { return nil }
        return Match.between(candidate, truthPrediction, bounds.scaled(Tolerances.binary32))
    }
}
