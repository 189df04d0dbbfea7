/// A number written in a program: an exact fraction where it is one that fits, else a binary64 number.
///
/// Exactness matters to the symbolic derivation: `1/2 * 2` must be 1 and `x**0.5` a square root.
public enum Constant: Hashable, Sendable {
    /// `numerator / denominator` in lowest terms, the denominator positive.
    case fraction(numerator: Int, denominator: Int)
    /// A number that is no such fraction (π, 1e300).
    case double(Double)

    /// An integer.
    public init(_ integer: Int) { self = .fraction(numerator: integer, denominator: 1) }

    /// The value, rounded once.
    public var value: Double {
        switch self {
        case .fraction(let numerator, let denominator): Double(numerator) / Double(denominator)
        case .double(let value): value
        }
    }
}
