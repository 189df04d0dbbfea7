/// Reads programs as NumPy, TensorFlow and PyTorch users write them, straight into an expression graph.
///
/// A Pratt parser with Python's precedence (docs.python.org/3/reference/expressions.html#operator-precedence):
/// comparisons, `|`, `&`, `+ -`, `* / @`, unary `-`, `**`, then calls, subscripts and attributes.
struct Parser {
    let text: String
    let lines: [[Character]]
    let tokens: [Token]
    var position = 0
    var depth = 0
    let environment: Environment
    let limits: ExpressionLimits
    /// Names that assignments made.
    var assigned: [String: Item] = [:]
    var program = Program(graph: Graph(), root: NodeID(index: 0))
    var dependsOnBeta: [Bool] = []

    /// What a sub-expression can be: an array, or one of the things that arguments and brackets hold.
    enum Value {
        case array(NodeID)
        case tuple([Item])
        case none
        case boolean(Bool)
        case text(String)
        case ellipsis
    }

    /// A value and where it stands.
    struct Item {
        var value: Value
        var range: SourceRange
    }

    init(_ text: String, in environment: Environment, limits: ExpressionLimits) throws(ExpressionError) {
        let start = SourceRange(line: 1, column: 1, end: 2)
        guard text.utf8.count <= limits.text else {
            throw ExpressionError(
                .tooLarge, "the text has \(text.utf8.count) bytes; \(limits.text) are allowed", at: start, in: "")
        }
        self.text = text
        self.environment = environment
        self.limits = limits
        lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }.map(Array.init)
        tokens = try Lexer.tokens(of: text)
    }

    // MARK: Statements

    mutating func parse() throws(ExpressionError) -> Program {
        var last: Item?
        while true {
            while current.kind == .separator { position += 1 }
            if current.kind == .end { break }
            if let value = try statement() { last = value }
            guard current.kind == .separator || current.kind == .end else {
                throw syntax("expected an operator or the end of the statement, not \(describe(current))")
            }
        }
        guard let last else { throw syntax("there is no expression") }
        program.root = try array(last)
        return program
    }

    mutating func statement() throws(ExpressionError) -> Item? {
        if case .name(let word) = current.kind {
            switch word {
            case "import", "from":
                while current.kind != .separator, current.kind != .end { position += 1 }
                return nil
            case "return" where !isAssignment:
                position += 1
                return try expression()
            case "def", "lambda", "for", "if", "while", "class", "with":
                throw syntax("'\(word)' is not understood; write statements `name = expression`, the last one the loss")
            default: break
            }
            if let names = unpacking { return try unpack(names) }
            if let operation = assignment {
                let name = word
                let place = current.range
                position += operation.isEmpty ? 2 : 3
                guard !Self.reserved.contains(name) else {
                    throw ExpressionError(.syntax, "'\(name)' cannot be assigned", at: place, in: text)
                }
                var value = try expression()
                if !operation.isEmpty {
                    let old = try lookUp(name, at: place)
                    value = try binary(operation, old, value, at: value.range)
                }
                assigned[name] = value
                if case .array(let node) = value.value, program.names[node] == nil { program.names[node] = name }
                return value
            }
        }
        return try expression()
    }

    static let reserved: Set<String> = [
        "None", "True", "False", "and", "or", "not", "in", "is", "if", "else", "lambda",
    ]

    /// The names of `a, b = …`, nil where the statement is none.
    var unpacking: [Token]? {
        var names: [Token] = []
        var offset = 0
        while case .name = peek(offset).kind {
            names.append(peek(offset))
            guard peek(offset + 1).kind == .symbol(",") else {
                return names.count > 1 && peek(offset + 1).kind == .symbol("=") ? names : nil
            }
            offset += 2
        }
        return nil
    }

    /// `n, p = X.shape`, `sign, value = slogdet(A)`: one name for each entry of a tuple.
    mutating func unpack(_ names: [Token]) throws(ExpressionError) -> Item {
        let start = current.range
        position += 2 * names.count
        var value = try expression()
        if current.kind == .symbol(",") {
            var items = [value]
            while current.kind == .symbol(",") {
                position += 1
                items.append(try expression())
            }
            value = Item(value: .tuple(items), range: span(items[0].range, previous.range))
        }
        guard case .tuple(let items) = value.value, items.count == names.count else {
            throw ExpressionError(
                .shape, "\(names.count) names stand before the '=', and not as many values behind it",
                at: span(start, value.range), in: text)
        }
        for (token, item) in zip(names, items) {
            guard case .name(let name) = token.kind, !Self.reserved.contains(name) else {
                throw ExpressionError(.syntax, "\(describe(token)) cannot be assigned", at: token.range, in: text)
            }
            assigned[name] = item
        }
        return value
    }

    /// The operator of `name = …` (empty) or `name += …`, nil where the statement is no assignment.
    var assignment: String? {
        guard case .name = current.kind else { return nil }
        if peek(1).kind == .symbol("=") { return "" }
        if case .symbol(let symbol) = peek(1).kind, ["+", "-", "*", "/", "**", "@"].contains(symbol),
            peek(2).kind == .symbol("="), peek(2).range.column == peek(1).range.end
        {
            return symbol
        }
        return nil
    }

    var isAssignment: Bool { assignment != nil }

    // MARK: Expressions

    mutating func nested<T>(
        _ body: (inout Parser) throws(ExpressionError) -> T
    ) throws(ExpressionError) -> T {
        depth += 1
        defer { depth -= 1 }
        guard depth <= limits.depth else {
            throw ExpressionError(
                .tooLarge, "the expression is nested more than \(limits.depth) deep", at: current.range, in: text)
        }
        return try body(&self)
    }

    mutating func expression() throws(ExpressionError) -> Item {
        try nested { (parser) throws(ExpressionError) in try parser.comparison() }
    }

    static let comparisons = ["<", "<=", ">", ">=", "==", "!="]

    mutating func comparison() throws(ExpressionError) -> Item {
        if current.kind == .name("not") { throw syntax("'not' is not understood for arrays; write `x == 0`") }
        let left = try binary(0)
        guard case .symbol(let symbol) = current.kind, Self.comparisons.contains(symbol) else {
            if case .name(let word) = current.kind, ["and", "or", "if", "else", "is", "in"].contains(word) {
                throw syntax("'\(word)' is not understood for arrays; use `&`, `|` or `where(condition, a, b)`")
            }
            return left
        }
        let place = current.range
        position += 1
        let right = try binary(0)
        if case .symbol(let next) = current.kind, Self.comparisons.contains(next) {
            throw syntax("comparisons cannot be chained for arrays; write `(a \(symbol) b) & (b \(next) c)`")
        }
        return try binary(symbol, left, right, at: place)
    }

    static let levels: [[String]] = [["|"], ["&"], ["+", "-"], ["*", "/", "@", "//", "%"]]

    mutating func binary(_ level: Int) throws(ExpressionError) -> Item {
        if level == Self.levels.count { return try unary() }
        var left = try binary(level + 1)
        while case .symbol(let symbol) = current.kind, Self.levels[level].contains(symbol) {
            let place = current.range
            if symbol == "//" || symbol == "%" { throw syntax("'\(symbol)' has no derivative and is not understood") }
            position += 1
            let right = try binary(level + 1)
            left = try binary(symbol, left, right, at: place)
        }
        return left
    }

    mutating func unary() throws(ExpressionError) -> Item {
        let start = current.range
        switch current.kind {
        case .symbol("-"):
            position += 1
            let operand = try nested { (parser) throws(ExpressionError) in try parser.unary() }
            let node = try array(operand)
            return item(try insert { graph in graph.elementwise(.negate, node) }, from: start, to: operand.range)
        case .symbol("+"):
            position += 1
            return try nested { (parser) throws(ExpressionError) in try parser.unary() }
        case .symbol("~"):
            position += 1
            let operand = try nested { (parser) throws(ExpressionError) in try parser.unary() }
            let one = Item(value: .array(try insert { $0.constant(1) }), range: start)
            return try binary("-", one, operand, at: start)
        default: return try power()
        }
    }

    mutating func power() throws(ExpressionError) -> Item {
        let base = try postfix()
        guard current.kind == .symbol("**") else { return base }
        let place = current.range
        position += 1
        let exponent = try nested { (parser) throws(ExpressionError) in try parser.unary() }
        return try binary("**", base, exponent, at: place)
    }

    /// Calls, subscripts and attributes behind an atom.
    mutating func postfix() throws(ExpressionError) -> Item {
        var value = try atom()
        while true {
            switch current.kind {
            case .symbol("["):
                value = try subscripted(value)
            case .symbol("."):
                position += 1
                guard case .name(let name) = current.kind else { throw syntax("expected a name behind '.'") }
                let place = current.range
                position += 1
                value = try attribute(name, of: value, at: place)
            case .symbol("("):
                throw syntax("this is not a function")
            default: return value
            }
        }
    }

    mutating func atom() throws(ExpressionError) -> Item {
        let token = current
        switch token.kind {
        case .number(let digits):
            position += 1
            guard let constant = Constant(decimal: digits) else {
                throw ExpressionError(.syntax, "\(digits) is too large for binary64", at: token.range, in: text)
            }
            return Item(value: .array(try insert { $0.constant(constant) }), range: token.range)
        case .string(let content):
            position += 1
            return Item(value: .text(content), range: token.range)
        case .symbol("("):
            position += 1
            return try bracketed(")", from: token.range)
        case .symbol("["):
            position += 1
            let items = try bracketed("]", from: token.range)
            if case .tuple = items.value { return items }
            return Item(value: .tuple([items]), range: items.range)
        case .symbol("."):
            if peek(1).kind == .symbol("."), peek(2).kind == .symbol(".") {
                position += 3
                return Item(value: .ellipsis, range: token.range)
            }
            throw syntax("expected an expression, not \(describe(token))")
        case .name(let name): return try named(name)
        default: throw syntax("expected an expression, not \(describe(token))")
        }
    }

    /// What stands in round or square brackets: one value, or a tuple where there is a comma.
    mutating func bracketed(_ close: String, from start: SourceRange) throws(ExpressionError) -> Item {
        var items: [Item] = []
        var isTuple = false
        while current.kind != .symbol(close) {
            items.append(try expression())
            guard current.kind == .symbol(",") else { break }
            isTuple = true
            position += 1
        }
        let end = current.range
        try expect(close, opened: start)
        if items.count == 1, !isTuple {
            return Item(value: items[0].value, range: span(start, end))
        }
        return Item(value: .tuple(items), range: span(start, end))
    }

    /// A name: a variable, a constant, a function that is called, or a module and what it holds.
    mutating func named(_ first: String) throws(ExpressionError) -> Item {
        let start = current.range
        position += 1
        if let value = assigned[first] { return Item(value: value.value, range: start) }
        if current.kind != .symbol("("), let value = try known(first, at: start) { return value }
        // np.linalg.norm, tf.math.log, norm.cdf …: as many names as follow, up to the one that is called.
        var path = [first]
        var end = start
        let isModule = FunctionTable.modules.contains(first) || FunctionTable.families.contains(first)
        while isModule, current.kind == .symbol("."), case .name(let next) = peek(1).kind {
            path.append(next)
            end = peek(1).range
            position += 2
        }
        let name = FunctionTable.bare(path)
        let range = span(start, end)
        if current.kind != .symbol("("), FunctionTable.types.contains(name) {
            return Item(value: .none, range: range)
        }
        if current.kind == .symbol("(") { return try call(name, written: path.joined(separator: "."), at: range) }
        if path.count > 1, let value = try known(name, at: range) { return value }
        if FunctionTable.names.contains(name) || FunctionTable.modules.contains(first) {
            throw ExpressionError(
                .syntax, "'\(path.joined(separator: "."))' is a function; it is called with brackets", at: range,
                in: text)
        }
        throw unknown(first, at: start, functions: false)
    }

    mutating func known(_ name: String, at range: SourceRange) throws(ExpressionError) -> Item? {
        switch name {
        case "None", "newaxis": return Item(value: .none, range: range)
        case "True": return Item(value: .boolean(true), range: range)
        case "False": return Item(value: .boolean(false), range: range)
        default: break
        }
        if let shape = environment.shape(of: name) {
            return Item(value: .array(try insert { $0.variable(name, shape: shape) }), range: range)
        }
        switch name {
        case "n":
            return Item(
                value: .array(try insert { [n = environment.n] in $0.dimension(Dimension(symbol: .n, count: n)) }),
                range: range)
        case "p":
            return Item(
                value: .array(try insert { [p = environment.p] in $0.dimension(Dimension(symbol: .p, count: p)) }),
                range: range)
        case "pi": return Item(value: .array(try insert { $0.constant(.double(.pi)) }), range: range)
        case "e": return Item(value: .array(try insert { $0.constant(.double(2.718281828459045)) }), range: range)
        default: return nil
        }
    }

    mutating func lookUp(_ name: String, at range: SourceRange) throws(ExpressionError) -> Item {
        if let value = assigned[name] { return value }
        if let value = try known(name, at: range) { return value }
        throw unknown(name, at: range, functions: false)
    }

    func unknown(_ name: String, at range: SourceRange, functions: Bool) -> ExpressionError {
        var names = Array(assigned.keys) + Array(environment.arrays.keys) + ["n", "p", "pi"]
        // The nearest name is that of what is called, without its modules.
        let bare = functions ? FunctionTable.bare(name.split(separator: ".").map(String.init)) : name
        if functions { names = Array(FunctionTable.names) }
        var message = functions ? "there is no function '\(name)'" : "there is no '\(name)'"
        if functions, let remedy = Remedies.remedy(for: name) {
            message += "; \(remedy)"
        } else if !functions, name == "weights" || name == "offset" {
            message += "; the request has no `\(name)`"
        } else if let near = nearestName(
            to: bare, among: names + (functions ? [] : Array(FunctionTable.names)),
            own: functions ? FunctionTable.builtIn : Set(names))
        {
            message += "; did you mean '\(near)'?"
        } else if !functions {
            message += "; a further array or number goes into `parameters`"
        }
        return ExpressionError(.name, message, at: range, in: text)
    }
}
