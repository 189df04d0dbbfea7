/// The text of a program, taken apart as far as rewriting it needs.
enum ProgramText {
    /// The program with its last statement, the loss, changed; a name that it is assigned to is dropped.
    static func wrappingResult(_ text: String, _ change: (String) -> String) -> String {
        let (statements, result) = parts(text)
        return (statements + [change(result)]).joined(separator: "\n")
    }

    /// The statements before the last one, and the last one's right-hand side.
    static func parts(_ text: String) -> (statements: [String], result: String) {
        var statements: [String] = []
        var current = ""
        var depth = 0
        var isComment = false
        for character in text + "\n" {
            if character == "\n" { isComment = false }
            if character == "#" { isComment = true }
            if isComment { continue }
            if "([{".contains(character) { depth += 1 }
            if ")]}".contains(character) { depth -= 1 }
            guard depth == 0, character == "\n" || character == ";" else {
                current.append(character)
                continue
            }
            let statement = current.drop(while: \.isWhitespace)
            if !statement.isEmpty { statements.append(String(statement)) }
            current = ""
        }
        let last = statements.popLast() ?? ""
        if let match = last.prefixMatch(of: /\w+\s*=(?!=)\s*/) {
            return (statements, String(last[match.range.upperBound...]))
        }
        return (statements, last)
    }
}
