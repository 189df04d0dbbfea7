import Differentiation
import Expressions
import Foundation
import LinearAlgebra

/// How far a correct binary64 program may be from a prediction: the bounds of plain evaluation.
struct Tolerances {
    var loss: Double
    var gradient: [Double]
    var hessian: [Double]

    /// The bounds of the symbolic evaluation of a program, which is plain binary64; entries never get less than a few
    /// roundings of themselves.
    static func plain(_ program: Program, _ environment: Environment, _ options: AutomaticOptions) -> Tolerances? {
        guard
            let witness = try? SymbolicWitness.evaluate(
                Derivation(program, in: environment), environment, .all, options)
        else { return nil }
        let derivatives = witness.derivatives
        return Tolerances(
            loss: 4 * derivatives.lossBound, gradient: derivatives.gradientBound.map { 4 * $0 },
            hessian: (derivatives.hessianBound?.elements ?? []).map { 4 * $0 })
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
