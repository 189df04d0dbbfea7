import Diagnosis
import Foundation
import LinearAlgebra
import Losses
import Testing

/// What JAX gives in binary32 is right in that precision, in whatever form it was printed, also near an optimum where the
/// gradient is what rounding leaves; see Generate/single.py.
@Suite struct SinglePrecisionTests {
    struct Case: Decodable, Sendable, CustomTestStringConvertible {
        var name: String
        var loss: String
        var x: [[Double]]
        var y: [Double]
        var beta: [Double]
        var value: Double
        var gradient: [Double]
        var hessian: [[Double]]
        var testDescription: String { name }

        func problem() throws -> RegressionProblem {
            let loss = try #require(LossCatalog.named(loss))
            return RegressionProblem(
                x: Matrix(rows: x.count, columns: x[0].count, x.flatMap(\.self)), y: NumericArray(y),
                beta: NumericArray(beta), objective: .loss(loss, parameters: loss.parameters.map(\.standard)))
        }

        func candidate(_ form: Form, gradient: [Double]? = nil, only: Set<String> = ["loss", "gradient", "hessian"])
            -> Candidate
        {
            let slopes = gradient ?? self.gradient
            let rows = hessian.flatMap(\.self)
            func array(_ values: [Double], _ shape: [Int]) -> CandidateArray {
                let printed = values.map(form.printed)
                return CandidateArray(
                    values: NumericArray(shape: shape, printed.map(\.value)),
                    finestPlace: printed.map(\.place).min())
            }
            return .numbers(
                loss: only.contains("loss")
                    ? CandidateNumber(value: form.printed(value).value, finestPlace: form.printed(value).place) : nil,
                gradient: only.contains("gradient") ? array(slopes, [slopes.count]) : nil,
                hessian: only.contains("hessian") ? array(rows, [slopes.count, slopes.count]) : nil)
        }
    }

    /// How binary32 numbers reach a request.
    enum Form: CaseIterable, Sendable {
        /// `tolist()`: the same number in binary64.
        case exact
        /// `str`, `print`: the shortest decimal that reads back as the same binary32 number.
        case shortest
        case decimals8, decimals6, digits6

        func printed(_ value: Double) -> (value: Double, place: Int) {
            let text =
                switch self {
                case .exact: "\(value)"
                case .shortest: "\(Float(value))"
                case .decimals8: String(format: "%.8f", value)
                case .decimals6: String(format: "%.6f", value)
                case .digits6: String(format: "%.5e", value)
                }
            let parts = text.lowercased().split(separator: "e")
            let point = parts[0].firstIndex(of: ".")
            let decimals = point.map { parts[0].distance(from: $0, to: parts[0].endIndex) - 1 } ?? 0
            let exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
            return (Double(text) ?? .nan, exponent - decimals)
        }
    }

    static let cases: [Case] = {
        guard let url = Bundle.module.url(forResource: "Resources/single", withExtension: "json"),
            let data = try? Data(contentsOf: url), let cases = try? JSONDecoder().decode([Case].self, from: data)
        else { return [] }
        return cases
    }()

    @Test func thereAreCases() { #expect(Self.cases.count > 60) }

    @Test(arguments: cases)
    func isRight(single: Case) throws {
        for form in Form.allCases {
            for only in [["loss", "gradient", "hessian"], ["gradient"], ["gradient", "hessian"]] as [Set<String>] {
                let found = try single.problem().diagnose(single.candidate(form, only: only))
                #expect(
                    [.correct, .precision].contains(found.verdict), "\(single.name) \(form) \(only): \(found.outline)")
            }
        }
    }

    /// A gradient that is off by more than its arithmetic can do is not: here by a thousandth of the largest term.
    @Test(arguments: cases)
    func isWrong(single: Case) throws {
        let columns = single.x[0].indices.map { j in single.x.map { abs($0[j]) }.max() ?? 0 }
        var gradient = single.gradient
        gradient[1] += 1e-3 * columns[1]
        for form in Form.allCases {
            let given = form == .exact ? gradient.map { Double(Float($0)) } : gradient
            let found = try single.problem().diagnose(single.candidate(form, gradient: given))
            #expect(![.correct, .precision].contains(found.verdict), "\(single.name) \(form): \(found.outline)")
        }
    }

    /// A mistake made in binary32 and printed with few digits is still that mistake.
    @Test(arguments: ["squared", "logistic", "poisson"])
    func aMistakeInBinary32IsNamed(name: String) throws {
        let loss = try #require(LossCatalog.named(name))
        for seed in 61...66 as ClosedRange<UInt64> {
            let problem = RandomProblems.problem(loss, seed: seed)
            for planted in try Diagnosis.planted(problem, only: ["elementwise-product"]) {
                // A binary32 number, off by one rounding.
                let candidate = planted.candidate([.gradient, .hessian]) { Double("\(Float($0 * (1 + 5e-8)))") ?? .nan }
                guard case .numbers(_, let gradient?, let hessian?) = candidate else { continue }
                let found = try problem.diagnose(
                    .numbers(
                        loss: nil, gradient: CandidateArray(values: gradient.values, finestPlace: -9),
                        hessian: CandidateArray(values: hessian.values, finestPlace: -9)))
                #expect(found.findings.map(\.id) == ["elementwise-product"], "seed \(seed): \(found.outline)")
                #expect(found.findings.first?.parameters["arithmetic"] == .text("binary32"), "seed \(seed)")
            }
        }
    }
}
