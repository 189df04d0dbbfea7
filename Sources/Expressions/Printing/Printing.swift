extension Graph {
    /// A result in the grammar that the parser reads: statements joined with `; `, the last one the result.
    public func formula(_ root: NodeID, naming: inout Naming) -> String {
        var printer = TextPrinter(self, dialect: .formula)
        let (statements, result) = printer.print(root, naming: &naming)
        return (statements.map { "\($0.name) = \($0.text)" } + [result]).joined(separator: "; ")
    }

    /// A complete NumPy snippet that leaves the result in `name`. It imports what it needs and defines `n` and `p`.
    public func numpy(_ root: NodeID, as name: String, naming: inout Naming) -> String {
        var printer = TextPrinter(self, dialect: .numpy)
        let (statements, result) = printer.print(root, naming: &naming)
        var lines: [String] = []
        if printer.modules.contains("np") { lines.append("import numpy as np") }
        if printer.modules.contains("sp") { lines.append("import scipy.special as sp") }
        let lengths = Set(reachable(from: [root]).flatMap { symbols(of: $0) })
        switch (lengths.contains(.n), lengths.contains(.p)) {
        case (true, true): lines.append("n, p = X.shape")
        case (true, false): lines.append("n = X.shape[0]")
        case (false, true): lines.append("p = X.shape[1]")
        default: break
        }
        if reachable(from: [root]).contains(where: { self[$0].operation == .variable("tie_share") }) {
            // The one name that is not sent: which share of the events at its time precede each row (Efron 1977).
            lines.append("ties = (y[:, 0] == y[:, 0][:, None]) & (y[:, 1] == 1)")
            lines.append("tie_share = np.tril(ties, -1).sum(axis=1) / np.maximum(ties.sum(axis=1), 1)")
        }
        lines += statements.map { "\($0.name) = \($0.text)" }
        lines.append("\(name) = \(result)")
        return lines.joined(separator: "\n")
    }

    /// The symbols of lengths that the text of a node names.
    private func symbols(of id: NodeID) -> [Dimension.Symbol] {
        switch self[id].operation {
        case .dimension(let dimension), .identity(let dimension), .arange(let dimension):
            return [dimension.symbol].compactMap { $0 }
        case .filled(let shape, _), .reshape(let shape): return shape.dimensions.compactMap(\.symbol)
        case .subscripted(let subscripts):
            return subscripts.flatMap { entry -> [Dimension.Symbol] in
                switch entry {
                case .newAxis: []
                case .position(let position): [position.symbol].compactMap { $0 }
                case .range(let start, let end): [start.symbol, end.symbol].compactMap { $0 }
                }
            }
        default: return []
        }
    }
}
