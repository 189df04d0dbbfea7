import Expressions

/// Which pieces of a piecewise program are in force at a point.
package struct Branches: Sendable {
    /// For every kink and every comparison that depends on β: 1 above, −1 below, 0 on it.
    private var sides: [Int8] = []

    /// Nothing noted.
    package init() {}

    /// The sides of all kinks and the outcomes of all comparisons of a tape.
    init(_ tape: Tape) {
        for id in tape.order where tape.dependent[id.index] {
            if tape.graph[id].operation == .select {
                let condition = tape.value(tape.graph[id].operands[0])
                for i in 0..<condition.count { sides.append(condition.high[i] != 0 ? 1 : -1) }
                continue
            }
            guard case .elementwise(let function) = tape.graph[id].operation else { continue }
            let operands = tape.graph[id].operands.map(tape.value)
            if let rule = function.unaryRule {
                for kink in rule.kinks { for i in 0..<operands[0].count { note(operands[0].high[i] - kink) } }
            } else if Branches.isComparison(function) || function.binaryRule?.hasKinkWhereEqual == true {
                let shape = Field.broadcast(operands[0].shape, operands[1].shape)
                Field.each(shape, operands[0].shape, operands[1].shape) { _, i, j in
                    note(operands[0].high[i] - operands[1].high[j])
                }
            }
        }
    }

    /// Whether `other` is on the same smooth piece wherever this point is not on the border of two.
    package func holds(at other: Branches) -> Bool {
        sides.count == other.sides.count && zip(sides, other.sides).allSatisfy { $0 == 0 || $0 == $1 }
    }

    private mutating func note(_ difference: Double) {
        sides.append(difference > 0 ? 1 : difference < 0 ? -1 : 0)
    }

    private static func isComparison(_ function: ElementwiseFunction) -> Bool {
        switch function {
        case .less, .lessEqual, .greater, .greaterEqual, .equal, .notEqual: true
        default: false
        }
    }
}
