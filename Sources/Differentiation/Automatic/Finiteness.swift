import Expressions

/// Says where a result stopped being finite.
enum Finiteness {
    /// - Parameter entry: the subscripts of the first entry of the result that is not finite.
    static func explain(_ quantity: String, _ tape: Tape, entry: [Int] = []) -> NonFiniteResult {
        for id in tape.order {
            let value = tape.value(id)
            let node = tape.graph[id]
            guard let place = (0..<value.count).first(where: { !value.high[$0].isFinite }) else { continue }
            let name: String
            switch node.operation {
            case .elementwise(let function): name = function.symbol
            case .matmul: name = "@"
            case .sum: name = "sum"
            default: name = String("\(node.operation)".prefix { $0 != "(" })
            }
            let width = max(value.shape.dropFirst().reduce(1, *), 1)
            let row = node.shape.rank > 0 ? place / width : nil
            // A product or a sum of finite numbers is not finite because a term is too large, or two of opposite signs.
            let isSum: Bool
            switch node.operation {
            case .matmul, .sum: isSum = true
            default: isSum = false
            }
            let what = value.high[place].isNaN && !isSum ? "is undefined" : "overflows"
            let location = row.map { " in row \($0)" } ?? ""
            return NonFiniteResult(quantity: quantity, detail: "`\(name)` \(what)\(location)", row: row)
        }
        return slope(quantity, tape)
            ?? NonFiniteResult(
                quantity: quantity,
                detail: (entry.isEmpty ? "it" : "its entry [\(entry.map(String.init).joined(separator: ", "))]")
                    + " overflows, though every value of the program is finite")
    }

    /// The first function that has a value but no derivative: √ and norms at 0, powers at the end of their domain.
    private static func slope(_ quantity: String, _ tape: Tape) -> NonFiniteResult? {
        for id in tape.order where tape.dependent[id.index] {
            let node = tape.graph[id]
            if node.operation == .norm, tape.value(id).value(0).high == 0 {
                return NonFiniteResult(quantity: quantity, detail: "`norm` has no derivative where its argument is 0")
            }
            guard case .elementwise(let function) = node.operation else { continue }
            let operands = node.operands.map(tape.value)
            let wanted = node.operands.map { tape.dependent[$0.index] }
            let slopes = LocalDerivatives.first(function, operands, wanted: wanted).compactMap { $0 }
            let curvatures = LocalDerivatives.second(function, operands, wanted: wanted).map { $0.2 }
            for (field, order) in slopes.map({ ($0, "") }) + curvatures.map({ ($0, "second ") }) {
                guard let place = (0..<field.count).first(where: { !field.high[$0].isFinite }) else { continue }
                let row = field.count > 1 ? place / max(field.shape.dropFirst().reduce(1, *), 1) : nil
                let location = row.map { " in row \($0)" } ?? ""
                return NonFiniteResult(
                    quantity: quantity, detail: "`\(function.symbol)` has no finite \(order)derivative\(location)",
                    row: row)
            }
        }
        return nil
    }
}
