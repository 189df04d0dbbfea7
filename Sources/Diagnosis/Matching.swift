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

    /// Compares all that was sent with factor · prediction; nil where a shape or an entry differs.
    static func between(
        _ candidate: CandidateNumbers, _ prediction: Prediction, _ tolerances: Tolerances, factor: Double = 1,
        factorOnLoss: Bool = true
    ) -> Match? {
        var match = Match(residual: 0, resolution: 0, information: 0, isExact: true, factor: factor)
        var worst = -1.0
        for quantity in candidate.quantities {
            guard let expected = values(prediction, quantity) else { return nil }
            let bounds = tolerances.values(quantity.name)
            let applied = quantity.name == "loss" && !factorOnLoss ? 1 : factor
            let scale = max(expected.reduce(0) { max($0, abs($1)) } * abs(applied), Double.leastNormalMagnitude)
            for (k, value) in expected.enumerated() {
                let given = quantity.values[k]
                if given.isNaN { return nil }
                let rounding =
                    abs(applied) * (k < bounds.count ? bounds[k] : bounds.max() ?? 0) + 2 * 0x1p-53
                    * abs(applied * value)
                // A literal is half a unit off at the most; the unit of binary64 covers the reading of it.
                let allowed = quantity.resolution * (1 + 1e-9) + rounding
                let difference = abs(given - applied * value)
                guard difference <= allowed else { return nil }
                if difference > rounding { match.isExact = false }
                let ratio = difference / max(allowed, Double.leastNormalMagnitude)
                if ratio > worst {
                    worst = ratio
                    match.residual = difference
                    match.resolution = max(quantity.resolution, allowed)
                    if quantity.resolution > rounding { match.resolution = quantity.resolution }
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

    /// A quick look before the bounds are worked out: everything within a millionth, or the printed digits.
    static func isPlausible(
        _ candidate: CandidateNumbers, _ prediction: Prediction, factor: Double, factorOnLoss: Bool = true
    ) -> Bool {
        for quantity in candidate.quantities {
            guard let expected = values(prediction, quantity) else { return false }
            let applied = quantity.name == "loss" && !factorOnLoss ? 1 : factor
            let scale = expected.reduce(0) { max($0, abs($1)) } * abs(applied)
            for (k, value) in expected.enumerated() {
                guard abs(quantity.values[k] - applied * value) <= quantity.resolution * 1.01 + 1e-6 * scale else {
                    return false
                }
            }
        }
        return true
    }

    /// ρ = ⟨candidate, prediction⟩ ÷ ⟨prediction, prediction⟩ over gradient and Hessian (the loss alone where there is no
    /// other), each scaled to its size.
    static func fittedFactor(_ candidate: CandidateNumbers, _ prediction: Prediction, includingLoss: Bool = true)
        -> Double?
    {
        var top = 0.0
        var bottom = 0.0
        for quantity in candidate.quantities where includingLoss || quantity.name != "loss" {
            guard let expected = values(prediction, quantity) else { return nil }
            let size = expected.reduce(0) { $0 + $1 * $1 }
            guard size > 0 else { continue }
            for (k, value) in expected.enumerated() { top += quantity.values[k] * value / size }
            bottom += 1
        }
        guard bottom > 0 else { return nil }
        let factor = top / bottom
        return factor.isFinite && factor != 0 ? factor : nil
    }
}
