/// What a program may cost before it is refused.
public struct ExpressionLimits: Sendable {
    /// Bytes of text.
    public var text = 16_384
    /// Depth of brackets and operators.
    public var depth = 200
    /// Nodes of the graph.
    public var nodes = 2_000
    /// Axes of one array.
    public var rank = 8
    /// Bytes of one array that the program makes.
    public var memory: Int

    /// The limits of the wire contract, with the memory that one array may take.
    public init(memory: Int = 1 << 30) { self.memory = memory }
}
