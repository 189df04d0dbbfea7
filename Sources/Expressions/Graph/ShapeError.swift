/// Operands whose shapes do not fit an operation.
public struct ShapeError: Error, Hashable, Sendable {
    /// What does not fit, with both shapes: `(1000, 3) @ (1000,): inner dimensions 3 and 1000 differ`.
    public var message: String
    /// What was probably meant, as an edit of the operands: `X.T @ y` is `.transposeLeft`.
    public var suggestion: Suggestion?

    /// A remedy that would make the shapes fit.
    public enum Suggestion: Hashable, Sendable {
        case transposeLeft, transposeRight, swapOperands
        case text(String)
    }

    /// An error with all its parts.
    public init(_ message: String, suggestion: Suggestion? = nil) {
        self.message = message
        self.suggestion = suggestion
    }
}
