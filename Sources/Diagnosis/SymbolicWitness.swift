import Differentiation
import Expressions
import LinearAlgebra

/// The symbolic derivation as a witness: derived, printed, and evaluated from the same lowered graph.
struct SymbolicWitness {
    var loss: PrintedFormula?
    var gradient: PrintedFormula?
    var hessian: PrintedFormula?
    var derivatives = Derivatives()
    /// What could not be evaluated, and why.
    var notices: [Notice] = []

    private struct Wanted {
        var quantity: Quantities
        var name: String
        var node: NodeID
    }

    /// - Throws: `ShapeError` where there is no derivation, `EvaluationError` where a formula cannot be evaluated, unless it
    ///   is only too large: then it is printed without a value, and a notice says so.
    static func evaluate(
        _ derivation: Derivation, _ environment: Environment, _ quantities: Quantities, _ options: AutomaticOptions
    ) throws -> SymbolicWitness {
        let forms = try derivation.forms(quantities)
        let symbolic = forms.symbolic
        var wanted: [Wanted] = []
        for (quantity, name, node) in [
            (Quantities.loss, "loss", symbolic.loss), (.gradient, "gradient", symbolic.gradient),
            (.hessian, "hessian", symbolic.hessian),
        ] {
            if quantities.contains(quantity), let node {
                wanted.append(Wanted(quantity: quantity, name: name, node: node))
            }
        }
        var result = SymbolicWitness()
        let estimates = try result.estimates(symbolic.graph, wanted, environment, options)
        for item in wanted {
            let value = result.record(estimates[item.node], as: item.quantity)
            guard let text = forms.texts[item.name] else { continue }
            let printed = PrintedFormula(
                formula: text.formula, latex: text.latex, numpy: text.numpy, value: value)
            switch item.quantity {
            case .loss: result.loss = printed
            case .gradient: result.gradient = printed
            default: result.hessian = printed
            }
        }
        return result
    }

    /// All together, so that what they share is computed once; one by one where together they are too large.
    private mutating func estimates(
        _ graph: Graph, _ wanted: [Wanted], _ environment: Environment, _ options: AutomaticOptions
    ) throws(EvaluationError) -> [NodeID: Estimate] {
        func evaluate(_ roots: [NodeID]) throws(EvaluationError) -> [NodeID: Estimate] {
            let found = try Evaluator.evaluate(
                graph, roots: roots, in: environment, memoryLimit: options.memoryLimit, threads: options.threads,
                cancelled: options.cancelled)
            return Dictionary(zip(roots, found)) { first, _ in first }
        }
        do {
            return try evaluate(wanted.map(\.node))
        } catch .tooLarge {
            var result: [NodeID: Estimate] = [:]
            for item in wanted {
                do {
                    result.merge(try evaluate([item.node])) { first, _ in first }
                } catch .tooLarge(let shape, let limit) {
                    notices.append(
                        Notice(
                            code: .saturation,
                            message: "the formula of the \(item.name) makes an array of shape "
                                + "(\(shape.map(String.init).joined(separator: ", "))), more than the memory limit of "
                                + "\(limit) bytes: it is printed, not evaluated and not compared"))
                }
            }
            return result
        }
    }

    /// Keeps a value with its bounds; the value as it is to be shown.
    private mutating func record(_ estimate: Estimate?, as quantity: Quantities) -> NumericArray? {
        guard let estimate else { return nil }
        switch quantity {
        case .loss:
            derivatives.loss = estimate.value[0]
            derivatives.lossBound = estimate.bound(at: 0)
            return estimate.value
        case .gradient:
            derivatives.gradient = estimate.value.elements
            derivatives.gradientBound = (0..<estimate.value.count).map { estimate.bound(at: $0) }
            return estimate.value.reshaped([estimate.value.count])
        default:
            let (symmetric, bound) = SymbolicWitness.symmetrised(estimate)
            derivatives.hessian = symmetric
            derivatives.hessianBound = bound
            return NumericArray(symmetric)
        }
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
