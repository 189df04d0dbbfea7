import LinearAlgebra

/// An array as computed in binary64, with a bound on the rounding error of every element.
public struct Estimate: Sendable {
    /// The values.
    public var value: NumericArray
    /// Bounds on |value − exact|, of the same shape; one number where all are equal.
    public var bound: NumericArray

    /// Values with their bounds.
    public init(value: NumericArray, bound: NumericArray) {
        self.value = value
        self.bound = bound
    }

    /// Values that are exact.
    public init(exact value: NumericArray) {
        self.init(value: value, bound: NumericArray(0))
    }

    /// The bounds, one for each element.
    var fullBound: NumericArray {
        bound.count == value.count
            ? bound.reshaped(value.shape) : NumericArray(shape: value.shape, repeating: bound[0])
    }

    /// The same elements under another shape.
    func reshaped(_ shape: [Int]) -> Estimate {
        Estimate(value: value.reshaped(shape), bound: bound.count == 1 ? bound : bound.reshaped(shape))
    }

    /// The bound of an element by its row-major position.
    public func bound(at position: Int) -> Double { bound.count == 1 ? bound[0] : bound[position] }
}

/// What keeps an evaluation from giving numbers.
public enum EvaluationError: Error, Hashable, Sendable {
    /// A name that the environment does not hold.
    case missing(String)
    /// A matrix without an inverse.
    case singular(column: Int)
    /// An array that would take more than the memory limit.
    case tooLarge(shape: [Int], limit: Int)
    /// Nobody waits for the result.
    case cancelled
}
