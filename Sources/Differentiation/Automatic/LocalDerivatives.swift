import Expressions
import Foundation
import LinearAlgebra

/// Values, first and second derivatives of elementwise functions on fields: arithmetic in double-double, everything
/// else through the functions' own rules at the leading part, with a bound on the error of each.
enum LocalDerivatives {
    // MARK: Values

    static func value(_ function: ElementwiseFunction, _ operands: [Field]) -> Field {
        switch function {
        case .add: return Field.sum(operands[0], operands[1])
        case .subtract: return Field.difference(operands[0], operands[1])
        case .multiply: return Field.product(operands[0], operands[1])
        case .divide: return Field.quotient(operands[0], operands[1])
        case .negate: return operands[0].negated
        case .absolute: return operands[0].map { a, e in (a.high < 0 ? -a : a, e) }
        case .relu:
            // What is not a number stays so, as in NumPy.
            return operands[0].map { a, e in
                a.high > 0 || a.high.isNaN ? (a, e) : (.zero, a.high + e > 0 ? e : 0)
            }
        case .sqrt:
            return operands[0].map { a, e in
                let root = a.squareRoot()
                let error = e > 0 ? e / (root.high + max(a.high - e, 0).squareRoot()) : 0
                return (root, error + doubleDoubleRoundoff * root.high)
            }
        case .maximum:
            return Field.combine(operands[0], operands[1]) { a, ea, b, eb in
                if a.high.isNaN || b.high.isNaN { return (DoubleDouble(.nan), 0) }
                let larger = (a - b).high >= 0
                return (larger ? a : b, max(larger ? ea : eb, abs((a - b).high) <= ea + eb ? max(ea, eb) : 0))
            }
        case .minimum:
            return Field.combine(operands[0], operands[1]) { a, ea, b, eb in
                if a.high.isNaN || b.high.isNaN { return (DoubleDouble(.nan), 0) }
                let smaller = (a - b).high <= 0
                return (smaller ? a : b, max(smaller ? ea : eb, abs((a - b).high) <= ea + eb ? max(ea, eb) : 0))
            }
        case .less, .lessEqual, .greater, .greaterEqual, .equal, .notEqual:
            return Field.combine(operands[0], operands[1], keepingLow: false) { a, _, b, _ in
                (DoubleDouble(compare(function, (a - b).high, a.high, b.high) ? 1 : 0), 0)
            }
        case .power:
            if let exponent = operands[1].uniform, operands[1].error.allSatisfy({ $0 == 0 }) {
                return power(operands[0], exponent, rank: operands[1].shape.count)
            }
        default: break
        }
        if let (vector, place) = kernel(function, operands) {
            let a = operands[place]
            let rule = (place == 0 ? function : .softplus).unaryRule
            let numbers = vector.value(a.operand, count: a.count) { x, e, v in
                rule.map { Variation.of($0, around: x, by: e, value: v) } ?? .infinity
            }
            return Field(numbers, shape: resultShape(operands))
        }
        if let rule = function.unaryRule { return unary(rule, operands[0]) }
        guard let rule = function.binaryRule else { preconditionFailure("\(function) has no rule") }
        return binary(rule, operands[0], operands[1])
    }

    /// The function as one for which there are kernels, and which operand it is a function of.
    private static func kernel(
        _ function: ElementwiseFunction, _ operands: [Field]
    ) -> (function: VectorFunction, operand: Int)? {
        if let vector = function.vectorFunction { return (vector, 0) }
        // log(e⁰ + eˣ).
        if function == .logaddexp, operands[0].uniform == 0, isConstant(operands[0]) { return (.softplus, 1) }
        return nil
    }

    /// The shape of a function of fields.
    private static func resultShape(_ operands: [Field]) -> [Int] {
        operands.dropFirst().reduce(operands[0].shape) { Field.broadcast($0, $1.shape) }
    }

    /// Comparisons see the difference in double-double, so that a rounding of the operands does not decide.
    private static func compare(_ function: ElementwiseFunction, _ difference: Double, _ a: Double, _ b: Double) -> Bool
    {
        // As in IEEE 754: what is not a number compares as different, and as nothing else.
        if a.isNaN || b.isNaN { return function == .notEqual }
        // Infinite operands have no difference.
        let d = difference.isNaN ? (a == b ? 0 : a > b ? 1 : -1) : difference
        switch function {
        case .less: return d < 0
        case .lessEqual: return d <= 0
        case .greater: return d > 0
        case .greaterEqual: return d >= 0
        case .equal: return d == 0
        default: return d != 0
        }
    }

    /// aᵇ for one exact exponent: whole ones up to 64 by repeated squaring in double-double, ½ by the root.
    static func power(_ a: Field, _ exponent: Double, rank: Int = 0) -> Field {
        let shape = Field.broadcast(a.shape, [Int](repeating: 1, count: rank))
        let base = a.reshaped(shape)
        if exponent == 0.5 { return value(.sqrt, [base]) }
        if exponent == 0 { return Field(1, rank: shape.count) }
        if exponent == exponent.rounded(), abs(exponent) <= 64 {
            let power = wholePower(base, Int(abs(exponent)))
            return exponent < 0 ? Field.quotient(Field(1, rank: 0), power) : power
        }
        return base.map { x, e in
            let v = pow(x.high, exponent)
            let slope = exponent * pow(x.high, exponent - 1)
            let corrected = x.low == 0 ? DoubleDouble(v) : DoubleDouble.twoSum(v, slope * x.low)
            return (corrected, (e > 0 ? abs(slope) * e * 1.5 : 0) + 2 * unitRoundoff * abs(v) + Field.underflow(v))
        }
    }

    /// aᵏ for k ≥ 1 by repeated squaring.
    private static func wholePower(_ a: Field, _ exponent: Int) -> Field {
        var result: Field?
        var square = a
        var rest = exponent
        while true {
            if rest & 1 == 1 { result = result.map { Field.product($0, square) } ?? square }
            rest >>= 1
            guard rest > 0 else { return result ?? a }
            square = Field.product(square, square)
        }
    }

    private static func unary(_ rule: any UnaryRule.Type, _ a: Field) -> Field {
        let units = (rule.roundingUnits + 1) * unitRoundoff
        return a.map { x, e in
            let v = rule.value(x.high)
            let slope = x.low != 0 || e > 0 ? rule.first(x.high) : 0
            // What has overflowed has no correction.
            let corrected =
                x.low == 0 || slope == 0 || !v.isFinite ? DoubleDouble(v) : DoubleDouble.twoSum(v, slope * x.low)
            let linear = abs(slope) * e * 1.01
            var bent = e > 0 ? curved(0.5 * abs(rule.second(x.high)), e, slope: slope) : 0
            // An error that is not small beside the curvature: what the function does over the whole interval.
            if bent > 0.0625 * linear { bent += Variation.of(rule, around: x.high, by: e, value: v) }
            return (corrected, linear + bent + units * abs(v) + Field.underflow(v))
        }
    }

    /// The next term of Taylor's series, `factor`·e². Where the factor has overflowed, though e is small beside the
    /// argument, the term before it stands in: it is the larger one.
    private static func curved(_ factor: Double, _ e: Double, slope: Double) -> Double {
        let term = factor * e * e
        return term.isFinite ? term : abs(slope) * e
    }

    /// How much a derivative d varies within `spread` of x, its own derivative being at most `slope`. Where that has
    /// overflowed, as it does near a pole, the variation of a power up to the sixteenth stands in.
    private static func varied(_ slope: Double, _ spread: Double, _ d: Double, _ x: Double) -> Double {
        let variation = slope * spread * 1.01
        return variation.isFinite ? variation : 16 * abs(d) * (spread / abs(x))
    }

    private static func binary(_ rule: any BinaryRule.Type, _ a: Field, _ b: Field) -> Field {
        let units = (rule.roundingUnits + 1) * unitRoundoff
        return Field.combine(a, b) { x, ex, y, ey in
            let v = rule.value(x.high, y.high)
            let exact = x.low == 0 && y.low == 0 && ex == 0 && ey == 0
            let slope = exact ? (a: 0, b: 0) : rule.first(x.high, y.high)
            let correction = (x.low == 0 ? 0 : slope.a * x.low) + (y.low == 0 ? 0 : slope.b * y.low)
            let corrected =
                exact || !correction.isFinite ? DoubleDouble(v) : DoubleDouble.twoSum(v, correction)
            let e = (ex == 0 ? 0 : abs(slope.a) * ex) + (ey == 0 ? 0 : abs(slope.b) * ey)
            return (corrected, 1.01 * e + units * abs(v) + Field.underflow(v))
        }
    }

    // MARK: First derivatives

    /// ∂f/∂operand for each operand that is asked for.
    static func first(_ function: ElementwiseFunction, _ operands: [Field], wanted: [Bool]) -> [Field?] {
        let rank = operands.map(\.shape.count).max() ?? 0
        switch function {
        case .add: return [Field(1, rank: rank), Field(1, rank: rank)]
        case .subtract: return [Field(1, rank: rank), Field(-1, rank: rank)]
        case .negate: return [Field(-1, rank: rank)]
        case .multiply: return [wanted[0] ? operands[1] : nil, wanted[1] ? operands[0] : nil]
        case .divide:
            let inverse = Field.quotient(Field(1, rank: 0), operands[1])
            let second = wanted[1] ? Field.product(Field.product(operands[0], inverse), inverse).negated : nil
            return [wanted[0] ? inverse : nil, second]
        case .sqrt:
            let root = value(.sqrt, operands)
            return [Field.quotient(Field(0.5, rank: 0), root)]
        // 1/x, also where the −1/x² of a correction would leave the range of the numbers.
        case .log: return [Field.quotient(Field(1, rank: rank), operands[0])]
        case .power where isConstant(operands[1]) && !wanted[1]:
            let exponent = operands[1].high[0]
            if exponent == 0 { return [Field(0, rank: rank), nil] }
            let slope = power(operands[0], exponent - 1, rank: rank)
            return [slope.scaled(by: exponent), nil]
        case .absolute, .sign, .relu, .maximum, .minimum: return kinked(function, operands, wanted)
        default: break
        }
        if let (vector, place) = kernel(function, operands), wanted.indices.allSatisfy({ $0 == place || !wanted[$0] }) {
            let slope = Field(
                vector.first(operands[place].operand, count: operands[place].count), shape: resultShape(operands))
            return operands.indices.map { $0 == place ? slope : nil }
        }
        if let rule = function.unaryRule {
            let units = (rule.roundingUnits + 1) * unitRoundoff
            return [
                operands[0].map { x, e in
                    let d = rule.first(x.high)
                    let bend = x.low != 0 || e > 0 ? rule.second(x.high) : 0
                    let third = e > 0 ? curved(0.5 * rule.thirdBound(x.high), e, slope: bend) : 0
                    let corrected =
                        bend == 0 || x.low == 0 || !d.isFinite
                        ? DoubleDouble(d) : DoubleDouble.twoSum(d, bend * x.low)
                    return (corrected, abs(bend) * e * 1.01 + third + units * abs(d) + Field.underflow(d))
                }
            ]
        }
        guard let rule = function.binaryRule else { preconditionFailure("\(function) has no rule") }
        let units = (rule.roundingUnits + 1) * unitRoundoff
        return (0..<2).map { which in
            guard wanted[which] else { return nil }
            return Field.combine(operands[0], operands[1]) { x, ex, y, ey in
                let d = rule.first(x.high, y.high)
                let chosen = which == 0 ? d.a : d.b
                var error = units * abs(chosen) + Field.underflow(chosen)
                var low = 0.0
                if ex > 0 || ey > 0 || x.low != 0 || y.low != 0 {
                    let s = rule.second(x.high, y.high)
                    let (sx, sy) = which == 0 ? (s.aa, s.ab) : (s.ab, s.bb)
                    low = (x.low == 0 ? 0 : sx * x.low) + (y.low == 0 ? 0 : sy * y.low)
                    error += (ex == 0 ? 0 : abs(sx) * ex) + (ey == 0 ? 0 : abs(sy) * ey)
                }
                return (low == 0 ? DoubleDouble(chosen) : DoubleDouble.twoSum(chosen, low), error)
            }
        }
    }

    /// Functions whose derivative jumps: where rounding could have decided, the error is the jump.
    private static func kinked(_ function: ElementwiseFunction, _ operands: [Field], _ wanted: [Bool]) -> [Field?] {
        if operands.count == 1 {
            return [
                operands[0].map { x, e in
                    let undecided = e > 0 && abs(x.high) <= e
                    switch function {
                    case .absolute: return (DoubleDouble(x.high > 0 ? 1 : x.high < 0 ? -1 : 0), undecided ? 2 : 0)
                    case .relu: return (DoubleDouble(x.high > 0 ? 1 : 0), undecided ? 1 : 0)
                    default: return (.zero, 0)
                    }
                }
            ]
        }
        return (0..<2).map { which in
            guard wanted[which] else { return nil }
            return Field.combine(operands[0], operands[1]) { x, ex, y, ey in
                let d = (x - y).high
                let undecided = ex + ey > 0 && abs(d) <= ex + ey
                let first = (function == .maximum) == (which == 0) ? d > 0 : d < 0
                return (DoubleDouble(d == 0 ? 0.5 : first ? 1 : 0), undecided ? 1 : 0)
            }
        }
    }

    private static func isConstant(_ field: Field) -> Bool {
        field.uniform != nil && field.error.allSatisfy { $0 == 0 } && field.low.allSatisfy { $0 == 0 }
    }

    // MARK: Second derivatives

    /// ∂²f/∂a∂b for the pairs of operands that are not zero, b ≥ a; the mixed one once.
    static func second(_ function: ElementwiseFunction, _ operands: [Field], wanted: [Bool]) -> [(
        a: Int, b: Int, Field
    )] {
        let rank = operands.map(\.shape.count).max() ?? 0
        switch function {
        case .add, .subtract, .negate, .absolute, .sign, .relu, .maximum, .minimum, .less, .lessEqual, .greater,
            .greaterEqual, .equal, .notEqual:
            return []
        case .multiply: return wanted[0] && wanted[1] ? [(0, 1, Field(1, rank: rank))] : []
        case .divide:
            guard wanted[1] else { return [] }
            let inverse = Field.quotient(Field(1, rank: 0), operands[1])
            let square = Field.product(inverse, inverse)
            var result = [(a: 1, b: 1, Field.product(operands[0], Field.product(square, inverse)).scaled(by: 2))]
            if wanted[0] { result.append((a: 0, b: 1, square.negated)) }
            return result
        case .power where isConstant(operands[1]) && !wanted[1]:
            let exponent = operands[1].high[0]
            let factor = exponent * (exponent - 1)
            if factor == 0 || !wanted[0] { return [] }
            return [(0, 0, power(operands[0], exponent - 2, rank: rank).scaled(by: factor))]
        case .sqrt:
            // In double-double: √(1 + x²) has a second derivative x² times smaller than its two parts.
            let cube = Field.product(operands[0], value(.sqrt, operands))
            return [(0, 0, Field.quotient(Field(-0.25, rank: 0), cube))]
        default: break
        }
        if let (vector, place) = kernel(function, operands), wanted.indices.allSatisfy({ $0 == place || !wanted[$0] }) {
            guard wanted[place] else { return [] }
            let bend = vector.second(operands[place].operand, count: operands[place].count)
            return [(place, place, Field(bend, shape: resultShape(operands)))]
        }
        if let rule = function.unaryRule {
            let units = 2 * (rule.roundingUnits + 1) * unitRoundoff
            return [
                (
                    0, 0,
                    operands[0].map { x, e in
                        let d = rule.second(x.high)
                        let spread = e + abs(x.low)
                        let third = spread > 0 ? varied(rule.thirdBound(x.high), spread, d, x.high) : 0
                        return (DoubleDouble(d), third + units * abs(d) + Field.underflow(d))
                    }
                )
            ]
        }
        guard let rule = function.binaryRule else { preconditionFailure("\(function) has no rule") }
        let units = 2 * (rule.roundingUnits + 1) * unitRoundoff
        func field(_ pick: @escaping ((aa: Double, ab: Double, bb: Double)) -> Double) -> Field {
            Field.combine(operands[0], operands[1]) { x, ex, y, ey in
                let d = pick(rule.second(x.high, y.high))
                let spread = ex + ey + abs(x.low) + abs(y.low)
                let third = spread > 0 ? varied(rule.thirdBound(x.high, y.high), spread, d, max(x.high, y.high)) : 0
                return (DoubleDouble(d), third + units * abs(d) + Field.underflow(d))
            }
        }
        var result: [(a: Int, b: Int, Field)] = []
        if wanted[0] { result.append((0, 0, field { $0.aa })) }
        if wanted[0] && wanted[1] { result.append((0, 1, field { $0.ab })) }
        if wanted[1] { result.append((1, 1, field { $0.bb })) }
        return result
    }

    // MARK: Kinks

    /// The rows in which an argument is exactly at a kink, or nearer than rounding can tell.
    static func undecided(_ function: ElementwiseFunction, _ operands: [Field]) -> [Int] {
        var found: [Int] = []
        if let rule = function.unaryRule, !rule.kinks.isEmpty {
            let a = operands[0]
            let width = a.shape.dropFirst().reduce(1, *)
            for i in 0..<a.count where rule.kinks.contains(where: { abs(a.high[i] - $0) <= a.bound(i) }) {
                found.append(i / max(width, 1))
            }
        } else if let rule = function.binaryRule, rule.hasKinkWhereEqual {
            let shape = Field.broadcast(operands[0].shape, operands[1].shape)
            let width = max(shape.dropFirst().reduce(1, *), 1)
            Field.each(shape, operands[0].shape, operands[1].shape) { k, i, j in
                let difference = operands[0].value(i) - operands[1].value(j)
                if abs(difference.high) <= operands[0].bound(i) + operands[1].bound(j) { found.append(k / width) }
            }
        }
        var last = -1
        return found.filter { row in
            defer { last = row }
            return row != last
        }
    }
}
