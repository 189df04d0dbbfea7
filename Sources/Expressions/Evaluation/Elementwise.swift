import Foundation
import LinearAlgebra

/// Elementwise functions of arrays with bounds: e = Σ|∂f|e + ½|∂²f|e² + φu|v|, in fixed pieces for the threads.
enum Elementwise {
    private static let unit = Evaluator.unit
    /// Elements in one piece of work.
    private static let block = 4096

    /// The values of an operand with its bounds, either of which may be one number for all elements.
    private struct Reader {
        let value: UnsafePointer<Double>
        let bound: UnsafePointer<Double>
        let valueStep: Int
        let boundStep: Int
        let isExact: Bool

        @inline(__always) func callAsFunction(_ i: Int) -> Double { value[i &* valueStep] }
        @inline(__always) func error(_ i: Int) -> Double { bound[i &* boundStep] }
    }

    private static func reading<R>(_ a: Estimate, _ body: (Reader) -> R) -> R? {
        a.value.withUnsafeElements { value in
            a.bound.withUnsafeElements { bound in
                guard let first = value.baseAddress, let second = bound.baseAddress else { return nil }
                return body(
                    Reader(
                        value: first, bound: second, valueStep: value.count == 1 ? 0 : 1,
                        boundStep: bound.count == 1 ? 0 : 1, isExact: bound.count == 1 && bound[0] == 0))
            }
        }
    }

    /// An estimate whose elements `body` writes, range by range.
    private static func filled(
        _ shape: [Int],
        _ body: (
            _ range: Range<Int>, _ value: UnsafeMutableBufferPointer<Double>,
            _ bound: UnsafeMutableBufferPointer<Double>
        ) -> Void
    ) -> Estimate {
        var value = NumericArray(uninitialised: shape)
        var bound = NumericArray(uninitialised: shape)
        let count = value.count
        let pieces = (count + block - 1) / block
        value.withUnsafeMutableElements { value in
            bound.withUnsafeMutableElements { bound in
                nonisolated(unsafe) let out = (value, bound)
                withoutActuallyEscaping(body) { body in
                    nonisolated(unsafe) let body = body
                    Parallel.forEach(chunks: pieces, execution: pieces < 4 ? .serial : .standard) { piece in
                        body(piece * block..<min(count, (piece + 1) * block), out.0, out.1)
                    }
                }
            }
        }
        return Estimate(value: value, bound: bound)
    }

    static func apply(_ function: ElementwiseFunction, _ rule: any UnaryRule.Type, _ a: Estimate) -> Estimate {
        if let vector = function.vectorFunction {
            let result = vector.estimate(a.value, bound: a.bound) { Variation.of(rule, around: $0, by: $1, value: $2) }
            return Estimate(value: result.value, bound: result.bound)
        }
        if function == .negate { return negated(a) }
        let units = rule.roundingUnits * unit
        let jump = function == .sign
        return rule.kinks.withUnsafeBufferPointer { kinks in
            nonisolated(unsafe) let kinks = kinks
            return reading(a) { x in
                filled(a.value.shape) { range, value, bound in
                    for i in range {
                        let argument = x(i)
                        let v = rule.value(argument)
                        value[i] = v
                        var e = units * abs(v) + (abs(v) < 0x1p-900 && units > 0 ? Evaluator.tiny : 0)
                        let d = x.error(i)
                        if d > 0 {
                            let linear = 1.01 * abs(rule.first(argument)) * d
                            let bent = bent(rule.first(argument), rule.second(argument), d)
                            e += bent
                            // An error that is not small beside the curvature.
                            if bent > 1.125 * linear { e += Variation.of(rule, around: argument, by: d, value: v) }
                            // At a kink the slope of either side may apply.
                            for kink in kinks where abs(argument - kink) <= d { e += jump ? 2 : d }
                        }
                        bound[i] = e
                    }
                }
            }
        } ?? a
    }

    /// −a; the bounds are shared.
    private static func negated(_ a: Estimate) -> Estimate {
        Estimate(value: BoundedArithmetic.negated(a.value), bound: a.bound)
    }

    static func apply(
        _ function: ElementwiseFunction, _ rule: any BinaryRule.Type, _ a: Estimate, _ b: Estimate, _ shape: [Int]
    ) -> Estimate {
        let count = shape.reduce(1, *)
        // Equal shapes and single numbers are read as they are; what else meets is written out first.
        let a = a.value.count == count || a.value.count == 1 ? a : spread(a, shape)
        let b = b.value.count == count || b.value.count == 1 ? b : spread(b, shape)
        // A square is a product, in NumPy as here.
        if function == .power, b.value.count == 1, b.value[0] == 2, b.bound[0] == 0 {
            return arithmetic(.multiply, a, a, shape)
        }
        if let operation = arithmeticOperation(function) { return arithmetic(operation, a, b, shape) }
        let result = reading(a) { x in reading(b) { y in binary(function, rule, x, y, shape) } }
        return result.flatMap(\.self) ?? Estimate(exact: NumericArray(shape: shape))
    }

    private static func arithmeticOperation(_ function: ElementwiseFunction) -> BoundedArithmetic.Operation? {
        switch function {
        case .add: .add
        case .subtract: .subtract
        case .multiply: .multiply
        case .divide: .divide
        default: nil
        }
    }

    private static func arithmetic(
        _ operation: BoundedArithmetic.Operation, _ a: Estimate, _ b: Estimate, _ shape: [Int]
    ) -> Estimate {
        let result = EstimateArithmetic.apply(operation, (a.value, a.bound), (b.value, b.bound), shape: shape)
        return Estimate(value: result.value, bound: result.bound)
    }

    private static func spread(_ a: Estimate, _ shape: [Int]) -> Estimate {
        var value = NumericArray(shape: shape)
        var bound = a.bound
        value.withUnsafeMutableElements { value in
            a.value.withUnsafeElements { x in
                Broadcast.forEach(shape, a.value.shape, []) { k, i, _ in value[k] = x[i] }
            }
        }
        if a.bound.count > 1 {
            bound = NumericArray(shape: shape)
            bound.withUnsafeMutableElements { bound in
                a.bound.withUnsafeElements { e in
                    Broadcast.forEach(shape, a.value.shape, []) { k, i, _ in bound[k] = e[i] }
                }
            }
        }
        return Estimate(value: value, bound: bound)
    }

    private static func binary(
        _ function: ElementwiseFunction, _ rule: any BinaryRule.Type, _ x: Reader, _ y: Reader, _ shape: [Int]
    ) -> Estimate {
        switch function {
        case .less, .lessEqual, .greater, .greaterEqual, .equal, .notEqual:
            filled(shape) { range, value, bound in
                for k in range {
                    let e = x.error(k) + y.error(k)
                    value[k] = rule.value(x(k), y(k))
                    // Nearer than rounding can tell: the answer may be the other one.
                    bound[k] = e > 0 && abs(x(k) - y(k)) <= e ? 1 : 0
                }
            }
        default: general(rule, x, y, shape)
        }
    }

    private static func general(_ rule: any BinaryRule.Type, _ x: Reader, _ y: Reader, _ shape: [Int]) -> Estimate {
        let units = rule.roundingUnits * unit
        let hasKink = rule.hasKinkWhereEqual
        return filled(shape) { range, value, bound in
            for k in range {
                let v = rule.value(x(k), y(k))
                let ea = x.error(k)
                let eb = y.error(k)
                value[k] = v
                var e = units * abs(v) + (abs(v) < 0x1p-900 && units > 0 ? Evaluator.tiny : 0)
                if ea > 0 || eb > 0 {
                    let first = rule.first(x(k), y(k))
                    let second = rule.second(x(k), y(k))
                    if ea > 0 { e += bent(first.a, second.aa, ea) }
                    if eb > 0 { e += bent(first.b, second.bb, eb) }
                    if hasKink, abs(x(k) - y(k)) <= ea + eb { e += max(ea, eb) }
                }
                bound[k] = e
            }
        }
    }

    /// The first two terms of what an error e of an argument does to the result. Where the second derivative has
    /// overflowed, near a pole, the first term is larger.
    private static func bent(_ first: Double, _ second: Double, _ e: Double) -> Double {
        let slope = 1.01 * abs(first) * e
        let next = abs(second) * e * e
        return slope + (next.isFinite ? next : slope)
    }

    static func select(_ condition: Estimate, _ a: Estimate, _ b: Estimate, _ shape: [Int]) -> Estimate {
        let count = shape.reduce(1, *)
        func straight(_ a: Estimate) -> Estimate {
            a.value.count == count || a.value.count == 1 ? a : spread(a, shape)
        }
        let result = reading(straight(condition)) { condition in
            reading(straight(a)) { x in
                reading(straight(b)) { y in
                    filled(shape) { range, value, bound in
                        for k in range {
                            let chosen = condition(k) != 0
                            let jump = condition.error(k) > 0 ? abs(x(k) - y(k)) : 0
                            value[k] = chosen ? x(k) : y(k)
                            bound[k] = (chosen ? x.error(k) : y.error(k)) + (jump.isFinite ? jump : 0)
                        }
                    }
                }
            }
        }
        return result.flatMap(\.self)?.flatMap(\.self) ?? Estimate(exact: NumericArray(shape: shape))
    }
}
