import Differentiation
import LinearAlgebra
import Losses

/// A mistake as it would have happened: for tests of the diagnosis itself.
package struct PlantedMistake {
    /// The catalogue's identifier.
    package var id: String
    /// Which of its variants.
    package var key: String
    /// What it gives.
    package var loss: Double?
    package var gradient: [Double]?
    package var hessian: NumericArray?

    /// The numbers as a candidate: all of them or some, each changed by `change` and printed with all digits.
    package func candidate(
        _ quantities: Quantities = .all, _ change: (Double) -> Double = { $0 }, finestPlace: Int = -17
    ) -> Candidate {
        func array(_ values: NumericArray) -> CandidateArray {
            CandidateArray(
                values: NumericArray(shape: values.shape, values.elements.map(change)), finestPlace: finestPlace)
        }
        return .numbers(
            loss: quantities.contains(.loss)
                ? loss.map { CandidateNumber(value: change($0), finestPlace: finestPlace) } : nil,
            gradient: quantities.contains(.gradient) ? gradient.map { array(NumericArray($0)) } : nil,
            hessian: quantities.contains(.hessian) ? hessian.map(array) : nil)
    }
}

extension Diagnosis {
    /// What each mistake of the catalogue, or some of them, would give for a problem: in all variants, or the first of each.
    /// Mistakes that change nothing here are left out.
    package static func planted(
        _ problem: RegressionProblem, only ids: Set<String>? = nil, firstVariants: Bool = false
    ) throws -> [PlantedMistake] {
        let program = try problem.program()
        let environment = problem.environment
        let options = AutomaticOptions()
        let truth = try AutomaticDifferentiation.derivatives(of: program, in: environment, wanting: .all)
        let context = DiagnosisContext(
            problem: problem, program: program, environment: environment, truth: truth, options: options)
        return try MistakeCatalog.predicted.filter { ids?.contains($0.id) ?? true }.flatMap { mistake in
            let variants = try mistake.variants(context)
            return try variants.prefix(firstVariants ? 1 : variants.count).compactMap { variant -> PlantedMistake? in
                guard let prediction = try variant.evaluate(.all) else { return nil }
                let planted = PlantedMistake(
                    id: mistake.id, key: variant.key, loss: prediction.loss, gradient: prediction.gradient,
                    hessian: prediction.hessian)
                return isFinite(planted) && !equals(planted, truth) ? planted : nil
            }
        }
    }

    private static func isFinite(_ planted: PlantedMistake) -> Bool {
        (planted.loss ?? 0).isFinite && (planted.gradient ?? []).allSatisfy(\.isFinite)
            && (planted.hessian?.elements ?? []).allSatisfy(\.isFinite)
    }

    private static func equals(_ planted: PlantedMistake, _ truth: Derivatives) -> Bool {
        func same(_ a: [Double], _ b: [Double]) -> Bool {
            let scale = b.reduce(0) { max($0, abs($1)) }
            return a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) <= 1e-9 * scale }
        }
        return same([planted.loss ?? 0], [truth.loss ?? 0]) && same(planted.gradient ?? [], truth.gradient ?? [])
            && planted.hessian?.shape == truth.hessian.map { [$0.rows, $0.columns] }
            && same(planted.hessian?.elements ?? [], truth.hessian?.elements ?? [])
    }
}
