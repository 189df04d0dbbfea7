/// The number of a node in its graph; operands have smaller numbers than what uses them.
public struct NodeID: Hashable, Sendable, Comparable {
    /// The position in `Graph.nodes`.
    public let index: Int
    package init(index: Int) { self.index = index }
    /// The order of creation.
    public static func < (left: NodeID, right: NodeID) -> Bool { left.index < right.index }
}

/// One operation with its operands and the shape of what it gives.
public struct Node: Hashable, Sendable {
    /// What it does.
    public let operation: Operation
    /// To what.
    public let operands: [NodeID]
    /// The shape of the result.
    public let shape: Shape
}

/// An expression graph: nodes in topological order, each distinct expression once (hash-consed), so that equal
/// sub-expressions are one node.
public struct Graph: Sendable {
    /// The nodes; operands before their users.
    public private(set) var nodes: [Node] = []
    private var numbers: [Key: NodeID] = [:]

    private struct Key: Hashable, Sendable {
        let operation: Operation
        let operands: [NodeID]
        let shape: Shape
    }

    /// An empty graph.
    public init() {}

    /// The node with this number.
    public subscript(id: NodeID) -> Node { nodes[id.index] }

    /// The node for this operation on these operands, made if it is not there yet. The shape is what `ShapeRules` says.
    package mutating func insert(_ operation: Operation, _ operands: [NodeID], shape: Shape) -> NodeID {
        let key = Key(operation: operation, operands: operands, shape: shape)
        if let known = numbers[key] { return known }
        let id = NodeID(index: nodes.count)
        nodes.append(Node(operation: operation, operands: operands, shape: shape))
        numbers[key] = id
        return id
    }
}
