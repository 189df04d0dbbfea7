import Diagnosis
import Foundation
import LinearAlgebra
import Losses
import Testing

/// Sums of losses, their derivatives and standard errors as statsmodels (softmax: mpmath) computes them, to 1e-10; see
/// Generate/peers.py.
@Suite struct PeerTests {
    struct Case: Decodable, Sendable, CustomTestStringConvertible {
        var name: String
        var loss: String
        var parameters: [Double]
        var x: [[Double]]
        /// Numbers, or pairs.
        var y: Nested
        /// Numbers, or one row a class.
        var beta: Nested
        var value: Double?
        var gradient: [Double]?
        var hessian: [[Double]]?
        var standardErrors: [Double]?
        var weights: [Double]?
        var offset: [Double]?
        var testDescription: String { name }

        func problem(scale: Scale) throws -> RegressionProblem {
            let loss = try #require(LossCatalog.named(loss))
            return RegressionProblem(
                x: Matrix(rows: x.count, columns: x[0].count, x.flatMap(\.self)), y: y.array, beta: beta.array,
                objective: .loss(loss, parameters: parameters), scale: scale, weights: weights, offset: offset)
        }
    }

    /// A vector or a matrix.
    struct Nested: Decodable, Sendable {
        var array: NumericArray

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let rows = try? container.decode([[Double]].self) {
                array = NumericArray(shape: [rows.count, rows[0].count], rows.flatMap(\.self))
            } else {
                array = NumericArray(try container.decode([Double].self))
            }
        }
    }

    static let cases: [Case] = {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        guard let url = Bundle.module.url(forResource: "Resources/peers", withExtension: "json"),
            let data = try? Data(contentsOf: url), let cases = try? decoder.decode([Case].self, from: data)
        else { return [] }
        return cases
    }()

    @Test func thereAreCasesOfAllKinds() {
        #expect(Self.cases.count == 41)
        #expect(Set(Self.cases.map(\.loss)).count == 13)
        #expect(Self.cases.count { $0.weights != nil && $0.offset != nil } >= 16)
        #expect(Self.cases.count { $0.standardErrors != nil } >= 36)
    }

    @Test(arguments: cases)
    func agreesToTenDigits(_ peer: Case) throws {
        let plan = EvaluationPlan(printsSymbolic: false, witnesses: Witness.allCases, wantsCurvature: true)
        let evaluation = try Oracle.evaluate(try peer.problem(scale: .sum), plan)
        for (witness, comparison) in evaluation.comparisons { #expect(comparison.agrees, "\(witness): \(comparison)") }
        if let value = peer.value { #expect(Self.close([evaluation.derivatives.loss ?? .nan], [value])) }
        // At an optimum the gradient is a sum that cancels: relative to its terms, which the Hessian's diagonal bounds.
        if let gradient = peer.gradient {
            let sizes = try #require(peer.hessian).indices.map { ((peer.hessian?[$0][$0]).map(abs) ?? 1) + 1 }
            let found = try #require(evaluation.derivatives.gradient)
            for j in gradient.indices {
                #expect(abs(found[j] - gradient[j]) <= 1e-10 * max(abs(gradient[j]), sizes[j]))
            }
        }
        if let hessian = peer.hessian {
            #expect(Self.close(evaluation.derivatives.hessian?.elements ?? [], hessian.flatMap(\.self)))
        }
        if let errors = peer.standardErrors {
            #expect(Self.close(evaluation.curvature?.standardErrors ?? [], errors))
        }
    }

    /// Standard errors belong to the sum of ℓ, whatever the scale of the loss.
    @Test(arguments: cases.filter { $0.standardErrors != nil })
    func standardErrorsDoNotDependOnTheScale(_ peer: Case) throws {
        for scale in [Scale.mean, .halfMean, .weightedMean, .number(1e-7)] {
            let evaluation = try Oracle.evaluate(
                try peer.problem(scale: scale),
                EvaluationPlan(quantities: .loss, printsSymbolic: false, compares: false, wantsCurvature: true))
            #expect(Self.close(evaluation.curvature?.standardErrors ?? [], peer.standardErrors ?? []), "\(scale)")
        }
    }

    /// Test the checker: the eighth digit of one number is noticed.
    @Test func aWrongDigitIsNoticed() {
        #expect(Self.close([1, 2, 3], [1, 2, 3 + 1e-11]))
        #expect(!Self.close([1, 2, 3], [1, 2, 3 + 1e-8]))
        #expect(!Self.close([1, 2], [1, 2, 3]))
    }

    /// Relative to the largest of neighbours of the same size: rows and columns may have different units.
    private static func close(_ found: [Double], _ expected: [Double]) -> Bool {
        found.count == expected.count
            && zip(found, expected).allSatisfy { abs($0 - $1) <= 1e-10 * max(abs($1), 1e-2) }
    }
}
