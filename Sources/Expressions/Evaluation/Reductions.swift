import Foundation
import LinearAlgebra

/// Sums, log-sum-exps and norms with bounds.
enum Reductions {
    /// The row-major position in the reduced array of every element, in order.
    private static func forEach(_ shape: [Int], _ axes: [Int], _ body: (_ element: Int, _ target: Int) -> Void) {
        var steps = [Int](repeating: 0, count: shape.count)
        var step = 1
        for axis in shape.indices.reversed() where !axes.contains(axis) {
            steps[axis] = step
            step *= shape[axis]
        }
        let count = shape.reduce(1, *)
        guard count > 0 else { return }
        let columns = shape.last ?? 1
        let lastStep = steps.last ?? 0
        var index = [Int](repeating: 0, count: shape.count)
        var target = 0
        var element = 0
        while element < count {
            for column in 0..<columns { body(element + column, target + column * lastStep) }
            element += columns
            var axis = shape.count - 2
            while axis >= 0 {
                index[axis] += 1
                target += steps[axis]
                if index[axis] < shape[axis] { break }
                target -= steps[axis] * shape[axis]
                index[axis] = 0
                axis -= 1
            }
        }
    }

    /// Compensated sums: what remains is one rounding of the result and γ² Σ|a|.
    static func sum(_ a: Estimate, _ axes: [Int], shape: [Int]) -> Estimate {
        let count = shape.reduce(1, *)
        if count == 1 { return total(a, shape: shape) }
        var totals = [Double](repeating: 0, count: count)
        var rests = totals
        var sizes = totals
        var errors = totals
        let uniform = a.bound.count == 1
        let common = uniform ? a.bound[0] : 0
        a.value.withUnsafeElements { x in
            a.bound.withUnsafeElements { e in
                forEach(a.value.shape, axes) { k, target in
                    let v = x[k]
                    let old = totals[target]
                    let new = old + v
                    let part = new - old
                    rests[target] += (old - (new - part)) + (v - part)
                    totals[target] = new
                    sizes[target] += abs(v)
                    errors[target] += uniform ? common : e[k]
                }
            }
        }
        let terms = Double(a.value.count / max(count, 1))
        var value = NumericArray(shape: shape)
        var bound = NumericArray(shape: shape)
        for i in 0..<count {
            // An infinite sum has no rest.
            let v = totals[i].isFinite ? totals[i] + rests[i] : totals[i]
            value[i] = v
            bound[i] =
                errors[i] * (1 + terms * Evaluator.unit) + Evaluator.unit * abs(v)
                + terms * terms * Evaluator.unit * Evaluator.unit * sizes[i]
        }
        return Estimate(value: value, bound: bound)
    }

    /// The sum of all elements, in fixed pieces.
    private static func total(_ a: Estimate, shape: [Int]) -> Estimate {
        let terms = Double(a.value.count)
        let uniform = a.bound.count == 1
        let sum = BoundedArithmetic.sum(
            BoundedArithmetic.Operand(high: a.value, low: [], error: uniform ? [] : a.bound.elements),
            count: a.value.count)
        let errors = sum.error + (uniform ? terms * a.bound[0] : 0)
        return Estimate(
            value: NumericArray(shape: shape, repeating: sum.high),
            bound: NumericArray(
                shape: shape, repeating: errors * (1 + terms * Evaluator.unit) + Evaluator.unit * abs(sum.high)))
    }

    static func logSumExp(_ a: Estimate, _ axes: [Int], shape: [Int]) -> Estimate {
        let count = shape.reduce(1, *)
        var peaks = [Double](repeating: -.infinity, count: count)
        forEach(a.value.shape, axes) { k, target in peaks[target] = max(peaks[target], a.value[k]) }
        var totals = [Double](repeating: 0, count: count)
        var errors = totals
        forEach(a.value.shape, axes) { k, target in
            let term = exp(a.value[k] - peaks[target])
            totals[target] += term
            errors[target] += term * (a.bound(at: k) + (2 + abs(a.value[k] - peaks[target])) * Evaluator.unit)
        }
        let terms = a.value.count / max(count, 1)
        var value = NumericArray(shape: shape)
        var bound = NumericArray(shape: shape)
        for i in 0..<count {
            let rest = log(totals[i])
            value[i] = peaks[i] == -.infinity ? -.infinity : peaks[i] + rest
            bound[i] = errors[i] / totals[i] + Evaluator.gamma(terms) + Evaluator.unit * (2 * abs(rest) + abs(value[i]))
        }
        return Estimate(value: value, bound: bound)
    }

    static func softmax(_ a: Estimate, _ axis: Int) -> Estimate {
        var shape = a.value.shape
        shape[axis] = 1
        let total = logSumExp(a, [axis], shape: shape)
        let shifted = Elementwise.apply(.subtract, SubtractRule.self, a, total, a.value.shape)
        return Elementwise.apply(.exp, ExpRule.self, shifted)
    }

    /// Scaled by a power of two, so that squares neither overflow nor vanish.
    static func norm(_ a: Estimate) -> Estimate {
        let largest = a.value.withUnsafeElements { $0.reduce(0) { max($0, abs($1)) } }
        guard largest > 0, largest.isFinite else {
            return Estimate(value: NumericArray(largest), bound: NumericArray(0))
        }
        let scale = Double(sign: .plus, exponent: -largest.exponent, significand: 1)
        var total = 0.0
        var error = 0.0
        a.value.withUnsafeElements { x in
            for i in x.indices {
                total += (x[i] * scale) * (x[i] * scale)
                error += a.bound(at: i) * a.bound(at: i) * scale * scale
            }
        }
        let value = total.squareRoot() / scale
        // |‖a + e‖ − ‖a‖| ≤ ‖e‖.
        let spread = a.bound.count == 1 ? a.bound[0] * Double(a.value.count).squareRoot() : error.squareRoot() / scale
        return Estimate(
            value: NumericArray(value),
            bound: NumericArray(spread * 1.01 + value * (Evaluator.gamma(a.value.count + 2) * 0.5 + 2 * Evaluator.unit))
        )
    }
}
