import Differentiation
import Expressions
import LinearAlgebra

/// Whether the gradients of two programs are the same function of β, or of all data, not only equal at one β.
struct GradientIdentity {
    let environment: Environment
    let options: AutomaticOptions

    /// How two gradients agree.
    enum Agreement {
        /// Multiplied out, their formulas are the same sum: they are equal for all data of these shapes.
        case proven
        /// They are equal at other β too, to rounding; their formulas are written too differently to tell.
        case sampled
    }

    /// How the gradient of one program is `factor` times that of another; nil where it is not, or not known to be.
    func agreement(_ own: Program, _ other: Program, factor: Double = 1) -> Agreement? {
        if let a = form(own), let b = form(other), a.equals(b, times: factor) { return .proven }
        return agreesElsewhere(own, other, factor) ? .sampled : nil
    }

    private func form(_ program: Program) -> NormalForm? {
        guard
            let symbolic = try? SymbolicDerivatives.derive(
                program, wanting: .gradient, beta: environment.shape(of: "beta")),
            let gradient = symbolic.gradient
        else { return nil }
        return IndexNotation.normalForm(of: gradient, in: symbolic.graph)
    }

    /// At three points that were not chosen for it, each some way from β in every coordinate.
    private func agreesElsewhere(_ own: Program, _ other: Program, _ factor: Double) -> Bool {
        guard let beta = environment["beta"], (environment["X"]?.count ?? 0) <= 1_000_000 else { return false }
        return (1...3).allSatisfy { seed in
            var moved = environment
            var point = beta
            for k in 0..<beta.count {
                let share = Double((k * 7 + seed * 5) % 11) / 11 - 0.45
                point[k] += share * max(abs(beta[k]), 1e-3)
            }
            moved.arrays["beta"] = point
            func gradient(_ program: Program) -> [Double]? {
                try? AutomaticDifferentiation.derivatives(
                    of: program, in: moved, wanting: .gradient, options: options
                ).gradient
            }
            guard let a = gradient(own), let b = gradient(other), a.count == b.count else { return false }
            let scale = abs(factor) * b.reduce(0) { max($0, abs($1)) }
            return zip(a, b).allSatisfy { abs($0 - factor * $1) <= 1e-10 * scale }
        }
    }
}
