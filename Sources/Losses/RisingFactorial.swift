import Foundation
import SpecialFunctions

/// log Γ(k + y) − log Γ(k) and its derivatives by k for whole y, without the cancellation of the differences.
enum RisingFactorial {
    /// The value, ψ(k + y) − ψ(k) and ψ₁(k + y) − ψ₁(k): sums over 0 … y − 1 up to 200 terms, else differences (whose
    /// terms then are far apart unless k is larger than y, where an integral would be needed: the sum goes on to 20,000).
    static func logarithm(_ k: Double, count y: Double) -> LossValues {
        if y <= 200 || (k > y && y <= 20_000) {
            var result = LossValues(0, 0, 0)
            for i in 0..<Int(y) {
                let z = k + Double(i)
                result.value += log(z)
                result.first += 1 / z
                result.second -= 1 / (z * z)
            }
            return result
        }
        return LossValues(
            logGamma(k + y) - logGamma(k), digamma(k + y) - digamma(k), trigamma(k + y) - trigamma(k))
    }
}
