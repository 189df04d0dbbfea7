/// The length of an axis: the number it has for these data and, where it has one, the symbol it is written with.
///
/// `X[1:]` has length n − 1: symbol `n`, offset −1, count 999. Shapes are compared by symbol where both sides have one,
/// so that n = p by coincidence does not confuse two axes in a formula; memory and cost are judged by `count`.
public struct Dimension: Hashable, Sendable {
    /// The name of a length that depends on the data.
    public enum Symbol: String, Hashable, Sendable, Comparable {
        /// The number of rows of the design matrix.
        case n
        /// The number of columns of the design matrix.
        case p

        /// Alphabetical.
        public static func < (left: Symbol, right: Symbol) -> Bool { left.rawValue < right.rawValue }
    }

    /// The symbol, if the length has one.
    public let symbol: Symbol?
    /// What is added to the symbol's value; 0 where there is no symbol.
    public let offset: Int
    /// The length for these data.
    public let count: Int

    /// A length without a name.
    public init(_ count: Int) {
        self.init(symbol: nil, offset: 0, count: count)
    }

    /// A length `symbol + offset` that is `count` here.
    public init(symbol: Symbol?, offset: Int = 0, count: Int) {
        self.symbol = symbol
        self.offset = symbol == nil ? 0 : offset
        self.count = count
    }
}

extension Dimension: CustomStringConvertible {
    /// As an expression: `n`, `p - 1`, `3`.
    public var description: String {
        guard let symbol else { return String(count) }
        if offset == 0 { return symbol.rawValue }
        return offset > 0 ? "\(symbol.rawValue) + \(offset)" : "\(symbol.rawValue) - \(-offset)"
    }
}
