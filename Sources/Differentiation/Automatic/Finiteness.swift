import Expressions

/// Says where a result stopped being finite.
enum Finiteness {
    static func explain(_ quantity: String, _ tape: Tape) -> NonFiniteResult {
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
            let what = value.high[place].isNaN ? "is undefined" : "overflows"
            let location = row.map { " in row \($0)" } ?? ""
            return NonFiniteResult(quantity: quantity, detail: "`\(name)` \(what)\(location)", row: row)
        }
        return NonFiniteResult(
            quantity: quantity, detail: "the \(quantity) overflows, though every value of the program is finite")
    }
}
