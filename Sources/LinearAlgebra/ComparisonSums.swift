/// How an element must stand to a threshold.
public enum ComparisonRelation: Hashable, Sendable {
    /// The relation by its name.
    case less, lessEqual, greater, greaterEqual, equal

    /// The relation of the threshold to the element.
    public var flipped: ComparisonRelation {
        switch self {
        case .less: .greater
        case .lessEqual: .greaterEqual
        case .greater: .less
        case .greaterEqual: .lessEqual
        case .equal: .equal
        }
    }
}

/// Sums over the elements that compare with a threshold: r_i = Σ_j [a_j ⋚ b_i] v_j without the m × n matrix.
///
/// The a are sorted once; sums run from one end, so that nothing cancels, in double-double. This is how risk sets of a
/// survival model are summed. O((n + m) log n + (n + m) k) for k columns of v.
package enum ComparisonSums {
    /// One row of k sums for every b; `low` may be empty.
    /// - Precondition: v has n rows of k numbers; a and b hold no NaN.
    package static func apply(
        _ relation: ComparisonRelation, _ a: [Double], _ b: [Double], high: [Double], low: [Double], columns k: Int
    ) -> (high: [Double], low: [Double]) {
        precondition(high.count == a.count * k && (low.isEmpty || low.count == high.count))
        let order = a.indices.sorted { a[$0] < a[$1] }
        let sorted = order.map { a[$0] }
        // Row t of the sums belongs to the first t elements from the end that the relation starts at.
        let fromTop = relation == .greater || relation == .greaterEqual
        var sums = [DoubleDouble](repeating: .zero, count: (a.count + 1) * k)
        for t in 0..<a.count {
            let place = fromTop ? a.count - 1 - t : t
            let isNewGroup = relation == .equal && (t == 0 || sorted[t] != sorted[t - 1])
            for c in 0..<k {
                let source = order[place] * k + c
                let value = DoubleDouble(high: high[source], low: low.isEmpty ? 0 : low[source])
                sums[(t + 1) * k + c] = isNewGroup ? value : sums[t * k + c] + value
            }
        }
        var resultHigh = [Double](repeating: 0, count: b.count * k)
        var resultLow = resultHigh
        for (i, threshold) in b.enumerated() {
            let count: Int
            switch relation {
            case .less: count = first(sorted) { $0 >= threshold }
            case .lessEqual: count = first(sorted) { $0 > threshold }
            case .greater: count = a.count - first(sorted) { $0 > threshold }
            case .greaterEqual: count = a.count - first(sorted) { $0 >= threshold }
            case .equal:
                let end = first(sorted) { $0 > threshold }
                count = end > 0 && sorted[end - 1] == threshold ? end : 0
            }
            for c in 0..<k {
                resultHigh[i * k + c] = sums[count * k + c].high
                resultLow[i * k + c] = sums[count * k + c].low
            }
        }
        return (resultHigh, resultLow)
    }

    /// The first place where a condition holds that holds from there on.
    private static func first(_ sorted: [Double], _ holds: (Double) -> Bool) -> Int {
        var (low, high) = (0, sorted.count)
        while low < high {
            let middle = (low + high) / 2
            if holds(sorted[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
