/// Where something stands in the text of a program; lines and columns count from 1, columns in characters.
public struct SourceRange: Hashable, Sendable {
    /// The line.
    public var line: Int
    /// The first column.
    public var column: Int
    /// The column after the last, on the same line.
    public var end: Int

    /// A range on one line.
    public init(line: Int, column: Int, end: Int) {
        self.line = line
        self.column = column
        self.end = end
    }
}

/// A program: an expression graph, the node whose value it gives, and what the author called things.
public struct Program: Sendable {
    /// The graph.
    public var graph: Graph
    /// The node that is the result.
    public var root: NodeID
    /// The names that assignments gave to nodes (`r = X @ beta - y`), reused when a result is printed.
    public var names: [NodeID: String] = [:]
    /// Where each node was first written.
    public var sources: [NodeID: SourceRange] = [:]
    /// Broadcasts that were probably not meant.
    public var broadcasts: [BroadcastWarning] = []

    /// A program with a graph and a result.
    public init(graph: Graph, root: NodeID) {
        self.graph = graph
        self.root = root
    }

    /// The shape of the result.
    public var shape: Shape { graph[root].shape }
}

/// An elementwise operation whose result is larger than either operand, or pairs an n-vector or β with a matrix.
public struct BroadcastWarning: Hashable, Sendable {
    /// What happened and what was probably meant, for a person.
    public var message: String
    /// The shapes of the operands.
    public var operands: [Shape]
    /// The shape of the result.
    public var result: Shape
    /// Where, if it came from text.
    public var source: SourceRange?
    /// The node.
    public var node: NodeID

    /// A warning with all its parts.
    public init(message: String, operands: [Shape], result: Shape, source: SourceRange?, node: NodeID) {
        self.message = message
        self.operands = operands
        self.result = result
        self.source = source
        self.node = node
    }
}
