import Differentiation
import Expressions
import Foundation
import LinearAlgebra

/// How far a correct binary64 program may be from a prediction: the bounds of plain evaluation.
struct Tolerances {
    var loss: Double
    var gradient: [Double]
    var hessian: [Double]

    init(loss: Double, gradient: [Double], hessian: [Double]) {
        self.loss = loss
        self.gradient = gradient
        self.hessian = hessian
    }

    /// The bounds of evaluating the formulas of a program in plain binary64, four times: another order of the operations
    /// may be worse than ours. Nil where that is not possible.
    static func plain(
        _ symbolic: SymbolicDerivatives, _ environment: Environment, _ options: AutomaticOptions,
        wanting quantities: Quantities = .all
    ) -> Tolerances? {
        var roots: [NodeID] = []
        if quantities.contains(.loss) { roots.append(symbolic.loss) }
        if quantities.contains(.gradient), let gradient = symbolic.gradient { roots.append(gradient) }
        if quantities.contains(.hessian), let hessian = symbolic.hessian { roots.append(hessian) }
        guard
            let estimates = try? Evaluator.evaluate(
                symbolic.graph, roots: roots, in: environment, memoryLimit: options.memoryLimit,
                threads: options.threads, cancelled: options.cancelled)
        else { return nil }
        var result = Tolerances(loss: 0, gradient: [], hessian: [])
        for (root, estimate) in zip(roots, estimates) {
            let bounds = (0..<estimate.value.count).map { 4 * estimate.bound(at: $0) }
            if root == symbolic.hessian {
                let order = estimate.value.shape.first ?? 0
                result.hessian = bounds.indices.map {
                    max(bounds[$0], bounds[$0 % order * order + $0 / order]) + 0x1p-51 * abs(estimate.value[$0])
                }
            } else if root == symbolic.loss {
                result.loss = bounds.first ?? 0
            } else {
                result.gradient = bounds
            }
        }
        return result
    }

    /// The same of formulas that were evaluated before; nil where a part of them was not.
    init?(_ symbolic: Derivatives) {
        guard symbolic.loss != nil, let gradient = symbolic.gradient, let hessian = symbolic.hessian,
            let bound = symbolic.hessianBound, symbolic.gradientBound.count == gradient.count
        else { return nil }
        loss = 4 * symbolic.lossBound
        self.gradient = symbolic.gradientBound.map { 4 * $0 }
        self.hessian = zip(bound.elements, hessian.elements).map { 4 * $0 + 0x1p-51 * abs($1) }
    }

    /// For predictions without a program: relative to the largest entry.
    static func relative(_ prediction: Prediction, rows n: Int) -> Tolerances {
        let unit = 0x1p-53 * Double(n + 20) * 8
        let g = prediction.gradient ?? []
        let h = prediction.hessian?.elements ?? []
        let largestG = g.reduce(0) { max($0, abs($1)) }
        let largestH = h.reduce(0) { max($0, abs($1)) }
        return Tolerances(
            loss: unit * abs(prediction.loss ?? 0), gradient: g.map { _ in unit * largestG },
            hessian: h.map { _ in unit * largestH })
    }

    /// 2⁻²⁴ ÷ 2⁻⁵³: how much coarser binary32 arithmetic is.
    static let binary32 = 0x1p29

    /// The same for numbers that were printed, which do not show that they are binary32 numbers: a quarter, which takes the
    /// bounds as they are and not four times.
    static let printedBinary32 = 0x1p27

    func scaled(_ factor: Double) -> Tolerances {
        Tolerances(loss: loss * factor, gradient: gradient.map { $0 * factor }, hessian: hessian.map { $0 * factor })
    }

    func values(_ name: String) -> [Double] {
        switch name {
        case "loss": [loss]
        case "gradient": gradient
        default: hessian
        }
    }
}
