import Expressions
import Foundation
import LinearAlgebra
import Testing

/// Programs over the whole grammar with what JAX gives for them; see Generate/programs.py.
struct ProgramFixture: Sendable, CustomTestStringConvertible {
    var program: String
    var environment: Environment
    var loss: Double
    var gradient: [Double]
    var hessian: [[Double]]
    var testDescription: String { "\(program) (n = \(environment.n))" }

    static let all: [ProgramFixture] = {
        guard let url = Bundle.module.url(forResource: "programs", withExtension: "json", subdirectory: "Resources"),
            let data = try? Data(contentsOf: url),
            let content = try? JSONSerialization.jsonObject(with: data) as? [String: Any],
            let sets = content["data"] as? [[String: Any]], let rows = content["rows"] as? [[String: Any]],
            let parameters = content["parameters"] as? [String: Any]
        else { return [] }
        let environments = sets.map { set in
            var arrays = parameters.mapValues { NumericArray(number($0)) }
            for (name, value) in set {
                if let rows = value as? [[Any]], let first = rows.first {
                    arrays[name] = NumericArray(shape: [rows.count, first.count], rows.flatMap { $0.map(number) })
                } else if let values = value as? [Any] {
                    arrays[name] = NumericArray(values.map(number))
                }
            }
            let shape = arrays["X"]?.shape ?? [0, 0]
            return Environment(arrays: arrays, n: shape[0], p: shape[1])
        }
        return rows.compactMap { row in
            guard let program = row["program"] as? String, let index = row["data"] as? Int else { return nil }
            return ProgramFixture(
                program: program, environment: environments[index], loss: number(row["loss"]),
                gradient: (row["gradient"] as? [Any] ?? []).map(number),
                hessian: (row["hessian"] as? [Any] ?? []).map { ($0 as? [Any] ?? []).map(number) })
        }
    }()

    private static func number(_ value: Any?) -> Double { (value as? NSNumber)?.doubleValue ?? .nan }
}
