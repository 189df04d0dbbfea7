import Foundation
import LinearAlgebra

/// Whether a prediction explains a candidate, and how well.
struct Match {
    /// The largest difference left.
    var residual: Double
    /// What would have been noticed at that entry.
    var resolution: Double
    /// How many decimal digits agree in all: what chance would have to explain.
    var information: Double
    /// Whether every difference is within rounding alone, without the printed digits.
    var isExact: Bool
    /// The factor that was applied to the prediction.
    var factor: Double

    /// Compares all that was sent with factor · prediction; nil where a shape or an entry differs. `sizes` are those of
    /// the right quantities: an entry that is predicted as zero tells as much as it is small beside them.
    static func between(
        _ candidate: CandidateNumbers, _ prediction: Prediction, _ tolerances: Tolerances, factor: Double = 1,
        factorOnLoss: Bool = true, sizes: [String: Double] = [:]
    ) -> Match? {
        var match = Match(residual: 0, resolution: 0, information: 0, isExact: true, factor: factor)
        var worst = -1.0
        for quantity in candidate.quantities {
            guard let expected = values(prediction, quantity) else { return nil }
            let bounds = tolerances.values(quantity.name)
            let applied = quantity.name == "loss" && !factorOnLoss ? 1 : factor
            let largest = max(expected.reduce(0) { max($0, abs($1)) }, sizes[quantity.name] ?? 0)
            let scale = max(largest * abs(applied), Double.leastNormalMagnitude)
            for (k, value) in expected.enumerated() {
                let given = quantity.values[k]
                if given.isNaN { return nil }
                let rounding =
                    abs(applied) * (k < bounds.count ? bounds[k] : bounds.max() ?? 0) + 2 * 0x1p-53
                    * abs(applied * value)
                // A literal is half a unit off at the most; the unit of binary64 covers the reading of it.
                let printed = quantity.resolution(at: k)
                let allowed = printed * (1 + 1e-9) + rounding
                let difference = abs(given - applied * value)
                guard difference <= allowed else { return nil }
                if difference > rounding { match.isExact = false }
                let ratio = difference / max(allowed, Double.leastNormalMagnitude)
                if ratio > worst {
                    worst = ratio
                    match.residual = difference
                    match.resolution = printed > rounding ? printed : allowed
                }
                let digits = log10(scale / max(allowed, scale * 1e-16))
                match.information += max(0, min(digits, 16)) * (value == 0 ? 0.5 : 1)
            }
        }
        return match
    }

    /// The prediction's numbers in the shape of the candidate's; nil where it makes none.
    static func values(_ prediction: Prediction, _ quantity: CandidateNumbers.Quantity) -> [Double]? {
        switch quantity.name {
        case "loss": return prediction.loss.map { [$0] }
        case "gradient":
            guard let gradient = prediction.gradient, gradient.count == quantity.values.count else { return nil }
            return gradient
        default:
            guard let hessian = prediction.hessian, hessian.shape == quantity.values.shape else { return nil }
            return hessian.elements
        }
    }

    /// The factors for which everything is within a millionth, or the printed digits: a quick look before the bounds of the
    /// prediction are worked out. `floor` are the bounds of the truth, below which nothing is a difference.
    static func plausibleFactors(
        _ candidate: CandidateNumbers, _ prediction: Prediction, _ factors: [Double], floor: Tolerances,
        factorOnLoss: Bool = true
    ) -> [Double] {
        var left = factors
        for quantity in candidate.quantities {
            guard !left.isEmpty, let expected = values(prediction, quantity) else { return [] }
            let bounds = floor.values(quantity.name)
            let hasBounds = bounds.count == expected.count
            let scale = expected.reduce(0) { max($0, abs($1)) }
            let unit = candidate.coarseness
            left = quantity.values.withUnsafeElements { given in
                left.filter { factor in
                    let applied = quantity.name == "loss" && !factorOnLoss ? 1 : factor
                    let wide = candidate.sketchUnit * scale * abs(applied)
                    return expected.indices.allSatisfy { k in
                        let rounding = hasBounds ? 8 * unit * abs(applied) * bounds[k] : 0
                        return abs(given[k] - applied * expected[k])
                            <= wide + rounding + 1.01 * quantity.resolution(at: k)
                    }
                }
            }
        }
        return left
    }
}
