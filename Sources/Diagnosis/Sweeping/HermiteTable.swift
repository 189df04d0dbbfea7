import Losses

/// ℓ, ℓ′ and ℓ″ as functions of one number, by cubic Hermite interpolation between equally spaced nodes.
///
/// ℓ is interpolated from ℓ and ℓ′, ℓ′ from ℓ′ and ℓ″, with an error of h⁴/384 times the fourth derivative; ℓ″ is the slope of
/// the cubic of ℓ′, with an error of O(h³). Enough to rule a mistake out, at a small part of the cost of exponentials.
struct HermiteTable: Sendable {
    let grid: Grid
    /// ℓ, ℓ′, ℓ″ at each node, and a zero.
    let nodes: [SIMD4<Double>]

    /// Nil where the function is not smooth or not finite: where the middle of some interval is missed by more than a
    /// hundred-millionth of the values around it (for ℓ″ a millionth).
    init?(_ range: ClosedRange<Double>, _ exact: (Double) -> LossValues) {
        let width = range.upperBound - range.lowerBound
        for step in [0x1p-6, 0x1p-8] where width / step <= Self.most {
            guard let table = HermiteTable(range, step: step, exact) else { return nil }
            if table.isAccurate(exact) {
                self = table
                return
            }
        }
        return nil
    }

    /// The most nodes: as many as fit into the second-level cache.
    private static let most = 32_768.0

    private init?(_ range: ClosedRange<Double>, step: Double, _ exact: (Double) -> LossValues) {
        guard let nodes = Self.nodes(range, step, exact) else { return nil }
        self.nodes = nodes
        grid = Grid(
            start: range.lowerBound, end: range.lowerBound + step * Double(nodes.count - 1), step: step,
            inverse: 1 / step, count: nodes.count)
    }

    private static func nodes(
        _ range: ClosedRange<Double>, _ step: Double, _ exact: (Double) -> LossValues
    ) -> [SIMD4<Double>]? {
        let count = Int(((range.upperBound - range.lowerBound) / step).rounded(.up)) + 1
        var nodes: [SIMD4<Double>] = []
        nodes.reserveCapacity(count)
        for k in 0..<max(count, 2) {
            let at = exact(range.lowerBound + step * Double(k))
            guard at.value.isFinite, at.first.isFinite, at.second.isFinite else { return nil }
            nodes.append(SIMD4(at.value, at.first, at.second, 0))
        }
        return nodes
    }

    private func isAccurate(_ exact: (Double) -> LossValues) -> Bool {
        let step = grid.step
        for k in 0..<(nodes.count - 1) {
            let middle = grid.start + step * (Double(k) + 0.5)
            guard let ours = at(middle) else { return false }
            let right = exact(middle)
            let (a, b) = (nodes[k], nodes[k + 1])
            func size(_ part: Int) -> Double { abs(a[part]) + abs(b[part]) }
            let curvature = size(2) + abs(b[1] - a[1]) / step
            guard abs(ours.value - right.value) <= 1e-8 * (size(0) + step * size(1)),
                abs(ours.first - right.first) <= 1e-8 * (size(1) + step * size(2)),
                abs(ours.second - right.second) <= 2e-7 * curvature
            else { return false }
        }
        return true
    }

    /// The values at x; nil outside of the table.
    func at(_ x: Double) -> LossValues? {
        nodes.withUnsafeBufferPointer { nodes in nodes.baseAddress.flatMap { grid.at(x, $0) } }
    }

    /// Where the nodes lie, and the interpolation between those behind a pointer.
    struct Grid: Sendable {
        let start: Double
        let end: Double
        let step: Double
        let inverse: Double
        let count: Int

        @inline(__always)
        func at(_ x: Double, _ nodes: UnsafePointer<SIMD4<Double>>) -> LossValues? {
            guard x >= start, x < end else { return nil }
            let place = (x - start) * inverse
            let k = min(Int(place), count - 2)
            let t = place - Double(k)
            let (a, b) = (nodes[k], nodes[k + 1])
            let u = 1 - t
            // The basis for values and, times the step, for slopes.
            let (left, right) = ((1 + 2 * t) * u * u, t * t * (3 - 2 * t))
            let (leftSlope, rightSlope) = (t * u * u * step, -t * t * u * step)
            let value = left * a[0] + right * b[0] + leftSlope * a[1] + rightSlope * b[1]
            let first = left * a[1] + right * b[1] + leftSlope * a[2] + rightSlope * b[2]
            let second = 6 * t * u * (b[1] - a[1]) * inverse + u * (1 - 3 * t) * a[2] + t * (3 * t - 2) * b[2]
            return LossValues(value, first, second)
        }
    }
}
