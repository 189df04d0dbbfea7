import Foundation
import SpecialFunctions

/// log Γ(k + y) − log Γ(k) for whole y and its derivatives by log k, without the cancellation of the differences.
enum RisingFactorial {
    /// Σ log(k + i), Σ uᵢ and Σ uᵢ(1 − uᵢ) over i = 0 … y − 1, uᵢ = k/(k + i): all terms are positive, and stay in range for
    /// any k. Up to 200 terms, or where k is larger than y up to 20,000; else by ψ and ψ₁, the term of i = 0 apart: there
    /// k is small beside y, and nothing cancels.
    static func logarithm(_ k: Double, count y: Double) -> LossValues {
        if y <= 200 || (k > y && y <= 20_000) {
            var result = LossValues(0, 0, 0)
            for i in 0..<Int(y) {
                let z = k + Double(i)
                result.value += log(z)
                result.first += k / z
                result.second += k / z * (Double(i) / z)
            }
            return result
        }
        let first = k * (digamma(k + y) - digamma(k + 1))
        let second = first + k * (k * (trigamma(k + y) - trigamma(k + 1)))
        return LossValues(logGamma(k + y) - logGamma(k + 1) + log(k), 1 + first, second)
    }
}
