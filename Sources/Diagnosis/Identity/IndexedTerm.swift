import Foundation

/// One factor in index notation: Xᵢⱼ is `X` with the labels i and j.
struct IndexedFactor: Hashable {
    /// A variable's name, or a function of something that is in normal form itself: `exp(1*X[a,~0] beta[~0])`.
    var key: String
    /// One label an axis: 0 on an axis of length 1, −1 − k at the fixed place k, else a running index.
    var labels: [Int]

    /// δᵢⱼ.
    static func delta(_ i: Int, _ j: Int) -> IndexedFactor { IndexedFactor(key: "delta", labels: [i, j]) }

    /// The reciprocal: `1/…` with the same labels.
    var inverse: IndexedFactor {
        IndexedFactor(key: key.hasPrefix("1/") ? String(key.dropFirst(2)) : "1/" + key, labels: labels)
    }
}

/// A coefficient times factors, summed over some of their labels.
struct IndexedTerm {
    var coefficient: Double
    var factors: [IndexedFactor] = []
    /// The labels that are summed over.
    var sums: Set<Int> = []

    /// The product; labels that are summed over must be different ones.
    static func * (a: IndexedTerm, b: IndexedTerm) -> IndexedTerm {
        IndexedTerm(
            coefficient: a.coefficient * b.coefficient, factors: a.factors + b.factors, sums: a.sums.union(b.sums))
    }

    /// Deltas carried out, sums over labels that occur nowhere replaced by their numbers, f·(1/f) taken away.
    func tidied(_ counts: [Int: Int]) -> IndexedTerm {
        var term = self
        while let place = term.factors.firstIndex(where: { $0.key == "delta" && term.isReducible($0) }) {
            let labels = term.factors.remove(at: place).labels
            guard labels[0] != labels[1] else { continue }
            let (gone, kept) = term.sums.contains(labels[0]) ? (labels[0], labels[1]) : (labels[1], labels[0])
            term.sums.remove(gone)
            for k in term.factors.indices {
                term.factors[k].labels = term.factors[k].labels.map { $0 == gone ? kept : $0 }
            }
        }
        let used = Set(term.factors.flatMap(\.labels))
        for label in term.sums where !used.contains(label) {
            term.coefficient *= Double(counts[label] ?? 1)
            term.sums.remove(label)
        }
        var k = 0
        while k < term.factors.count {
            if let other = term.factors.firstIndex(of: term.factors[k].inverse) {
                for place in [k, other].sorted(by: >) { term.factors.remove(at: place) }
                k = 0
            } else {
                k += 1
            }
        }
        return term
    }

    private func isReducible(_ delta: IndexedFactor) -> Bool {
        delta.labels[0] == delta.labels[1] || sums.contains(delta.labels[0]) || sums.contains(delta.labels[1])
    }

    /// The factors as text with the summed labels numbered so that the text is the least one; nil where there are too many
    /// labels to try all orders.
    func text(_ names: [Int: String]) -> String? {
        let labels = sums.sorted()
        guard labels.count <= 5 else { return nil }
        var best: String?
        for order in Self.orders(labels) {
            var all = names
            for (k, label) in order.enumerated() { all[label] = "~\(k)" }
            let parts = factors.map { factor in
                let places = factor.labels.map { all[$0] ?? ($0 == 0 ? "1" : $0 < 0 ? "#\(-1 - $0)" : "?") }
                // δ is symmetric.
                let shown = factor.key == "delta" ? places.sorted() : places
                return "\(factor.key)[\(shown.joined(separator: ","))]"
            }
            let text = parts.sorted().joined(separator: " ")
            if best.map({ text < $0 }) ?? true { best = text }
        }
        return best
    }

    static func orders(_ labels: [Int]) -> [[Int]] {
        guard let first = labels.first else { return [[]] }
        return orders(Array(labels.dropFirst())).flatMap { rest in
            (0...rest.count).map { place in
                var order = rest
                order.insert(first, at: place)
                return order
            }
        }
    }
}

/// A sum of terms as a table from their texts to their coefficients: equal tables are equal functions of the data.
struct NormalForm: Hashable {
    private(set) var coefficients: [String: Double] = [:]

    /// Nil where a term has too many labels.
    init?(_ terms: [IndexedTerm], _ names: [Int: String]) {
        var sizes: [String: Double] = [:]
        for term in terms {
            guard let text = term.text(names) else { return nil }
            coefficients[text, default: 0] += term.coefficient
            sizes[text, default: 0] += abs(term.coefficient)
        }
        // What cancelled but for the rounding of its own coefficients is gone; what is small stays.
        coefficients = coefficients.filter { abs($0.value) > 1e-15 * (sizes[$0.key] ?? 0) }
    }

    /// The sum as text, in the order of its terms.
    var text: String {
        coefficients.sorted { $0.key < $1.key }.map { "\(String(format: "%.12g", $0.value))*\($0.key)" }
            .joined(separator: " + ")
    }

    /// Whether this is `factor` times the other, coefficients up to the rounding of numbers such as 2/n.
    func equals(_ other: NormalForm, times factor: Double = 1) -> Bool {
        coefficients.count == other.coefficients.count
            && coefficients.allSatisfy { text, value in
                guard let b = other.coefficients[text] else { return false }
                return abs(value - factor * b) <= 1e-12 * abs(value)
            }
    }
}
