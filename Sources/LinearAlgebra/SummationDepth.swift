/// How many roundings lie on the longest way from a term to the result of each sum in this module.
///
/// With k = depth, every result differs from the exact sum by at most γ_k Σ|terms|, γ_k = ku/(1 − ku), u = 2⁻⁵³
/// (Higham, *Accuracy and Stability of Numerical Algorithms*, 2nd ed., §4.2). Products count one rounding more, which
/// is included where a function's name says product.
package enum SummationDepth {
    /// `pairwiseSum`, `NumericArray.sum`.
    package static func pairwise(_ n: Int) -> Int { max(n - 1, 0) }
    /// `multiply`, `weightedProduct` without weights, `matrixProduct`, `dot`: sums of n products.
    package static func product(_ n: Int) -> Int { n }
    /// `weightedProduct`: sums over n rows of products of three numbers.
    package static func weightedProduct(_ n: Int) -> Int { n + 1 }
    /// γ_k = ku/(1 − ku).
    package static func gamma(_ k: Int) -> Double {
        let ku = Double(k) * 0x1p-53
        return ku / (1 - ku)
    }
}
