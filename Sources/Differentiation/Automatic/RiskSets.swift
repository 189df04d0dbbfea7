import Expressions
import Foundation
import LinearAlgebra

/// log(Σⱼ wᵢⱼ e^vⱼ) − vᵢ over the elements at risk, wᵢⱼ = 1 − sᵢcⱼ for those tied with i and 1 for the others: a term of a
/// survival model's partial likelihood.
///
/// Elements are taken in the order in which they come to be at risk. Every sum is kept relative to the largest e^v of its
/// set, the *peak*, and without it; where a larger one comes, the sums are moved to it. So what a set with one element far
/// ahead of the others leaves to them is never the difference of two numbers near 1. O(n log n), and O(np²) for the
/// covariances of p columns.
struct RiskSets {
    private let v: [DoubleDouble]
    private let shares: [Double]
    private let marks: [Double]
    /// Elements in order, and the ranges of those that come at once.
    private let order: [Int]
    private let groups: [Range<Int>]
    /// For each group the peak and Σ e^(v − v_peak) of the others; Σ c e^(v − v_peak) of the tied, the peak apart.
    private var peaks: [Int] = []
    private var others: [DoubleDouble] = []
    private var tied: [DoubleDouble] = []
    private var tiedPeak: [Double] = []
    private var group: [Int]
    /// A bound on the relative error of every term: one rounding for each move to a new peak, and what v's error does.
    private var relative = 0.0

    /// - Parameter operands: among, v and, with ties shared, s and c.
    init(_ tape: Tape, _ id: NodeID) {
        let node = tape.graph[id]
        guard case .riskSetLogSum(let relation) = node.operation else { preconditionFailure("no risk sets") }
        let full = node.operands.map { tape.value($0).expanded(to: tape.shape(id)) }
        self.init(relation, full)
    }

    private init(_ relation: ComparisonRelation, _ operands: [Field]) {
        let among = operands[0].high
        let n = among.count
        v = (0..<n).map { operands[1].value($0) }
        shares = operands.count == 4 ? operands[2].high.elements : []
        marks = operands.count == 4 ? operands[3].high.elements : []
        let isDescending = relation == .greaterEqual
        let order = (0..<n).sorted {
            among[$0] == among[$1] ? $0 < $1 : (among[$0] > among[$1]) == isDescending
        }
        var groups: [Range<Int>] = []
        var start = 0
        for k in 1..<max(n + 1, 1) where k == n || among[order[k]] != among[order[start]] {
            groups.append(start..<k)
            start = k
        }
        self.order = order
        self.groups = groups
        group = [Int](repeating: 0, count: n)
        var peak: Int?
        var sum = DoubleDouble.zero
        var moves = 0
        for (g, range) in groups.enumerated() {
            for i in order[range] {
                group[i] = g
                guard let known = peak else {
                    peak = i
                    continue
                }
                if (v[i] - v[known]).high > 0 {
                    let factor = ratio(known, i)
                    sum = (sum + DoubleDouble(1)) * factor
                    peak = i
                    moves += 1
                } else {
                    sum += ratio(i, known)
                }
            }
            guard let peak else { continue }
            peaks.append(peak)
            others.append(sum)
            var total = DoubleDouble.zero
            for i in order[range] where i != peak && mark(i) != 0 { total += ratio(i, peak) * DoubleDouble(mark(i)) }
            tied.append(total)
            tiedPeak.append(group[peak] == g ? mark(peak) : 0)
        }
        let doubt = operands[1].error.max() ?? 0
        relative = (4 + 3 * Double(moves)) * unitRoundoff + 4 * doubt
    }

    private func share(_ i: Int) -> Double { shares.isEmpty ? 0 : shares[i] }
    private func mark(_ i: Int) -> Double { marks.isEmpty ? 0 : marks[i] }

    /// e^(v_i − v_k).
    private func ratio(_ i: Int, _ k: Int) -> DoubleDouble {
        let distance = v[i] - v[k]
        return DoubleDouble(exp(distance.high) * (1 + distance.low))
    }

    /// Σⱼ wᵢⱼ e^(vⱼ − v_peak) less 1.
    private func beyond(_ i: Int) -> DoubleDouble {
        let g = group[i]
        if share(i) == 0 { return others[g] }
        return others[g] - DoubleDouble(share(i)) * (tied[g] + DoubleDouble(tiedPeak[g]))
    }

    private func total(_ i: Int) -> DoubleDouble { DoubleDouble(1) + beyond(i) }

    /// Σ_{j≠i} wᵢⱼ e^(vⱼ − v_peak).
    private func withoutOwn(_ i: Int) -> DoubleDouble {
        let g = group[i]
        if i == peaks[g] { return others[g] - DoubleDouble(share(i)) * tied[g] }
        return total(i) - ownWeight(i) * ratio(i, peaks[g])
    }

    private func ownWeight(_ i: Int) -> DoubleDouble { DoubleDouble(1) - DoubleDouble.twoProduct(share(i), mark(i)) }

    /// Σⱼ |wᵢⱼ| e^vⱼ over the total, without the peak's own 1: what errors are relative to.
    private func size(_ i: Int) -> Double {
        let g = group[i]
        return (others[g].high + abs(share(i)) * (tied[g].high + abs(tiedPeak[g]))) / abs(total(i).high)
    }

    // MARK: The value and its slopes

    /// The value for every element.
    func value() -> Field {
        let n = v.count
        var result = Field(NumericArray(shape: [n], repeating: 0))
        result.low = [Double](repeating: 0, count: n)
        result.error = result.low
        for i in 0..<n {
            let lead = v[peaks[group[i]]] - v[i]
            let more = beyond(i)
            let rest = DoubleDouble.twoSum(log1p(more.high), more.low / total(i).high)
            let sum = lead + rest
            (result.high[i], result.low[i]) = (sum.high, sum.low)
            let isPeak = i == peaks[group[i]]
            result.error[i] =
                relative * size(i) + 2 * unitRoundoff * abs(rest.high) + doubleDoubleRoundoff * abs(lead.high)
                + (isPeak ? 0 : relative) + Field.underflow(rest.high)
        }
        return result
    }

    /// Σᵢ aᵢ ∂(value)ᵢ/∂vⱼ for adjoints a, as Σ_{i≠j} aᵢ wᵢⱼπᵢⱼ and aⱼ Σ_{l≠j} wⱼₗπⱼₗ, which is to be taken from it.
    private func pulls(_ a: [DoubleDouble]) -> (others: [DoubleDouble], own: [DoubleDouble]) {
        let n = v.count
        var result = [DoubleDouble](repeating: .zero, count: n)
        var own = result
        let parts = (0..<n).map { a[$0] == .zero ? DoubleDouble.zero : a[$0] / total($0) }
        // What the groups that come later add, relative to this group's peak.
        var later = DoubleDouble.zero
        for g in groups.indices.reversed() {
            if g + 1 < groups.count { later = later * ratio(peaks[g], peaks[g + 1]) }
            var sum = DoubleDouble.zero
            var shared = DoubleDouble.zero
            for i in order[groups[g]] {
                sum += parts[i]
                shared += parts[i] * DoubleDouble(share(i))
            }
            for j in order[groups[g]] {
                var within = DoubleDouble.zero
                if groups[g].count > 1 {
                    within = sum - parts[j]
                    if mark(j) != 0 {
                        let ownShare = parts[j] * DoubleDouble(share(j))
                        within = within - DoubleDouble(mark(j)) * (shared - ownShare)
                    }
                }
                result[j] = ratio(j, peaks[g]) * (later + within)
                own[j] = parts[j] * withoutOwn(j)
            }
            later += sum
        }
        return (result, own)
    }

    /// The adjoint of v from that of the result.
    func adjoint(_ a: Field) -> Field {
        let n = v.count
        let wide = a.expanded(to: [n])
        let (others, own) = pulls((0..<n).map(wide.value))
        let sizes = pulls((0..<n).map { DoubleDouble(abs(wide.high[$0])) })
        let errors = wide.error.isEmpty ? nil : pulls(wide.error.map { DoubleDouble($0) })
        var result = Field(NumericArray(shape: [n], repeating: 0))
        result.low = [Double](repeating: 0, count: n)
        result.error = result.low
        for j in 0..<n {
            let slope = others[j] - own[j]
            (result.high[j], result.low[j]) = (slope.high, slope.low)
            result.error[j] =
                3 * relative * (sizes.others[j].high + sizes.own[j].high * (1 + size(j)))
                + (errors.map { $0.others[j].high + $0.own[j].high } ?? 0) + Field.underflow(slope.high)
        }
        return result
    }

    // MARK: Moments

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
        func include(_ i: Int, _ weight: DoubleDouble, _ peak: Int, _ one: inout [DoubleDouble], _ two: inout [DoubleDouble])
        {
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
        let (least, most) = column.reduce((Double.infinity, -Double.infinity)) { (min($0.0, $1.high), max($0.1, $1.high)) }
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
                let e = 1.0001 * spread[j].squareRoot() * spread[k].squareRoot() + unitRoundoff * abs(v) + underflowBound
                (matrix[j, k], matrix[k, j]) = (v, v)
                (bound[j, k], bound[k, j]) = (e, e)
                place += 1
            }
        }
        sum.add(matrix, bound: bound)
    }

    /// Whether a set may leave so little to the others that its covariance has to be taken about the peak.
    var isSpread: Bool {
        let (least, most) = v.reduce((Double.infinity, -Double.infinity)) { (min($0.0, $1.high), max($0.1, $1.high)) }
        return most - least > 6
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
