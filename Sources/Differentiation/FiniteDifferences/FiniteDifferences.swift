import Expressions
import Foundation
import LinearAlgebra

/// Finite differences with Richardson extrapolation as a witness: the gradient from values of the loss, the Hessian from
/// automatic gradients. Its tolerance is its own error estimate.
///
/// Central differences at steps h, h/2, …, extrapolated in h² (`Ridders`). The first step moves no element of Xβ by more
/// than ¼, so that a badly scaled column does not step over what is to be measured; a step over a kink (another branch of
/// `abs`, `maximum`, `where`, …) says nothing about the derivative on this side of it and is halved until it stays on it.
/// About 16p evaluations of the program.
public enum FiniteDifferences {
    /// How many steps are extrapolated from, and how many are tried.
    private static let levels = 8
    private static let attempts = 44

    /// Loss, gradient and Hessian with error estimates in place of bounds.
    /// - Throws: what the evaluation of the program throws.
    public static func derivatives(
        of program: Program, in environment: Environment, wanting quantities: Quantities,
        options: AutomaticOptions = AutomaticOptions()
    ) throws -> Derivatives {
        guard let beta = environment["beta"] else { return Derivatives() }
        let count = beta.count
        var needed: Quantities = [.loss]
        if quantities.contains(.hessian) { needed.insert(.gradient) }
        var options = options
        options.notesBranches = true
        let centre = try AutomaticDifferentiation.derivatives(
            of: program, in: environment, wanting: needed, options: options)
        func evaluate(_ j: Int, _ step: Double) -> Derivatives? {
            var moved = environment
            var point = beta
            point[j] = beta[j] + step
            moved.arrays["beta"] = point
            let there = try? AutomaticDifferentiation.derivatives(
                of: program, in: moved, wanting: needed, options: options)
            guard let there, centre.branches.holds(at: there.branches) else { return nil }
            return there
        }
        var result = Derivatives()
        result.loss = quantities.contains(.loss) ? centre.loss : nil
        result.lossBound = centre.lossBound
        var gradient = [Double](repeating: 0, count: count)
        var gradientError = gradient
        // Not asked for, it is not made: with many parameters it is what does not fit.
        let order = quantities.contains(.hessian) ? count : 0
        var hessian = Matrix(rows: order, columns: order)
        var hessianError = hessian
        for j in 0..<count {
            var step = firstStep(j, beta[j], environment)
            var losses: [Ridders.Difference] = []
            var slopes: [[Ridders.Difference]] = []
            for _ in 0..<attempts where losses.count < levels {
                if options.cancelled() { throw Cancelled() }
                defer { step /= 2 }
                // The step as it is in binary64: β + h − β exactly.
                let h = (beta[j] + step) - beta[j]
                guard h != 0, let above = evaluate(j, h), let below = evaluate(j, -h), let a = above.loss,
                    let b = below.loss
                else { continue }
                losses.append(Ridders.Difference(a, above.lossBound, b, below.lossBound, step: h))
                if let u = above.gradient, let v = below.gradient {
                    slopes.append(
                        u.indices.map {
                            Ridders.Difference(u[$0], above.gradientBound[$0], v[$0], below.gradientBound[$0], step: h)
                        })
                }
            }
            (gradient[j], gradientError[j]) = Ridders.extrapolated(losses)
            for k in 0..<order { (hessian[j, k], hessianError[j, k]) = Ridders.extrapolated(slopes.map { $0[k] }) }
        }
        if quantities.contains(.gradient) {
            result.gradient = gradient
            result.gradientBound = gradientError
        }
        if quantities.contains(.hessian) { symmetrise(&hessian, &hessianError, &result) }
        try addJumps(program, environment, options, wanting: quantities.union([.loss, .gradient]), &result)
        return result
    }

    /// 2⁻⁴ max(1, |βⱼ|), or less where column j of X would then move an element of Xβ by more than ¼. With a matrix β of
    /// classes in rows, its entries go by the columns of X in turn.
    private static func firstStep(_ j: Int, _ beta: Double, _ environment: Environment) -> Double {
        let usual = 0.0625 * max(1, abs(beta))
        guard let x = environment["X"], x.rank == 2, x.shape[1] > 0 else { return usual }
        let width = x.shape[1]
        let largest = x.withUnsafeElements { x in
            stride(from: j % width, to: x.count, by: width).reduce(0) { max($0, abs(x[$1])) }
        }
        return largest > 0 ? min(usual, max(0.25 / largest, abs(beta) * 0x1p-40)) : usual
    }

    private static func symmetrise(_ hessian: inout Matrix, _ error: inout Matrix, _ result: inout Derivatives) {
        for j in 0..<hessian.rows {
            for k in 0..<j {
                let chosen = error[j, k] <= error[k, j] ? (hessian[j, k], error[j, k]) : (hessian[k, j], error[k, j])
                (hessian[j, k], hessian[k, j]) = (chosen.0, chosen.0)
                (error[j, k], error[k, j]) = (chosen.1, chosen.1)
            }
        }
        result.hessian = hessian
        result.hessianBound = error
    }

    /// Where β stands on a kink a difference gives the mean of both sides: the gap between them is added.
    private static func addJumps(
        _ program: Program, _ environment: Environment, _ options: AutomaticOptions, wanting quantities: Quantities,
        _ result: inout Derivatives
    ) throws {
        guard let beta = environment["beta"] else { return }
        let centre = try AutomaticDifferentiation.derivatives(
            of: program, in: environment, wanting: quantities, options: options)
        guard centre.notices.contains(where: { $0.code == .kink }) else { return }
        for j in 0..<beta.count {
            var sides: [Derivatives] = []
            for sign in [1.0, -1.0] {
                var moved = environment
                var point = beta
                point[j] = beta[j] + sign * 0x1p-20 * max(1, abs(beta[j]))
                moved.arrays["beta"] = point
                sides.append(
                    try AutomaticDifferentiation.derivatives(
                        of: program, in: moved, wanting: quantities, options: options))
            }
            guard let a = sides[0].gradient, let b = sides[1].gradient, let g = centre.gradient else { return }
            for k in a.indices where result.gradientBound.indices.contains(k) {
                result.gradientBound[k] += max(abs(a[k] - b[k]), abs(a[k] - g[k]), abs(b[k] - g[k]))
            }
            guard let bound = result.hessianBound, let size = centre.hessian else { continue }
            var wider = bound
            for l in 0..<bound.rows {
                // A jump of the slope is a curvature without bound.
                wider[j, l] += abs(a[l] - b[l]) * 0x1p20 + abs(size[j, l])
                wider[l, j] = wider[j, l]
            }
            result.hessianBound = wider
        }
    }
}
