import Foundation
import LinearAlgebra

/// A diagonal scaling S of a symmetric matrix H by powers of two, such that the largest entry of every row of SHS is about
/// 1 (Ruiz, *A scaling algorithm to equilibrate both rows and columns norms in matrices*, RAL-TR-2001-034).
///
/// A row of zeros keeps the factor 1. Complexity: O(q²) for each of at most 12 rounds.
struct SymmetricScaling {
    /// The diagonal of S, as exponents of two.
    private var exponents: [Int]

    init(of matrix: Matrix) {
        let q = matrix.rows
        exponents = [Int](repeating: 0, count: q)
        // Exponents of the entries: products of entries and factors would overflow where they are of extreme size.
        let sizes = matrix.elements.map { $0 == 0 ? nil : Int($0.exponent) }
        for _ in 0..<12 {
            let largest = (0..<q).map { j in
                (0..<q).compactMap { k in sizes[j * q + k].map { $0 + exponents[j] + exponents[k] } }.max()
            }
            let moves = largest.map { ($0 ?? 0) / 2 }
            if moves.allSatisfy({ $0 == 0 }) { break }
            for j in 0..<q { exponents[j] -= moves[j] }
        }
    }

    /// SHS.
    func applied(to matrix: Matrix) -> Matrix {
        var result = matrix
        for j in 0..<matrix.rows {
            for k in 0..<matrix.columns { result[j, k] = scalbn(matrix[j, k], exponents[j] + exponents[k]) }
        }
        return result
    }

    /// Sb.
    func applied(to vector: [Double]) -> [Double] { vector.indices.map { scalbn(vector[$0], exponents[$0]) } }
}

extension Matrix {
    /// max_j Σₖ|a_jk|, a bound on the eigenvalues.
    var largestRowSum: Double {
        (0..<rows).reduce(0) { sum, j in max(sum, (0..<columns).reduce(0) { $0 + abs(self[j, $1]) }) }
    }
}
