/// Extrapolation of central differences to step 0, with an estimate of what is left (Ridders, *Advances in Engineering
/// Software* 4 (1982) 75–76).
enum Ridders {
    /// (f(x+h) − f(x−h)) / 2h and what the rounding of the two values does to it.
    struct Difference {
        var value: Double
        var noise: Double

        init(_ above: Double, _ aboveBound: Double, _ below: Double, _ belowBound: Double, step: Double) {
            // Halves first: the difference of two large values of opposite sign may overflow where the quotient does not.
            value = (above / 2 - below / 2) / step
            noise = (aboveBound / 2 + belowBound / 2 + 0x1p-53 * (abs(above) + abs(below))) / abs(step)
        }
    }

    /// The entry of the tableau whose neighbours differ least, and an error: twice that difference with the noise, and
    /// never less than the distance to the difference of the smallest step. Without differences, or where they are not
    /// finite, nothing is known: the error is the largest number.
    static func extrapolated(_ differences: [Difference]) -> (value: Double, error: Double) {
        guard let first = differences.first, let plainest = differences.last,
            differences.allSatisfy({ $0.value.isFinite && $0.noise.isFinite })
        else { return (0, .greatestFiniteMagnitude) }
        var best = (value: first.value, error: Double.greatestFiniteMagnitude)
        var row = [Double]()
        for (i, entry) in differences.enumerated() {
            var next = [entry.value]
            var factor = 4.0
            for k in 0..<i {
                next.append((factor * next[k] - row[k]) / (factor - 1))
                factor *= 4
                // The noise of a row grows a little with each extrapolation.
                let error = max(abs(next[k + 1] - next[k]), abs(next[k + 1] - row[k])) + 4 * entry.noise
                if error < best.error { best = (next[k + 1], error) }
            }
            row = next
        }
        let error = max(2 * best.error, abs(best.value - plainest.value) + plainest.noise)
        return (best.value, min(error, .greatestFiniteMagnitude))
    }
}
