import Expressions
import LinearAlgebra

/// Moments of columns over the sets: tangents, covariances, and the curvature that they add up to.
extension RiskSets {
    /// Calls `body` for every element in `wanted` with the mean of the columns over its set, about the columns at the peak,
    /// and, if they are wanted, the means of their products, the lower triangle row by row.
    private func forEachSet(
        _ columns: [[DoubleDouble]], products: Bool, wanted: (Int) -> Bool,
        _ body: (_ i: Int, _ peak: Int, _ mean: [DoubleDouble], _ second: [DoubleDouble]) -> Void
    ) {
        let p = columns.count
        let pairs = products ? p * (p + 1) / 2 : 0
        let none = [DoubleDouble](repeating: .zero, count: max(p, pairs))
        var one = Array(none.prefix(p))
        var two = Array(none.prefix(pairs))
        var sum = DoubleDouble.zero
        var peak: Int?
        func include(
            _ i: Int, _ weight: DoubleDouble, _ peak: Int, _ one: inout [DoubleDouble], _ two: inout [DoubleDouble]
        ) {
            let e = weight * ratio(i, peak)
            let d = columns.map { $0[i] - $0[peak] }
            var place = 0
            for j in 0..<p {
                let moved = e * d[j]
                one[j] += moved
                guard products else { continue }
                for k in 0...j {
                    two[place] += moved * d[k]
                    place += 1
                }
            }
        }
        for (g, range) in groups.enumerated() {
            for i in order[range] {
                guard let known = peak else {
                    peak = i
                    continue
                }
                guard (v[i] - v[known]).high > 0 else {
                    include(i, DoubleDouble(1), known, &one, &two)
                    sum += ratio(i, known)
                    continue
                }
                let factor = ratio(known, i)
                let shift = columns.map { $0[known] - $0[i] }
                var place = 0
                if products {
                    for j in 0..<p {
                        for k in 0...j {
                            let cross = one[j] * shift[k] + shift[j] * one[k] + sum * shift[j] * shift[k]
                            two[place] = factor * (two[place] + cross)
                            place += 1
                        }
                    }
                }
                for j in 0..<p { one[j] = factor * (one[j] + sum * shift[j]) }
                sum = factor * (sum + DoubleDouble(1))
                peak = i
                include(known, DoubleDouble(1), i, &one, &two)
            }
            guard let peak, order[range].contains(where: wanted) else { continue }
            var tiedOne = Array(none.prefix(p))
            var tiedTwo = Array(none.prefix(pairs))
            if order[range].contains(where: { share($0) != 0 }) {
                for i in order[range] where i != peak && mark(i) != 0 {
                    include(i, DoubleDouble(mark(i)), peak, &tiedOne, &tiedTwo)
                }
            }
            for i in order[range] where wanted(i) {
                let all = total(i)
                let part = DoubleDouble(share(i))
                let isShared = share(i) != 0
                body(
                    i, peaks[g],
                    one.indices.map { (isShared ? one[$0] - part * tiedOne[$0] : one[$0]) / all },
                    two.indices.map { (isShared ? two[$0] - part * tiedTwo[$0] : two[$0]) / all })
            }
        }
    }

    private func numbers(_ field: Field) -> [DoubleDouble] {
        let wide = field.expanded(to: [v.count])
        return (0..<v.count).map(wide.value)
    }

    /// The tangent of the result from that of v.
    func tangent(_ direction: Field) -> Field {
        let n = v.count
        let column = numbers(direction)
        let doubt = direction.error.max() ?? 0
        var result = Field(NumericArray(shape: [n], repeating: 0))
        result.low = [Double](repeating: 0, count: n)
        result.error = result.low
        let spread = largestDistance(column)
        forEachSet([column], products: false, wanted: { _ in true }) { i, peak, mean, _ in
            let slope = mean[0] - (column[i] - column[peak])
            (result.high[i], result.low[i]) = (slope.high, slope.low)
            let isPeak = i == peak
            result.error[i] =
                3 * relative * size(i) * spread + 2 * doubt * (isPeak ? size(i) : 1 + size(i))
                + Field.underflow(slope.high)
        }
        return result
    }

    private func largestDistance(_ column: [DoubleDouble]) -> Double {
        let (least, most) = column.reduce((Double.infinity, -Double.infinity)) {
            (min($0.0, $1.high), max($0.1, $1.high))
        }
        return most > least ? most - least : 0
    }

    /// The mixed second derivative along two directions: the covariance of the two over every set.
    func covariance(_ a: Field, _ b: Field) -> Field {
        let n = v.count
        let columns = [numbers(a), numbers(b)]
        let doubts = [a.error.max() ?? 0, b.error.max() ?? 0]
        let spreads = columns.map(largestDistance)
        var result = Field(NumericArray(shape: [n], repeating: 0))
        result.low = [Double](repeating: 0, count: n)
        result.error = result.low
        forEachSet(columns, products: true, wanted: { _ in true }) { i, _, mean, second in
            let value = second[1] - mean[0] * mean[1]
            (result.high[i], result.low[i]) = (value.high, value.low)
            let squares = (max(second[0].high, 0) * max(second[2].high, 0)).squareRoot()
            result.error[i] =
                8 * relative * squares * (1 + size(i))
                + 4 * size(i) * (doubts[0] * spreads[1] + doubts[1] * spreads[0] + doubts[0] * doubts[1])
                + Field.underflow(value.high)
        }
        return result
    }

    /// Adds Σᵢ aᵢ Cov_i of the columns of v's Jacobian.
    func addCurvature(_ a: Field, columns fields: [Field], to sum: inout HessianSum) {
        let n = v.count
        let p = fields.count
        let weights = a.expanded(to: [n])
        let columns = fields.map(numbers)
        let doubts = fields.map { $0.error.max() ?? 0 }
        var values = [DoubleDouble](repeating: .zero, count: p * (p + 1) / 2)
        var spread = [Double](repeating: 0, count: p)
        forEachSet(columns, products: true, wanted: { weights.high[$0] != 0 || weights.bound($0) != 0 }) {
            i, _, mean, second in
            let weight = weights.value(i)
            let error = weights.bound(i)
            let size = size(i)
            var place = 0
            for j in 0..<p {
                for k in 0...j {
                    values[place] += weight * (second[place] - mean[j] * mean[k])
                    place += 1
                }
                let square = max(second[place - 1].high, 0)
                spread[j] +=
                    (8 * relative * (1 + size) * abs(weight.high) + error) * square
                    + abs(weight.high) * 4 * size * doubts[j] * (square.squareRoot() + doubts[j])
            }
        }
        var matrix = Matrix(rows: p, columns: p)
        var bound = matrix
        var place = 0
        for j in 0..<p {
            for k in 0...j {
                let v = values[place].high
                let e =
                    1.0001 * spread[j].squareRoot() * spread[k].squareRoot() + unitRoundoff * abs(v) + underflowBound
                (matrix[j, k], matrix[k, j]) = (v, v)
                (bound[j, k], bound[k, j]) = (e, e)
                place += 1
            }
        }
        sum.add(matrix, bound: bound)
    }

    /// Whether covariances are to be taken about the peaks: where the sets leave less than 1/256 of the weight to the others
    /// in the mean, and where that costs next to nothing. Elsewhere the difference of two Gram matrices is faster, and
    /// loses a few bits as a rule.
    func needCentres(_ a: Field, columns p: Int) -> Bool {
        if Double(v.count) * Double(p) * Double(p) <= 2e6 { return true }
        let wide = a.expanded(to: [v.count])
        var all = 0.0
        var left = 0.0
        for i in 0..<v.count where wide.high[i] != 0 {
            all += abs(wide.high[i])
            left += abs(wide.high[i]) * min(abs(size(i)), 1)
        }
        return left < all / 256
    }

    /// Σᵢ aᵢ wᵢⱼπᵢⱼ for every j: what weighs the products of rows in the sum of all second moments.
    func weights(_ a: Field) -> Field {
        let n = v.count
        let wide = a.expanded(to: [n])
        func sums(_ a: [DoubleDouble]) -> [DoubleDouble] {
            let others = pulls(a).others
            return (0..<n).map { j in
                a[j] == .zero
                    ? others[j] : others[j] + a[j] / total(j) * ownWeight(j) * ratio(j, peaks[group[j]])
            }
        }
        let values = sums((0..<n).map(wide.value))
        let sizes = sums((0..<n).map { DoubleDouble(abs(wide.high[$0])) })
        let errors = wide.error.isEmpty ? nil : sums(wide.error.map { DoubleDouble($0) })
        return Field(
            shape: [n], high: NumericArray(values.map(\.high)), low: values.map(\.low),
            error: (0..<n).map {
                3 * relative * sizes[$0].high * (1 + size($0)) + (errors?[$0].high ?? 0) + underflowBound
            })
    }

    /// The means of the columns over every set as the rows of a family.
    func means(_ fields: [Field], key: Int) -> Family {
        let n = v.count
        let p = fields.count
        let columns = fields.map(numbers)
        let doubts = fields.map { $0.error.max() ?? 0 }
        let spreads = columns.map(largestDistance)
        var values = Matrix(rows: n, columns: p)
        var errors = values
        forEachSet(columns, products: false, wanted: { _ in true }) { i, peak, mean, _ in
            for j in 0..<p {
                let value = mean[j] + columns[j][peak]
                values[i, j] = value.high
                errors[i, j] =
                    abs(value.low) + 3 * relative * size(i) * spreads[j] + doubts[j] * (1 + 2 * size(i))
            }
        }
        return Family(
            rows: .matrix(values, error: errors), offset: 0,
            key: Family.Key(origin: key, start: 0, count: n, offset: 0))
    }
}
