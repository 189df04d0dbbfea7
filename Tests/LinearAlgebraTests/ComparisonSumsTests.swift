import LinearAlgebra
import Testing

@Suite struct ComparisonSumsTests {
    static let relations: [ComparisonRelation] = [.less, .lessEqual, .greater, .greaterEqual, .equal]

    private func holds(_ relation: ComparisonRelation, _ a: Double, _ b: Double) -> Bool {
        switch relation {
        case .less: a < b
        case .lessEqual: a <= b
        case .greater: a > b
        case .greaterEqual: a >= b
        case .equal: a == b
        }
    }

    /// Whole numbers: the matrix of comparisons, written out, gives the same to the last digit.
    @Test(arguments: relations, [0, 1, 2, 7, 40])
    func areProductsWithTheMatrix(relation: ComparisonRelation, n: Int) {
        let k = 3
        let a = (0..<n).map { Double(($0 * 7919) % 11) }
        let b = (0..<13).map { Double($0) - 1 }
        let v = (0..<n * k).map { Double(($0 * 31) % 17 - 8) }
        let sums = ComparisonSums.apply(relation, a, b, high: v, low: [], columns: k)
        for i in b.indices {
            for c in 0..<k {
                var total = 0.0
                for j in a.indices where holds(relation, a[j], b[i]) { total += v[j * k + c] }
                #expect(sums.high[i * k + c] == total)
                #expect(sums.low[i * k + c] == 0)
            }
        }
    }

    @Test(arguments: relations)
    func flippedLooksFromTheOtherSide(relation: ComparisonRelation) {
        for (a, b) in [(1.0, 2.0), (2, 1), (1, 1)] {
            #expect(holds(relation, a, b) == holds(relation.flipped, b, a))
        }
    }

    /// A large term among small ones costs nothing: the sums are in double-double.
    @Test func keepWhatPlainSumsLose() {
        let sums = ComparisonSums.apply(.greaterEqual, [1, 2, 3], [1], high: [1, 1e17, -1e17], low: [], columns: 1)
        #expect(sums.high == [1])
    }
}
