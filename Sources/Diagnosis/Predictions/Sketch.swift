import Foundation
import LinearAlgebra
import Losses

/// A few entries of a prediction in plain binary64 with the sizes of the terms that they sum: enough to rule a mistake out
/// at the cost of one pass over the rows.
struct Sketch: Sendable {
    /// One number of it.
    struct Entry: Sendable {
        var quantity: String
        var index: Int
        var value: Double
        /// Σ|terms|, in which rounding errors are measured.
        var size: Double
    }

    var entries: [Entry] = []

    /// Of what cannot have given a candidate of this shape.
    static let impossible = Sketch(entries: [Entry(quantity: "none", index: 0, value: 0, size: 0)])

    /// Which numbers of a candidate are looked at: the loss, and of gradient and Hessian the two largest entries each; the
    /// Hessian's only where no gradient was sent.
    struct Places {
        var loss = false
        var gradient: [Int] = []
        var hessian: [(row: Int, column: Int)] = []
        /// The number of columns of the candidate's Hessian.
        var order = 0

        init(_ candidate: CandidateNumbers) {
            func largest(_ values: [Double]) -> [Int] {
                Array(values.indices.sorted { abs(values[$0]) > abs(values[$1]) }.prefix(2))
            }
            loss = candidate.quantity("loss") != nil
            if let gradient = candidate.quantity("gradient") { self.gradient = largest(gradient.values.elements) }
            if let hessian = candidate.quantity("hessian"), hessian.values.rank == 2 {
                order = hessian.values.shape[1]
                let order = order
                hessian.values.withUnsafeElements { values in
                    var best: [Int] = []
                    for index in values.indices where index % order >= index / order {
                        if best.count < 2 || abs(values[index]) > abs(values[best[1]]) {
                            best = largestFirst(best + [index], values)
                        }
                    }
                    self.hessian = best.map { ($0 / order, $0 % order) }
                }
            }
        }

        private func largestFirst(_ indices: [Int], _ values: UnsafeBufferPointer<Double>) -> [Int] {
            Array(indices.sorted { abs(values[$0]) > abs(values[$1]) }.prefix(2))
        }
    }

    /// Whether one of the factors takes every entry to the candidate's, up to the digits printed and a millionth.
    func isPlausible(_ candidate: CandidateNumbers, factors: [Double]) -> Bool {
        factors.contains { factor in
            entries.allSatisfy { entry in
                guard let quantity = candidate.quantity(entry.quantity), entry.index < quantity.values.count else {
                    return false
                }
                let difference = abs(quantity.values[entry.index] - factor * entry.value)
                // A sketch that overflowed rules nothing out.
                return
                    !(difference > 1.01 * quantity.resolution(at: entry.index)
                    + candidate.sketchUnit * abs(factor) * entry.size)
            }
        }
    }
}

extension Sketch {
    /// The sketch of a problem with a separable loss by its closed form; nil for other objectives, and an impossible sketch
    /// where the problem's shape is not the candidate's.
    ///
    /// Complexity: O(np) where X or β differ from `eta`'s, O(n) otherwise.
    static func of(
        _ problem: RegressionProblem, eta known: [Double]?, _ places: Places, _ candidate: CandidateNumbers
    ) -> Sketch? {
        guard let loss = problem.loss else { return nil }
        let order = problem.beta.count
        if let gradient = candidate.quantity("gradient"), gradient.values.count != order { return .impossible }
        if let hessian = candidate.quantity("hessian"), hessian.values.shape != [order, order] { return .impossible }
        guard case .separable = loss.kind, problem.beta.rank == 1 else { return whole(problem, places) }
        let eta = known ?? linearPredictor(problem)
        var sums = RowSums(places)
        let values = problem.lossParameters
        problem.x.withUnsafeElements { x in
            problem.y.withUnsafeElements { y in
                for i in 0..<problem.n {
                    let w = problem.weights?[i] ?? 1
                    if w == 0 { continue }
                    let at = loss.closedForm(eta[i], y[i], values)
                    let row = i * problem.p
                    sums.add(at.value * w, at.first * w, at.second * w) { x[row + $0] }
                }
            }
        }
        let penalty = PenaltyPart(problem.penalty, problem.beta, columns: problem.p)
        return sums.sketch(times: problem.constant, plus: penalty)
    }

    /// By the closed form of softmax and Cox, which are no sums over rows of functions of one predictor.
    private static func whole(_ problem: RegressionProblem, _ places: Places) -> Sketch? {
        let isHessianOnly = !places.loss && places.gradient.isEmpty
        guard let found = try? problem.closedForm(wanting: isHessianOnly ? .all : [.loss, .gradient]) else {
            return nil
        }
        var sketch = Sketch()
        func add(_ quantity: String, _ index: Int, _ value: Double?, _ bound: Double?) {
            guard let value, let bound else { return }
            sketch.entries.append(Entry(quantity: quantity, index: index, value: value, size: abs(value) + 1e9 * bound))
        }
        if places.loss { add("loss", 0, found.loss, found.lossBound) }
        for j in places.gradient { add("gradient", j, found.gradient?[j], found.gradientBound[j]) }
        guard isHessianOnly else { return sketch }
        for (j, k) in places.hessian {
            add("hessian", j * places.order + k, found.hessian?[j, k], found.hessianBound?[j, k])
        }
        return sketch
    }

    /// Xβ + offset in plain binary64.
    static func linearPredictor(_ problem: RegressionProblem) -> [Double] {
        var eta = multiply(problem.x, problem.beta.elements)
        if let offset = problem.offset { for i in eta.indices { eta[i] += offset[i] } }
        return eta
    }
}

/// Σℓ, Σℓ′xⱼ and Σℓ″xⱼxₖ at the places of a sketch, with the sums of the moduli.
struct RowSums {
    private var places: Sketch.Places
    private let hasGradient: Bool
    /// The loss, two entries of a gradient, two of a Hessian.
    private var values = SIMD8<Double>.zero
    private var sizes = SIMD8<Double>.zero

    init(_ places: Sketch.Places) {
        self.places = places
        hasGradient = !places.gradient.isEmpty
    }

    /// Sums that are known: the loss, two entries of a gradient, two of a Hessian.
    init(_ places: Sketch.Places, values: [Double], sizes: [Double]) {
        self.init(places)
        for slot in values.indices {
            self.values[slot] = values[slot]
            self.sizes[slot] = sizes[slot]
        }
    }

    /// Adds a row with its ℓ, ℓ′ and ℓ″, weighted.
    @inline(__always)
    mutating func add(_ value: Double, _ first: Double, _ second: Double, _ x: (Int) -> Double) {
        if places.loss { add(0, value) }
        var slot = 1
        for j in places.gradient {
            add(slot, first * x(j))
            slot += 1
        }
        if hasGradient { return }
        slot = 3
        for (j, k) in places.hessian {
            add(slot, second * x(j) * x(k))
            slot += 1
        }
    }

    @inline(__always)
    private mutating func add(_ slot: Int, _ term: Double) {
        values[slot] += term
        sizes[slot] += abs(term)
    }

    /// Whether one factor, of some in ascending order, takes the sums to the candidate's numbers; as
    /// `sketch(times:plus:).isPlausible`, without the array.
    func fits(_ candidate: CandidateNumbers, times c: Double, plus penalty: PenaltyPart, factors: [Double]) -> Bool {
        // One entry rules out nearly everything.
        if let first = first(penalty), let quantity = candidate.quantity(first.quantity) {
            let given = quantity.values[first.index]
            let value = c * values[first.slot] + first.added
            let size = abs(c) * sizes[first.slot] + abs(first.added)
            let resolution = 1.01 * quantity.resolution
            func misses(_ factor: Double) -> Bool {
                abs(given - factor * value) > resolution + candidate.sketchUnit * abs(factor) * size
            }
            if quantity.digits == nil, abs(value) > 4 * candidate.sketchUnit * size {
                // f·(value ± unit·size) = given ± resolution: a narrow range of factors.
                let wide = candidate.sketchUnit * size / abs(value)
                let middle = given / value
                let reach = 1.001 * (abs(middle) * 2 * wide + 2 * resolution / abs(value))
                let start = factors.firstPlace { $0 >= middle - reach }
                guard start < factors.count, factors[start] <= middle + reach else { return false }
            } else if !factors.contains(where: { !misses($0) }) {
                return false
            }
        }
        let rest = places.gradient.count + places.hessian.count + (places.loss ? 1 : 0)
        return rest == 1 || sketch(times: c, plus: penalty).isPlausible(candidate, factors: factors)
    }

    private func first(_ penalty: PenaltyPart) -> (quantity: String, index: Int, slot: Int, added: Double)? {
        if let j = places.gradient.first { return ("gradient", j, 1, penalty.gradient[j]) }
        if let (j, k) = places.hessian.first {
            return ("hessian", j * places.order + k, 3, j == k ? penalty.curvature[j] : 0)
        }
        return places.loss ? ("loss", 0, 0, penalty.loss) : nil
    }

    /// The sums times a constant, plus what a penalty adds.
    func sketch(times c: Double, plus penalty: PenaltyPart) -> Sketch {
        var sketch = Sketch()
        func entry(_ quantity: String, _ index: Int, _ slot: Int, _ added: Double) {
            sketch.entries.append(
                Sketch.Entry(
                    quantity: quantity, index: index, value: c * values[slot] + added,
                    size: abs(c) * sizes[slot] + abs(added)))
        }
        if places.loss { entry("loss", 0, 0, penalty.loss) }
        for (slot, j) in places.gradient.enumerated() { entry("gradient", j, 1 + slot, penalty.gradient[j]) }
        guard places.gradient.isEmpty else { return sketch }
        for (slot, (j, k)) in places.hessian.enumerated() {
            entry("hessian", j * places.order + k, 3 + slot, j == k ? penalty.curvature[j] : 0)
        }
        return sketch
    }
}

extension Array where Element == Double {
    /// The first place from which on a condition holds, in an array that is in order.
    func firstPlace(_ holds: (Double) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if holds(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}

/// What a penalty adds to loss, gradient and the diagonal of the Hessian.
struct PenaltyPart {
    var loss = 0.0
    var gradient: [Double]
    var curvature: [Double]

    init(_ penalty: Penalty, _ beta: NumericArray, columns p: Int) {
        gradient = [Double](repeating: 0, count: beta.count)
        curvature = gradient
        if penalty.isZero { return }
        for k in 0..<beta.count where !penalty.exempt.contains(k % p) {
            let b = beta[k]
            loss += penalty.ridge * b * b + penalty.lasso * abs(b)
            gradient[k] = 2 * penalty.ridge * b + penalty.lasso * (b > 0 ? 1 : b < 0 ? -1 : 0)
            curvature[k] = 2 * penalty.ridge
        }
    }
}
