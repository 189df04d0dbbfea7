import Differentiation
import Expressions
import LinearAlgebra
import Losses

/// A mistake that explains a candidate: what it is called and what makes its prediction, for another β.
struct Hit {
    var finding: Finding
    var mistake: Mistake
    var key: String
    /// The named factor on top, if it needs one.
    var factor: Double?
    /// Whether it takes binary32 arithmetic on top, of numbers that were printed with few digits.
    var isSingle = false
}

extension Diagnoser {
    /// Every mistake of the catalogue that explains all that was sent, the best of its variants each.
    ///
    /// A variant is ruled out as cheaply as possible: by what it leaves right, by a sketch, by the cheapest quantity that
    /// was sent, by all of them; only then are the bounds of its own program worked out.
    func search(_ candidate: CandidateNumbers, _ bounds: Tolerances) throws -> [Hit] {
        var hits: [Hit] = []
        let context = DiagnosisContext(
            problem: problem, program: program, environment: environment, truth: truth, options: options,
            candidate: candidate)
        let factors = problem.beta.count > 1 ? NamedFactors(problem, truth).map(\.value) : []
        for (mistake, variants) in try plausible(candidate, bounds, [1] + factors, context) {
            if options.cancelled() { throw Cancelled() }
            var own: [Hit] = []
            for variant in variants {
                guard
                    let (prediction, match, factor, isSingle) = try matched(
                        variant, candidate, bounds, [1] + factors, context),
                    // What is no different from the truth explains nothing.
                    !isTruth(prediction, candidate, factor ?? 1)
                else { continue }
                var finding = describe(
                    mistake, variant, prediction, match, factor, candidate, context)
                if isSingle { finding.parameters["arithmetic"] = .text("binary32") }
                own.append(
                    Hit(finding: finding, mistake: mistake, key: variant.key, factor: factor, isSingle: isSingle))
            }
            // Among variants of one mistake the one in binary64, then the one without a factor, then the closest.
            let best = own.min { a, b in
                if a.isSingle != b.isSingle { return b.isSingle }
                if (a.factor == nil) != (b.factor == nil) { return a.factor == nil }
                return a.finding.residual * b.finding.resolution < b.finding.residual * a.finding.resolution
            }
            if let best { hits.append(best) }
        }
        return hits
    }

    /// The variants of each mistake that a cheap look does not rule out: by what they leave right, by their sums over the
    /// rows in one pass for all of them, by a sketch of their own, by the cheapest quantity that was sent.
    private func plausible(
        _ candidate: CandidateNumbers, _ bounds: Tolerances, _ factors: [Double], _ context: DiagnosisContext
    ) throws -> [(Mistake, [Variant])] {
        struct Look {
            var mistake: Int
            var variant: Variant
            var sketch: Sketch
            var rows: Range<Int>?
        }
        var looks: [Look] = []
        var hypotheses: [RowHypothesis] = []
        for (index, mistake) in MistakeCatalog.predicted.enumerated() {
            if options.cancelled() { throw Cancelled() }
            for variant in try mistake.variants(context) where !variant.changes.isDisjoint(with: candidate.sent) {
                var look = Look(
                    mistake: index, variant: variant, sketch: rightPart(variant, candidate, bounds, context))
                guard look.sketch.isPlausible(candidate, factors: factors) else { continue }
                if context.places != nil, let own = variant.rows?() {
                    look.rows = hypotheses.count..<hypotheses.count + own.count
                    hypotheses += own
                }
                looks.append(look)
            }
        }
        let sketches = RowSweep.sketches(context, hypotheses)
        if options.cancelled() { throw Cancelled() }
        var result = MistakeCatalog.predicted.map { ($0, [Variant]()) }
        for look in looks {
            var sketch = look.sketch
            let variant = look.variant
            let own = look.rows.map { Array(sketches[$0]) } ?? [variant.sketch?()]
            if own.allSatisfy({ $0 != nil }) {
                for part in own.compactMap({ $0 }) { sketch.entries += part.entries }
                guard sketch.isPlausible(candidate, factors: factors) else { continue }
            } else if candidate.quantities.count > 1, variant.changes == .all,
                let cheapest = candidate.quantities.first, let part = CandidateNumbers.kinds[cheapest.name]
            {
                guard let prediction = try variant.evaluate(part) else { continue }
                let alone = candidate.only(cheapest)
                guard !Match.plausibleFactors(alone, prediction, factors, floor: bounds).isEmpty else { continue }
            }
            result[look.mistake].1.append(variant)
        }
        return result.filter { !$0.1.isEmpty }
    }

    private func matched(
        _ variant: Variant, _ candidate: CandidateNumbers, _ bounds: Tolerances, _ factors: [Double],
        _ context: DiagnosisContext
    ) throws -> (Prediction, Match, Double?, isSingle: Bool)? {
        guard let prediction = try variant.evaluate(candidate.sent) else { return nil }
        // What chance could match is no evidence, the less so the more was tried.
        let needed = (problem.beta.count <= 1 ? 10.0 : 6.0) + variant.chance
        let plausible = Match.plausibleFactors(candidate, prediction, factors, floor: bounds)
        guard !plausible.isEmpty else { return nil }
        let own = tolerances(prediction, bounds, candidate.sent, context)
        var units = [candidate.isBinary32 ? Tolerances.binary32 : 1]
        if candidate.mayBePrintedBinary32 { units.append(Tolerances.printedBinary32) }
        for (unit, isSingle) in zip(units, [false, true]) {
            let strict = own.scaled(unit)
            for factor in plausible {
                if let match = Match.between(candidate, prediction, strict, factor: factor, sizes: sizes),
                    match.information >= needed + (factor == 1 ? 0 : 4)
                {
                    return (prediction, match, factor == 1 ? nil : factor, isSingle)
                }
            }
        }
        return nil
    }

    /// The truth's numbers for what a variant leaves right, at the places of a sketch.
    private func rightPart(
        _ variant: Variant, _ candidate: CandidateNumbers, _ bounds: Tolerances, _ context: DiagnosisContext
    ) -> Sketch {
        var sketch = Sketch()
        guard let places = context.places else { return sketch }
        // A sketch allows `sketchUnit` of the size: ten times the bounds come to that.
        let unit = candidate.coarseness * 10 / candidate.sketchUnit
        func add(_ name: String, _ index: Int, _ value: Double, _ bound: Double) {
            sketch.entries.append(
                Sketch.Entry(quantity: name, index: index, value: value, size: abs(value) + unit * bound))
        }
        if !variant.changes.contains(.loss), places.loss, let loss = truth.loss { add("loss", 0, loss, bounds.loss) }
        if !variant.changes.contains(.gradient), let gradient = truth.gradient,
            candidate.quantity("gradient")?.values.count == gradient.count
        {
            for j in places.gradient { add("gradient", j, gradient[j], bounds.gradient[j]) }
        }
        return sketch
    }

    /// The largest entries of the right quantities.
    private var sizes: [String: Double] {
        func largest(_ values: [Double]) -> Double { values.reduce(0) { max($0, abs($1)) } }
        return [
            "loss": abs(truth.loss ?? 0), "gradient": largest(truth.gradient ?? []),
            "hessian": truth.hessian?.withUnsafeElements { $0.reduce(0) { max($0, abs($1)) } } ?? 0,
        ]
    }

    /// Whether a prediction, times its factor, equals the truth in everything that was sent.
    private func isTruth(_ prediction: Prediction, _ candidate: CandidateNumbers, _ factor: Double) -> Bool {
        candidate.quantities.allSatisfy { quantity in
            guard let a = Match.values(prediction, quantity), let b = Match.values(truthPrediction, quantity) else {
                return false
            }
            let scale = b.reduce(0) { max($0, abs($1)) }
            return a.indices.allSatisfy { abs(factor * a[$0] - b[$0]) <= quantity.resolution(at: $0) + 1e-12 * scale }
        }
    }

    private func tolerances(
        _ prediction: Prediction, _ bounds: Tolerances, _ sent: Quantities, _ context: DiagnosisContext
    ) -> Tolerances {
        if prediction.program != nil, let environment = prediction.environment,
            let formulas = context.formulas(prediction),
            let own = Tolerances.plain(formulas, environment, options, wanting: sent)
        {
            return own.scaled(prediction.slack)
        }
        var result = Tolerances.relative(prediction, rows: problem.n)
        // What is made of the truth has at least its bounds.
        result.loss = max(result.loss, bounds.loss)
        if result.gradient.count == bounds.gradient.count {
            result.gradient = zip(result.gradient, bounds.gradient).map { max($0, $1) }
        }
        if result.hessian.count == bounds.hessian.count {
            result.hessian = zip(result.hessian, bounds.hessian).map { max($0, $1) }
        }
        return result.scaled(prediction.slack)
    }
}
