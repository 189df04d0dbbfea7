import Differentiation
import LinearAlgebra
import Losses

extension Mistake {
    /// 23. (L(β + h·eⱼ) − L(β))/h for ∂L/∂βⱼ.
    static let finiteDifferences = Mistake(
        recognised: "finite-differences", title: "a finite difference", program: "(L(beta + h) - L(beta)) / h",
        gives: "g + h/2 * diag(H)", sign: "one step h explains every entry",
        fix: "use a central difference or the derivative itself")
}

extension Diagnoser {
    /// One step h explains every entry of the gradient: h from candidate − g ≈ (h/2)·diag H, then by Newton's steps on the
    /// differences themselves, evaluated; positive forward, negative backward.
    func finiteDifference(_ candidate: CandidateNumbers, _ bounds: Tolerances) throws -> Finding? {
        guard let quantity = candidate.quantity("gradient"), let g = truth.gradient, let h = truth.hessian,
            g.count == quantity.values.count, g.count > 1, !candidate.isBinary32
        else { return nil }
        var rest = candidate
        rest.quantities.removeAll { $0.name == "gradient" }
        if !rest.quantities.isEmpty, Match.between(rest, truthPrediction, bounds) == nil { return nil }
        let given = quantity.values.elements
        func step(explaining differences: [Double]) -> Double {
            var top = 0.0
            var bottom = 0.0
            for j in g.indices {
                top += differences[j] * h[j, j]
                bottom += h[j, j] * h[j, j]
            }
            return bottom > 0 ? 2 * top / bottom : 0
        }
        let differences = g.indices.map { given[$0] - g[$0] }
        let scale = differences.reduce(0) { max($0, abs($1)) }
        var h0 = step(explaining: differences)
        guard h0 != 0, abs(h0) < 0.1, scale > 4 * quantity.resolution else { return nil }
        let noise = 4 * (bounds.loss + 0x1p-53 * abs(truth.loss ?? 0)) / abs(h0)
        func largest(_ values: [Double]) -> Double { values.reduce(0) { max($0, abs($1)) } }
        guard
            largest(g.indices.map { differences[$0] - h0 / 2 * h[$0, $0] })
                <= 0.2 * scale + noise + quantity.resolution
        else { return nil }
        var residual = Double.infinity
        for _ in 0..<3 {
            guard let evaluated = try forwardDifferences(h0) else { return nil }
            let left = g.indices.map { given[$0] - evaluated[$0] }
            residual = largest(left)
            if residual <= noise / 4 { break }
            let correction = step(explaining: left)
            guard abs(correction) < abs(h0) / 2 else { break }
            if abs(correction) < 1e-13 * abs(h0) { break }
            h0 += correction
        }
        guard let evaluated = try forwardDifferences(h0) else { return nil }
        residual = min(residual, largest(g.indices.map { given[$0] - evaluated[$0] }))
        let resolution = quantity.resolution * (1 + 1e-9) + noise + 1e-12 * largest(g)
        // What the noise alone could explain is no finding.
        guard residual <= resolution, residual <= 0.05 * scale || scale > 4 * (noise + quantity.resolution) else {
            return nil
        }
        let entry = Mistake.finiteDifferences
        return Finding(
            id: entry.id, title: "a \(h0 > 0 ? "forward" : "backward") difference of step \(abs(h0))",
            explains: candidate.quantities.map(\.name), residual: residual, resolution: resolution,
            parameters: ["step": .number(h0)], program: entry.program, gradient: entry.gives, fix: entry.fix)
    }

    /// (L(β + h·eⱼ) − L(β))/h for every j.
    private func forwardDifferences(_ h: Double) throws -> [Double]? {
        guard let base = truth.loss else { return nil }
        var result: [Double] = []
        for j in 0..<problem.beta.count {
            if options.cancelled() { throw Cancelled() }
            var moved = environment
            var beta = problem.beta
            beta[j] += h
            moved.arrays["beta"] = beta
            guard
                let loss = try? AutomaticDifferentiation.derivatives(
                    of: program, in: moved, wanting: .loss, options: options
                ).loss
            else { return nil }
            result.append((loss - base) / (beta[j] - problem.beta[j]))
        }
        return result
    }
}
