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
    let v: [DoubleDouble]
    private let shares: [Double]
    private let marks: [Double]
    /// Elements in order, and the ranges of those that come at once.
    let order: [Int]
    let groups: [Range<Int>]
    /// For each group the peak and Σ e^(v − v_peak) of the others; Σ c e^(v − v_peak) of the tied, the peak apart.
    private(set) var peaks: [Int] = []
    private var others: [DoubleDouble] = []
    private var tied: [DoubleDouble] = []
    private var tiedPeak: [Double] = []
    private(set) var group: [Int]
    /// A bound on the relative error of every term: one rounding for each move to a new peak, and what v's error does.
    private(set) var relative = 0.0

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

    func share(_ i: Int) -> Double { shares.isEmpty ? 0 : shares[i] }
    func mark(_ i: Int) -> Double { marks.isEmpty ? 0 : marks[i] }

    /// e^(v_i − v_k).
    func ratio(_ i: Int, _ k: Int) -> DoubleDouble {
        let distance = v[i] - v[k]
        return DoubleDouble(exp(distance.high) * (1 + distance.low))
    }

    /// Σⱼ wᵢⱼ e^(vⱼ − v_peak) less 1.
    private func beyond(_ i: Int) -> DoubleDouble {
        let g = group[i]
        if share(i) == 0 { return others[g] }
        return others[g] - DoubleDouble(share(i)) * (tied[g] + DoubleDouble(tiedPeak[g]))
    }

    func total(_ i: Int) -> DoubleDouble { DoubleDouble(1) + beyond(i) }

    /// Σ_{j≠i} wᵢⱼ e^(vⱼ − v_peak).
    private func withoutOwn(_ i: Int) -> DoubleDouble {
        let g = group[i]
        if i == peaks[g] { return others[g] - DoubleDouble(share(i)) * tied[g] }
        return total(i) - ownWeight(i) * ratio(i, peaks[g])
    }

    func ownWeight(_ i: Int) -> DoubleDouble { DoubleDouble(1) - DoubleDouble.twoProduct(share(i), mark(i)) }

    /// Σⱼ |wᵢⱼ| e^vⱼ over the total, without the peak's own 1: what errors are relative to.
    func size(_ i: Int) -> Double {
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
    func pulls(_ a: [DoubleDouble]) -> (others: [DoubleDouble], own: [DoubleDouble]) {
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
}
