/// One word of a program.
struct Token: Hashable {
    enum Kind: Hashable {
        case number(String)
        case name(String)
        case symbol(String)
        case string(String)
        /// A newline outside brackets, or `;`.
        case separator
        case end
    }

    var kind: Kind
    var range: SourceRange
}

/// Cuts a program into words. Newlines inside brackets and after a backslash do not count; `#` starts a comment.
struct Lexer {
    private let text: String
    private let characters: [Character]
    private var position = 0
    private var line = 1
    private var column = 1
    private var depth = 0

    init(_ text: String) {
        self.text = text
        characters = Array(text)
    }

    /// All words, the last one `.end`. Linear in the text.
    static func tokens(of text: String) throws(ExpressionError) -> [Token] {
        var lexer = Lexer(text)
        var tokens: [Token] = []
        while true {
            let token = try lexer.next()
            tokens.append(token)
            if token.kind == .end { return tokens }
        }
    }

    private var current: Character? { position < characters.count ? characters[position] : nil }

    private func peek(_ offset: Int) -> Character? {
        position + offset < characters.count ? characters[position + offset] : nil
    }

    private mutating func advance() {
        if characters[position].isNewline {
            line += 1
            column = 1
        } else {
            column += 1
        }
        position += 1
    }

    private mutating func next() throws(ExpressionError) -> Token {
        while let character = current {
            if character == "#" {
                while let character = current, !character.isNewline { advance() }
            } else if character.isNewline {
                let start = (line, column)
                advance()
                if depth == 0 {
                    return Token(
                        kind: .separator, range: SourceRange(line: start.0, column: start.1, end: start.1 + 1))
                }
            } else if character == "\\", let following = peek(1), following.isNewline {
                advance()
                advance()
            } else if character == " " || character == "\t" || character == "\u{A0}" {
                advance()
            } else {
                break
            }
        }
        let startLine = line
        let startColumn = column
        func range(_ end: Int) -> SourceRange { SourceRange(line: startLine, column: startColumn, end: end) }
        guard let character = current else { return Token(kind: .end, range: range(startColumn + 1)) }
        if character.isASCIIDigit || (character == "." && peek(1)?.isASCIIDigit == true) {
            return Token(kind: .number(try number()), range: range(column))
        }
        if character.isLetter || character == "_" {
            var name = ""
            while let character = current, character.isLetter || character.isNumber || character == "_" {
                name.append(character)
                advance()
            }
            return Token(kind: .name(Lexer.spelledOut(name)), range: range(column))
        }
        if character == "\"" || character == "'" {
            return Token(kind: .string(try string(character)), range: range(column))
        }
        // Most symbols are one character long: only these can begin a longer one.
        if let second = peek(1), second == "=" || second == "*" || second == "/" || second == ">" {
            for symbol in ["**", "<=", ">=", "==", "!=", "//", "->", "**="] where matches(symbol) {
                for _ in symbol { advance() }
                return Token(kind: .symbol(symbol), range: range(column))
            }
        }
        guard let symbol = Lexer.symbols[character] else {
            throw ExpressionError(
                .syntax, "'\(character)' has no meaning here", at: range(startColumn + 1), in: text)
        }
        advance()
        if symbol == ";" { return Token(kind: .separator, range: range(column)) }
        if "([{".contains(symbol) { depth += 1 }
        if ")]}".contains(symbol) { depth = max(0, depth - 1) }
        return Token(kind: .symbol(symbol), range: range(column))
    }

    /// Single characters that mean something; typographic ones are read as what they stand for.
    private static let symbols: [Character: String] = [
        "+": "+", "-": "-", "−": "-", "–": "-", "*": "*", "·": "*", "×": "*", "/": "/", "÷": "/", "@": "@", "(": "(",
        ")": ")", "[": "[", "]": "]", "{": "{", "}": "}", ",": ",", ".": ".", ":": ":", "=": "=", "<": "<", ">": ">",
        ";": ";", "&": "&", "|": "|", "~": "~", "%": "%", "!": "!",
    ]

    /// Greek letters that people paste.
    private static func spelledOut(_ name: String) -> String {
        switch name {
        case "β": "beta"
        case "π": "pi"
        default: name
        }
    }

    private func matches(_ symbol: String) -> Bool {
        for (offset, character) in symbol.enumerated() where peek(offset) != character { return false }
        return true
    }

    private mutating func number() throws(ExpressionError) -> String {
        let start = column
        var digits = ""
        func isDigit(_ character: Character?) -> Bool { character?.isASCIIDigit == true || character == "_" }
        while isDigit(current), let character = current {
            if character != "_" { digits.append(character) }
            advance()
        }
        if current == "." {
            digits.append(".")
            advance()
            while isDigit(current), let character = current {
                if character != "_" { digits.append(character) }
                advance()
            }
        }
        if current == "e" || current == "E" {
            let signed = peek(1) == "+" || peek(1) == "-"
            if peek(signed ? 2 : 1)?.isASCIIDigit == true {
                digits.append("e")
                advance()
                if signed, let sign = current {
                    digits.append(sign)
                    advance()
                }
                while let character = current, character.isASCIIDigit {
                    digits.append(character)
                    advance()
                }
            }
        }
        if let character = current, character.isLetter || character == "_" {
            throw ExpressionError(
                .syntax, "a number is followed by '\(character)'; is a `*` missing?",
                at: SourceRange(line: line, column: start, end: column + 1), in: text)
        }
        return digits
    }

    private mutating func string(_ quote: Character) throws(ExpressionError) -> String {
        let start = SourceRange(line: line, column: column, end: column + 1)
        advance()
        var content = ""
        while let character = current, character != quote, !character.isNewline {
            content.append(character)
            advance()
        }
        guard current == quote else { throw ExpressionError(.syntax, "a string is not closed", at: start, in: text) }
        advance()
        return content
    }
}

extension Character {
    /// 0…9.
    var isASCIIDigit: Bool { ("0"..."9").contains(self) }
}
