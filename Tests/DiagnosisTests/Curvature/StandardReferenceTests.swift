import Diagnosis
import Foundation
import LinearAlgebra
import Losses
import Testing

/// NIST's certified linear regressions: the gradient vanishes at the certified β, one Newton step from 0 finds it, the
/// loss is RSS/n, the standard errors are the certified ones.
@Suite struct StandardReferenceTests {
    /// Half a unit in the fifteenth digit of a printed number, at most.
    private static let printed = 5e-15

    /// A bound on |g_j| at the certified β: what the printed digits of β leave, what the rounding of the data leaves, and
    /// the bound of the gradient itself.
    private static func slack(_ data: StandardReferenceData, _ evaluation: Evaluation) throws -> [Double] {
        let x = data.design
        let n = Double(x.rows)
        let hessian = try #require(evaluation.derivatives.hessian)
        return data.beta.indices.map { j in
            var sum = evaluation.derivatives.gradientBound[j]
            for k in data.beta.indices { sum += abs(hessian[j, k] * data.beta[k]) * printed }
            for i in 0..<x.rows {
                var moved = 0x1p-53 * abs(data.y[i])
                var residual = -data.y[i]
                for k in data.beta.indices {
                    moved += abs(x[i, k] * data.beta[k]) * data.columnErrors[k]
                    residual += x[i, k] * data.beta[k]
                }
                sum += 2 / n * abs(x[i, j]) * (moved + data.columnErrors[j] * abs(residual))
            }
            return sum
        }
    }

    @Test(arguments: StandardReferenceData.names)
    func gradientIsZeroAtTheCertifiedSolution(name: String) throws {
        let data = try StandardReferenceData.named(name)
        let evaluation = try data.evaluation(at: data.beta)
        for (witness, comparison) in evaluation.comparisons { #expect(comparison.agrees, "\(witness): \(comparison)") }
        let gradient = try #require(evaluation.derivatives.gradient)
        let slack = try Self.slack(data, evaluation)
        for j in gradient.indices { #expect(abs(gradient[j]) <= slack[j], "\(j)") }
        #expect(evaluation.warnings.contains { $0.code == .stationary })

        // Test the checker: the eleventh digit of one coefficient is enough to be noticed.
        let hessian = try #require(evaluation.derivatives.hessian)
        let k = try #require(
            data.beta.indices.max { abs(hessian[$0, $0] * data.beta[$0]) < abs(hessian[$1, $1] * data.beta[$1]) })
        var wrong = data.beta
        wrong[k] *= 1 + 1e-10
        let moved = try data.evaluation(at: wrong)
        #expect(abs(moved.derivatives.gradient?[k] ?? 0) > (try Self.slack(data, moved)[k]))
        #expect(!moved.warnings.contains { $0.code == .stationary })
    }

    @Test(arguments: StandardReferenceData.names)
    func lossIsTheCertifiedResidualSumOfSquares(name: String) throws {
        let data = try StandardReferenceData.named(name)
        let x = data.design
        let (n, p) = (Double(x.rows), Double(x.columns))
        let loss = try #require(try data.evaluation(at: data.beta).derivatives.loss)
        let variance = data.residualStandardDeviation * data.residualStandardDeviation
        let exact = variance * (n - p) / n
        // The printed digits of σ, and what the rounding of data and β moves: 2|r|d + d² in each row.
        var slack = 2.01 * Self.printed * exact
        for i in 0..<x.rows {
            var moved = 0x1p-53 * abs(data.y[i])
            var residual = -data.y[i]
            for k in data.beta.indices {
                moved += abs(x[i, k] * data.beta[k]) * (data.columnErrors[k] + Self.printed)
                residual += x[i, k] * data.beta[k]
            }
            slack += (2 * abs(residual) * moved + moved * moved) / n
        }
        #expect(abs(loss - exact) <= slack, "\(loss) is not \(exact) within \(slack)")
    }

    /// Where κ·u leaves no digit (Filip: the Hessian's condition is the square of the design's), there must be no step.
    @Test(arguments: StandardReferenceData.names)
    func oneNewtonStepFromZeroFindsTheCertifiedSolution(name: String) throws {
        let data = try StandardReferenceData.named(name)
        let start = try data.evaluation(at: data.beta.map { _ in 0 })
        let hessian = try #require(start.derivatives.hessian)
        let loss = Double(data.beta.count) * 0x1p-52 * (try data.condition(hessian))
        if loss > 0.01 {
            #expect(name == "Filip")
            #expect(start.curvature?.newtonStep == nil)
            #expect(start.warnings.contains { $0.code == .rankDeficient })
            return
        }
        #expect(start.curvature?.definiteness == .positiveDefinite)
        let step = try #require(start.curvature?.newtonStep)
        // In the scaling in which κ is measured: |D(b − β)| ≤ κ·p·u·|Dβ|, D² the diagonal.
        func norm(_ v: [Double]) -> Double {
            v.indices.reduce(0) { $0 + v[$1] * v[$1] * hessian[$1, $1] }.squareRoot()
        }
        let error = norm(step.indices.map { step[$0] - data.beta[$0] }) / norm(data.beta)
        #expect(error <= 4 * loss + Self.printed, "\(error) where \(loss) is lost")
    }

    @Test(arguments: StandardReferenceData.names.filter { $0 != "Filip" })
    func standardErrorsAreTheCertifiedOnes(name: String) throws {
        let data = try StandardReferenceData.named(name)
        let evaluation = try data.evaluation(at: data.beta)
        let errors = try #require(evaluation.curvature?.standardErrors)
        let hessian = try #require(evaluation.derivatives.hessian)
        let loss = Double(data.beta.count) * 0x1p-52 * (try data.condition(hessian))
        for j in errors.indices {
            let exact = data.standardDeviations[j]
            // A residual of 0 (Wampler 1 and 2) is 0 to the rounding of the data: σ ≤ |d| in the rows.
            let scale = exact == 0 ? data.y.reduce(0) { max($0, abs($1)) } * 1e-13 : exact
            #expect(abs(errors[j] - exact) <= (4 * loss + 1e-13) * scale + (exact == 0 ? scale : 0), "\(j)")
        }
    }
}
