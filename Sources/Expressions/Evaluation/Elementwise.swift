import Foundation
import LinearAlgebra

/// Elementwise functions of arrays with bounds: e = Σ|∂f|e + ½|∂²f|e² + φu|v|.
enum Elementwise {
    private static let unit = Evaluator.unit

    static func apply(_ function: ElementwiseFunction, _ rule: any UnaryRule.Type, _ a: Estimate) -> Estimate {
        var value = NumericArray(shape: a.value.shape)
        var bound = NumericArray(shape: a.value.shape)
        let exact = a.bound.count == 1 && a.bound[0] == 0
        let units = rule.roundingUnits * unit
        let kinks = rule.kinks
        value.withUnsafeMutableElements { value in
            bound.withUnsafeMutableElements { bound in
                a.value.withUnsafeElements { x in
                    for i in x.indices {
                        let v = rule.value(x[i])
                        value[i] = v
                        var e = units * abs(v) + (abs(v) < 0x1p-900 && units > 0 ? Evaluator.tiny : 0)
                        if !exact {
                            let d = a.bound(at: i)
                            if d > 0 {
                                e += 1.01 * abs(rule.first(x[i])) * d + abs(rule.second(x[i])) * d * d
                                // At a kink the slope of either side may apply.
                                for kink in kinks where abs(x[i] - kink) <= d { e += function == .sign ? 2 : d }
                            }
                        }
                        bound[i] = e
                    }
                }
            }
        }
        return Estimate(value: value, bound: bound)
    }

    static func apply(
        _ function: ElementwiseFunction, _ rule: any BinaryRule.Type, _ a: Estimate, _ b: Estimate, _ shape: [Int]
    ) -> Estimate {
        var value = NumericArray(shape: shape)
        var bound = NumericArray(shape: shape)
        let exact = a.bound.count == 1 && a.bound[0] == 0 && b.bound.count == 1 && b.bound[0] == 0
        value.withUnsafeMutableElements { value in
            bound.withUnsafeMutableElements { bound in
                a.value.withUnsafeElements { x in
                    b.value.withUnsafeElements { y in
                        arithmetic(function, rule, x, y, a, b, exact, value, bound, shape)
                    }
                }
            }
        }
        return Estimate(value: value, bound: bound)
    }

    // swift-format-ignore: the buffers of one loop
    private static func arithmetic(
        _ function: ElementwiseFunction, _ rule: any BinaryRule.Type, _ x: UnsafeBufferPointer<Double>,
        _ y: UnsafeBufferPointer<Double>, _ a: Estimate, _ b: Estimate, _ exact: Bool,
        _ value: UnsafeMutableBufferPointer<Double>, _ bound: UnsafeMutableBufferPointer<Double>, _ shape: [Int]
    ) {
        func errors(_ i: Int, _ j: Int) -> (Double, Double) { exact ? (0, 0) : (a.bound(at: i), b.bound(at: j)) }
        switch function {
        case .add, .subtract:
            let sign = function == .add ? 1.0 : -1.0
            Broadcast.forEach(shape, a.value.shape, b.value.shape) { k, i, j in
                let v = x[i] + sign * y[j]
                let (ea, eb) = errors(i, j)
                value[k] = v
                bound[k] = ea + eb + unit * abs(v)
            }
        case .multiply:
            Broadcast.forEach(shape, a.value.shape, b.value.shape) { k, i, j in
                let v = x[i] * y[j]
                let (ea, eb) = errors(i, j)
                value[k] = v
                bound[k] =
                    (eb == 0 ? 0 : abs(x[i]) * eb) + (ea == 0 ? 0 : (abs(y[j]) + eb) * ea) + unit * abs(v)
                    + (abs(v) < 0x1p-900 ? Evaluator.tiny : 0)
            }
        case .divide:
            Broadcast.forEach(shape, a.value.shape, b.value.shape) { k, i, j in
                let v = x[i] / y[j]
                let (ea, eb) = errors(i, j)
                value[k] = v
                bound[k] =
                    (ea + eb == 0 ? 0 : (ea + abs(v) * eb) / max(abs(y[j]) - eb, 0)) + unit * abs(v)
                    + (abs(v) < 0x1p-900 ? Evaluator.tiny : 0)
            }
        case .less, .lessEqual, .greater, .greaterEqual, .equal, .notEqual:
            Broadcast.forEach(shape, a.value.shape, b.value.shape) { k, i, j in
                let (ea, eb) = errors(i, j)
                value[k] = rule.value(x[i], y[j])
                // Nearer than rounding can tell: the answer may be the other one.
                bound[k] = ea + eb > 0 && abs(x[i] - y[j]) <= ea + eb ? 1 : 0
            }
        default:
            let units = rule.roundingUnits * unit
            Broadcast.forEach(shape, a.value.shape, b.value.shape) { k, i, j in
                let v = rule.value(x[i], y[j])
                let (ea, eb) = errors(i, j)
                value[k] = v
                var e = units * abs(v) + (abs(v) < 0x1p-900 && units > 0 ? Evaluator.tiny : 0)
                if ea > 0 || eb > 0 {
                    let first = rule.first(x[i], y[j])
                    let second = rule.second(x[i], y[j])
                    if ea > 0 { e += 1.01 * abs(first.a) * ea + abs(second.aa) * ea * ea }
                    if eb > 0 { e += 1.01 * abs(first.b) * eb + abs(second.bb) * eb * eb }
                    if rule.hasKinkWhereEqual, abs(x[i] - y[j]) <= ea + eb { e += max(ea, eb) }
                }
                bound[k] = e
            }
        }
    }

    static func select(_ condition: Estimate, _ a: Estimate, _ b: Estimate, _ shape: [Int]) -> Estimate {
        var value = NumericArray(shape: shape)
        var bound = NumericArray(shape: shape)
        var chosen = [Bool](repeating: false, count: value.count)
        var undecided = [Bool](repeating: false, count: value.count)
        Broadcast.forEach(shape, condition.value.shape, condition.value.shape) { k, i, _ in
            chosen[k] = condition.value[i] != 0
            undecided[k] = condition.bound(at: i) > 0
        }
        value.withUnsafeMutableElements { value in
            bound.withUnsafeMutableElements { bound in
                Broadcast.forEach(shape, a.value.shape, b.value.shape) { k, i, j in
                    value[k] = chosen[k] ? a.value[i] : b.value[j]
                    let jump = undecided[k] ? abs(a.value[i] - b.value[j]) : 0
                    bound[k] = (chosen[k] ? a.bound(at: i) : b.bound(at: j)) + (jump.isFinite ? jump : 0)
                }
            }
        }
        return Estimate(value: value, bound: bound)
    }
}
