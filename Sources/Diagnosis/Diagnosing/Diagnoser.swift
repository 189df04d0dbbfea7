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
    /// What the formulas of the symbolic derivatives gave, with bounds, where they were evaluated already.
    var symbolic: Derivatives?
    let options: AutomaticOptions

    /// The verdict on a candidate.
    /// - Throws: `CandidateError` where a candidate program cannot be read or evaluated.
    func diagnose(_ candidate: Candidate) throws -> Diagnosis {
        switch candidate {
        case .numbers(let loss, let gradient, let hessian):
            return try diagnose(CandidateNumbers(loss: loss, gradient: gradient, hessian: hessian))
        case .expression(let text):
            let own: OwnProgram
            do {
                own = try OwnProgram(text, environment, options)
            } catch is Cancelled {
                throw Cancelled()
            } catch {
                throw CandidateError(underlying: error)
            }
            return own.annotating(try diagnose(CandidateNumbers(own.derivatives)), truth: program)
        }
    }

    var truthPrediction: Prediction {
        Prediction(loss: truth.loss, gradient: truth.gradient, hessian: truth.hessian.map { NumericArray($0) })
    }

    /// First what needs no mistake: right numbers, digits, kinks. Then the entries that fit as they are; a convention; a
    /// finite difference; entries that fit with a named factor. At last the same for binary32 arithmetic whose results
    /// were printed.
    func diagnose(_ candidate: CandidateNumbers) throws -> Diagnosis {
        let bounds = symbolic.flatMap { Tolerances($0) } ?? plainBounds
        let comparison = compare(candidate, bounds)
        func verdict(_ explanation: Explanation) -> Diagnosis {
            Diagnosis(
                verdict: explanation.verdict, summary: explanation.summary, comparison: comparison,
                findings: explanation.findings, nextPoint: explanation.nextPoint)
        }
        if let fingerprint = fingerprint(candidate, bounds) { return verdict(fingerprint) }
        let all = try search(candidate, bounds)
        let hits = all.filter { !$0.isSingle }
        let exact = hits.filter { $0.factor == nil }
        let convention = try convention(candidate, bounds)
        if !exact.isEmpty { return verdict(try explain(exact, convention)) }
        if let convention { return verdict(convention) }
        let (single, isWithin) = printedBinary32(candidate, bounds)
        if let (finding, isNoise) = try finiteDifference(candidate, bounds) {
            guard isNoise, let single else {
                return verdict(Explanation(.precision, "Right, but for \(finding.title).", [finding]))
            }
            return verdict(
                Explanation(
                    .precision,
                    "Right to about seven digits: binary32 arithmetic or \(finding.title); these digits do not tell which.",
                    single.findings + [finding]))
        }
        if !hits.isEmpty { return verdict(try explain(hits, nil)) }
        if let single { return verdict(single) }
        if let match = binary32(candidate, bounds, sequential: true) {
            return verdict(float32(match, candidate.quantities.map(\.name)))
        }
        if candidate.mayBePrintedBinary32, !isWithin {
            let convention = try self.convention(candidate, bounds, unit: Tolerances.printedBinary32)
            let exact = all.filter { $0.factor == nil }
            if !exact.isEmpty { return verdict(try explain(exact, convention)) }
            if let convention { return verdict(convention) }
            if !all.isEmpty { return verdict(try explain(all, nil)) }
        }
        if let apart = try apart(candidate, bounds) { return verdict(apart) }
        let hints = try hints(candidate, comparison, bounds).map { " " + $0 }.joined()
        return verdict(Explanation(.unexplained, Self.unexplained(comparison, candidate) + hints))
    }

    /// One hit is a mistake, several are an ambiguity. The other sign of the gradient alone is one of two things as long
    /// as nothing else was sent.
    private func explain(_ hits: [Hit], _ convention: Explanation?) throws -> Explanation {
        if let convention, convention.findings.map(\.id) == ["negated"], hits.count == 1 {
            return Explanation(
                .ambiguous,
                "Everything has the other sign: a log-likelihood, or the gradient alone is wrong; send the Hessian too.",
                convention.findings + hits.map(\.finding), try pointForSendingMore("send the Hessian too"))
        }
        if let hit = hits.first, hits.count == 1 {
            var summary = "\(hit.finding.title.capitalizedFirst): \(hit.finding.fix)."
            if case .text(let factor)? = hit.finding.parameters["factor_name"] {
                summary += " Besides, everything is \(factor) times as large."
            }
            if hit.isSingle { summary += " The rest is the rounding of binary32 arithmetic." }
            return Explanation(.mistake, summary, [hit.finding])
        }
        let names = hits.map(\.finding.id).joined(separator: ", ")
        var summary = "Several mistakes give these numbers at this β: \(names)."
        let next = try nextPoint(hits)
        if next == nil {
            summary += " No other β tells them apart by what was sent"
            summary += hits[0].finding.explains.count == 3 ? "." : "; send loss, gradient and Hessian."
        }
        return Explanation(.ambiguous, summary, hits.map(\.finding), next)
    }

    /// What is right and what is not, where that differs.
    private static func unexplained(_ comparison: Comparison, _ candidate: CandidateNumbers) -> String {
        let parts = [("loss", comparison.loss), ("gradient", comparison.gradient), ("Hessian", comparison.hessian)]
        let right = parts.filter { $0.1?.agrees == true }.map(\.0)
        let wrong = parts.filter { $0.1?.agrees == false }.map(\.0)
        let compared = parts.compactMap(\.1).count
        guard !right.isEmpty, !wrong.isEmpty, compared == candidate.quantities.count else {
            return "Wrong, and no mistake of the catalogue explains it; the comparison says how far and where."
        }
        func list(_ names: [String]) -> String { names.joined(separator: " and ") }
        let first = "The \(list(right)) \(right.count > 1 ? "are" : "is") right, "
        if wrong == ["loss"], let loss = comparison.loss {
            return first + "the loss is off by \(loss.maxAbsoluteError): a constant that is left out, such as log(y!),"
                + " changes no derivative. No mistake of the catalogue explains it."
        }
        return first + "the \(list(wrong)) \(wrong.count > 1 ? "are" : "is") not, and no mistake of the catalogue"
            + " explains it; the comparison says how far and where."
    }

    /// The bounds of evaluating the right formulas in plain binary64.
    private var plainBounds: Tolerances {
        let forms = try? DerivationCache.shared.derivation(of: problem, memoryLimit: options.memoryLimit).forms(.all)
        return forms.flatMap { Tolerances.plain($0.symbolic, environment, options) }
            ?? Tolerances.relative(truthPrediction, rows: problem.n)
    }

    // MARK: Comparison

    private func compare(_ candidate: CandidateNumbers, _ bounds: Tolerances) -> Comparison {
        var result = Comparison()
        for quantity in candidate.quantities {
            guard let expected = Match.values(truthPrediction, quantity) else { continue }
            let tolerances = bounds.values(quantity.name)
            let wide = expected.indices.map {
                (tolerances.indices.contains($0) ? tolerances[$0] : 0) + quantity.resolution(at: $0) * (1 + 1e-9)
            }
            let deviation = quantity.values.withUnsafeElements { a in
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
}

/// A diagnosis but for the comparison.
struct Explanation {
    var verdict: Diagnosis.Verdict
    var summary: String
    var findings: [Finding]
    var nextPoint: NextPoint?

    init(
        _ verdict: Diagnosis.Verdict, _ summary: String, _ findings: [Finding] = [], _ nextPoint: NextPoint? = nil
    ) {
        self.verdict = verdict
        self.summary = summary
        self.findings = findings
        self.nextPoint = nextPoint
    }
}

extension String {
    /// As the beginning of a sentence.
    /// A Greek letter is a symbol and stays as it is.
    var capitalizedFirst: String { first?.isASCII == true ? prefix(1).uppercased() + dropFirst() : self }
}
