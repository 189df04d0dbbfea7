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

    /// Over the borders of tiles, blocks of rows and parts.
    @Test(arguments: [1, 5, 191, 193, 40_000], [(1, 3), (4, 4), (5, 17), (33, 16), (20, 40)])
    func weightedProductsOfWholeNumbersAreExact(n: Int, columns: (Int, Int)) {
        let (a, b) = (matrix(n, columns.0), matrix(n, columns.1))
        let weights = (0..<n).map { Double($0 % 5 - 2) }
        let weighted = weightedProduct(a, weights, b)
        let plain = multiply(a, b, transposeLeft: true)
        for j in 0..<columns.0 {
            for k in 0..<columns.1 {
                var (first, second) = (0.0, 0.0)
                for i in 0..<n {
                    first += weights[i] * a[i, j] * b[i, k]
                    second += a[i, j] * b[i, k]
                }
                #expect(weighted[j, k] == first && plain[j, k] == second)
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

    /// The same in sums over many rows, eight products at a time: 2⁶⁰ in the first blocks, its negative in the last.
    @Test(arguments: [1, 5, 16])
    func manyRowsKeepWhatCancels(p: Int) {
        let n = 4_096
        let weights = (0..<n).map { $0 < 64 ? 0x1p60 : $0 >= n - 64 ? -0x1p60 : 1 }
        let gram = weightedGram(Matrix(rows: n, columns: p, repeating: 1), weights: weights)
        #expect(gram.elements.allSatisfy { $0 == Double(n - 128) })
    }

    /// Both factors and the magnitudes are whole numbers: nothing may be lost, left out or counted twice.
    @Test(arguments: [1, 2, 7, 8, 9, 130, 20_000], [1, 2, 3, 7, 8, 9, 12, 16, 23, 31, 32, 33, 41, 65])
    func productsWithVectorsAreExact(n: Int, p: Int) {
        let x = matrix(n, p)
        let b = (0..<p).map { Double($0 % 7 - 3) }
        let e = (0..<p).map { Double($0 % 3) }
        let eta = xBeta(x, b, spread: e)
        let plain = Magnitudes.product(x, b, e)
        for i in 0..<n {
            var (value, size) = (0.0, 0.0)
            for j in 0..<p {
                value += x[i, j] * b[j]
                size += abs(x[i, j]) * e[j]
            }
            if eta.value.high[i] != value || eta.size[i] != size || plain.value[i] != value || plain.size[i] != size {
                Issue.record("row \(i) of \(n) × \(p)")
            }
        }
        let r = (0..<n).map { Double($0 % 5 - 2) }
        let f = (0..<n).map { Double($0 % 2) }
        let sums = xTransposeTimes(x, DoubleDoubleVector(r), spread: f)
        let plainSums = Magnitudes.transposedProduct(x, r, f)
        for j in 0..<p {
            var (value, size) = (0.0, 0.0)
            for i in 0..<n {
                value += x[i, j] * r[i]
                size += abs(x[i, j]) * f[i]
            }
            #expect(sums.value.high[j] == value && sums.size[j] == size)
            #expect(plainSums.value[j] == value && plainSums.size[j] == size)
        }
    }

    /// Every result is within γ_depth Σ|terms| of a sum in double-double, and D_j bounds what it says.
    @Test(arguments: [3, 10, 16, 17, 40, 64, 65, 100, 200])
    func roundingStaysWithinTheDepth(p: Int) {
        let seed: UInt64 = 20_261
        var state = seed &+ UInt64(p)
        func next() -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(state >> 11) * 0x1p-53
        }
        let n = p <= 64 ? 5_000 : 700
        let x = Matrix(rows: n, columns: p, (0..<n * p).map { _ in next() + 0.5 })
        for sign in [1.0, -1.0, 0.0] {
            let w = (0..<n).map { _ in sign == 0 ? next() - 0.5 : sign * (next() + 0.01) }
            let results = [
                (weightedGram(x, weights: w), SummationDepth.weightedGram(rows: n, columns: p)),
                (gramByTiles(x, weights: w), SummationDepth.gramByTiles(rows: n, columns: p)),
            ]
            for (j, k) in [(0, 0), (p - 1, p / 2), (p / 2, 0), (p - 1, p - 1)] {
                var (exact, size) = (DoubleDouble.zero, 0.0)
                for i in 0..<n {
                    exact += DoubleDouble.twoProduct(x[i, j], x[i, k]) * DoubleDouble(w[i])
                    size += abs(w[i] * x[i, j] * x[i, k])
                }
                for (gram, depth) in results {
                    let error = abs((DoubleDouble(gram[j, k]) - exact).high)
                    #expect(error <= SummationDepth.gamma(depth) * size, "seed \(seed), p \(p), entry \(j), \(k)")
                }
            }
            for exponent in [1.0, 4.0] {
                // Proportional to the weights, and far from it.
                let spread = w.map { 0x1p-40 * (exponent == 1 ? abs($0) : abs($0 * $0 * $0 * $0)) }
                let bound = gramSpread(x, results[0].0, weights: w, spread: spread)
                for j in 0..<p {
                    let least = (0..<n).reduce(0.0) { $0 + x[$1, j] * x[$1, j] * spread[$1] }
                    #expect(bound[j] >= least * (1 - 1e-12) && bound[j] <= 4 * least)
                }
            }
        }
    }
}
