import Expressions

/// Loss, gradient and Hessian of a program as formulas over one graph.
///
/// The gradient is derived from the loss by adjoints, the Hessian from the gradient by structured Jacobians; every
/// product is kept in factored form, so that scalars stand in front, equal terms are one and signs are where a reader
/// expects them. What is printed is what is evaluated.
public struct SymbolicDerivatives: Sendable {
    /// The lowered graph that the three results share.
    public let graph: Graph
    /// L.
    public let loss: NodeID
    /// ∂L/∂β, as many numbers as β has.
    public let gradient: NodeID?
    /// ∂²L/∂β∂βᵀ, p by p.
    public let hessian: NodeID?
    /// The author's names of nodes.
    public let names: [NodeID: String]

    /// Derives what is wanted. `beta` is the shape of zeros for a program that does not name β.
    /// - Throws: `ShapeError` for operations that have no derivative.
    public static func derive(
        _ program: Program, wanting quantities: Quantities, beta: Shape? = nil
    ) throws(ShapeError) -> SymbolicDerivatives {
        var (recognised, loss) = try Rewriting.recognised(program)
        try Normalising.normalise(&recognised)
        var symbolic = SymbolicGraph(recognised.graph)
        var gradient: NodeID?
        var hessian: NodeID?
        if !quantities.isDisjoint(with: [.gradient, .hessian]) {
            gradient = try SymbolicGradient.derive(recognised.root, in: &symbolic)
            if gradient == nil, let beta { gradient = symbolic.graph.filled(beta, Constant(0)) }
        }
        if quantities.contains(.hessian), let gradient {
            let count = symbolic.shape(gradient).elementCount ?? 0
            let shape = symbolic.shape(gradient)
            let columns = shape.rank == 1 ? shape.dimensions[0] : Dimension(count)
            hessian = try SymbolicJacobian.derive(gradient, columns: columns, in: &symbolic)
        }
        // A matrix β has a gradient of K·p numbers, in its row-major order.
        if let matrix = gradient, symbolic.rank(matrix) == 2 {
            let length = Dimension(symbolic.shape(matrix).elementCount ?? 0)
            gradient = try symbolic.graph.reshape(matrix, to: Shape([length]))
        }
        let (graph, tidy, names) = try Tidying.tidy(
            [loss] + [gradient, hessian].compactMap { $0 }, names: recognised.names, in: symbolic.graph)
        return SymbolicDerivatives(
            graph: graph, loss: tidy[0], gradient: gradient == nil ? nil : tidy[1],
            hessian: hessian == nil ? nil : tidy[tidy.count - 1], names: names)
    }
}
