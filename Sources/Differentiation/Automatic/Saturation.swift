import Expressions

/// Where a plain program would have overflowed or rounded to nothing, though the result here is right.
///
/// The stable functions of the tape stand for textbook formulas, whether a named loss has them or the rewriting found them
/// in what a client wrote; beyond these arguments the textbook formula in binary64 is infinite, log 0 or 0·∞. O(n).
enum Saturation {
    /// The arguments beyond which a formula fails, and what happens to it there.
    private struct Limit {
        var below = -Double.infinity
        var above = Double.infinity
        var what: String

        func isExceeded(by x: Double) -> Bool { x < below || x > above }
    }

    /// log of the largest binary64 number.
    private static let overflow = 709.782712893384

    private static func limit(_ function: ElementwiseFunction) -> Limit? {
        switch function {
        // 1 + e⁻ˣ rounds to 1: the probability of the other class is 0 and its logarithm infinite.
        case .softplus:
            Limit(above: 36.7368005696771, what: "1 - sigmoid(x) rounds to 0 and log(1 - sigmoid(x)) is infinite")
        // Φ is below the least normal number.
        case .logNdtr: Limit(below: -37.5, what: "ndtr(x) underflows to 0 and its logarithm is infinite")
        case .logcosh:
            Limit(
                below: -710.4758600739439, above: 710.4758600739439,
                what: "cosh(x) overflows and its logarithm is infinite")
        default: nil
        }
    }

    static func notices(_ tape: Tape) -> [Notice] {
        var notices: [Notice] = []
        for id in tape.order where tape.dependent[id.index] {
            let node = tape.graph[id]
            switch node.operation {
            case .elementwise(let function):
                guard let limit = limit(function) else { continue }
                let values = tape.value(node.operands[0])
                add(function.symbol, limit, values, tape.shape(node.operands[0]), &notices)
            case .logSumExp:
                let limit = Limit(above: overflow, what: "exp(x) overflows and the logarithm of the sum is infinite")
                let logits = Rewriting.logits(of: node.operands[0], in: tape.graph)
                add("logsumexp", limit, tape.value(logits), tape.shape(logits), &notices)
            default: continue
            }
        }
        return notices
    }

    private static func add(
        _ name: String, _ limit: Limit, _ values: Field, _ shape: [Int], _ notices: inout [Notice]
    ) {
        guard values.high.withUnsafeElements({ $0.contains(where: limit.isExceeded) }) else { return }
        let full = values.expanded(to: shape).high
        let width = max(shape.dropFirst().reduce(1, *), 1)
        var rows: [Int] = []
        for i in 0..<full.count where limit.isExceeded(by: full[i]) && rows.last != i / width { rows.append(i / width) }
        let places = rows.prefix(5).map(String.init).joined(separator: ", ") + (rows.count > 5 ? ", …" : "")
        let location = shape.isEmpty ? "" : " in row\(rows.count == 1 ? "" : "s") \(places)"
        notices.append(
            Notice(
                code: .saturation,
                message: "`\(name)`\(location) is beyond what the plain formula can do: \(limit.what); "
                    + "the results here are right, a program without a stable form has infinity or NaN",
                rows: shape.isEmpty ? [] : rows))
    }
}
