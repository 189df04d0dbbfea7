import Foundation
import LinearAlgebra
import Testing

#if arch(x86_64)
    /// Bounds of functions of numbers that are known up to an error: they must hold at both ends, and not be much larger.
    @Suite struct FunctionsOfEstimatesTests {
        private static let seed: UInt64 = 20_264

        private struct Point {
            var high: Double
            var low: Double
            var error: Double
        }

        private func points(_ function: VectorFunction) -> [Point] {
            VectorFunctionTests.points(function, count: 1_200, seed: Self.seed).enumerated().map { i, x in
                Point(
                    high: x, low: x * [0, 0x1p-54, -0x1p-55][i % 3],
                    error: abs(x) * [0, 0x1p-60, 0x1p-50, 0x1p-40, 0x1p-12][i % 5])
            }
        }

        /// The larger distance from f's derivative of that order at the two ends of the interval.
        private func distance(_ function: VectorFunction, _ point: Point, _ order: Int, from v: Float80) -> Float80 {
            let centre = Float80(point.high) + Float80(point.low)
            return [centre - Float80(point.error), centre + Float80(point.error)].map {
                abs(VectorFunctionTests.wide(function, $0)[order] - v)
            }.max() ?? 0
        }

        /// `rounding` is what the result may be off by itself, in units of the result, on top of three times the spread.
        private func check(
            _ function: VectorFunction, _ point: Point, _ order: Int, value: Float80, bound: Double, rounding: Double
        ) {
            let far = distance(function, point, order, from: value)
            guard far.isFinite, value.isFinite else { return }
            if !(far <= Float80(bound) * (1 + 0x1p-50) + 0x1p-1070) {
                Issue.record("seed \(Self.seed): \(order) at \(point): \(far) > \(bound)")
            }
            let tight = 3.25 * far + Float80(rounding * 0x1p-52) * abs(value) + 0x1p-1055
            if point.error < abs(point.high) * 0x1p-30, !(Float80(bound) <= tight) {
                Issue.record("seed \(Self.seed): \(order) at \(point): bound \(bound) for \(far)")
            }
        }

        private func variation(_ function: VectorFunction) -> VectorFunction.Variation {
            { x, e, v in
                let ends = [e, -e].map { Double(VectorFunctionTests.wide(function, Float80(x) + Float80($0))[0]) }
                return ends.contains { $0.isNaN } ? .infinity : ends.map { abs($0 - v) }.max() ?? 0
            }
        }

        @Test(arguments: VectorFunction.allCases)
        func valuesInDoubleDouble(_ function: VectorFunction) {
            let points = points(function)
            let operand = BoundedArithmetic.Operand(
                high: NumericArray(points.map(\.high)), low: points.map(\.low), error: points.map(\.error))
            let values = function.value(operand, count: points.count, variation: variation(function))
            for (i, point) in points.enumerated() {
                check(
                    function, point, 0, value: Float80(values.high[i]) + Float80(values.low[i]), bound: values.error[i],
                    rounding: 1.01)
            }
        }

        @Test(arguments: VectorFunction.allCases)
        func firstDerivatives(_ function: VectorFunction) {
            let points = points(function).filter { $0.error <= abs($0.high) * 0x1p-40 }
            let operand = BoundedArithmetic.Operand(
                high: NumericArray(points.map(\.high)), low: points.map(\.low), error: points.map(\.error))
            let values = function.first(operand, count: points.count)
            for (i, point) in points.enumerated() {
                check(
                    function, point, 1, value: Float80(values.high[i]) + Float80(values.low[i]), bound: values.error[i],
                    rounding: 1.01)
            }
        }

        /// f‴ is only bounded, so that nothing is said of how tight it is.
        @Test(arguments: VectorFunction.allCases)
        func secondDerivatives(_ function: VectorFunction) {
            let points = points(function).filter { $0.error <= abs($0.high) * 0x1p-40 }
            let operand = BoundedArithmetic.Operand(
                high: NumericArray(points.map(\.high)), low: points.map(\.low), error: points.map(\.error))
            let values = function.second(operand, count: points.count)
            for (i, point) in points.enumerated() {
                let far = distance(function, point, 2, from: Float80(values.high[i]))
                if far.isFinite, !(far <= Float80(values.error[i]) * (1 + 0x1p-50) + 0x1p-1070) {
                    Issue.record("seed \(Self.seed): \(point): \(far) > \(values.error[i])")
                }
            }
        }

        @Test(arguments: VectorFunction.allCases)
        func valuesInBinary64(_ function: VectorFunction) {
            let points = points(function).map { Point(high: $0.high, low: 0, error: $0.error) }
            let result = function.estimate(
                NumericArray(points.map(\.high)), bound: NumericArray(points.map(\.error)),
                variation: variation(function))
            for (i, point) in points.enumerated() {
                check(function, point, 0, value: Float80(result.value[i]), bound: result.bound[i], rounding: 1.01)
            }
        }

        /// Every operation with every mixture of single numbers, exact and inexact, over the ends of the pieces.
        @Test(arguments: [BoundedArithmetic.Operation.add, .subtract, .multiply, .divide])
        func arithmetic(_ operation: BoundedArithmetic.Operation) {
            let count = 5_000
            var state = Self.seed
            func next() -> Double {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return Double(state >> 11) * 0x1p-53 + 0.25
            }
            func numbers(_ isOne: Bool, _ scale: Double) -> NumericArray {
                NumericArray((0..<(isOne ? 1 : count)).map { _ in scale * next() })
            }
            for mixture in 0..<16 {
                let a = (value: numbers(mixture & 1 > 0, 1), bound: numbers(mixture & 2 > 0, 0x1p-40))
                let b = (
                    value: numbers(mixture & 4 > 0, 1),
                    bound: mixture & 8 > 0 ? NumericArray(0) : numbers(false, 0x1p-45)
                )
                let result = EstimateArithmetic.apply(operation, a, b, shape: [count])
                for i in stride(from: 0, to: count, by: 97) {
                    func at(_ array: NumericArray) -> Double { array[array.count == 1 ? 0 : i] }
                    var far: Float80 = 0
                    for (s, t) in [(1.0, 1.0), (1, -1), (-1, 1), (-1, -1)] {
                        let x = Float80(at(a.value)) + Float80(s * at(a.bound))
                        let y = Float80(at(b.value)) + Float80(t * at(b.bound))
                        let exact =
                            switch operation {
                            case .add: x + y
                            case .subtract: x - y
                            case .multiply: x * y
                            case .divide: x / y
                            }
                        far = max(far, abs(exact - Float80(result.value[i])))
                    }
                    #expect(far <= Float80(result.bound[i]) * (1 + 0x1p-50), "seed \(Self.seed), \(mixture)")
                    #expect(Float80(result.bound[i]) <= 1.5 * far + 0x1p-52, "seed \(Self.seed), \(mixture)")
                }
            }
        }
    }
#endif
