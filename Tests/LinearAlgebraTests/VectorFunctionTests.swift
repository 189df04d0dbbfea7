import Foundation
import LinearAlgebra
import Testing

/// The kernels of elementary functions: against mpmath at special and drawn points, against 64 bits on a dense set, and
/// against themselves on every vector unit.
@Suite struct VectorFunctionTests {
    /// x, f, f′ and f″, the last three the nearest binary64 numbers; see Generate/functions.py.
    static let rows: [String: [[Double]]] = {
        guard let url = Bundle.module.url(forResource: "Resources/functions", withExtension: "json"),
            let data = try? Data(contentsOf: url),
            let rows = try? JSONDecoder().decode([String: [[String]]].self, from: data)
        else { return [:] }
        return rows.mapValues { $0.map { $0.compactMap { Double($0) } } }
    }()

    private func parts(_ function: VectorFunction, _ x: [Double]) -> [[Double]] {
        var value = [Double](repeating: 0, count: x.count)
        var (first, second) = (value, value)
        function.evaluate(.valueToSecond, x, count: x.count, value: &value, first: &first, second: &second)
        return [value, first, second]
    }

    /// The distance in units in the last place of `exact`.
    private func ulps(_ mine: Double, _ exact: Double) -> Double {
        if mine == exact || (mine.isNaN && exact.isNaN) { return 0 }
        guard mine.isFinite, exact.isFinite else { return .infinity }
        return abs(mine - exact) / exact.ulp
    }

    @Test(arguments: VectorFunction.allCases)
    func agreesWithMpmath(_ function: VectorFunction) throws {
        let rows = try #require(Self.rows["\(function)"])
        #expect(rows.count > 50)
        let mine = parts(function, rows.map { $0[0] })
        for (i, row) in rows.enumerated() {
            // A result within k units of the exact one is within k steps of the number nearest to it.
            for (order, allowed) in [function.ulps.value, function.ulps.first, function.ulps.second].enumerated() {
                #expect(
                    ulps(mine[order][i], row[order + 1]) <= allowed,
                    "derivative \(order) at \(row[0]): \(mine[order][i]), not \(row[order + 1])")
            }
        }
    }

    @Test(arguments: VectorFunction.allCases)
    func knowsWhatIsNotANumberAndTheEnds(_ function: VectorFunction) {
        let x = [Double.nan, .infinity, -.infinity, 0, -0.0, -1, -2]
        let v = parts(function, x)[0]
        #expect(v[0].isNaN)
        let expected: [Double]
        switch function {
        case .exp: expected = [.infinity, 0, 1, 1]
        case .expm1: expected = [.infinity, -1, 0, -0.0]
        case .log: expected = [.infinity, .nan, -.infinity, -.infinity, .nan, .nan]
        case .log1p: expected = [.infinity, .nan, 0, -0.0, -.infinity, .nan]
        case .tanh: expected = [1, -1, 0, -0.0]
        case .sigmoid: expected = [1, 0, 0.5, 0.5]
        case .softplus: expected = [.infinity, 0, 0.6931471805599453, 0.6931471805599453]
        case .logcosh: expected = [.infinity, .infinity, 0, 0]
        }
        for (i, exact) in expected.enumerated() {
            let isSame = exact.isNaN ? v[i + 1].isNaN : v[i + 1] == exact && v[i + 1].sign == exact.sign
            #expect(isSame, "\(v[i + 1]) at \(x[i + 1])")
        }
    }

    /// Alone, in any piece, with any parts and on every unit: the same bits.
    @Test(arguments: VectorFunction.allCases)
    func doesNotDependOnThePlaceOrTheProcessor(_ function: VectorFunction) throws {
        let seed: UInt64 = 20_262
        let x = Self.points(function, count: 5_003, seed: seed)
        let whole = parts(function, x)
        func bits(_ values: [Double]) -> [UInt64] { values.map { $0.isNaN ? 0 : $0.bitPattern } }
        for length in [1, 3, 8, 1_000] {
            var pieces: [[Double]] = [[], [], []]
            for start in stride(from: 0, to: x.count, by: length) {
                let piece = parts(function, Array(x[start..<min(x.count, start + length)]))
                for order in 0..<3 { pieces[order] += piece[order] }
            }
            for order in 0..<3 {
                #expect(bits(pieces[order]) == bits(whole[order]), "seed \(seed), pieces of \(length)")
            }
        }
        var found = 0
        for unit in 0...2 {
            guard let mine = function.evaluate(.firstToThird, x, unit: unit),
                let value = function.evaluate(.value, x, unit: unit)
            else { continue }
            found += 1
            #expect(bits(value.value) == bits(whole[0]), "unit \(unit)")
            #expect(bits(mine.first) == bits(whole[1]), "unit \(unit)")
            #expect(bits(mine.second) == bits(whole[2]), "unit \(unit)")
        }
        #expect(found >= 1)
    }

    /// Points where something happens: near the borders of the reductions, in the tails, tiny ones.
    static func points(_ function: VectorFunction, count: Int, seed: UInt64) -> [Double] {
        var state = seed
        func next() -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(state >> 11) * 0x1p-53
        }
        return (0..<count).map { i in
            let sign = next() < 0.5 ? -1.0 : 1.0
            switch function {
            case .log:
                return i % 3 == 0 ? 0.5 + 1.5 * next() : i % 3 == 1 ? Foundation.exp(1400 * next() - 710) : 100 * next()
            case .log1p:
                return i % 3 == 0
                    ? 3 * next() - 1 : i % 3 == 1 ? sign * next() * Foundation.exp(-40 * next()) : 100 * next()
            default:
                switch i % 4 {
                case 0: return sign * 3 * next()
                case 1: return sign * 750 * next()
                case 2: return sign * 40 * next()
                default: return sign * Foundation.exp(-50 * next())
                }
            }
        }
    }

    #if arch(x86_64)
        /// f, f′, f″ with 64 bits; `Float80` has eleven more than the results.
        static func wide(_ function: VectorFunction, _ x: Float80) -> [Float80] {
            func bell(_ size: Float80) -> Float80 {
                let e = Foundation.exp(-size)
                return e / ((1 + e) * (1 + e))
            }
            let size = abs(x)
            switch function {
            case .exp: return [Foundation.exp(x), Foundation.exp(x), Foundation.exp(x)]
            case .expm1: return [Foundation.expm1(x), Foundation.exp(x), Foundation.exp(x)]
            case .log: return [Foundation.log(x), 1 / x, -1 / (x * x)]
            case .log1p: return [Foundation.log1p(x), 1 / (1 + x), -1 / ((1 + x) * (1 + x))]
            case .tanh:
                let slope = 4 * bell(2 * size)
                return [Foundation.tanh(x), slope, -2 * Foundation.tanh(x) * slope]
            case .sigmoid:
                return [1 / (1 + Foundation.exp(-x)), bell(size), -bell(size) * Foundation.tanh(x / 2)]
            case .softplus:
                let value = max(x, 0) + Foundation.log1p(Foundation.exp(-size))
                return [value, 1 / (1 + Foundation.exp(-x)), bell(size)]
            case .logcosh:
                let half = Foundation.sinh(size / 2)
                let value =
                    size < 1
                    ? Foundation.log1p(2 * half * half)
                    : size + Foundation.log1p(Foundation.exp(-2 * size)) - 0.693147180559945309417232121458
                return [value, Foundation.tanh(x), 4 * bell(2 * size)]
            }
        }

        @Test(arguments: VectorFunction.allCases)
        func staysWithinItsUnits(_ function: VectorFunction) {
            let seed: UInt64 = 20_263
            let x = Self.points(function, count: 20_000, seed: seed)
            let mine = parts(function, x)
            let allowed = [function.ulps.value, function.ulps.first, function.ulps.second]
            for i in x.indices {
                for (order, exact) in Self.wide(function, Float80(x[i])).enumerated() {
                    let nearest = Double(exact)
                    guard nearest.isFinite else {
                        if mine[order][i] != nearest { Issue.record("seed \(seed): \(order) at \(x[i])") }
                        continue
                    }
                    let error = abs(Float80(mine[order][i]) - exact) / Float80(nearest.ulp)
                    // A number just below a power of two has units half as large.
                    if error > Float80(allowed[order]) {
                        Issue.record("seed \(seed): derivative \(order) at \(x[i]): \(error) units")
                    }
                }
            }
        }
    #endif
}
