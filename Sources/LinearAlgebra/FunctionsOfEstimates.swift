import CKernels

/// Functions of numbers with bounds on their errors, in fixed pieces for the threads.
extension VectorFunction {
    /// How far f may stray over an interval of half width e around x, where f(x) = v: asked where e is not small beside
    /// the curvature.
    package typealias Variation = @Sendable (_ x: Double, _ e: Double, _ v: Double) -> Double

    /// f(a) in double-double with bounds: f and f′ at the leading parts, the rest by Taylor's series.
    package func value(_ a: BoundedArithmetic.Operand, count: Int, variation: @escaping Variation) -> BoundedNumbers {
        let units = ulps.value * Self.ulp
        return Self.bounded(a, count) { field, count, scratch, out in
            guard field.low != nil else {
                evaluate(.value, field.high, count: count, value: out.high)
                _ = ck_propagate(nil, nil, nil, nil, units, count, out.high, out.low, out.error)
                return
            }
            let (slope, bend) = (scratch, scratch + Self.atOnce)
            evaluate(.valueToSecond, field.high, count: count, value: out.high, first: slope, second: bend)
            let doubtful = ck_propagate(
                field.low, field.error, slope, bend, units, count, out.high, out.low, out.error)
            guard doubtful > 0, let errors = field.error else { return }
            for i in 0..<count {
                let e = errors[i]
                let bent = 0.5 * abs(bend[i]) * e * e
                guard e > 0, !(bent <= 0.0625 * 1.01 * abs(slope[i]) * e) else { continue }
                out.error[i] += variation(field.high[i], e, out.high[i] + out.low[i])
            }
        }
    }

    /// f′(a) in double-double with bounds.
    package func first(_ a: BoundedArithmetic.Operand, count: Int) -> BoundedNumbers {
        let units = ulps.first * Self.ulp
        return Self.bounded(a, count) { field, count, scratch, out in
            let (second, third) = (scratch, scratch + Self.atOnce)
            evaluate(.firstToThird, field.high, count: count, first: out.high, second: second, third: third)
            if let shift = shiftOfInverse {
                ck_propagate_inverse(
                    field.high, shift, field.low, field.error, 1, units, count, out.high, out.low, out.error)
                return
            }
            _ = ck_propagate(field.low, field.error, second, third, units, count, out.high, out.low, out.error)
        }
    }

    /// f″(a) with bounds; it has no low part.
    package func second(_ a: BoundedArithmetic.Operand, count: Int) -> BoundedNumbers {
        let units = ulps.second * Self.ulp
        return Self.bounded(a, count, keepingLow: false) { field, count, scratch, out in
            let (first, third) = (scratch, scratch + Self.atOnce)
            evaluate(.firstToThird, field.high, count: count, first: first, second: out.high, third: third)
            if let shift = shiftOfInverse {
                ck_propagate_inverse(
                    field.high, shift, field.low, field.error, 2, units, count, out.high, nil, out.error)
                return
            }
            ck_propagate_bound(field.high, field.low, field.error, third, units, count, out.high, out.error)
        }
    }

    /// What is added to x where the derivatives are powers of an inverse: those of a logarithm.
    private var shiftOfInverse: Double? {
        switch self {
        case .log: 0
        case .log1p: 1
        default: nil
        }
    }

    /// f(a) in binary64 with bounds; one bound may stand for all elements.
    package func estimate(
        _ a: NumericArray, bound: NumericArray, variation: @escaping Variation
    ) -> (value: NumericArray, bound: NumericArray) {
        let units = ulps.value * Self.ulp
        let count = a.count
        let (value, bounds) = (Storage(uninitialised: count), Storage(uninitialised: count))
        a.withUnsafeElements { x in
            bound.withUnsafeElements { e in
                guard let x = x.baseAddress, let errors = e.baseAddress, count > 0 else { return }
                let step = e.count == 1 ? 0 : 1
                let isExact = e.count == 1 && e[0] == 0
                nonisolated(unsafe) let pointers = (x, errors, value.base, bounds.base)
                Self.forEachPiece(count) { start, count, scratch in
                    let x = pointers.0 + start
                    let e = pointers.1 + start * step
                    let value = pointers.2 + start
                    let bound = pointers.3 + start
                    let (slope, bend) = (scratch, scratch + Self.atOnce)
                    if isExact {
                        evaluate(.value, x, count: count, value: value)
                        _ = ck_propagate(nil, nil, nil, nil, units, count, value, slope, bound)
                        return
                    }
                    evaluate(.valueToSecond, x, count: count, value: value, first: slope, second: bend)
                    guard ck_estimate_propagate(e, step, slope, bend, units, count, value, bound) > 0 else { return }
                    for i in 0..<count {
                        let d = e[i * step]
                        let linear = 1.01 * abs(slope[i]) * d
                        guard d > 0, !(abs(bend[i]) * d * d <= 0.125 * linear) else { continue }
                        bound[i] += variation(x[i], d, value[i])
                    }
                }
            }
        }
        return (NumericArray(shape: a.shape, storage: value), NumericArray(shape: a.shape, storage: bounds))
    }

    // MARK: Pieces

    /// Elements whose derivatives are held at once, in the first-level cache; a piece of work is four times as many.
    static let atOnce = 1024

    private static func forEachPiece(
        _ count: Int, _ body: @Sendable (_ start: Int, _ count: Int, _ scratch: UnsafeMutablePointer<Double>) -> Void
    ) {
        let size = 4 * atOnce
        let pieces = (count + size - 1) / size
        Parallel.forEach(chunks: pieces, execution: pieces < 4 ? .serial : .standard) { piece in
            withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * atOnce) { scratch in
                guard let scratch = scratch.baseAddress else { return }
                for start in stride(from: piece * size, to: min(count, (piece + 1) * size), by: atOnce) {
                    body(start, min(atOnce, min(count, (piece + 1) * size) - start), scratch)
                }
            }
        }
    }

    private struct Output: @unchecked Sendable {
        let high: UnsafeMutablePointer<Double>
        let low: UnsafeMutablePointer<Double>
        let error: UnsafeMutablePointer<Double>
    }

    /// New numbers with bounds, which `body` writes piece by piece, the low part only where it is kept; the operand's low
    /// part and error are both there or both absent.
    private static func bounded(
        _ a: BoundedArithmetic.Operand, _ count: Int, keepingLow: Bool = true,
        _ body:
            @Sendable (
                _ field: ck_field, _ count: Int, _ scratch: UnsafeMutablePointer<Double>, _ out: Output
            ) -> Void
    ) -> BoundedNumbers {
        let storage = Storage(uninitialised: count)
        var low: [Double] = []
        let error = BoundedArithmetic.uninitialised(count) { error in
            func fill(_ low: UnsafeMutablePointer<Double>?) {
                a.withField { field in
                    nonisolated(unsafe) let shared = (field, storage.base, low, error)
                    forEachPiece(count) { start, count, scratch in
                        let (field, high, low, error) = shared
                        let out = Output(high: high + start, low: low.map { $0 + start } ?? error, error: error + start)
                        body(field.advanced(by: start), count, scratch, out)
                    }
                }
            }
            if keepingLow { low = BoundedArithmetic.uninitialised(count) { fill($0) } } else { fill(nil) }
        }
        return BoundedNumbers(high: NumericArray(storage), low: low, error: error)
    }
}
