import Foundation
import LinearAlgebra

/// Times of the products every Hessian ends in, at the four standard sizes; GFLOP/s count np² operations for XᵀWX.
func benchmarkLinearAlgebra() {
    for (n, p) in [(1_000, 3), (100_000, 10), (100_000, 100), (20_000, 1_000)] {
        let x = Matrix(rows: n, columns: p, repeating: 0.5)
        let time = seconds(repetitions: 3) { _ = weightedGram(x) }
        print("n = \(n), p = \(p): \(time * 1e3) ms, \(Double(n * p * p) / time * 1e-9) GFLOP/s")
    }
}
