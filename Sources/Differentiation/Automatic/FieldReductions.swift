import LinearAlgebra

/// Sums of fields over axes, gathers and transpositions.
extension Field {
    /// The sum over axes, kept with length 1. An axis that is lazily broadcast counts as often as `full` says.
    func sum(axes: [Int], full: [Int]) -> Field {
        var factor = 1
        var present: [Int] = []
        for axis in axes {
            if shape[axis] == 1 { factor *= full[axis] } else { present.append(axis) }
        }
        var target = shape
        for axis in present { target[axis] = 1 }
        guard !present.isEmpty else { return factor == 1 ? self : scaled(by: Double(factor)) }
        let count = target.reduce(1, *)
        if count == 1 {
            let total = BoundedArithmetic.sum(operand, count: self.count)
            let result = Field(
                shape: target, high: NumericArray(shape: target, repeating: total.high), low: [total.low],
                error: [total.error])
            return factor == 1 ? result : result.scaled(by: Double(factor))
        }
        var totals = [DoubleDouble](repeating: .zero, count: count)
        var errors = [Double](repeating: 0, count: count)
        high.withUnsafeElements { high in
            Field.each(shape, target, target) { k, i, _ in
                totals[i] += DoubleDouble(high: high[k], low: low.isEmpty ? 0 : low[k])
                errors[i] += (error.isEmpty ? 0 : error[k]) + abs(high[k]) * doubleDoubleRoundoff
            }
        }
        let result = Field(
            shape: target, high: NumericArray(shape: target, totals.map(\.high)), low: totals.map(\.low), error: errors)
        return factor == 1 ? result : result.scaled(by: Double(factor))
    }

    /// Every axis at the node's length.
    func expanded(to full: [Int]) -> Field {
        if shape == full { return self }
        return Field.combine(self, Field(shape: full, high: NumericArray(shape: full, repeating: 0))) { a, e, _, _ in
            (a, e)
        }
    }

    /// The adjoint of an operand of shape `operand` from that of a result of shape `full` that it was broadcast to.
    func reduced(to operand: [Int], from full: [Int]) -> Field {
        let extra = full.count - operand.count
        var axes: [Int] = []
        for axis in full.indices where axis < extra || (operand[axis - extra] == 1 && full[axis] != 1) {
            axes.append(axis)
        }
        let summed = axes.isEmpty ? self : sum(axes: axes, full: full)
        return summed.reshaped(Array(summed.shape.dropFirst(extra)))
    }

    /// The axes in another order.
    func transposed(_ order: [Int]) -> Field {
        if order == Array(order.indices) { return self }
        let target = order.map { shape[$0] }
        // Where only axes of length 1 move, no element does.
        let moving = order.filter { shape[$0] != 1 }
        if moving == moving.sorted() { return reshaped(target) }
        var steps = [Int](repeating: 0, count: shape.count)
        var step = 1
        for axis in shape.indices.reversed() {
            steps[axis] = step
            step *= shape[axis]
        }
        let from = order.map { steps[$0] }
        return gathered(target) { index in zip(index, from).reduce(0) { $0 + $1.0 * $1.1 } }
    }

    /// Element `source(index)` for every index of `target`; nil gives zero.
    func gathered(_ target: [Int], _ source: ([Int]) -> Int?) -> Field {
        let count = target.reduce(1, *)
        var high = [Double](repeating: 0, count: count)
        var low = [Double](repeating: 0, count: self.low.isEmpty ? 0 : count)
        var error = [Double](repeating: 0, count: self.error.isEmpty ? 0 : count)
        var index = [Int](repeating: 0, count: target.count)
        for k in 0..<count {
            if let i = source(index) {
                high[k] = self.high[i]
                if !low.isEmpty { low[k] = self.low[i] }
                if !error.isEmpty { error[k] = self.error[i] }
            }
            var axis = target.count - 1
            while axis >= 0 {
                index[axis] += 1
                if index[axis] < target[axis] { break }
                index[axis] = 0
                axis -= 1
            }
        }
        return Field(shape: target, high: NumericArray(shape: target, high), low: low, error: error)
    }
}
