import LinearAlgebra

extension Deviation {
    /// The deviation of `values` from `reference`, entry by entry; a NaN among `values` (a `null`) is passed over.
    ///
    /// `tolerances` holds one number an entry, or one for all. An entry agrees where |a − b| ≤ its tolerance; an infinite
    /// value agrees with nothing. Complexity: O(count).
    package static func measure(
        _ values: UnsafeBufferPointer<Double>, _ reference: UnsafeBufferPointer<Double>,
        tolerances: UnsafeBufferPointer<Double>, shape: [Int]
    ) -> Deviation {
        precondition(values.count == reference.count)
        precondition(tolerances.count == values.count || tolerances.count == 1)
        let single = tolerances.count == 1
        var worst = 0
        // The first entry compared stands where every error is zero.
        var worstRatio = -1.0
        var absolute = 0.0
        var relative = 0.0
        var ulps = 0.0
        for i in values.indices {
            let a = values[i]
            let b = reference[i]
            if a == b {
                if worstRatio < 0 { (worst, worstRatio) = (i, 0) }
                continue
            }
            if a.isNaN { continue }
            let error = min(abs(a - b), .greatestFiniteMagnitude)
            let tolerance = single ? tolerances[0] : tolerances[i]
            absolute = max(absolute, error)
            relative = max(relative, b == 0 ? 1 : min(error / abs(b), .greatestFiniteMagnitude))
            ulps = max(ulps, ulpDistance(a, b))
            let ratio = tolerance > 0 ? error / tolerance : .infinity
            if ratio > worstRatio { (worst, worstRatio) = (i, ratio) }
        }
        return Deviation(
            agrees: worstRatio <= 1, maxAbsoluteError: absolute, maxRelativeError: relative, maxUlp: ulps,
            tolerance: values.isEmpty ? 0 : single ? tolerances[0] : tolerances[worst],
            position: position(worst, in: shape))
    }

    /// The deviation of one number.
    package static func measure(_ value: Double, _ reference: Double, tolerance: Double) -> Deviation {
        withUnsafePointer(to: value) { a in
            withUnsafePointer(to: reference) { b in
                withUnsafePointer(to: tolerance) { t in
                    measure(
                        UnsafeBufferPointer(start: a, count: 1), UnsafeBufferPointer(start: b, count: 1),
                        tolerances: UnsafeBufferPointer(start: t, count: 1), shape: [])
                }
            }
        }
    }

    /// How many binary64 numbers lie between two, one end included: 1 for neighbours, 0 for ±0.
    package static func ulpDistance(_ a: Double, _ b: Double) -> Double {
        guard a.isFinite, b.isFinite else { return a == b ? 0 : .greatestFiniteMagnitude }
        let x = ordered(a)
        let y = ordered(b)
        let (difference, overflow) = x.subtractingReportingOverflow(y)
        return overflow ? abs(Double(x) - Double(y)) : Double(difference.magnitude)
    }

    /// The place of a number among all binary64 numbers, zero at ±0.
    private static func ordered(_ value: Double) -> Int {
        let bits = Int(bitPattern: UInt(value.bitPattern))
        return bits >= 0 ? bits : Int.min &- bits
    }

    private static func position(_ index: Int, in shape: [Int]) -> [Int] {
        var rest = index
        var result: [Int] = []
        for length in shape.reversed() {
            result.append(length > 0 ? rest % length : 0)
            rest /= max(length, 1)
        }
        return result.reversed()
    }
}
