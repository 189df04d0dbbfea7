import CKernels

/// Elementary functions that have kernels for whole arrays: each gives the value and the derivatives together.
///
/// An element's result depends on that element alone and is the same to the bit on every processor. `VectorFunctionTests`
/// has the errors, against 64 bits on a dense set of points and against mpmath.
package enum VectorFunction: CaseIterable, Sendable {
    /// The functions by their names; `logistic` is 1 ÷ (1 + e⁻ˣ), `softplus` log(1 + eˣ), `logcosh` log cosh x.
    case exp, expm1, log, log1p, tanh, sigmoid, softplus, logcosh

    /// What is wanted of a function.
    package enum Parts: Sendable {
        /// f.
        case value
        /// f, f′, f″.
        case valueToSecond
        /// f′, f″ and a bound on |f‴|.
        case firstToThird
    }

    /// Bounds on the errors of f, f′ and f″ in units in the last place of the result, subnormal results included.
    ///
    /// The largest found on some two million points a function: 0.81 for all but the second derivatives of the logarithms, 1.92 there.
    package var ulps: (value: Double, first: Double, second: Double) {
        switch self {
        case .log, .log1p: (1, 1, 2)
        default: (1, 1, 1)
        }
    }

    /// A unit in the last place is at most 2⁻⁵² of the number.
    static let ulp = 0x1p-52

    /// The parts of f at `count` numbers; what is not among the parts is not touched.
    package func evaluate(
        _ parts: Parts, _ x: UnsafePointer<Double>, count: Int, value: UnsafeMutablePointer<Double>? = nil,
        first: UnsafeMutablePointer<Double>? = nil, second: UnsafeMutablePointer<Double>? = nil,
        third: UnsafeMutablePointer<Double>? = nil
    ) {
        ck_function(kernel, parts.kernel, x, count, value, first, second, third)
    }

    /// The same with the kernels of one vector unit; nil where the processor does not have it.
    package func evaluate(
        _ parts: Parts, _ x: [Double], unit: Int
    ) -> (value: [Double], first: [Double], second: [Double], third: [Double])? {
        var value = [Double](repeating: 0, count: x.count)
        var (first, second, third) = (value, value, value)
        let isKnown = ck_function_on(Int32(unit), kernel, parts.kernel, x, x.count, &value, &first, &second, &third)
        return isKnown != 0 ? (value, first, second, third) : nil
    }

    private var kernel: ck_function {
        switch self {
        case .exp: CK_EXP
        case .expm1: CK_EXPM1
        case .log: CK_LOG
        case .log1p: CK_LOG1P
        case .tanh: CK_TANH
        case .sigmoid: CK_SIGMOID
        case .softplus: CK_SOFTPLUS
        case .logcosh: CK_LOGCOSH
        }
    }
}

extension VectorFunction.Parts {
    fileprivate var kernel: ck_parts {
        switch self {
        case .value: CK_VALUE
        case .valueToSecond: CK_VALUE_TO_SECOND
        case .firstToThird: CK_FIRST_TO_THIRD
        }
    }
}
