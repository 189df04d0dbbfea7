import Differentiation
import LinearAlgebra

extension Evaluation {
    /// Compares a witness with the automatic derivatives. Where the witness overflowed, or its bound did, the comparison
    /// says nothing, and a warning says so: agreement must not be claimed by silence.
    mutating func judge(_ witness: Witness, _ found: Derivatives) {
        let comparison = Comparison.between(found, derivatives)
        comparisons.append((witness, comparison))
        for (name, deviation, missing) in [
            ("loss", comparison.loss, found.loss.map { !$0.isFinite } ?? false),
            ("gradient", comparison.gradient, found.gradient.map { !$0.allSatisfy(\.isFinite) } ?? false),
            (
                "hessian", comparison.hessian,
                found.hessian.map { !$0.withUnsafeElements { $0.allSatisfy(\.isFinite) } } ?? false
            ),
        ] {
            if missing {
                warnings.append(
                    Notice(
                        code: .saturation,
                        message:
                            "the \(name) of witness \(witness.rawValue) overflows in binary64 at this point and is "
                            + "not compared"))
            } else if let deviation, deviation.isUnbounded {
                warnings.append(
                    Notice(
                        code: .saturation,
                        message: "the error bound of the \(name) of witness \(witness.rawValue) overflows at this "
                            + "point: its comparison proves nothing"))
            }
        }
    }
}
