import CKernels

/// Arithmetic in binary64 with bounds on the errors.
package enum EstimateArithmetic {
    /// One operand: its values and their bounds, each one number for all elements or one for each.
    package typealias Operand = (value: NumericArray, bound: NumericArray)

    private static let block = 4096

    /// a ∘ b, each element rounded once, with its bound.
    package static func apply(
        _ operation: BoundedArithmetic.Operation, _ a: Operand, _ b: Operand, shape: [Int]
    ) -> Operand {
        let count = shape.reduce(1, *)
        let (value, bound) = (Storage(uninitialised: count), Storage(uninitialised: count))
        withEstimate(a) { a in
            withEstimate(b) { b in
                nonisolated(unsafe) let work = (a, b, value.base, bound.base)
                let pieces = (count + block - 1) / block
                Parallel.forEach(chunks: pieces, execution: pieces < 4 ? .serial : .standard) { piece in
                    let start = piece * block
                    ck_estimate_arithmetic(
                        operation.kernel, work.0.advanced(by: start), work.1.advanced(by: start),
                        min(block, count - start), work.2 + start, work.3 + start)
                }
            }
        }
        return (NumericArray(shape: shape, storage: value), NumericArray(shape: shape, storage: bound))
    }

    private static func withEstimate(_ a: Operand, _ body: (ck_estimate) -> Void) {
        a.value.withUnsafeElements { value in
            a.bound.withUnsafeElements { bound in
                body(
                    ck_estimate(
                        value: value.baseAddress, bound: bound.baseAddress, value_step: value.count == 1 ? 0 : 1,
                        bound_step: bound.count == 1 ? 0 : 1))
            }
        }
    }
}

extension ck_estimate {
    fileprivate func advanced(by elements: Int) -> ck_estimate {
        ck_estimate(
            value: value + elements * value_step, bound: bound + elements * bound_step, value_step: value_step,
            bound_step: bound_step)
    }
}

extension BoundedArithmetic.Operation {
    fileprivate var kernel: ck_operation {
        switch self {
        case .add: CK_ADD
        case .subtract: CK_SUBTRACT
        case .multiply: CK_MULTIPLY
        case .divide: CK_DIVIDE
        }
    }
}
