import LinearAlgebra

/// The data a program is evaluated on: arrays by name.
public struct Environment: Sendable {
    /// The arrays: `X` (n, p), `y`, `beta`, and `weights`, `offset`, parameters where there are any.
    public var arrays: [String: NumericArray]
    /// The number of rows of the design matrix.
    public var n: Int
    /// The number of columns of the design matrix.
    public var p: Int

    /// Data with the sizes that the symbols `n` and `p` stand for.
    public init(arrays: [String: NumericArray], n: Int, p: Int) {
        self.arrays = arrays
        self.n = n
        self.p = p
    }

    /// The array with this name.
    public subscript(name: String) -> NumericArray? { arrays[name] }

    /// The shape a name has in a program: `X` is (n, p), `y`, `weights`, `offset` (n,), `beta` (p,) where their lengths
    /// are those; any other array has plain numbers, except that β and y of other shapes keep n and p on axes that are.
    public func shape(of name: String) -> Shape? {
        guard let array = arrays[name] else { return nil }
        let symbols: [Dimension.Symbol?]
        switch name {
        case "X": symbols = [.n, .p]
        case "y": symbols = [.n, nil]
        case "weights", "offset": symbols = [.n]
        case "beta": symbols = array.rank == 1 ? [.p] : [nil, .p]
        default: symbols = []
        }
        return Shape(
            array.shape.enumerated().map { axis, count in
                let symbol = axis < symbols.count ? symbols[axis] : nil
                let expected = symbol == .n ? n : symbol == .p ? p : -1
                return Dimension(symbol: count == expected ? symbol : nil, count: count)
            })
    }
}
