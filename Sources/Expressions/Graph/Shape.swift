/// The lengths of an array's axes; empty for a scalar.
public struct Shape: Hashable, Sendable {
    /// One dimension an axis.
    public var dimensions: [Dimension]

    /// A shape with the given axes.
    public init(_ dimensions: [Dimension]) { self.dimensions = dimensions }

    /// The shape of a scalar.
    public static let scalar = Shape([])

    /// The number of axes.
    public var rank: Int { dimensions.count }
    /// The lengths as numbers.
    public var counts: [Int] { dimensions.map(\.count) }
    /// The number of elements, or nil where it does not fit in an `Int`.
    public var elementCount: Int? {
        var product = 1
        for dimension in dimensions {
            let (next, overflow) = product.multipliedReportingOverflow(by: dimension.count)
            if overflow { return nil }
            product = next
        }
        return product
    }
}

extension Shape: CustomStringConvertible {
    /// As NumPy prints it: `()`, `(1000,)`, `(1000, 3)`.
    public var description: String {
        dimensions.count == 1
            ? "(\(dimensions[0].count),)" : "(" + counts.map(String.init).joined(separator: ", ") + ")"
    }
}
