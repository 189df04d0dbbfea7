import Differentiation
import Foundation
import LinearAlgebra
import Losses

/// A derivative that a program took as a difference quotient.
struct DifferenceQuotient {
    enum Kind {
        /// (f(β + h·eⱼ) − f(β))/h; backward where h < 0.
        case oneSided
        /// (f(β + h·eⱼ) − f(β − h·eⱼ))/(2h).
        case central

        /// The error grows with this power of h.
        var order: Double { self == .oneSided ? 1 : 2 }
    }

    var kind: Kind
    var step: Double
    var residual: Double
    var resolution: Double
    /// Whether nothing but the size of rounding errors speaks for it.
    var isNoise = false

    var title: String {
        let name = kind == .central ? "central" : step > 0 ? "forward" : "backward"
        return "a \(name) difference of step \(abs(step))"
    }
}

/// Looks for the step with which an array was differenced.
///
/// The error of a quotient is hᵏ·S to leading order, with one S for all steps, known from a quotient of our own: h follows by
/// least squares, and is made exact by evaluating the quotient there. Where rounding of f, divided by h, hides the error, only
/// the steps that people and libraries use are tried.
struct DifferenceSearch {
    /// What was sent, and the right values.
    var given: [Double]
    var truth: [Double]
    /// Half a unit of what was printed, by entry.
    var resolution: (Int) -> Double
    /// How far a right entry may be off by rounding.
    var bound: (Int) -> Double
    /// The error of an f that is evaluated in binary64.
    var rounding: Double
    /// The error for a unit of the step's power, to leading order, where it is cheaper than a quotient; nil where it is not.
    var pattern: ((DifferenceQuotient.Kind) -> [Double]?)?
    /// The quotient for all entries; nil where it is not finite.
    var quotient: (DifferenceQuotient.Kind, Double) throws -> [Double]?

    /// √ε and ε^⅓ are the defaults of SciPy, statsmodels and numdifftools.
    private static let usual = [1e-3, 1e-4, 1e-5, 0x1p-52.cubeRoot, 1e-6, 1e-7, 0x1p-26, 1e-8]

    func run() throws -> DifferenceQuotient? {
        let differences = zip(given, truth).map { $0 - $1 }
        let size = Self.largest(truth)
        guard given.count == truth.count else { return nil }
        // Near an optimum the error of a quotient is large beside the gradient, but has its pattern.
        let isNear = Self.largest(differences) <= 0.1 * size || size == 0
        // Only noise is looked for where the errors have no pattern.
        let isSmall = Self.largest(differences) <= 1e-5 * size
        var errors: [(kind: DifferenceQuotient.Kind, perStep: [Double])] = []
        for (kind, trial) in [(DifferenceQuotient.Kind.oneSided, 1e-4), (.central, 1e-3)] {
            if let leading = pattern?(kind) {
                if !isSmall, !hasPattern(leading, kind, differences) { continue }
            } else if !isNear {
                continue
            }
            guard let ours = try quotient(kind, trial) else { return nil }
            let perStep = zip(ours, truth).map { ($0 - $1) / pow(trial, kind.order) }
            if let found = try fitted(kind, perStep, differences) { return found }
            errors.append((kind, perStep))
        }
        // Rounding leaves hardly an entry as it is; a single one that is off by many of its last digits has another cause.
        let off = differences.indices.filter { abs(differences[$0]) > resolution($0) + bound($0) }
        let isLittle = off.allSatisfy { abs(differences[$0]) <= 4 * resolution($0) + 64 * bound($0) }
        guard isSmall, isLittle || off.count > 1 && 3 * off.count > given.count else { return nil }
        var best: DifferenceQuotient?
        for h in Self.usual {
            for (kind, step) in [(DifferenceQuotient.Kind.central, h), (.oneSided, h), (.oneSided, -h)] {
                let worst = Self.largest(errors.first { $0.kind == kind }?.perStep ?? []) * pow(h, kind.order)
                let noise = rounding / h
                guard Self.largest(differences) <= noise + 2 * worst + (given.indices.map(resolution).max() ?? 0),
                    let ours = try quotient(kind, step), let found = judged(kind, step, ours, noise),
                    // What says little says nothing.
                    log10(size / max(found.resolution, 1e-300)) * Double(given.count) >= 6,
                    found.residual < 0.9 * (best?.residual ?? .infinity)
                else { continue }
                best = found
                best?.isNoise = true
            }
        }
        return best
    }

    /// Whether one step makes the leading errors about what the differences are.
    private func hasPattern(
        _ leading: [Double], _ kind: DifferenceQuotient.Kind, _ differences: [Double]
    ) -> Bool {
        let bottom = leading.reduce(0) { $0 + $1 * $1 }
        guard leading.count == differences.count, bottom.isFinite else { return true }
        if bottom == 0 { return false }
        let power = zip(differences, leading).reduce(0) { $0 + $1.0 * $1.1 } / bottom
        let step = kind == .central ? abs(power).squareRoot() : abs(power)
        let noise = step > 0 ? 4 * rounding / step : .infinity
        let printed = given.indices.map(resolution).max() ?? 0
        return Self.largest(zip(differences, leading).map { $0 - power * $1 })
            <= 0.4 * Self.largest(differences) + noise + printed
    }

    private func fitted(
        _ kind: DifferenceQuotient.Kind, _ perStep: [Double], _ differences: [Double]
    ) throws -> DifferenceQuotient? {
        let bottom = perStep.reduce(0) { $0 + $1 * $1 }
        guard bottom > 0 else { return nil }
        func power(of values: [Double]) -> Double { zip(values, perStep).reduce(0) { $0 + $1.0 * $1.1 } / bottom }
        func step(_ power: Double) -> Double { kind == .central ? power.squareRoot() : power }
        var hk = power(of: differences)
        let first = step(hk)
        let scale = Self.largest(differences)
        let printed = given.indices.map(resolution).max() ?? 0
        guard first.isFinite, first != 0, abs(first) < 0.1 else { return nil }
        let noise = 4 * rounding / abs(first)
        // The signal stands out of what rounding and printing may have done, and has the right pattern.
        guard scale > 4 * printed,
            Self.largest(zip(differences, perStep).map { $0 - hk * $1 }) <= 0.2 * scale + noise + printed
        else { return nil }
        for _ in 0..<3 {
            guard let ours = try quotient(kind, step(hk)) else { return nil }
            let correction = power(of: zip(given, ours).map { $0 - $1 })
            guard abs(correction) < abs(hk) / 2, abs(correction) > 1e-13 * abs(hk) else { break }
            hk += correction
        }
        guard let ours = try quotient(kind, step(hk)), let found = judged(kind, step(hk), ours, noise) else {
            return nil
        }
        return found.residual <= 0.05 * scale || scale > 4 * (noise + printed) ? found : nil
    }

    private func judged(
        _ kind: DifferenceQuotient.Kind, _ step: Double, _ ours: [Double], _ noise: Double
    ) -> DifferenceQuotient? {
        let residual = Self.largest(zip(given, ours).map { $0 - $1 })
        let allowed = (given.indices.map(resolution).max() ?? 0) * (1 + 1e-9) + noise + 1e-12 * Self.largest(truth)
        guard residual <= allowed else { return nil }
        return DifferenceQuotient(kind: kind, step: step, residual: residual, resolution: allowed)
    }

    private static func largest(_ values: [Double]) -> Double { values.reduce(0) { max($0, abs($1)) } }
}

extension Double {
    fileprivate var cubeRoot: Double { pow(self, 1.0 / 3) }
}

extension Diagnoser {
    /// What was sent is right, or the gradient a difference quotient of the loss, or the Hessian one of the gradient.
    func finiteDifference(
        _ candidate: CandidateNumbers, _ bounds: Tolerances
    ) throws -> (finding: Finding, isNoise: Bool)? {
        guard problem.beta.count > 1, !candidate.isBinary32, let loss = truth.loss else { return nil }
        var found: [DifferenceQuotient] = []
        for quantity in candidate.quantities {
            if Match.between(candidate.only(quantity), truthPrediction, bounds) != nil { continue }
            guard let expected = Match.values(truthPrediction, quantity) else { return nil }
            let allowed = bounds.values(quantity.name)
            var search = DifferenceSearch(
                given: quantity.values.elements, truth: expected, resolution: quantity.resolution(at:),
                bound: { allowed.indices.contains($0) ? allowed[$0] : 0 },
                rounding: bounds.loss + 0x1p-52 * abs(loss), quotient: lossQuotient)
            switch quantity.name {
            case "gradient":
                search.pattern = { leadingErrors(of: .gradient, $0) }
                guard let quotient = try search.run() else { return nil }
                found.append(quotient)
            case "hessian":
                // As many gradients as there are coefficients.
                guard quantity.values.shape == [problem.beta.count, problem.beta.count],
                    problem.n * problem.beta.count * problem.beta.count <= 20_000_000
                else { return nil }
                let slope = (truth.gradient ?? []).reduce(0) { max($0, abs($1)) }
                search.rounding = (bounds.gradient.max() ?? 0) + 0x1p-52 * slope
                guard let quotient = try hessianQuotient(search) else { return nil }
                found.append(quotient)
            default: return nil
            }
        }
        guard let first = found.first else { return nil }
        let entry = Mistake.finiteDifferences
        var parameters: [String: ParameterValue] = ["step": .number(first.step)]
        if first.kind == .central { parameters["kind"] = .text("central") }
        if found.count > 1 { parameters["hessian_step"] = .number(found[1].step) }
        let finding = Finding(
            id: entry.id, title: found.map(\.title).joined(separator: ", and of the gradient "),
            explains: candidate.quantities.map(\.name), residual: found.map(\.residual).max() ?? 0,
            resolution: found.map(\.resolution).max() ?? 0, parameters: parameters, program: entry.program,
            gradient: first.kind == .oneSided ? "g + h/2 * diag(H)" : nil, fix: entry.fix)
        return (finding, found.allSatisfy(\.isNoise))
    }

    /// Row by row, column by column, or as the mean of both.
    private func hessianQuotient(_ search: DifferenceSearch) throws -> DifferenceQuotient? {
        let order = problem.beta.count
        for arrangement in 0..<3 {
            var arranged = search
            func arrange(_ rows: [Double]) -> [Double] {
                rows.indices.map { k in
                    let turned = k % order * order + k / order
                    return switch arrangement {
                    case 0: rows[k]
                    case 1: rows[turned]
                    default: rows[k] / 2 + rows[turned] / 2
                    }
                }
            }
            arranged.pattern = { leadingErrors(of: .hessian, $0).map(arrange) }
            arranged.quotient = { kind, h in try gradientQuotient(kind, h).map(arrange) }
            if let found = try arranged.run() { return found }
        }
        return nil
    }

    /// Rows from which on the derivatives of ℓ″ are worked out before quotients are.
    private static let manyRows = 2000

    /// The leading errors of a quotient along every coordinate, for a unit of its step's power: of the loss Lⱼⱼ/2 one-sided
    /// and Lⱼⱼⱼ/6 central, of the gradient Lⱼⱼₖ/2 and Lⱼⱼⱼₖ/6, with the derivatives of ℓ″ by differences. O(np²), and only
    /// for smooth losses that are sums over many rows.
    private func leadingErrors(of quantity: Quantities, _ kind: DifferenceQuotient.Kind) -> [Double]? {
        if quantity == .gradient, kind == .oneSided {
            return truth.hessian.map { h in (0..<h.rows).map { h[$0, $0] / 2 } }
        }
        guard problem.n >= Self.manyRows, problem.beta.rank == 1, let loss = problem.loss, loss.kinks.isEmpty,
            case .separable = loss.kind
        else { return nil }
        let delta = 1e-3
        let isThird = quantity == .gradient || kind == .oneSided
        let (parameters, y) = (problem.lossParameters, problem.y.elements)
        let derivatives = Sketch.linearPredictor(problem).enumerated().map { i, z in
            let above = loss.closedForm(z + delta, y[i], parameters).second
            let below = loss.closedForm(z - delta, y[i], parameters).second
            let own =
                isThird
                ? (above - below) / (2 * delta)
                : (above + below - 2 * loss.closedForm(z, y[i], parameters).second) / (delta * delta)
            return (problem.weights?[i] ?? 1) * own
        }
        let c = problem.constant
        var powers = problem.x
        powers.withUnsafeMutableElements { x in
            for k in x.indices { x[k] *= quantity == .hessian && kind == .oneSided ? x[k] : x[k] * x[k] }
        }
        guard quantity == .hessian else { return multiply(derivatives, powers).map { $0 * c / 6 } }
        let sums = weightedProduct(powers, derivatives, problem.x)
        return sums.elements.map { $0 * c / (kind == .oneSided ? 2 : 6) }
    }

    private func lossQuotient(_ kind: DifferenceQuotient.Kind, _ h: Double) throws -> [Double]? {
        try quotient(kind, h, .loss) { $0.loss.map { [$0] } }
    }

    private func gradientQuotient(_ kind: DifferenceQuotient.Kind, _ h: Double) throws -> [Double]? {
        try quotient(kind, h, .gradient, \.gradient)
    }

    /// The quotient along every coordinate of β of what `value` takes from the derivatives there.
    private func quotient(
        _ kind: DifferenceQuotient.Kind, _ h: Double, _ quantities: Quantities, _ value: (Derivatives) -> [Double]?
    ) throws -> [Double]? {
        func at(_ j: Int, _ h: Double) throws -> (values: [Double], place: Double)? {
            if options.cancelled() { throw Cancelled() }
            var moved = environment
            var beta = problem.beta
            beta[j] += h
            moved.arrays["beta"] = beta
            let derivatives = try? AutomaticDifferentiation.derivatives(
                of: program, in: moved, wanting: quantities, options: options)
            return derivatives.flatMap(value).map { ($0, beta[j]) }
        }
        var result: [Double] = []
        for j in 0..<problem.beta.count {
            guard let right = try at(j, h) else { return nil }
            let left: (values: [Double], place: Double)
            switch kind {
            case .oneSided:
                guard let base = value(truth) else { return nil }
                left = (base, problem.beta[j])
            case .central:
                guard let other = try at(j, -h) else { return nil }
                left = other
            }
            let width = right.place - left.place
            guard width != 0 else { return nil }
            result += zip(right.values, left.values).map { ($0 - $1) / width }
        }
        return result
    }
}
