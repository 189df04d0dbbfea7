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
    ///
    /// `sequential` allows for sums that run over the rows one by one, where ours run over blocks: asked for when nothing
    /// else explains the numbers.
    func binary32(_ candidate: CandidateNumbers, _ bounds: Tolerances, sequential: Bool = false) -> Match? {
        guard candidate.isBinary32 else { return nil }
        let depth = sequential ? max(1, Double(problem.n) / 2048) : 1
        return Match.between(candidate, truthPrediction, bounds.scaled(Tolerances.binary32 * depth))
    }
}
