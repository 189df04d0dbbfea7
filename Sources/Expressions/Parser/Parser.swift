/// Reads programs as NumPy, TensorFlow and PyTorch users write them, straight into an expression graph.
///
/// A Pratt parser with Python's precedence (docs.python.org/3/reference/expressions.html#operator-precedence):
/// comparisons, `|`, `&`, `+ -`, `* / @`, unary `-`, `**`, then calls, subscripts and attributes.
struct Parser {
    let text: String
    private let lines: [[Character]]
    private let tokens: [Token]
    private var position = 0
    private var depth = 0
    let environment: Environment
    let limits: ExpressionLimits
    /// Names that assignments made.
    private var assigned: [String: Item] = [:]
    var program = Program(graph: Graph(), root: NodeID(index: 0))
    private var dependsOnBeta: [Bool] = []

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

    private mutating func statement() throws(ExpressionError) -> Item? {
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

    private static let reserved: Set<String> = ["None", "True", "False", "and", "or", "not", "in", "is", "else"]

    /// The operator of `name = …` (empty) or `name += …`, nil where the statement is no assignment.
    private var assignment: String? {
        guard case .name = current.kind else { return nil }
        if peek(1).kind == .symbol("=") { return "" }
        if case .symbol(let symbol) = peek(1).kind, ["+", "-", "*", "/", "**", "@"].contains(symbol),
            peek(2).kind == .symbol("="), peek(2).range.column == peek(1).range.end
        {
            return symbol
        }
        return nil
    }

    private var isAssignment: Bool { assignment != nil }

    // MARK: Expressions

    private mutating func nested<T>(
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

    private static let comparisons = ["<", "<=", ">", ">=", "==", "!="]

    private mutating func comparison() throws(ExpressionError) -> Item {
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

    private static let levels: [[String]] = [["|"], ["&"], ["+", "-"], ["*", "/", "@", "//", "%"]]

    private mutating func binary(_ level: Int) throws(ExpressionError) -> Item {
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

    private mutating func unary() throws(ExpressionError) -> Item {
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

    private mutating func power() throws(ExpressionError) -> Item {
        let base = try postfix()
        guard current.kind == .symbol("**") else { return base }
        let place = current.range
        position += 1
        let exponent = try nested { (parser) throws(ExpressionError) in try parser.unary() }
        return try binary("**", base, exponent, at: place)
    }

    /// Calls, subscripts and attributes behind an atom.
    private mutating func postfix() throws(ExpressionError) -> Item {
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

    private mutating func atom() throws(ExpressionError) -> Item {
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
    private mutating func bracketed(_ close: String, from start: SourceRange) throws(ExpressionError) -> Item {
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
    private mutating func named(_ first: String) throws(ExpressionError) -> Item {
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
        if current.kind == .symbol("(") { return try call(name, written: path.joined(separator: "."), at: range) }
        if path.count > 1, let value = try known(name, at: range) { return value }
        if FunctionTable.names.contains(name) || FunctionTable.modules.contains(first) {
            throw ExpressionError(
                .syntax, "'\(path.joined(separator: "."))' is a function; it is called with brackets", at: range,
                in: text)
        }
        throw unknown(first, at: start, functions: false)
    }

    private mutating func known(_ name: String, at range: SourceRange) throws(ExpressionError) -> Item? {
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

    private mutating func lookUp(_ name: String, at range: SourceRange) throws(ExpressionError) -> Item {
        if let value = assigned[name] { return value }
        if let value = try known(name, at: range) { return value }
        throw unknown(name, at: range, functions: false)
    }

    func unknown(_ name: String, at range: SourceRange, functions: Bool) -> ExpressionError {
        var names = Array(assigned.keys) + Array(environment.arrays.keys) + ["n", "p", "pi"]
        if functions { names = Array(FunctionTable.names) }
        var message = functions ? "there is no function '\(name)'" : "there is no '\(name)'"
        if !functions, name == "weights" || name == "offset" {
            message += "; the request has no `\(name)`"
        } else if let near = nearestName(to: name, among: names + (functions ? [] : Array(FunctionTable.names))) {
            message += "; did you mean '\(near)'?"
        } else if !functions {
            message += "; a further array or number goes into `parameters`"
        }
        return ExpressionError(.name, message, at: range, in: text)
    }

    // MARK: Calls

    private mutating func call(_ name: String, written: String, at range: SourceRange) throws(ExpressionError) -> Item {
        let arguments = try arguments(from: range)
        guard FunctionTable.names.contains(name) else {
            throw unknown(written, at: range, functions: true)
        }
        return try apply(name, arguments, at: span(range, previous.range))
    }

    /// The arguments in brackets, positional and by keyword.
    mutating func arguments(from range: SourceRange) throws(ExpressionError) -> Arguments {
        let open = current.range
        try expect("(", opened: range)
        var arguments = Arguments()
        while current.kind != .symbol(")") {
            if case .name(let keyword) = current.kind, peek(1).kind == .symbol("=") {
                position += 2
                let value = try expression()
                guard arguments.keywords[keyword] == nil else { throw syntax("'\(keyword)' is given twice") }
                arguments.keywords[keyword] = value
            } else {
                guard arguments.keywords.isEmpty else {
                    throw syntax("a positional argument follows one by keyword")
                }
                arguments.positional.append(try expression())
            }
            guard current.kind == .symbol(",") else { break }
            position += 1
        }
        try expect(")", opened: open)
        return arguments
    }

    /// What is given between the brackets of a call.
    struct Arguments {
        var positional: [Item] = []
        var keywords: [String: Item] = [:]

        /// Takes a positional argument or one of these keywords out.
        mutating func take(_ names: String...) -> Item? {
            for name in names {
                if let value = keywords.removeValue(forKey: name) { return value }
            }
            return positional.isEmpty ? nil : positional.removeFirst()
        }

        /// Takes a keyword argument out.
        mutating func keyword(_ names: String...) -> Item? {
            for name in names {
                if let value = keywords.removeValue(forKey: name) { return value }
            }
            return nil
        }
    }

    // MARK: Subscripts

    private mutating func subscripted(_ value: Item) throws(ExpressionError) -> Item {
        let open = current.range
        position += 1
        if case .tuple(let items) = value.value {
            let index = try expression()
            try expect("]", opened: open)
            guard let number = try staticInteger(index)?.count,
                items.indices.contains(number < 0 ? number + items.count : number)
            else {
                throw ExpressionError(
                    .shape, "there is no such entry in a tuple of \(items.count)", at: index.range, in: text)
            }
            return Item(
                value: items[number < 0 ? number + items.count : number].value, range: span(value.range, previous.range)
            )
        }
        let node = try array(value)
        let shape = program.graph[node].shape
        var entries: [SubscriptEntry] = []
        while current.kind != .symbol("]") {
            entries.append(try subscriptEntry())
            guard current.kind == .symbol(",") else { break }
            position += 1
        }
        try expect("]", opened: open)
        let range = span(value.range, previous.range)
        guard !entries.isEmpty else { throw ExpressionError(.syntax, "empty brackets", at: range, in: text) }
        var subscripts: [Subscript] = []
        var axis = 0
        let named = entries.count {
            if case .newAxis = $0 { false } else if case .ellipsis = $0 { false } else { true }
        }
        for entry in entries {
            switch entry {
            case .newAxis: subscripts.append(.newAxis)
            case .ellipsis:
                while axis < shape.rank - (named - subscripts.count(where: { $0 != .newAxis })) {
                    subscripts.append(.range(start: Dimension(0), end: shape.dimensions[axis]))
                    axis += 1
                }
            case .position(let index):
                guard axis < shape.rank else { throw tooManyIndices(shape, at: range) }
                subscripts.append(.position(Self.wrapped(index, in: shape.dimensions[axis])))
                axis += 1
            case .slice(let start, let end):
                guard axis < shape.rank else { throw tooManyIndices(shape, at: range) }
                let length = shape.dimensions[axis]
                let first = start.map { Self.clamped(Self.wrapped($0, in: length), to: length) } ?? Dimension(0)
                var last = end.map { Self.clamped(Self.wrapped($0, in: length), to: length) } ?? length
                if last.count < first.count { last = first }
                subscripts.append(.range(start: first, end: last))
                axis += 1
            }
        }
        return item(try shaped(range) { (graph) throws(ShapeError) in try graph.subscripted(node, subscripts) }, range)
    }

    private func tooManyIndices(_ shape: Shape, at range: SourceRange) -> ExpressionError {
        ExpressionError(.shape, "too many indices for an array of shape \(shape)", at: range, in: text)
    }

    private enum SubscriptEntry {
        case newAxis, ellipsis
        case position(Dimension)
        case slice(Dimension?, Dimension?)
    }

    private mutating func subscriptEntry() throws(ExpressionError) -> SubscriptEntry {
        var start: Dimension?
        if current.kind != .symbol(":") {
            let value = try expression()
            if case .none = value.value { return .newAxis }
            if case .ellipsis = value.value { return .ellipsis }
            guard let index = try staticInteger(value) else {
                throw ExpressionError(
                    .shape, "an index must be a whole number that does not depend on the data; for a mask use `where`",
                    at: value.range, in: text)
            }
            guard current.kind == .symbol(":") else { return .position(index) }
            start = index
        }
        position += 1
        var end: Dimension?
        if current.kind != .symbol(":"), current.kind != .symbol(","), current.kind != .symbol("]") {
            let value = try expression()
            guard let index = try staticInteger(value) else {
                throw ExpressionError(.shape, "a slice must have whole numbers as ends", at: value.range, in: text)
            }
            end = index
        }
        if current.kind == .symbol(":") {
            position += 1
            if current.kind != .symbol(","), current.kind != .symbol("]") {
                let value = try expression()
                guard try staticInteger(value)?.count == 1 else {
                    throw ExpressionError(.shape, "slices are understood with step 1", at: value.range, in: text)
                }
            }
        }
        return .slice(start, end)
    }

    /// A negative index counts from the end.
    private static func wrapped(_ index: Dimension, in length: Dimension) -> Dimension {
        guard index.symbol == nil, index.count < 0 else { return index }
        return Dimension(symbol: length.symbol, offset: length.offset + index.count, count: length.count + index.count)
    }

    /// Slices stop at the ends.
    private static func clamped(_ index: Dimension, to length: Dimension) -> Dimension {
        if index.count < 0 { return Dimension(0) }
        return index.count > length.count ? length : index
    }

    // MARK: Attributes and methods

    private mutating func attribute(_ name: String, of value: Item, at place: SourceRange) throws(ExpressionError)
        -> Item
    {
        let range = span(value.range, place)
        if current.kind == .symbol("(") {
            var arguments = try arguments(from: place)
            let whole = span(value.range, previous.range)
            guard let function = FunctionTable.method(name) else {
                throw unknown(name, at: place, functions: true)
            }
            if function == "identity method" { return Item(value: value.value, range: whole) }
            if ["reshape", "transpose"].contains(function), arguments.positional.count > 1 {
                arguments.positional = [Item(value: .tuple(arguments.positional), range: whole)]
            }
            arguments.positional.insert(value, at: 0)
            return try apply(function, arguments, at: whole)
        }
        let node = try array(value)
        let shape = program.graph[node].shape
        switch name {
        case "T", "mT", "H": return item(try insert { $0.transpose(node) }, range)
        case "shape":
            var items: [Item] = []
            for dimension in shape.dimensions {
                items.append(Item(value: .array(try insert { $0.dimension(dimension) }), range: range))
            }
            return Item(value: .tuple(items), range: range)
        case "size":
            return try apply("size", Arguments(positional: [value]), at: range)
        case "ndim": return item(try insert { $0.constant(shape.rank) }, range)
        default:
            throw ExpressionError(
                .name,
                "an array has no '.\(name)'"
                    + (FunctionTable.method(name) == nil ? "" : "; it is a method: .\(name)()"),
                at: place, in: text)
        }
    }

    // MARK: Words

    var current: Token { tokens[min(position, tokens.count - 1)] }
    var previous: Token { tokens[max(0, position - 1)] }
    private func peek(_ offset: Int) -> Token { tokens[min(position + offset, tokens.count - 1)] }

    private mutating func expect(_ symbol: String, opened: SourceRange) throws(ExpressionError) {
        guard current.kind == .symbol(symbol) else {
            if current.kind == .end {
                throw ExpressionError(.syntax, "a bracket is not closed: '\(symbol)' is missing", at: opened, in: text)
            }
            throw syntax("expected '\(symbol)', not \(describe(current))")
        }
        position += 1
    }

    func syntax(_ message: String) -> ExpressionError { ExpressionError(.syntax, message, at: current.range, in: text) }

    private func describe(_ token: Token) -> String {
        switch token.kind {
        case .number(let digits): "the number \(digits)"
        case .name(let name): "'\(name)'"
        case .symbol(let symbol): "'\(symbol)'"
        case .string: "a string"
        case .separator: "the end of the line"
        case .end: "the end"
        }
    }

    /// From the beginning of one place to the end of another, on one line.
    func span(_ start: SourceRange, _ end: SourceRange) -> SourceRange {
        guard start.line == end.line else {
            let length = start.line <= lines.count ? lines[start.line - 1].count : start.end
            return SourceRange(line: start.line, column: start.column, end: max(start.end, length + 1))
        }
        return SourceRange(line: start.line, column: min(start.column, end.column), end: max(start.end, end.end))
    }

    /// The text at a place.
    func source(_ range: SourceRange) -> String {
        guard range.line >= 1, range.line <= lines.count else { return "" }
        let line = lines[range.line - 1]
        return String(line[min(range.column - 1, line.count)..<min(max(range.end - 1, range.column - 1), line.count)])
    }

    // MARK: Nodes

    func item(_ node: NodeID, _ range: SourceRange) -> Item { Item(value: .array(node), range: range) }
    private func item(_ node: NodeID, from start: SourceRange, to end: SourceRange) -> Item {
        item(node, span(start, end))
    }

    /// The node of a value that must be an array.
    func array(_ item: Item) throws(ExpressionError) -> NodeID {
        switch item.value {
        case .array(let node): return node
        case .tuple:
            throw ExpressionError(.syntax, "a tuple stands where an array is expected", at: item.range, in: text)
        case .none: throw ExpressionError(.syntax, "None stands where an array is expected", at: item.range, in: text)
        case .boolean, .text, .ellipsis:
            throw ExpressionError(.syntax, "this is no array", at: item.range, in: text)
        }
    }

    /// Adds a node, after its size has been checked.
    mutating func insert(_ build: (inout Graph) -> NodeID) throws(ExpressionError) -> NodeID {
        try shaped(current.range) { (graph) throws(ShapeError) in build(&graph) }
    }

    /// Adds nodes whose shapes may not fit; a `ShapeError` becomes an error at this place.
    mutating func shaped(
        _ range: SourceRange, _ build: (inout Graph) throws(ShapeError) -> NodeID
    ) throws(ExpressionError) -> NodeID {
        let before = program.graph.nodes.count
        let node: NodeID
        do {
            node = try build(&program.graph)
        } catch {
            var message = error.message
            if case .text(let suggestion)? = error.suggestion { message += "; \(suggestion)" }
            throw ExpressionError(.shape, source(range) + ": " + message, at: range, in: text)
        }
        try checkNew(from: before, at: range)
        if program.sources[node] == nil { program.sources[node] = range }
        return node
    }

    private mutating func checkNew(from before: Int, at range: SourceRange) throws(ExpressionError) {
        guard program.graph.nodes.count <= limits.nodes else {
            throw ExpressionError(
                .tooLarge, "the program has more than \(limits.nodes) operations", at: range, in: text)
        }
        for index in before..<program.graph.nodes.count {
            let node = program.graph.nodes[index]
            dependsOnBeta.append(
                node.operation == .variable("beta") || node.operands.contains { dependsOnBeta[$0.index] })
            if node.shape.elementCount == 0 {
                throw ExpressionError(
                    .shape, "an array of shape \(node.shape) has no elements for these data", at: range, in: text)
            }
            guard let count = node.shape.elementCount, count <= limits.memory / 8 else {
                throw ExpressionError(
                    .tooLarge,
                    "an array of shape \(node.shape) needs more than the \(limits.memory >> 20) MB that one array may take",
                    at: range, in: text)
            }
        }
    }

    func depends(_ node: NodeID) -> Bool { dependsOnBeta[node.index] }

    private static let functions: [String: ElementwiseFunction] = [
        "+": .add, "-": .subtract, "*": .multiply, "/": .divide, "**": .power, "<": .less, "<=": .lessEqual,
        ">": .greater, ">=": .greaterEqual, "==": .equal, "!=": .notEqual, "&": .multiply, "|": .maximum,
    ]

    /// A binary operator.
    mutating func binary(
        _ symbol: String, _ left: Item, _ right: Item, at place: SourceRange
    ) throws(ExpressionError) -> Item {
        let range = span(left.range, right.range)
        let a = try array(left)
        let b = try array(right)
        if symbol == "@" { return try matmul(left, right, at: range) }
        guard let function = Self.functions[symbol] else {
            throw ExpressionError(.syntax, "'\(symbol)' is not understood", at: place, in: text)
        }
        return item(try elementwise(function, a, b, left, right, at: range), range)
    }

    mutating func matmul(_ left: Item, _ right: Item, at range: SourceRange) throws(ExpressionError) -> Item {
        let a = try array(left)
        let b = try array(right)
        if let (factor, array) = scaled(a) {
            // 2/n * X.T @ r is (2/n * X.T) @ r to Python; the same number with the scalar outside, and fewer operations.
            let product = try matmul(item(array, left.range), right, at: range)
            let inner = try self.array(product)
            guard let factor else { return item(try insert { $0.elementwise(.negate, inner) }, range) }
            return item(
                try shaped(range) { (graph) throws(ShapeError) in try graph.elementwise(.multiply, factor, inner) },
                range)
        }
        let before = program.graph.nodes.count
        do {
            let node = try program.graph.matmul(a, b)
            try checkNew(from: before, at: range)
            if program.sources[node] == nil { program.sources[node] = range }
            return item(node, range)
        } catch let error as ShapeError {
            let leftText = source(left.range)
            let rightText = source(right.range)
            var message = source(range) + ": " + error.message
            switch error.suggestion {
            case .transposeLeft: message += "; did you mean \(leftText).T @ \(rightText)?"
            case .transposeRight: message += "; did you mean \(leftText) @ \(rightText).T?"
            case .swapOperands: message += "; did you mean \(rightText) @ \(leftText)?"
            case .text(let suggestion): message += "; \(suggestion)"
            case nil: break
            }
            throw ExpressionError(.shape, message, at: range, in: text)
        } catch let error as ExpressionError {
            throw error
        } catch {
            throw ExpressionError(.shape, "\(error)", at: range, in: text)
        }
    }

    /// The scalar and the array of `scalar * array`, nil and the array of `-array`.
    private func scaled(_ id: NodeID) -> (factor: NodeID?, array: NodeID)? {
        let node = program.graph[id]
        switch node.operation {
        case .elementwise(.multiply) where program.graph[node.operands[0]].shape.rank == 0 && node.shape.rank > 0:
            return (node.operands[0], node.operands[1])
        case .elementwise(.negate) where node.shape.rank > 0: return (nil, node.operands[0])
        default: return nil
        }
    }

    /// An elementwise function of two arrays; notes a broadcast that was probably not meant.
    mutating func elementwise(
        _ function: ElementwiseFunction, _ a: NodeID, _ b: NodeID, _ left: Item, _ right: Item, at range: SourceRange
    ) throws(ExpressionError) -> NodeID {
        // 2/3 is the fraction, as exact as the data.
        if function == .divide, case .constant(let numerator) = program.graph[a].operation,
            case .constant(let denominator) = program.graph[b].operation,
            let quotient = numerator.divided(by: denominator)
        {
            return try insert { $0.constant(quotient) }
        }
        let node = try shaped(range) { (graph) throws(ShapeError) in try graph.elementwise(function, a, b) }
        noteBroadcast(node, a, b, left, right, function, at: range)
        return node
    }
}
