import Diagnosis
import LinearAlgebra

/// A verdict for a person: one line that says it, a table of expected, given and difference, the finding and the fix.
///
/// Without a candidate it reports whether the witnesses agree and what loss, gradient and Hessian are.
struct VerdictReport {
    /// What the client's program gave, as far as it sent numbers; NaN stands for `null`.
    struct Given {
        var loss: Double?
        var gradient: [Double]?
        var hessian: NumericArray?
    }

    var evaluation: Evaluation
    /// Nothing where the candidate was a program: then the diagnosis knows what it gives.
    var given: Given
    /// Whether the text goes to a terminal that shows colours.
    var coloured: Bool

    /// The most rows of a table; beyond, the entries with the largest differences are shown.
    static let most = 12

    /// Whether everything is right: the witnesses agree and the candidate, if any, is right or a matter of convention.
    var agrees: Bool {
        guard let diagnosis = evaluation.diagnosis else {
            return evaluation.comparisons.allSatisfy(\.comparison.agrees)
        }
        return [.correct, .convention, .precision].contains(diagnosis.verdict)
    }

    /// The report, ending in a newline.
    var text: String {
        var lines: [String] = []
        if let diagnosis = evaluation.diagnosis {
            lines.append(mark(agrees) + " " + bold(diagnosis.verdict.rawValue) + ": " + diagnosis.summary)
            lines += table()
            for finding in diagnosis.findings { lines += describe(finding) }
            if let next = diagnosis.nextPoint {
                lines.append(
                    "next    evaluate at beta = [" + next.beta.map(short).joined(separator: ", ") + "]: " + next.reason)
            }
        } else {
            lines.append(mark(agrees) + " " + (agrees ? "the witnesses agree" : "the witnesses disagree"))
            lines += results()
        }
        for warning in evaluation.warnings { lines.append("warning \(warning.code.rawValue): \(warning.message)") }
        return lines.joined(separator: "\n") + "\n"
    }

    // MARK: Parts

    private func describe(_ finding: Finding) -> [String] {
        var lines = ["", bold(finding.id) + ": " + finding.title]
        if let program = finding.program { lines.append("program " + program) }
        if let gradient = finding.gradient { lines.append("gives   gradient " + gradient) }
        if let hessian = finding.hessian { lines.append("gives   hessian  " + hessian) }
        if case .text(let source)? = finding.parameters["source"] {
            lines.append("at      " + colour("31", source) + place(finding))
        }
        for name in finding.parameters.keys.sorted() where !["source", "line", "columns"].contains(name) {
            lines.append("with    \(name) = " + value(finding.parameters[name]))
        }
        lines.append("fix     " + bold(finding.fix))
        return lines
    }

    private func place(_ finding: Finding) -> String {
        guard case .number(let line)? = finding.parameters["line"],
            case .numbers(let columns)? = finding.parameters["columns"], columns.count == 2
        else { return "" }
        return " (line \(Int(line)), columns \(Int(columns[0]))–\(Int(columns[1])))"
    }

    private func value(_ parameter: ParameterValue?) -> String {
        switch parameter {
        case .number(let number): short(number)
        case .numbers(let numbers): "[" + numbers.map(short).joined(separator: ", ") + "]"
        case .text(let text): text
        case nil: ""
        }
    }

    private func results() -> [String] {
        var lines: [String] = []
        let derivatives = evaluation.derivatives
        if let loss = derivatives.loss { lines.append("loss     \(loss)") }
        if let gradient = derivatives.gradient, gradient.count <= Self.most {
            lines.append("gradient [" + gradient.map { "\($0)" }.joined(separator: ", ") + "]")
        }
        if let formula = evaluation.symbolicGradient { lines.append("         " + formula.formula) }
        if let hessian = derivatives.hessian, hessian.rows <= Self.most {
            for row in 0..<hessian.rows {
                let text = "[" + hessian.row(row).map { "\($0)" }.joined(separator: ", ") + "]"
                lines.append((row == 0 ? "hessian  " : "         ") + text)
            }
        }
        if let formula = evaluation.symbolicHessian { lines.append("         " + formula.formula) }
        return lines
    }

    /// One entry of a table.
    private struct Entry {
        var name: String
        var expected: Double
        var given: Double
        var wrong: Bool
        var difference: Double { given - expected }
    }

    private func entries() -> [Entry] {
        var entries: [Entry] = []
        let derivatives = evaluation.derivatives
        func add(_ name: String, _ expected: Double, _ given: Double, _ agrees: Bool, _ bound: Double) {
            entries.append(
                Entry(
                    name: name, expected: expected, given: given,
                    wrong: !agrees && !(abs(given - expected) <= bound)))
        }
        let comparison = evaluation.diagnosis?.comparison
        var given = given
        if let own = evaluation.diagnosis?.given {
            given = Given(loss: own.loss, gradient: own.gradient, hessian: own.hessian.map { NumericArray($0) })
        }
        if let expected = derivatives.loss, let given = given.loss {
            add("loss", expected, given, comparison?.loss?.agrees ?? true, comparison?.loss?.tolerance ?? 0)
        }
        if let expected = derivatives.gradient, let given = given.gradient, expected.count == given.count {
            for (j, pair) in zip(expected, given).enumerated() {
                add(
                    "gradient[\(j)]", pair.0, pair.1, comparison?.gradient?.agrees ?? true,
                    comparison?.gradient?.tolerance ?? 0)
            }
        }
        if let expected = derivatives.hessian, let given = given.hessian,
            given.shape == [expected.rows, expected.columns]
        {
            for j in 0..<expected.rows {
                for k in 0..<expected.columns {
                    add(
                        "hessian[\(j), \(k)]", expected[j, k], given[j * expected.columns + k],
                        comparison?.hessian?.agrees ?? true, comparison?.hessian?.tolerance ?? 0)
                }
            }
        }
        return entries
    }

    private func table() -> [String] {
        var entries = entries()
        guard !entries.isEmpty else { return [] }
        var note: String?
        if entries.count > Self.most {
            let shown = entries.enumerated().sorted {
                let left = badness($0.element)
                let right = badness($1.element)
                return left == right ? $0.offset < $1.offset : left > right
            }.prefix(Self.most).map(\.offset).sorted()
            let rest = entries.count - shown.count
            note = "(\(rest) more \(rest == 1 ? "entry" : "entries") with smaller differences)"
            entries = shown.map { entries[$0] }
        }
        let header = ["", "expected", "given", "difference"]
        let cells = entries.map { [$0.name, short($0.expected), short($0.given), short($0.difference)] }
        let widths = (0..<4).map { column in ([header] + cells).map { $0[column].count }.max() ?? 0 }
        func line(_ cells: [String]) -> String {
            cells.enumerated().map { column, cell in
                let space = String(repeating: " ", count: widths[column] - cell.count)
                return column == 0 ? cell + space : space + cell
            }.joined(separator: "  ")
        }
        var lines = ["  " + line(header)]
        for (entry, cells) in zip(entries, cells) {
            lines.append(entry.wrong ? colour("31", "× " + line(cells)) : "  " + line(cells))
        }
        if let note { lines.append("  " + note) }
        return lines
    }

    private func badness(_ entry: Entry) -> Double {
        entry.difference.isNaN ? .infinity : abs(entry.difference)
    }

    // MARK: Text

    /// Nine significant digits: enough to see a difference, few enough to compare by eye.
    private func short(_ value: Double) -> String {
        if value.isNaN { return "null" }
        if value == value.rounded(), abs(value) < 1e9 { return "\(Int(value))" }
        let magnitude = abs(value)
        let digits = 9
        guard magnitude >= 1e-4, magnitude < 1e9 else { return Decimal.scientific(value, digits: digits - 4) }
        return Decimal.fixed(value, significant: digits)
    }

    private func bold(_ text: String) -> String { colour("1", text) }

    private func mark(_ good: Bool) -> String { good ? colour("32", "✓") : colour("31", "×") }

    private func colour(_ code: String, _ text: String) -> String {
        coloured ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}
