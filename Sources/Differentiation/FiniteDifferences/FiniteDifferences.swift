import Expressions
import Foundation
import LinearAlgebra

/// Finite differences with Richardson extrapolation as a witness: the gradient from values of the loss, the Hessian from
/// automatic gradients. Its tolerance is its own error estimate.
///
/// Central differences at steps h, h/2, …, extrapolated in h² (Ridders, *Advances in Engineering Software* 4 (1982)); the
/// entry of the tableau whose neighbours differ least is taken, and that difference, with the rounding of the values
/// divided by the step, is the estimate, and never less than the distance to the difference of the smallest step. 16p evaluations of the program.
public enum FiniteDifferences {
    private static let levels = 8

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
        func evaluate(_ j: Int, _ step: Double) throws -> Derivatives {
            var moved = environment
            var point = beta
            point[j] = beta[j] + step
            moved.arrays["beta"] = point
            return try AutomaticDifferentiation.derivatives(of: program, in: moved, wanting: needed, options: options)
        }
        let centre = try AutomaticDifferentiation.derivatives(
            of: program, in: environment, wanting: needed, options: options)
        var result = Derivatives()
        result.loss = quantities.contains(.loss) ? centre.loss : nil
        result.lossBound = centre.lossBound
        var gradient = [Double](repeating: 0, count: count)
        var gradientError = gradient
        var hessian = Matrix(rows: count, columns: count)
        var hessianError = hessian
        for j in 0..<count {
            if options.cancelled() { throw Cancelled() }
            // The step as it is in binary64: β + h − β exactly.
            var step = 0.0625 * max(1, abs(beta[j]))
            var losses: [(value: Double, noise: Double)] = []
            var slopes: [[(value: Double, noise: Double)]] = []
            for _ in 0..<levels {
                let h = (beta[j] + step) - beta[j]
                if let above = try? evaluate(j, h), let below = try? evaluate(j, -h), let a = above.loss,
                    let b = below.loss
                {
                    losses.append(
                        (
                            (a - b) / (2 * h),
                            (above.lossBound + below.lossBound) / (2 * abs(h)) + 0x1p-53 * (abs(a) + abs(b)) / abs(h)
                        ))
                    if let u = above.gradient, let v = below.gradient {
                        slopes.append(
                            u.indices.map { k in
                                let noise =
                                    above.gradientBound[k] + below.gradientBound[k] + 0x1p-53 * (abs(u[k]) + abs(v[k]))
                                return ((u[k] - v[k]) / (2 * h), noise / abs(h))
                            })
                    }
                }
                step /= 2
            }
            let (value, error) = extrapolated(losses)
            gradient[j] = value
            gradientError[j] = error
            if !slopes.isEmpty {
                for k in 0..<count { (hessian[j, k], hessianError[j, k]) = extrapolated(slopes.map { $0[k] }) }
            }
        }
        if quantities.contains(.gradient) {
            result.gradient = gradient
            result.gradientBound = gradientError
        }
        if quantities.contains(.hessian) { symmetrise(&hessian, &hessianError, &result) }
        try addJumps(program, environment, options, &result)
        return result
    }

    /// Ridders' tableau.
    private static func extrapolated(_ values: [(value: Double, noise: Double)]) -> (Double, Double) {
        guard let first = values.first else { return (0, .greatestFiniteMagnitude) }
        var best = (first.value, Double.greatestFiniteMagnitude)
        var row = [Double]()
        for (i, entry) in values.enumerated() {
            var next = [entry.value]
            var factor = 4.0
            for k in 0..<i {
                next.append((factor * next[k] - row[k]) / (factor - 1))
                factor *= 4
                // The noise of a row grows a little with each extrapolation.
                let error = max(abs(next[k + 1] - next[k]), abs(next[k + 1] - row[k])) + 4 * entry.noise
                if error < best.1 { best = (next[k + 1], error) }
            }
            row = next
        }
        // A jump between the points of a step can make neighbours agree by chance; the plainest difference cannot be far.
        let plainest = values[values.count - 1]
        return (best.0, max(2 * best.1, abs(best.0 - plainest.value) + plainest.noise))
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
        _ program: Program, _ environment: Environment, _ options: AutomaticOptions, _ result: inout Derivatives
    ) throws {
        guard let beta = environment["beta"] else { return }
        let centre = try AutomaticDifferentiation.derivatives(
            of: program, in: environment, wanting: .all, options: options)
        guard !centre.notices.isEmpty else { return }
        for j in 0..<beta.count {
            var sides: [Derivatives] = []
            for sign in [1.0, -1.0] {
                var moved = environment
                var point = beta
                point[j] = beta[j] + sign * 0x1p-20 * max(1, abs(beta[j]))
                moved.arrays["beta"] = point
                sides.append(
                    try AutomaticDifferentiation.derivatives(of: program, in: moved, wanting: .all, options: options))
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
