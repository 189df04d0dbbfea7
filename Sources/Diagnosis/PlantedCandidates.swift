import Differentiation
import LinearAlgebra
import Losses

extension Diagnosis {
    /// What each mistake of the catalogue would give for a problem, as a candidate: for tests of the diagnosis itself.
    /// Mistakes that change nothing here are left out.
    package static func planted(_ problem: RegressionProblem) throws -> [(id: String, candidate: Candidate)] {
        let program = try problem.program()
        let environment = problem.environment
        let options = AutomaticOptions()
        let truth = try AutomaticDifferentiation.derivatives(of: program, in: environment, wanting: .all)
        let context = DiagnosisContext(
            problem: problem, environment: environment, truth: truth, options: options, quantities: .all)
        return try MistakeCatalog.predicted.flatMap { mistake in
            try mistake.predict(context).compactMap { prediction in
                let isFinite =
                    (prediction.loss ?? 0).isFinite && (prediction.gradient ?? []).allSatisfy(\.isFinite)
                    && (prediction.hessian?.elements ?? []).allSatisfy(\.isFinite)
                func same(_ a: [Double], _ b: [Double]) -> Bool {
                    let scale = b.reduce(0) { max($0, abs($1)) }
                    return a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) <= 1e-9 * scale }
                }
                let isTruth =
                    same([prediction.loss ?? 0], [truth.loss ?? 0])
                    && same(prediction.gradient ?? [], truth.gradient ?? [])
                    && prediction.hessian?.shape == truth.hessian.map { [$0.rows, $0.columns] }
                    && same(prediction.hessian?.elements ?? [], truth.hessian?.elements ?? [])
                guard isFinite, !isTruth else { return nil }
                return (
                    mistake.id,
                    .numbers(
                        loss: prediction.loss.map { CandidateNumber(value: $0, finestPlace: -17) },
                        gradient: prediction.gradient.map {
                            CandidateArray(values: NumericArray($0), finestPlace: -17)
                        },
                        hessian: prediction.hessian.map { CandidateArray(values: $0, finestPlace: -17) })
                )
            }
        }
    }
}
