import Differentiation
import Expressions
import LinearAlgebra

/// The symbolic derivation as a witness: derived, printed, and evaluated from the same lowered graph.
struct SymbolicWitness {
    var loss: PrintedFormula?
    var gradient: PrintedFormula?
    var hessian: PrintedFormula?
    var derivatives = Derivatives()

    static func evaluate(
        _ program: Program, _ environment: Environment, _ quantities: Quantities, _ options: AutomaticOptions
    ) throws -> SymbolicWitness {
        let symbolic = try SymbolicDerivatives.derive(
            program, wanting: quantities, beta: environment.shape(of: "beta"))
        let graph = symbolic.graph
        var wanted: [(quantity: Quantities, name: String, node: NodeID)] = []
        if quantities.contains(.loss) { wanted.append((.loss, "loss", symbolic.loss)) }
        if quantities.contains(.gradient), let node = symbolic.gradient { wanted.append((.gradient, "gradient", node)) }
        if quantities.contains(.hessian), let node = symbolic.hessian { wanted.append((.hessian, "hessian", node)) }
        let estimates = try Evaluator.evaluate(
            graph, roots: wanted.map(\.node), in: environment, memoryLimit: options.memoryLimit,
            threads: options.threads,
            cancelled: options.cancelled)
        var result = SymbolicWitness()
        let reserved = Set(environment.arrays.keys)
        var naming = Naming(suggested: symbolic.names, avoiding: reserved)
        for (item, estimate) in zip(wanted, estimates) {
            var value = estimate.value
            switch item.quantity {
            case .loss:
                result.derivatives.loss = value[0]
                result.derivatives.lossBound = estimate.bound(at: 0)
            case .gradient:
                value = value.reshaped([value.count])
                result.derivatives.gradient = value.elements
                result.derivatives.gradientBound = (0..<value.count).map { estimate.bound(at: $0) }
            default:
                let (symmetric, bound) = symmetrised(estimate)
                value = NumericArray(symmetric)
                result.derivatives.hessian = symmetric
                result.derivatives.hessianBound = bound
            }
            let printed = PrintedFormula(
                formula: graph.formula(item.node, naming: &naming), latex: graph.latex(item.node, naming: &naming),
                numpy: graph.numpy(item.node, as: item.name, naming: &naming), value: value)
            switch item.quantity {
            case .loss: result.loss = printed
            case .gradient: result.gradient = printed
            default: result.hessian = printed
            }
        }
        return result
    }

    /// (H + Hᵀ)/2: the printed formula is symmetric up to rounding, the value to the bit.
    private static func symmetrised(_ estimate: Estimate) -> (Matrix, Matrix) {
        let order = estimate.value.shape[0]
        var value = Matrix(estimate.value)
        var bound = Matrix(rows: order, columns: order)
        for i in 0..<order {
            for j in 0...i {
                let (a, b) = (value[i, j], value[j, i])
                if a != b {
                    value[i, j] = a / 2 + b / 2
                    value[j, i] = value[i, j]
                }
                let larger = max(estimate.bound(at: i * order + j), estimate.bound(at: j * order + i))
                bound[i, j] = larger + (a == b ? 0 : 0x1p-53 * abs(a))
                bound[j, i] = bound[i, j]
            }
        }
        return (value, bound)
    }
}
