import LinearAlgebra

extension Diagnoser {
    /// What is said where nothing explains loss, gradient and Hessian together, but each of them alone is right to some
    /// precision: a gradient by forward differences of the loss beside a Hessian by central differences of a gradient. Nil
    /// where one of them is not, or where a program gave the numbers, which has one arithmetic.
    ///
    /// Asked only where all are off by so little that an arithmetic or a difference quotient can be the reason, so that a
    /// wrong candidate is not searched twice.
    func apart(_ candidate: CandidateNumbers, _ bounds: Tolerances) throws -> Explanation? {
        guard candidate.quantities.count > 1,
            candidate.quantities.allSatisfy({ $0.resolution > 0 && isNear($0, bounds.values($0.name)) })
        else { return nil }
        var findings: [Finding] = []
        var parts: [String] = []
        for quantity in candidate.quantities {
            let alone = try diagnose(CandidateNumbers([quantity]))
            guard alone.verdict == .correct || alone.verdict == .precision else { return nil }
            findings += alone.findings
            let name = quantity.name == "hessian" ? "Hessian" : quantity.name.capitalizedFirst
            parts.append("\(name): \(alone.summary)")
        }
        return Explanation(
            .precision, "Each part is right to its own precision. " + parts.joined(separator: " "), findings)
    }

    /// Whether every entry is within 2⁴⁰ times the rounding of binary64: a forward difference with a step of 10⁻⁴ is off by
    /// half of that step, measured by the terms of its sums.
    private func isNear(_ quantity: CandidateNumbers.Quantity, _ bounds: [Double]) -> Bool {
        guard let expected = Match.values(truthPrediction, quantity) else { return false }
        return expected.indices.allSatisfy { k in
            bounds.indices.contains(k)
                && abs(quantity.values[k] - expected[k]) <= 0x1p40 * bounds[k] + quantity.resolution(at: k)
        }
    }
}
