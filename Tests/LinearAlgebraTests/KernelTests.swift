import LinearAlgebra
import Testing

/// The kernels on data whose exact results are whole numbers, or known from how the data were made.
@Suite struct KernelTests {
    private func matrix(_ n: Int, _ p: Int) -> Matrix {
        Matrix(rows: n, columns: p, (0..<n * p).map { Double(($0 * 7919) % 23 - 11) })
    }

    @Test(arguments: [1, 2, 3, 5, 8, 9, 17, 64, 129, 300], [1, 2, 3, 7, 16, 33, 130])
    func gramMatricesOfWholeNumbersAreExact(n: Int, p: Int) {
        let x = matrix(n, p)
        let weights = (0..<n).map { Double($0 % 5 - 2) }
        for gram in [weightedGram(x, weights: weights), gramByTiles(x, weights: weights)] {
            for j in 0..<p {
                for k in 0..<p {
                    var total = 0.0
                    for i in 0..<n { total += weights[i] * x[i, j] * x[i, k] }
                    #expect(gram[j, k] == total)
                    #expect(gram[j, k] == gram[k, j])
                }
            }
        }
    }

    @Test(arguments: [(false, false), (true, false), (false, true), (true, true)])
    func productsOfWholeNumbersAreExact(left: Bool, right: Bool) {
        let a = left ? matrix(7, 5).transposed() : matrix(7, 5)
        let b = right ? matrix(5, 9).transposed() : matrix(5, 9)
        let product = multiply(
            left ? matrix(7, 5).transposed() : a, b, transposeLeft: left, transposeRight: right)
        for i in 0..<7 {
            for j in 0..<9 {
                var total = 0.0
                for k in 0..<5 { total += matrix(7, 5)[i, k] * matrix(5, 9)[k, j] }
                #expect(product[i, j] == total)
            }
        }
    }

    /// 1e16 + 1 − 1e16 row by row: what plain summation loses.
    @Test func compensatedProductsKeepWhatCancels() {
        let x = Matrix(rows: 2, columns: 3, [1e16, 1, -1e16, 3, 1e100, -1e100])
        let eta = xBeta(x, [1, 1, 1])
        #expect(eta.high == [1, 3])
        let sums = xTransposeTimes(
            Matrix(rows: 3, columns: 1, [1e16, 1, -1e16]), DoubleDoubleVector([1, 1, 1]))
        #expect(sums.high == [1])
    }
}
