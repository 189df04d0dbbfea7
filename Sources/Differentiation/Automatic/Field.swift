import LinearAlgebra

/// Values of a node, an adjoint or a coefficient: double-double numbers with a bound on their error.
///
/// Axes of length 1 may stand for axes of the node's length ("lazily broadcast"): the adjoint of every term of a sum is
/// one number, and stays one. `low` and `error` are empty where they are zero.
struct Field {
    /// The lengths of the axes; each is the node's or 1.
    var shape: [Int]
    /// The values rounded to binary64, row-major.
    var high: NumericArray
    /// What `high` leaves out.
    var low: [Double]
    /// Bounds on |high + low − exact|.
    var error: [Double]

    var count: Int { high.count }

    init(shape: [Int], high: NumericArray, low: [Double] = [], error: [Double] = []) {
        self.shape = shape
        self.high = high
        self.low = low
        self.error = error
    }

    /// Exact binary64 numbers.
    init(_ array: NumericArray) { self.init(shape: array.shape, high: array) }

    /// One number for all elements of an array of the given rank.
    init(_ value: Double, rank: Int) {
        let shape = [Int](repeating: 1, count: rank)
        self.init(shape: shape, high: NumericArray(shape: shape, repeating: value))
    }

    /// What the block kernels give.
    init(_ numbers: BoundedNumbers, shape: [Int]) {
        self.init(shape: shape, high: numbers.high.reshaped(shape), low: numbers.low, error: numbers.error)
    }

    func value(_ i: Int) -> DoubleDouble {
        DoubleDouble(high: high[i], low: low.isEmpty ? 0 : low[i])
    }

    func bound(_ i: Int) -> Double { error.isEmpty ? 0 : error[i] }

    /// The leading parts, and bounds that count what they leave out and one rounding.
    var rounded: (values: [Double], bounds: [Double]) {
        let values = high.elements
        return (values, values.indices.map { bound($0) + unitRoundoff * abs(values[$0]) })
    }

    /// Bounds for `high` taken alone: what it leaves out counts as error. Empty where all are zero.
    var errorOfHigh: [Double] {
        guard !low.isEmpty else { return error }
        return errorSpread(low, errors: error, gamma: 1)
    }

    /// The same elements under other axes.
    func reshaped(_ shape: [Int]) -> Field { Field(shape: shape, high: high.reshaped(shape), low: low, error: error) }

    /// The single value where there is one.
    var uniform: Double? { count == 1 ? high[0] : nil }
}

/// Rounding of one binary64 operation.
let unitRoundoff = 0x1p-53
/// A generous bound for a few double-double operations, relative to their magnitudes.
let doubleDoubleRoundoff = 0x1p-98
/// An absolute bound for what underflow can do to one operation, with room for later factors.
let underflowBound = 0x1p-1060

/// Elementwise work on fields under broadcasting.
extension Field {
    /// The shape that both broadcast to, axes aligned at the end.
    static func broadcast(_ a: [Int], _ b: [Int]) -> [Int] {
        if a == b { return a }
        let rank = max(a.count, b.count)
        return (0..<rank).map { axis in
            let i = axis - (rank - a.count)
            let j = axis - (rank - b.count)
            return max(i >= 0 ? a[i] : 1, j >= 0 ? b[j] : 1)
        }
    }

    /// The row-major steps of an array of shape `shape` seen with the axes of `target`; 0 where it is repeated.
    static func strides(of shape: [Int], in target: [Int]) -> [Int] {
        var strides = [Int](repeating: 0, count: target.count)
        var step = 1
        for axis in shape.indices.reversed() {
            let place = axis + target.count - shape.count
            strides[place] = shape[axis] == 1 ? 0 : step
            step *= shape[axis]
        }
        return strides
    }

    /// Calls `body(k, i, j)` for every element k of `target` with the positions in arrays of shapes `a` and `b`.
    @inline(__always)
    static func each(_ target: [Int], _ a: [Int], _ b: [Int], _ body: (Int, Int, Int) -> Void) {
        let count = target.reduce(1, *)
        if a == target, b == target {
            for k in 0..<count { body(k, k, k) }
            return
        }
        guard count > 0 else { return }
        let first = strides(of: a, in: target)
        let second = strides(of: b, in: target)
        let inner = target.last ?? 1
        let stepA = first.last ?? 0
        let stepB = second.last ?? 0
        var index = [Int](repeating: 0, count: target.count)
        var i = 0
        var j = 0
        var k = 0
        while true {
            for l in 0..<inner { body(k + l, i + l * stepA, j + l * stepB) }
            k += inner
            if k >= count { return }
            var axis = target.count - 2
            while axis >= 0 {
                index[axis] += 1
                i += first[axis]
                j += second[axis]
                if index[axis] < target[axis] { break }
                i -= first[axis] * target[axis]
                j -= second[axis] * target[axis]
                index[axis] = 0
                axis -= 1
            }
        }
    }

    /// Elements in one piece of work for the threads.
    private static let block = 4096

    /// A new field from two: `value` gives the element and the bound on its error, and depends on nothing else.
    static func combine(
        _ a: Field, _ b: Field, keepingLow: Bool = true,
        _ value: (_ a: DoubleDouble, _ ea: Double, _ b: DoubleDouble, _ eb: Double) -> (DoubleDouble, Double)
    ) -> Field {
        let shape = broadcast(a.shape, b.shape)
        let count = shape.reduce(1, *)
        var high = NumericArray(uninitialised: shape)
        var low = [Double](repeating: 0, count: keepingLow ? count : 0)
        var error = [Double](repeating: 0, count: count)
        let isStraight = (a.count == count || a.count == 1) && (b.count == count || b.count == 1)
        withPointers(a, b) { x, y in
            high.withUnsafeMutableElements { high in
                low.withUnsafeMutableBufferPointer { low in
                    error.withUnsafeMutableBufferPointer { error in
                        withoutActuallyEscaping(value) { value in
                            nonisolated(unsafe) let work = (x, y, high, low, error, value)
                            if isStraight {
                                let pieces = (count + block - 1) / block
                                Parallel.forEach(chunks: pieces, execution: pieces < 4 ? .serial : .standard) { piece in
                                    // Copies of one's own: threads that count references to the same closure for
                                    // every element only wait for each other.
                                    let (x, y, high, low, error, value) = work
                                    let (first, second) = (x.step, y.step)
                                    for k in piece * block..<min(count, (piece + 1) * block) {
                                        let (i, j) = (k &* first, k &* second)
                                        let (v, e) = value(x[i], x.bound(i), y[j], y.bound(j))
                                        high[k] = v.high
                                        if keepingLow { low[k] = v.low }
                                        error[k] = e
                                    }
                                }
                            } else {
                                each(shape, a.shape, b.shape) { k, i, j in
                                    let (v, e) = value(x[i], x.bound(i), y[j], y.bound(j))
                                    high[k] = v.high
                                    if keepingLow { low[k] = v.low }
                                    error[k] = e
                                }
                            }
                        }
                    }
                }
            }
        }
        return Field(shape: shape, high: high, low: low, error: error)
    }

    /// The parts of a field as pointers, for one loop.
    private struct Pointers: @unchecked Sendable {
        let high: UnsafeBufferPointer<Double>
        let low: UnsafeBufferPointer<Double>
        let error: UnsafeBufferPointer<Double>
        /// 1, or 0 for one number that meets all.
        var step: Int { high.count == 1 ? 0 : 1 }

        @inline(__always) subscript(i: Int) -> DoubleDouble {
            DoubleDouble(high: high[i], low: low.isEmpty ? 0 : low[i])
        }
        @inline(__always) func bound(_ i: Int) -> Double { error.isEmpty ? 0 : error[i] }
    }

    private static func withPointers(_ a: Field, _ b: Field, _ body: (Pointers, Pointers) -> Void) {
        func pointers(_ field: Field, _ body: (Pointers) -> Void) {
            field.high.withUnsafeElements { high in
                field.low.withUnsafeBufferPointer { low in
                    field.error.withUnsafeBufferPointer { body(Pointers(high: high, low: low, error: $0)) }
                }
            }
        }
        pointers(a) { first in pointers(b) { body(first, $0) } }
    }

    /// A new field from one.
    func map(_ value: (_ a: DoubleDouble, _ error: Double) -> (DoubleDouble, Double)) -> Field {
        Field.combine(self, Field(0, rank: 0)) { a, e, _, _ in value(a, e) }
    }

    /// a + b in double-double.
    static func sum(_ a: Field, _ b: Field) -> Field { arithmetic(.add, a, b) }

    /// a − b in double-double.
    static func difference(_ a: Field, _ b: Field) -> Field { arithmetic(.subtract, a, b) }

    /// a·b in double-double. A factor that is exactly zero annihilates the other, be it infinite: what a mask has cut
    /// off has no influence.
    static func product(_ a: Field, _ b: Field) -> Field {
        timesSign(a, b) ?? timesSign(b, a) ?? arithmetic(.multiply, a, b)
    }

    /// ±1 times a field, which is exact; nil for other factors.
    private static func timesSign(_ sign: Field, _ a: Field) -> Field? {
        guard sign.count == 1, abs(sign.high[0]) == 1, sign.value(0).low == 0, sign.bound(0) == 0 else { return nil }
        let shape = broadcast(sign.shape, a.shape)
        return sign.high[0] == 1 ? a.reshaped(shape) : a.negated.reshaped(shape)
    }

    /// −a, exactly; the bounds are shared.
    var negated: Field {
        Field(
            shape: shape, high: BoundedArithmetic.negated(high), low: BoundedArithmetic.negated(low), error: error)
    }

    /// a ÷ b in double-double.
    static func quotient(_ a: Field, _ b: Field) -> Field { arithmetic(.divide, a, b) }

    private static func arithmetic(_ operation: BoundedArithmetic.Operation, _ a: Field, _ b: Field) -> Field {
        let shape = broadcast(a.shape, b.shape)
        // The kernels know equal shapes and single numbers; what else meets is written out first.
        let count = shape.reduce(1, *)
        let left = a.count == count || a.count == 1 ? a : a.expanded(to: shape)
        let right = b.count == count || b.count == 1 ? b : b.expanded(to: shape)
        let result = BoundedArithmetic.apply(operation, left.operand, right.operand, shape: shape)
        return Field(shape: shape, high: result.high, low: result.low, error: result.error)
    }

    var operand: BoundedArithmetic.Operand { BoundedArithmetic.Operand(high: high, low: low, error: error) }

    /// What underflow may have taken from a result; nothing where it is far from the subnormal numbers.
    @inline(__always)
    static func underflow(_ value: Double) -> Double { abs(value) < 0x1p-900 ? underflowBound : 0 }

    /// The field times one exact number.
    func scaled(by factor: Double) -> Field {
        factor == 1 ? self : Field.product(self, Field(factor, rank: 0)).reshaped(shape)
    }
}
