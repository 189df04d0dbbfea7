import Diagnosis
import Foundation
import LinearAlgebra
import Losses
import Testing

/// Candidates that JAX computed from the buggy programs of the catalogue, with what is to be said of them; see
/// Generate/mistakes.py.
@Suite struct CatalogueTests {
    struct Case: Decodable, Sendable, CustomTestStringConvertible {
        struct Numbers: Decodable, Sendable {
            var loss: Double?
            var gradient: [Double]?
            var hessian: PeerTests.Nested?
        }

        var name: String
        var loss: String
        var x: [[Double]]
        var y: [Double]
        var beta: [Double]
        var verdict: String
        /// In order; nil where any will do.
        var ids: [String]?
        /// Parameters of the first finding.
        var expect: [String: Expected]
        /// The exponent of ten of the last digit of the numbers.
        var place: Int
        var candidate: Numbers
        var weights: [Double]?
        var offset: [Double]?
        var ridge: Double?
        var lasso: Double?
        var exempt: Set<Int>?
        var scale: Double?
        var testDescription: String { name }

        func problem() throws -> RegressionProblem {
            let loss = try #require(LossCatalog.named(loss))
            return RegressionProblem(
                x: Matrix(rows: x.count, columns: x[0].count, x.flatMap(\.self)), y: NumericArray(y),
                beta: NumericArray(beta), objective: .loss(loss, parameters: loss.parameters.map(\.standard)),
                scale: scale.map(Scale.number) ?? .mean, weights: weights, offset: offset,
                penalty: Penalty(ridge: ridge ?? 0, lasso: lasso ?? 0, exempt: exempt ?? []))
        }

        var numbers: Candidate {
            .numbers(
                loss: candidate.loss.map { CandidateNumber(value: $0, finestPlace: place) },
                gradient: candidate.gradient.map { CandidateArray(values: NumericArray($0), finestPlace: place) },
                hessian: candidate.hessian.map { CandidateArray(values: $0.array, finestPlace: place) })
        }
    }

    /// A number or several.
    struct Expected: Decodable, Sendable {
        var numbers: [Double]

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let number = try? container.decode(Double.self) {
                numbers = [number]
            } else {
                numbers = try container.decode([Double].self)
            }
        }

        func matches(_ value: ParameterValue?) -> Bool {
            let found: [Double]
            switch value {
            case .number(let number): found = [number]
            case .numbers(let several): found = several
            default: return false
            }
            return found.count == numbers.count
                && zip(found, numbers).allSatisfy { abs($0 - $1) <= 1e-9 * max(1, abs($1)) }
        }
    }

    static let cases: [Case] = {
        guard let url = Bundle.module.url(forResource: "Resources/mistakes", withExtension: "json"),
            let data = try? Data(contentsOf: url), let cases = try? JSONDecoder().decode([Case].self, from: data)
        else { return [] }
        return cases
    }()

    /// Mistakes of programs that only exist as an expression, and what needs numbers that are not finite.
    private static let elsewhere: Set<String> = ["halved-first-term", "reparametrized", "saturation"]

    @Test func everyEntryOfTheCatalogueIsThere() {
        let named = Set(Self.cases.flatMap { $0.ids ?? [] })
        #expect(Set(MistakeCatalog.all.map(\.id)).subtracting(named) == Self.elsewhere)
    }

    @Test(arguments: cases)
    func isNamed(planted: Case) throws {
        let found = try planted.problem().diagnose(planted.numbers)
        #expect(found.verdict.rawValue == planted.verdict, "\(found.outline)")
        if let ids = planted.ids { #expect(found.findings.map(\.id) == ids, "\(found.outline)") }
        for (name, value) in planted.expect {
            #expect(value.matches(found.findings.first?.parameters[name]), "\(name): \(found.outline)")
        }
        for finding in found.findings {
            #expect(finding.residual <= finding.resolution * (1 + 1e-6), "\(finding.id)")
        }
    }

    /// Signs and factors on a part of what could be sent show where the rest is sent too, at another β.
    @Test(arguments: cases.filter { $0.verdict == "ambiguous" && $0.name != "surrogate" })
    func ambiguityHasANextPoint(planted: Case) throws {
        let next = try #require(try planted.problem().diagnose(planted.numbers).nextPoint)
        #expect(next.beta.count == planted.beta.count && next.beta != planted.beta)
    }

    @Test func aConstantIsPointedOut() throws {
        let planted = try #require(Self.cases.first { $0.name == "a constant left out" })
        let summary = try planted.problem().diagnose(planted.numbers).summary
        #expect(summary.hasPrefix("The gradient and Hessian are right, the loss is off by 3.25"), "\(summary)")
    }

    /// λ is a symbol; it does not become Λ at the beginning of a sentence.
    @Test func symbolsStayAsTheyAre() throws {
        let planted = try #require(Self.cases.first { $0.name == "penalty on every entry" })
        #expect(try planted.problem().diagnose(planted.numbers).summary.hasPrefix("λ is added"))
    }
}
