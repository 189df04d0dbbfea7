import Differentiation
import Expressions
import Foundation
import LinearAlgebra

/// The hand-written closed form as a witness: g = c·Xᵀ(w∘ℓ′), H = c·Xᵀdiag(w∘ℓ″)X, and the penalty.
extension RegressionProblem {
    static let unit = 0x1p-53

    /// Loss, gradient and Hessian from the closed form; nil for an expression, which has none.
    ///
    /// - Throws: `NonFiniteResult` with the first row that is not finite.
    public func closedForm(wanting quantities: Quantities) throws(NonFiniteResult) -> Derivatives? {
        guard case .loss(let loss, let values) = objective else { return nil }
        var result: Derivatives
        switch loss.kind {
        case .separable: result = try separable(loss, values, quantities)
        case .softmax: result = SoftmaxClosedForm.derivatives(self, wanting: quantities)
        case .cox(let efron): result = CoxClosedForm.derivatives(self, efron: efron)
        }
        addPenalty(&result)
        if !quantities.contains(.loss) { result.loss = nil }
        if !quantities.contains(.gradient) { result.gradient = nil }
        if !quantities.contains(.hessian) { result.hessian = nil }
        return result
    }

    private func separable(
        _ loss: LossDefinition, _ values: [Double], _ quantities: Quantities
    ) throws(NonFiniteResult) -> Derivatives {
        let eta = linearPredictor()
        let etaBounds = linearPredictorBounds()
        let c = constant
        var terms = [Double](repeating: 0, count: n)
        var slopes = terms
        var curvatures = terms
        var lossError = 0.0
        var slopeErrors = terms
        var curvatureErrors = terms
        // Twenty roundings cover the longest of the formulas; what cancels in them is in `sizes`.
        let relative = 20 * Self.unit
        let neighbours = Self.neighbours(of: values)
        for i in 0..<n {
            let w = weights?[i] ?? 1
            if w == 0 { continue }
            let z = eta.high[i]
            let at = loss.closedForm(z, y[i], values)
            guard at.value.isFinite, at.first.isFinite, at.second.isFinite else {
                throw NonFiniteResult(
                    quantity: at.value.isFinite ? (at.first.isFinite ? "hessian" : "gradient") : "loss",
                    detail: "\(loss.name) is not finite in row \(i), where the linear predictor is \(z)", row: i)
            }
            let size = loss.sizes?(z, y[i], values) ?? at
            // What a rounding of η changes, from both sides: derivatives and jumps alike. A neighbour, not a product with
            // the unit: half a unit in the last place may round back.
            let doubt = etaBounds[i]
            let above = loss.closedForm(max(z.nextUp, z + doubt), y[i], values)
            let below = loss.closedForm(min(z.nextDown, z - doubt), y[i], values)
            terms[i] = w * at.value
            slopes[i] = w * at.first
            curvatures[i] = w * at.second
            // The parameters are decimals in the program's text and binary64 numbers here.
            let moved = neighbours.map { loss.closedForm(z, y[i], $0) }
            func error(_ part: KeyPath<LossValues, Double>) -> Double {
                let f = at[keyPath: part]
                let shift = max(abs(above[keyPath: part] - f), abs(below[keyPath: part] - f))
                let parameters = moved.reduce(0) { $0 + abs($1[keyPath: part] - f) }
                return w * (relative * abs(size[keyPath: part]) + 1.1 * (shift + parameters) + 0x1p-1060)
            }
            lossError += error(\.value)
            slopeErrors[i] = error(\.first)
            curvatureErrors[i] = error(\.second)
        }
        var result = Derivatives()
        let total = compensatedSum(terms)
        result.loss = c * total.high
        result.lossBound =
            c
            * (lossError + 4 * Self.unit * abs(total.high) + Double(n) * Self.unit * Self.unit
                * terms.reduce(0) { $0 + abs($1) })
        let spread = errorSpread(slopes, errors: slopeErrors, gamma: 0x1p-90)
        let (gradient, size) = xTransposeTimes(x, DoubleDoubleVector(slopes), spread: spread)
        result.gradient = gradient.high.map { c * $0 }
        result.gradientBound = zip(size, gradient.high).map { c * ($0 + 4 * Self.unit * abs($1)) }
        if quantities.contains(.hessian) { addGram(curvatures, curvatureErrors, c, &result) }
        return result
    }

    /// The error of η in double-double: what is left where its terms cancel to all 106 digits.
    private func linearPredictorBounds() -> [Double] {
        (0..<n).map { i in
            let size = (0..<p).reduce(abs(offset?[i] ?? 0)) { $0 + abs(x[i, $1] * beta[$1]) }
            return Double(p + 4) * 0x1p-103 * size
        }
    }

    /// The parameters with one of them, whose decimal is no binary64 number, moved by a rounding.
    private static func neighbours(of values: [Double]) -> [[Double]] {
        values.indices.compactMap { index in
            guard case .fraction(_, let denominator)? = Constant(decimal: LossDefinition.literal(values[index])),
                denominator & (denominator - 1) != 0
            else { return nil }
            var moved = values
            moved[index] = values[index].nextUp
            return moved
        }
    }

    private func addGram(_ weights: [Double], _ errors: [Double], _ c: Double, _ result: inout Derivatives) {
        let gram = gramByTiles(x, weights: weights)
        let gamma = SummationDepth.gamma(SummationDepth.gramByTiles(rows: n, columns: p) + 6)
        let spread = errorSpread(weights, errors: errors, gamma: gamma)
        let diagonal = gramSpread(x, gram, weights: weights, spread: spread)
        var hessian = Matrix(rows: p, columns: p)
        var bound = hessian
        for j in 0..<p {
            for k in 0..<p {
                hessian[j, k] = c * gram[j, k]
                bound[j, k] =
                    1.0001 * c * diagonal[j].squareRoot() * diagonal[k].squareRoot() + 2 * Self.unit
                    * abs(hessian[j, k])
                    + Double(n) * 0x1p-1060
            }
        }
        result.hessian = hessian
        result.hessianBound = bound
    }

    /// λΣβ² and λΣ|β|; sign(0) is taken as 0.
    private func addPenalty(_ result: inout Derivatives) {
        if penalty.isZero { return }
        var squares = DoubleDouble.zero
        var moduli = DoubleDouble.zero
        for k in 0..<beta.count where !penalty.exempt.contains(k % p) {
            let b = beta[k]
            squares += DoubleDouble.twoProduct(b, b)
            moduli += DoubleDouble(abs(b))
            let slope = 2 * penalty.ridge * b + penalty.lasso * (b > 0 ? 1 : b < 0 ? -1 : 0)
            let size = 2 * penalty.ridge * abs(b) + penalty.lasso
            result.gradient?[k] += slope
            if !result.gradientBound.isEmpty {
                result.gradientBound[k] += 4 * Self.unit * (size + abs(result.gradient?[k] ?? 0))
            }
            if penalty.ridge != 0, let old = result.hessian?[k, k] {
                result.hessian?[k, k] = old + 2 * penalty.ridge
                if let bound = result.hessianBound?[k, k] {
                    result.hessianBound?[k, k] = bound + 4 * Self.unit * (abs(old) + 2 * penalty.ridge)
                }
            }
        }
        let added = penalty.ridge * squares.high + penalty.lasso * moduli.high
        if let loss = result.loss {
            result.loss = loss + added
            result.lossBound += 6 * Self.unit * (abs(loss) + abs(added))
        }
    }
}
