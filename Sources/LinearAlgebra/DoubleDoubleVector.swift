/// A vector of double-double numbers, kept as two arrays so that the block kernels can use the vector unit.
///
/// Element i is `high[i] + low[i]`, normalised: `high[i]` is the value rounded to binary64.
public struct DoubleDoubleVector: Sendable, Equatable {
    /// The elements rounded to binary64.
    public package(set) var high: [Double]
    /// What `high` leaves out.
    public package(set) var low: [Double]

    /// Binary64 numbers, exactly.
    public init(_ values: [Double]) {
        high = values
        low = [Double](repeating: 0, count: values.count)
    }

    /// Pairs that are already normalised. - Precondition: the arrays are equally long.
    public init(high: [Double], low: [Double]) {
        precondition(high.count == low.count)
        self.high = high
        self.low = low
    }

    /// The number of elements.
    public var count: Int { high.count }

    /// Element `i`.
    public subscript(i: Int) -> DoubleDouble {
        get { DoubleDouble(high: high[i], low: low[i]) }
        set {
            high[i] = newValue.high
            low[i] = newValue.low
        }
    }
}

extension DoubleDoubleVector {
    /// Elementwise sum; error as for `DoubleDouble.+`.
    package static func + (a: DoubleDoubleVector, b: DoubleDoubleVector) -> DoubleDoubleVector { a.zip(b, +) }
    /// Elementwise difference.
    package static func - (a: DoubleDoubleVector, b: DoubleDoubleVector) -> DoubleDoubleVector { a.zip(b, -) }
    /// Elementwise product.
    package static func * (a: DoubleDoubleVector, b: DoubleDoubleVector) -> DoubleDoubleVector { a.zip(b, *) }
    /// Elementwise quotient.
    package static func / (a: DoubleDoubleVector, b: DoubleDoubleVector) -> DoubleDoubleVector { a.zip(b, /) }

    /// Every element times one number.
    package func scaled(by factor: DoubleDouble) -> DoubleDoubleVector {
        var result = self
        for i in 0..<count { result[i] = self[i] * factor }
        return result
    }

    /// The sum of the elements.
    package func sum() -> DoubleDouble {
        var total = DoubleDouble.zero
        for i in 0..<count { total += self[i] }
        return total
    }

    /// The inner product with another vector.
    package func dot(_ other: DoubleDoubleVector) -> DoubleDouble {
        precondition(count == other.count)
        var total = DoubleDouble.zero
        for i in 0..<count { total += self[i] * other[i] }
        return total
    }

    private func zip(
        _ other: DoubleDoubleVector, _ operation: (DoubleDouble, DoubleDouble) -> DoubleDouble
    ) -> DoubleDoubleVector {
        precondition(count == other.count)
        var result = self
        for i in 0..<count { result[i] = operation(self[i], other[i]) }
        return result
    }
}
