import CKernels

/// Numbers in double-double with bounds on their errors.
package struct BoundedNumbers: Sendable {
    /// The values rounded to binary64.
    package var high: NumericArray
    /// What they leave out.
    package var low: [Double]
    /// Bounds on |high + low − exact|.
    package var error: [Double]
}

/// Elementwise arithmetic in double-double with bounds, vectorised and cut into fixed pieces for the threads.
package enum BoundedArithmetic {
    /// The four operations.
    package enum Operation: Sendable { case add, subtract, multiply, divide }

    /// Elements in one piece of work.
    private static let block = 8192

    /// a ∘ b element by element, as an array of the given shape; an operand of one element meets all. Results that are not
    /// finite have no low part; an exact zero annihilates whatever it is multiplied with. O(n).
    package static func apply(
        _ operation: Operation, _ a: Operand, _ b: Operand, shape: [Int], execution: Execution = .standard
    ) -> BoundedNumbers {
        let count = shape.reduce(1, *)
        let storage = Storage(uninitialised: count)
        var error: [Double] = []
        let low = uninitialised(count) { low in
            error = uninitialised(count) { error in
                nonisolated(unsafe) let out = (storage.base, low, error)
                a.withField { a in
                    b.withField { b in
                        nonisolated(unsafe) let operands = (a, b)
                        let pieces = (count + block - 1) / block
                        Parallel.forEach(chunks: pieces, execution: pieces < 4 ? .serial : execution) { piece in
                            let start = piece * block
                            run(
                                operation, operands.0.advanced(by: start), operands.1.advanced(by: start),
                                out.0 + start, out.1 + start, out.2 + start, min(block, count - start))
                        }
                    }
                }
            }
        }
        return BoundedNumbers(high: NumericArray(shape: shape, storage: storage), low: low, error: error)
    }

    /// −a.
    package static func negated(_ a: NumericArray) -> NumericArray {
        NumericArray(uninitialised: a.shape) { out in
            a.withUnsafeElements { a in
                if let from = a.baseAddress, let to = out.baseAddress { ck_negate(from, to, a.count) }
            }
        }
    }

    /// −a.
    package static func negated(_ a: [Double]) -> [Double] {
        uninitialised(a.count) { out in ck_negate(a, out, a.count) }
    }

    /// The sum of all elements, in double-double, piece by piece in order.
    package static func sum(_ a: Operand, count: Int, execution: Execution = .standard) -> (
        high: Double, low: Double, error: Double
    ) {
        let pieces = (count + block - 1) / block
        var parts = [Double](repeating: 0, count: 3 * pieces)
        a.withField(filling: false) { field in
            parts.withUnsafeMutableBufferPointer { parts in
                nonisolated(unsafe) let shared = (field, parts)
                Parallel.forEach(chunks: pieces, execution: pieces < 4 ? .serial : execution) { piece in
                    guard let out = shared.1.baseAddress else { return }
                    let start = piece * block
                    ck_field_sum(shared.0.advanced(by: start), min(block, count - start), out + 3 * piece)
                }
            }
        }
        var total = DoubleDouble.zero
        var error = 0.0
        for piece in 0..<pieces {
            total += DoubleDouble(high: parts[3 * piece], low: parts[3 * piece + 1])
            error += parts[3 * piece + 2] + abs(total.high) * 0x1p-100
        }
        return (total.high, total.low, error)
    }

    /// One operand of an operation: arrays of `count` elements, or of one.
    package struct Operand {
        /// Runs `body` with the pointers of the values; when filling, `low` and `error` are both there or both absent.
        func withField<R>(filling: Bool = true, _ body: (ck_field) -> R) -> R {
            let fills = filling && low.isEmpty != error.isEmpty
            let zeros = fills ? [Double](repeating: 0, count: high.count) : []
            return high.withUnsafeElements { high in
                (fills && low.isEmpty ? zeros : low).withUnsafeBufferPointer { low in
                    (fills && error.isEmpty ? zeros : error).withUnsafeBufferPointer { error in
                        body(
                            ck_field(
                                high: high.baseAddress, low: low.isEmpty ? nil : low.baseAddress,
                                error: error.isEmpty ? nil : error.baseAddress, step: step))
                    }
                }
            }
        }

        private var step: Int { high.count == 1 ? 0 : 1 }

        private let high: NumericArray
        private let low: [Double]
        private let error: [Double]

        /// Values with what they leave out and the bounds on their errors, each empty where all are zero.
        package init(high: NumericArray, low: [Double], error: [Double]) {
            self.high = high
            self.low = low
            self.error = error
        }
    }

    private static func run(
        _ operation: Operation, _ a: ck_field, _ b: ck_field, _ high: UnsafeMutablePointer<Double>,
        _ low: UnsafeMutablePointer<Double>, _ error: UnsafeMutablePointer<Double>, _ count: Int
    ) {
        switch operation {
        case .add: ck_field_add(a, b, high, low, error, count)
        case .subtract: ck_field_subtract(a, b, high, low, error, count)
        case .multiply: ck_field_multiply(a, b, high, low, error, count)
        case .divide: ck_field_divide(a, b, high, low, error, count)
        }
    }

    /// An array whose elements `body` writes, every one.
    static func uninitialised(_ count: Int, _ body: (UnsafeMutablePointer<Double>) -> Void) -> [Double] {
        [Double](unsafeUninitializedCapacity: count) { buffer, initialised in
            if let start = buffer.baseAddress, count > 0 { body(start) }
            initialised = count
        }
    }
}

extension ck_field {
    func advanced(by elements: Int) -> ck_field {
        let offset = elements * step
        return ck_field(
            high: high.map { $0 + offset }, low: low.map { $0 + offset }, error: error.map { $0 + offset }, step: step)
    }
}
