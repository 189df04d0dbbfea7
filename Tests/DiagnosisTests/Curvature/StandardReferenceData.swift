import Diagnosis
import Foundation
import LinearAlgebra
import Losses
import Testing

/// One of NIST's Statistical Reference Datasets for linear regression, with the certified solution; see
/// Generate/strd_check.py, which solves all of them in rational arithmetic.
struct StandardReferenceData: Decodable {
    var name: String
    var intercept: Bool
    /// The polynomial's degree where `x` has one column.
    var degree: Int
    var x: [[Double]]
    var y: [Double]
    var beta: [Double]
    var standardDeviations: [Double]
    var residualStandardDeviation: Double

    static let names = [
        "Norris", "Pontius", "NoInt1", "NoInt2", "Filip", "Longley", "Wampler1", "Wampler2", "Wampler3", "Wampler4",
        "Wampler5",
    ]

    static func named(_ name: String) throws -> StandardReferenceData {
        guard let url = Bundle.module.url(forResource: "Resources/StRD/\(name)", withExtension: "json") else {
            throw CocoaError(.fileNoSuchFile)
        }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Self.self, from: Data(contentsOf: url))
    }

    /// Powers by repeated multiplication: each is off by at most 2·degree roundings.
    var design: Matrix {
        let rows = x.map { row -> [Double] in
            var powers = row
            for k in 1..<max(degree, 1) { powers.append(powers[k - 1] * row[0]) }
            return (intercept ? [1] : []) + powers
        }
        return Matrix(rows: rows.count, columns: rows[0].count, rows.flatMap(\.self))
    }

    /// The relative error of each column of the design against the decimals of the file.
    var columnErrors: [Double] { (0..<beta.count).map { intercept && $0 == 0 ? 0 : 2 * Double(degree) * 0x1p-53 } }

    func problem(at beta: [Double]) throws -> RegressionProblem {
        let squared = try #require(LossCatalog.named("squared"))
        return RegressionProblem(
            x: design, y: NumericArray(y), beta: NumericArray(beta), objective: .loss(squared, parameters: []))
    }

    /// L, g, H at β and the curvature.
    func evaluation(at beta: [Double]) throws -> Evaluation {
        try Oracle.evaluate(
            try problem(at: beta),
            EvaluationPlan(printsSymbolic: false, witnesses: Witness.allCases, wantsCurvature: true))
    }

    /// The condition number of the Hessian with a diagonal of ones: what limits a solution by Cholesky's method, which
    /// does not depend on the columns' units (van der Sluis, Numer. Math. 14 (1969)).
    func condition(_ hessian: Matrix) throws -> Double {
        var scaled = hessian
        for j in 0..<hessian.rows {
            for k in 0..<hessian.columns { scaled[j, k] /= (hessian[j, j] * hessian[k, k]).squareRoot() }
        }
        let eigenvalues = try symmetricEigenvalues(scaled)
        return eigenvalues[eigenvalues.count - 1] / max(eigenvalues[0], .leastNonzeroMagnitude)
    }
}
