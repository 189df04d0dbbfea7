/// A program that cannot be read or whose shapes do not fit: what, where, and what was probably meant.
public struct ExpressionError: Error, Hashable, Sendable {
    /// The codes of the wire contract.
    public enum Kind: String, Hashable, Sendable {
        case syntax = "expression-syntax"
        case name = "expression-name"
        case shape = "expression-shape"
        case tooLarge = "expression-too-large"
        case notScalar = "not-scalar"
    }

    /// Which kind.
    public var kind: Kind
    /// What is wrong and what was probably meant; one sentence or two.
    public var message: String
    /// The line, from 1.
    public var line: Int
    /// The first column, from 1, in characters.
    public var column: Int
    /// The line with carets under what is wrong.
    public var excerpt: String

    /// The message with the excerpt below it.
    public var description: String { excerpt.isEmpty ? message : message + "\n" + excerpt }

    /// An error at a place in a text.
    public init(_ kind: Kind, _ message: String, at range: SourceRange, in text: String) {
        self.kind = kind
        self.message = message
        line = range.line
        column = range.column
        let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
        guard range.line >= 1, range.line <= lines.count else {
            excerpt = ""
            return
        }
        // A line of 16 KiB is shown from 30 characters before the place.
        let characters = Array(lines[range.line - 1])
        let start = max(0, range.column - 1 - 30)
        let shown = characters[min(start, characters.count)..<min(characters.count, start + 100)]
        let width = max(1, min(range.end, start + 100) - range.column)
        let lead = start > 0 ? "…" : ""
        let tail = start + 100 < characters.count ? "…" : ""
        let indent = String(repeating: " ", count: range.column - 1 - start + lead.count)
        excerpt =
            lead + String(shown).replacingTabs() + tail + "\n" + indent + "^" + String(repeating: "~", count: width - 1)
    }
}

extension String {
    /// Tabs as single blanks, so that carets stand where they should.
    fileprivate func replacingTabs() -> String { String(map { $0 == "\t" ? " " : $0 }) }
}
