import Foundation
import LinearAlgebra
import Losses

/// Σⱼ wⱼ ℓ(η, yⱼ), and the same of ℓ′ and ℓ″, as functions of one number η.
///
/// Four ways, the first that fits: where y enters ℓ′ affinely (every loss of an exponential family, with y or
/// log(y/(1−y))) all targets are as good as their mean; few distinct targets are summed one by one; a ℓ that is piecewise
/// quadratic in η − y needs sums of w, wy and wy² over sorted targets; an analytic one is interpolated at Chebyshev's
/// points.
struct TargetSums {
    private enum Way {
        case each([(y: Double, weight: Double)])
        case mean(y: Double, weight: Double, added: Double)
        case pieces(PiecewiseSums)
        case interpolated(ChebyshevSums)
    }

    private let way: Way
    private let loss: LossDefinition
    private let parameters: [Double]

    /// Nil where none of the ways is affordable. `range` is that of the η to come.
    init?(_ problem: RegressionProblem, range: ClosedRange<Double>) {
        guard let loss = problem.loss, case .separable = loss.kind else { return nil }
        self.loss = loss
        parameters = problem.lossParameters
        // A loss with kinks is not affine in y, though it may look so at a few places.
        if loss.kinks.isEmpty, let mean = Self.mean(loss, parameters, problem) {
            way = .mean(y: mean.y, weight: mean.weight, added: mean.added)
            return
        }
        let targets = Self.groups(problem)
        if targets.count * problem.n <= 4_000_000 {
            way = .each(targets)
        } else if let pieces = PiecewiseSums(loss, parameters, targets) {
            way = .pieces(pieces)
        } else if let sums = ChebyshevSums(loss, parameters, targets, range: range) {
            way = .interpolated(sums)
        } else {
            return nil
        }
    }

    /// The sums at η.
    func at(_ eta: Double) -> LossValues {
        switch way {
        case .each(let targets): return Self.sum(loss, parameters, targets, at: eta)
        case .mean(let y, let weight, let added):
            let at = loss.closedForm(eta, y, parameters)
            return LossValues(weight * at.value + added, weight * at.first, weight * at.second)
        case .pieces(let pieces): return pieces.at(eta)
        case .interpolated(let sums): return sums.at(eta)
        }
    }

    static func sum(
        _ loss: LossDefinition, _ parameters: [Double], _ targets: [(y: Double, weight: Double)], at eta: Double
    ) -> LossValues {
        var total = LossValues(0, 0, 0)
        for (y, weight) in targets {
            let at = loss.closedForm(eta, y, parameters)
            total.value += weight * at.value
            total.first += weight * at.first
            total.second += weight * at.second
        }
        return total
    }

    /// The distinct targets in ascending order with the sums of their weights.
    private static func groups(_ problem: RegressionProblem) -> [(y: Double, weight: Double)] {
        var pairs = problem.y.elements.enumerated().map { (y: $1, weight: problem.weights?[$0] ?? 1) }
        pairs.sort { $0.y < $1.y }
        var count = 0
        for pair in pairs {
            if count > 0, pairs[count - 1].y == pair.y {
                pairs[count - 1].weight += pair.weight
            } else {
                pairs[count] = pair
                count += 1
            }
        }
        return Array(pairs[..<count])
    }

    /// The mean target of a loss that y, or its logit, enters affinely: ℓ = a(η) + b(η)·t(y) + k(y). Found out by trying
    /// three targets at five η.
    private static func mean(
        _ loss: LossDefinition, _ parameters: [Double], _ problem: RegressionProblem
    ) -> (y: Double, weight: Double, added: Double)? {
        let targets = problem.y
        let ends = targets.withUnsafeElements { y in
            y.reduce((low: Double.infinity, high: -Double.infinity)) { (min($0.low, $1), max($0.high, $1)) }
        }
        guard ends.low < ends.high else { return nil }
        func weight(_ i: Int) -> Double { problem.weights?[i] ?? 1 }
        let total = problem.totalWeight
        let isOpen = loss.domain == .openUnitInterval
        func statistic(_ y: Double) -> Double { isOpen ? log(y / (1 - y)) : y }
        func target(_ t: Double) -> Double { isOpen ? 1 / (1 + exp(-t)) : t }
        let (a, b) = (statistic(ends.low), statistic(ends.high))
        for eta in [-1.1, -0.3, 0.2, 0.7, 1.3] {
            for share in [0.31, 0.64] {
                let tried = [ends.low, ends.high, target(a + share * (b - a))].map {
                    loss.closedForm(eta, $0, parameters)
                }
                for part in [\LossValues.first, \.second] {
                    let expected = tried[0][keyPath: part] + share * (tried[1][keyPath: part] - tried[0][keyPath: part])
                    let size = abs(tried[0][keyPath: part]) + abs(tried[1][keyPath: part])
                    guard abs(tried[2][keyPath: part] - expected) <= 1e-12 * size else { return nil }
                }
            }
        }
        var sum = 0.0
        var values = 0.0
        for i in 0..<problem.n {
            sum += weight(i) * statistic(targets[i])
            values += weight(i) * loss.closedForm(0, targets[i], parameters).value
        }
        let mean = target(sum / total)
        return (mean, total, values - total * loss.closedForm(0, mean, parameters).value)
    }
}

/// Sums of a ℓ that is quadratic in r = η − y between fixed break points: O(log n) for each η.
struct PiecewiseSums {
    /// ℓ = a + br + cr² for r up to `end`.
    private struct Piece {
        var end: Double
        var a: Double
        var b: Double
        var c: Double
    }

    private var pieces: [Piece] = []
    private var targets: [Double]
    /// Σw, Σwy and Σwy² over the targets before each place.
    private var weights: [Double] = [0]
    private var first: [Double] = [0]
    private var second: [Double] = [0]

    init?(_ loss: LossDefinition, _ q: [Double], _ groups: [(y: Double, weight: Double)]) {
        let breaks: [Double]
        switch loss.name {
        case "absolute", "quantile", "expectile": breaks = [0]
        case "huber", "epsilon-insensitive", "squared-epsilon-insensitive": breaks = [-q[0], q[0]]
        default: return nil
        }
        targets = groups.map(\.y)
        for (start, end) in zip([-Double.infinity] + breaks, breaks + [.infinity]) {
            let inside = start.isFinite ? (end.isFinite ? (start + end) / 2 : start + 1) : end - 1
            let at = loss.closedForm(inside, 0, q)
            let c = at.second / 2
            let b = at.first - 2 * c * inside
            pieces.append(Piece(end: end, a: at.value - (b + c * inside) * inside, b: b, c: c))
        }
        for (y, weight) in groups {
            weights.append((weights.last ?? 0) + weight)
            first.append((first.last ?? 0) + weight * y)
            second.append((second.last ?? 0) + weight * y * y)
        }
    }

    /// The sums at η: targets y > η − end belong to the pieces before `end`.
    func at(_ eta: Double) -> LossValues {
        var total = LossValues(0, 0, 0)
        var above = targets.count
        for piece in pieces {
            let below = piece.end == .infinity ? 0 : place(of: eta - piece.end)
            let w = weights[above] - weights[below]
            let wy = first[above] - first[below]
            let wyy = second[above] - second[below]
            let sum = w * eta - wy
            total.value += piece.a * w + piece.b * sum + piece.c * (w * eta * eta - 2 * eta * wy + wyy)
            total.first += piece.b * w + 2 * piece.c * sum
            total.second += 2 * piece.c * w
            above = below
        }
        return total
    }

    /// How many targets are below or at a value.
    private func place(of value: Double) -> Int {
        var low = 0
        var high = targets.count
        while low < high {
            let middle = (low + high) / 2
            if targets[middle] <= value { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

/// Sums of a ℓ that is analytic in a strip about the real axis, by interpolation at Chebyshev's points of the second kind
/// on intervals no longer than the strip is wide (barycentric formula: Berrut and Trefethen 2004, eq. 5.4); with 40 points
/// the error is 2.4⁻⁴⁰ of the largest value.
struct ChebyshevSums {
    private static let points = 40
    private var start: Double
    private var width: Double
    private var values: [[LossValues]] = []

    init?(
        _ loss: LossDefinition, _ q: [Double], _ targets: [(y: Double, weight: Double)], range: ClosedRange<Double>
    ) {
        let strip: Double
        switch loss.name {
        case "pseudo-huber": strip = q[0]
        case "log-cosh": strip = 1.5
        case "student-t": strip = q[0].squareRoot()
        default: return nil
        }
        let targets = Self.onGrid(targets, step: strip / 16)
        let intervals = max(1, ((range.upperBound - range.lowerBound) / (2 * strip)).rounded(.up))
        guard intervals * Double(Self.points * targets.count) <= 2e8 else { return nil }
        start = range.lowerBound
        width = max((range.upperBound - range.lowerBound) / intervals, 1e-300)
        for interval in 0..<Int(intervals) {
            values.append(
                (0..<Self.points).map { k in
                    let eta = start + (Double(interval) + 0.5 + 0.5 * Self.node(k)) * width
                    return TargetSums.sum(loss, q, targets, at: eta)
                })
        }
    }

    /// Many targets as few on a grid with the same sums Σ w·f(y), to twelve digits and more, for every f that is analytic
    /// in a strip sixteen steps wide: the weight of each goes to the twelve places about it by Lagrange's formula.
    private static func onGrid(
        _ targets: [(y: Double, weight: Double)], step: Double
    ) -> [(y: Double, weight: Double)] {
        guard let low = targets.first?.y, let high = targets.last?.y else { return targets }
        let count = ((high - low) / step).rounded(.up) + 12
        guard count < Double(targets.count) / 2 else { return targets }
        let start = low - 6 * step
        var weights = [Double](repeating: 0, count: Int(count) + 2)
        // Π_{l≠k} (k − l), for twelve neighbours.
        let bottoms = (0..<12).map { k in
            (0..<12).reduce(1.0) { $1 == k ? $0 : $0 * Double(k - $1) }
        }
        for (y, weight) in targets {
            let place = (y - start) / step
            let first = Int(place) - 5
            let t = place - Double(first)
            if t == 5 {
                weights[first + 5] += weight
                continue
            }
            let product = (0..<12).reduce(1.0) { $0 * (t - Double($1)) }
            for k in 0..<12 { weights[first + k] += weight * product / ((t - Double(k)) * bottoms[k]) }
        }
        return weights.indices.filter { weights[$0] != 0 }.map { (start + Double($0) * step, weights[$0]) }
    }

    private static func node(_ k: Int) -> Double { cos(Double(k) * Double.pi / Double(points - 1)) }
    private static let nodes = (0..<points).map(node)

    func at(_ eta: Double) -> LossValues {
        let place = (eta - start) / width
        let interval = min(max(0, Int(place)), values.count - 1)
        let t = 2 * (place - Double(interval)) - 1
        var total = LossValues(0, 0, 0)
        var sum = 0.0
        for (k, node) in Self.nodes.enumerated() {
            if t == node { return values[interval][k] }
            let isEnd = k == 0 || k == Self.points - 1
            let weight = (k % 2 == 0 ? 1.0 : -1) * (isEnd ? 0.5 : 1) / (t - node)
            let at = values[interval][k]
            sum += weight
            total.value += weight * at.value
            total.first += weight * at.first
            total.second += weight * at.second
        }
        return LossValues(total.value / sum, total.first / sum, total.second / sum)
    }
}
