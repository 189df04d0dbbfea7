import Differentiation
import Expressions
import Foundation
import LinearAlgebra
import Losses

/// Explains a candidate: right, right up to something, a mistake of the catalogue, several, or none.
struct Diagnoser {
    let problem: RegressionProblem
    let program: Program
    let environment: Environment
    let truth: Derivatives
    let options: AutomaticOptions

    /// The verdict on a candidate.
    /// - Throws: `ExpressionError` where a candidate program cannot be read.
    func diagnose(_ candidate: Candidate) throws -> Diagnosis {
        switch candidate {
        case .numbers(let loss, let gradient, let hessian):
            return try diagnose(CandidateNumbers(loss: loss, gradient: gradient, hessian: hessian), program: nil)
        case .expression(let text):
            var own = try Program.parse(text, in: environment, limits: ExpressionLimits(memory: options.memoryLimit))
            try own.requireScalar(text)
            let derivatives = try AutomaticDifferentiation.derivatives(
                of: own, in: environment, wanting: .all, options: options)
            return try diagnose(CandidateNumbers(derivatives), program: own)
        }
    }

    private var context: DiagnosisContext {
        DiagnosisContext(problem: problem, environment: environment, truth: truth, options: options, quantities: .all)
    }

    private var truthPrediction: Prediction {
        Prediction(loss: truth.loss, gradient: truth.gradient, hessian: truth.hessian.map { NumericArray($0) })
    }

    private func diagnose(_ candidate: CandidateNumbers, program own: Program?) throws -> Diagnosis {
        let bounds =
            Tolerances.plain(program, environment, options) ?? Tolerances.relative(truthPrediction, rows: problem.n)
        let comparison = compare(candidate, bounds)
        func verdict(
            _ verdict: Diagnosis.Verdict, _ summary: String, _ findings: [Finding] = [], _ next: NextPoint? = nil
        ) -> Diagnosis {
            Diagnosis(verdict: verdict, summary: summary, comparison: comparison, findings: findings, nextPoint: next)
        }
        let sent = candidate.quantities.map(\.name)
        if candidate.hasNull { return saturation(candidate, bounds, verdict) }
        if let match = Match.between(candidate, truthPrediction, bounds) {
            if match.isExact { return verdict(.correct, "Right: every number is within the rounding of binary64.") }
            if candidate.isBinary32, match.resolution < 1e-9 * (candidate.all.map(abs).max() ?? 1) {
                return precision("float32", match, sent, verdict)
            }
            return precision("printed-digits", match, sent, verdict)
        }
        if let match = binary32(candidate, bounds) { return precision("float32", match, sent, verdict) }
        if let diagnosis = kinks(candidate, bounds, verdict) { return diagnosis }
        let found = try search(candidate, bounds)
        let exact = found.filter { $0.finding.parameters["factor"] == nil }
        // A convention explains everything at once; a mistake that fits without a factor beats it only where it says more.
        if let convention = convention(candidate, bounds, verdict), exact.isEmpty { return convention }
        let hits = exact.isEmpty ? found : exact
        if hits.count == 1, let hit = hits.first {
            let title = hit.finding.title.prefix(1).uppercased() + hit.finding.title.dropFirst()
            if ["finite-differences"].contains(hit.finding.id) {
                return verdict(.precision, "\(title).", [hit.finding])
            }
            return verdict(.mistake, "\(title): \(hit.finding.fix).", [hit.finding])
        }
        if hits.count > 1 {
            let names = hits.map(\.finding.id).joined(separator: ", ")
            return verdict(
                .ambiguous, "Several mistakes give these numbers at this β: \(names).", hits.map(\.finding),
                try nextPoint(hits))
        }
        return verdict(
            .unexplained, "Wrong, and no mistake of the catalogue explains it; the comparison says how far and where.")
    }

    // MARK: Comparison

    private func compare(_ candidate: CandidateNumbers, _ bounds: Tolerances) -> Comparison {
        var result = Comparison()
        for quantity in candidate.quantities {
            guard let expected = Match.values(truthPrediction, quantity) else { continue }
            let tolerances = bounds.values(quantity.name)
            let wide = expected.indices.map {
                (tolerances.indices.contains($0) ? tolerances[$0] : 0) + quantity.resolution * (1 + 1e-9)
            }
            let given = quantity.values.elements
            let deviation = given.withUnsafeBufferPointer { a in
                expected.withUnsafeBufferPointer { b in
                    wide.withUnsafeBufferPointer {
                        Deviation.measure(a, b, tolerances: $0, shape: quantity.values.shape)
                    }
                }
            }
            switch quantity.name {
            case "loss": result.loss = deviation
            case "gradient": result.gradient = deviation
            default: result.hessian = deviation
            }
        }
        return result
    }

    private typealias MakeVerdict = (Diagnosis.Verdict, String, [Finding], NextPoint?) -> Diagnosis

    private func finding(_ id: String, _ match: Match, explains: [String], parameters: [String: ParameterValue] = [:])
        -> Finding
    {
        let entry = MistakeCatalog.named(id)
        return Finding(
            id: id, title: entry?.title ?? id, explains: explains, residual: match.residual,
            resolution: match.resolution,
            parameters: parameters, fix: entry?.fix ?? "")
    }

    // MARK: Fingerprints

    private func precision(_ id: String, _ match: Match, _ sent: [String], _ verdict: MakeVerdict) -> Diagnosis {
        let text =
            id == "float32"
            ? "Right to the precision of binary32 arithmetic." : "Right to the digits that were printed."
        return verdict(.precision, text, [finding(id, match, explains: sent)], nil)
    }

    /// Binary32 arithmetic on binary32 data: the bounds of binary64 with another unit.
    private func binary32(_ candidate: CandidateNumbers, _ bounds: Tolerances) -> Match? {
        guard candidate.isBinary32 else { return nil }
        return Match.between(candidate, truthPrediction, bounds.scaled(0x1p29))
    }

    /// Entries that are null where the truth is finite.
    private func saturation(_ candidate: CandidateNumbers, _ bounds: Tolerances, _ verdict: MakeVerdict) -> Diagnosis {
        var rest = candidate
        rest.quantities = candidate.quantities.map { quantity in
            var quantity = quantity
            if let expected = Match.values(truthPrediction, quantity) {
                quantity.values = NumericArray(
                    shape: quantity.values.shape,
                    quantity.values.elements.enumerated().map { $1.isNaN ? expected[$0] : $1 })
            }
            return quantity
        }
        let sent = candidate.quantities.map(\.name)
        let eta = problem.beta.rank == 1 ? multiply(problem.x, problem.beta.elements) : []
        let isExtreme = eta.contains { abs($0) > 30 }
        if let match = Match.between(rest, truthPrediction, bounds), isExtreme {
            return verdict(
                .precision,
                "What your program could not represent is finite: a naive formula overflows or loses everything there.",
                [finding("saturation", match, explains: sent)], nil)
        }
        return verdict(
            .unexplained,
            "The null entries have finite values here; a null gradient often means that a parameter is not connected to the loss.",
            [], nil)
    }

    /// Differences of gradient and Hessian that the rows at a kink can make up.
    private func kinks(_ candidate: CandidateNumbers, _ bounds: Tolerances, _ verdict: MakeVerdict) -> Diagnosis? {
        let rows = Set(truth.notices.filter { $0.code == .kink }.flatMap(\.rows))
        guard !rows.isEmpty, problem.beta.rank == 1, let loss = problem.loss, case .separable = loss.kind else {
            return nil
        }
        var wide = bounds
        let c = problem.constant
        for i in rows where i < problem.n {
            let size = 2 * (problem.weights?[i] ?? 1) * max(1, problem.lossParameters.first.map(abs) ?? 1)
            for j in 0..<problem.p {
                if wide.gradient.indices.contains(j) { wide.gradient[j] += c * size * abs(problem.x[i, j]) }
                for k in 0..<problem.p where wide.hessian.indices.contains(j * problem.p + k) {
                    wide.hessian[j * problem.p + k] += c * size * abs(problem.x[i, j] * problem.x[i, k])
                }
            }
        }
        guard let match = Match.between(candidate, truthPrediction, wide) else { return nil }
        return verdict(
            .precision, "Right but for rows at a kink, where another value of the derivative was chosen.",
            [
                finding(
                    "kink-convention", match, explains: candidate.quantities.map(\.name),
                    parameters: ["rows": .numbers(rows.sorted().map(Double.init))])
            ], nil)
    }

    // MARK: Conventions

    /// The factors that have a name.
    private var namedFactors: [(name: String, value: Double)] {
        let n = Double(problem.n)
        let p = Double(problem.p)
        var factors: [(String, Double)] = [
            ("-1", -1), ("2", 2), ("1/2", 0.5), ("-2", -2), ("-1/2", -0.5), ("n", n), ("1/n", 1 / n), ("-n", -n),
            ("-1/n", -1 / n), ("n/2", n / 2),
            ("2/n", 2 / n), ("2n", 2 * n), ("1/(2n)", 0.5 / n), ("-n/2", -n / 2), ("-2/n", -2 / n), ("p", p),
            ("1/p", 1 / p), ("n*p", n * p), ("1/(n*p)", 1 / (n * p)),
        ]
        if problem.weights != nil {
            let w = problem.totalWeight
            factors += [("n/sum(w)", n / w), ("sum(w)/n", w / n), ("sum(w)", w), ("1/sum(w)", 1 / w)]
        }
        var seen: Set<Double> = [1]
        return factors.filter { seen.insert($0.1).inserted }
    }

    private func convention(_ candidate: CandidateNumbers, _ bounds: Tolerances, _ verdict: MakeVerdict) -> Diagnosis? {
        let sent = candidate.quantities.map(\.name)
        let hasLoss = sent.contains("loss")
        guard let fitted = Match.fittedFactor(candidate, truthPrediction, includingLoss: sent == ["loss"]) else {
            return nil
        }
        guard problem.p > 1 || sent.count > 1 else { return named(fitted).flatMap { _ in nil } }
        for (name, factor) in namedFactors where abs(fitted / factor - 1) < 0.02 {
            let parameters: [String: ParameterValue] = ["factor": .number(factor), "name": .text(name)]
            if let match = Match.between(candidate, truthPrediction, bounds, factor: factor), match.information >= 6 {
                if factor == -1 {
                    return verdict(
                        .convention, "Right for the log-likelihood: everything has the other sign.",
                        [finding("negated", match, explains: sent, parameters: parameters)], nil)
                }
                if hasLoss || factor < 0 || isWeightTotal(factor) {
                    return verdict(
                        .convention, "Right up to a convention: everything is \(name) times this loss.",
                        [finding("scale", match, explains: sent, parameters: parameters)], nil)
                }
                var convention = finding("scale", match, explains: sent, parameters: parameters)
                convention.title = "another convention for the loss"
                convention.fix = "send the loss as well: if it has the factor too, this is a convention"
                var mistake = finding("scale", match, explains: sent, parameters: parameters)
                mistake.title = "a factor is missing or too many in the derivative"
                return verdict(
                    .ambiguous,
                    "Gradient and Hessian are \(name) times the right ones: a convention if the loss is too, a mistake if the loss is not; send the loss.",
                    [convention, mistake], nil)
            }
            if hasLoss, sent.count > 1,
                let match = Match.between(candidate, truthPrediction, bounds, factor: factor, factorOnLoss: false),
                match.information >= 6
            {
                return verdict(
                    .mistake,
                    "The loss is right and its derivatives are \(name) times the right ones: a forgotten power rule or division.",
                    [finding("scale", match, explains: sent.filter { $0 != "loss" }, parameters: parameters)], nil)
            }
        }
        return nil
    }

    private func isWeightTotal(_ factor: Double) -> Bool {
        guard problem.weights != nil else { return false }
        let ratio = Double(problem.n) / problem.totalWeight
        return factor == ratio || factor == 1 / ratio
    }

    private func named(_ factor: Double) -> Double? { namedFactors.first { abs(factor / $0.value - 1) < 1e-6 }?.value }

    // MARK: Mistakes

    /// A hit: the finding and what makes its prediction, for another β.
    private struct Hit {
        var finding: Finding
        var mistake: Mistake
        var index: Int
    }

    private func search(_ candidate: CandidateNumbers, _ bounds: Tolerances) throws -> [Hit] {
        var hits: [Hit] = []
        let context = context
        for mistake in MistakeCatalog.predicted {
            if options.cancelled() { throw Cancelled() }
            var own: [Hit] = []
            for (index, prediction) in try mistake.predict(context).enumerated() {
                guard let (match, factor) = matched(candidate, prediction, bounds) else { continue }
                // What is no different from the truth explains nothing.
                if same(prediction, candidate) { continue }
                own.append(
                    Hit(
                        finding: describe(mistake, prediction, match, factor, candidate), mistake: mistake, index: index
                    ))
            }
            // Among variants of one mistake the one without a factor.
            if let best = own.min(by: {
                ($0.finding.parameters["factor"] == nil ? 0 : 1) < ($1.finding.parameters["factor"] == nil ? 0 : 1)
            }) {
                hits.append(best)
            }
        }
        if let match = finiteDifference(candidate, bounds) { hits.append(match) }
        if let match = covariance(candidate, bounds) { hits.append(match) }
        return hits
    }

    /// Whether a prediction equals the truth in everything that was sent.
    private func same(_ prediction: Prediction, _ candidate: CandidateNumbers) -> Bool {
        candidate.quantities.allSatisfy { quantity in
            guard let a = Match.values(prediction, quantity), let b = Match.values(truthPrediction, quantity) else {
                return false
            }
            let scale = b.reduce(0) { max($0, abs($1)) }
            return zip(a, b).allSatisfy { abs($0 - $1) <= quantity.resolution + 1e-12 * scale }
        }
    }

    private func matched(_ candidate: CandidateNumbers, _ prediction: Prediction, _ bounds: Tolerances) -> (
        Match, Double?
    )? {
        // p = 2 and a gradient with few digits fit something by chance.
        let needed = problem.p <= 1 ? 10.0 : 6.0
        if Match.isPlausible(candidate, prediction, factor: 1) {
            let strict = tolerances(prediction, bounds)
            if let match = Match.between(candidate, prediction, strict), match.information >= needed {
                return (match, nil)
            }
        }
        guard problem.p > 1,
            let fitted = Match.fittedFactor(candidate, prediction, includingLoss: false)
                ?? Match.fittedFactor(candidate, prediction)
        else { return nil }
        for (_, factor) in namedFactors where abs(fitted / factor - 1) < 1e-3 {
            guard Match.isPlausible(candidate, prediction, factor: factor) else { continue }
            if let match = Match.between(candidate, prediction, tolerances(prediction, bounds), factor: factor),
                match.information >= needed + 4
            {
                return (match, factor)
            }
        }
        return nil
    }

    private func tolerances(_ prediction: Prediction, _ bounds: Tolerances) -> Tolerances {
        if let program = prediction.program, let environment = prediction.environment,
            let own = Tolerances.plain(program, environment, options)
        {
            return own.scaled(prediction.slack)
        }
        var result = Tolerances.relative(prediction, rows: problem.n)
        if prediction.gradient?.count == bounds.gradient.count {
            result.gradient = zip(result.gradient, bounds.gradient).map { max($0, $1) }
        }
        return result.scaled(prediction.slack)
    }

    private func describe(
        _ mistake: Mistake, _ prediction: Prediction, _ match: Match, _ factor: Double?, _ candidate: CandidateNumbers
    ) -> Finding {
        var parameters = prediction.parameters
        if let factor { parameters["factor"] = .number(factor) }
        var finding = Finding(
            id: mistake.id, title: mistake.title, explains: candidate.quantities.map(\.name), residual: match.residual,
            resolution: match.resolution, parameters: parameters, program: prediction.text ?? mistake.program,
            fix: mistake.fix)
        if let program = prediction.program, let symbolic = try? SymbolicDerivatives.derive(program, wanting: .all) {
            var naming = Naming(suggested: symbolic.names, avoiding: Set(environment.arrays.keys))
            finding.program = symbolic.graph.formula(symbolic.loss, naming: &naming)
            finding.gradient = symbolic.gradient.map { symbolic.graph.formula($0, naming: &naming) }
            finding.hessian = symbolic.hessian.map { symbolic.graph.formula($0, naming: &naming) }
        } else {
            finding.hessian = mistake.gives
        }
        return finding
    }

    /// One step h explains every entry: candidate − g = (h/2)·diag H.
    private func finiteDifference(_ candidate: CandidateNumbers, _ bounds: Tolerances) -> Hit? {
        guard let quantity = candidate.quantity("gradient"), let g = truth.gradient, let h = truth.hessian,
            g.count == quantity.values.count,
            g.count > 1, let mistake = MistakeCatalog.named("finite-differences")
        else { return nil }
        var rest = candidate
        rest.quantities.removeAll { $0.name == "gradient" }
        if !rest.quantities.isEmpty, Match.between(rest, truthPrediction, bounds) == nil { return nil }
        let differences = g.indices.map { quantity.values[$0] - g[$0] }
        var top = 0.0
        var bottom = 0.0
        for j in g.indices {
            top += differences[j] * h[j, j]
            bottom += h[j, j] * h[j, j]
        }
        guard bottom > 0 else { return nil }
        let step = 2 * top / bottom
        guard step != 0, abs(step) < 0.1 else { return nil }
        let scale = differences.reduce(0) { max($0, abs($1)) }
        // The quotient's own rounding is that of the loss divided by h; the third derivative adds h².
        let noise =
            4 * (bounds.loss + 0x1p-53 * abs(truth.loss ?? 0)) / abs(step) + step * step
            * (h.elements.map(abs).max() ?? 0)
        var residual = 0.0
        for j in g.indices { residual = max(residual, abs(differences[j] - step / 2 * h[j, j])) }
        let resolution = quantity.resolution + noise + 1e-3 * scale
        guard residual <= resolution, residual <= 0.05 * scale, scale > 4 * quantity.resolution else { return nil }
        return Hit(
            finding: Finding(
                id: mistake.id, title: "a \(step > 0 ? "forward" : "backward") difference of step \(abs(step))",
                explains: candidate.quantities.map(\.name),
                residual: residual, resolution: resolution, parameters: ["step": .number(step)], fix: mistake.fix),
            mistake: mistake, index: 0)
    }

    /// The inverse of the Hessian, or its multiple, in the place of the Hessian.
    private func covariance(_ candidate: CandidateNumbers, _ bounds: Tolerances) -> Hit? {
        guard let quantity = candidate.quantity("hessian"), let h = truth.hessian, h.rows > 1,
            quantity.values.shape == [h.rows, h.rows],
            let mistake = MistakeCatalog.named("inverse-as-covariance")
        else { return nil }
        let factors = LU(h)
        guard factors.singularColumn == nil else { return nil }
        var prediction = truthPrediction
        prediction.hessian = NumericArray(factors.inverse())
        prediction.slack = 1e3
        guard Match.isPlausible(candidate, prediction, factor: 1),
            let match = Match.between(candidate, prediction, tolerances(prediction, bounds))
        else { return nil }
        return Hit(finding: describe(mistake, prediction, match, nil, candidate), mistake: mistake, index: 0)
    }

    // MARK: Ambiguity

    /// A second β at which the findings give different numbers, proven by evaluation.
    private func nextPoint(_ hits: [Hit]) throws -> NextPoint? {
        guard problem.beta.rank == 1 else { return nil }
        let steps: [Double] = [0.37, -0.61, 0.83, 0.19, -0.47, 0.71, -0.29]
        for scale in [1.0, 0.25, 2] {
            var other = problem
            other.beta = NumericArray(
                (0..<problem.p).map { problem.beta[$0] + scale * steps[$0 % steps.count] * (1 + 0.01 * Double($0)) })
            guard let program = try? other.program(),
                let derivatives = try? AutomaticDifferentiation.derivatives(
                    of: program, in: other.environment, wanting: .all, options: options)
            else { continue }
            let context = DiagnosisContext(
                problem: other, environment: other.environment, truth: derivatives, options: options, quantities: .all)
            var predictions: [Prediction] = []
            for hit in hits {
                let all = try hit.mistake.predict(context)
                guard all.indices.contains(hit.index) else { break }
                predictions.append(all[hit.index])
            }
            guard predictions.count == hits.count else { continue }
            let separates = predictions.indices.allSatisfy { i in
                predictions.indices.allSatisfy { j in i >= j || differ(predictions[i], predictions[j]) }
            }
            if separates {
                return NextPoint(
                    beta: other.beta.elements, reason: "at this β the \(hits.count) mistakes give different numbers")
            }
        }
        return nil
    }

    private func differ(_ a: Prediction, _ b: Prediction) -> Bool {
        func apart(_ x: [Double], _ y: [Double]) -> Bool {
            guard x.count == y.count else { return true }
            let scale = max(x.reduce(0) { max($0, abs($1)) }, y.reduce(0) { max($0, abs($1)) })
            return zip(x, y).contains { abs($0 - $1) > 1e-6 * scale }
        }
        return apart(a.gradient ?? [], b.gradient ?? []) || apart(a.hessian?.elements ?? [], b.hessian?.elements ?? [])
    }
}
