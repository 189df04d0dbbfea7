import Expressions

/// How an automatic differentiation is to be run.
public struct AutomaticOptions: Sendable {
    /// The most threads; nil for the default.
    public var threads: Int?
    /// Bytes that the arrays of one evaluation may take.
    public var memoryLimit: Int
    /// Asked between blocks: whether nobody waits for the result any more.
    public var cancelled: @Sendable () -> Bool
    /// Whether `Derivatives.branches` is wanted.
    package var notesBranches = false
    /// Rows in a block, where a program can be differentiated some rows at a time.
    package var rowsAtOnce = RowBlocks.rowsAtOnce

    /// Options with all their parts.
    public init(
        threads: Int? = nil, memoryLimit: Int = 1 << 30, cancelled: @escaping @Sendable () -> Bool = { false }
    ) {
        self.threads = threads
        self.memoryLimit = memoryLimit
        self.cancelled = cancelled
    }
}
