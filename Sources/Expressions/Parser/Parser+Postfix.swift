/// What may follow a value: arguments, subscripts, attributes and methods.
extension Parser {
    mutating func call(_ name: String, written: String, at range: SourceRange) throws(ExpressionError) -> Item {
        let arguments = try arguments(from: range)
        guard FunctionTable.names.contains(name) else {
            throw unknown(written, at: range, functions: true)
        }
        return try apply(name, arguments, written: written, at: span(range, previous.range))
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

    mutating func subscripted(_ value: Item) throws(ExpressionError) -> Item {
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
        // An ellipsis stands for as many whole axes as nothing else names.
        var ellipses = 0
        var unnamed = shape.rank
        for entry in entries {
            switch entry {
            case .ellipsis: ellipses += 1
            case .position, .slice: unnamed -= 1
            case .newAxis: break
            }
        }
        guard ellipses <= 1 else {
            throw ExpressionError(.syntax, "an index has one ellipsis at most", at: range, in: text)
        }
        guard unnamed >= 0 else { throw tooManyIndices(shape, at: range) }
        for entry in entries {
            switch entry {
            case .newAxis: subscripts.append(.newAxis)
            case .ellipsis:
                for length in shape.dimensions[axis..<axis + unnamed] {
                    subscripts.append(.range(start: Dimension(0), end: length))
                }
                axis += unnamed
            case .position(let index):
                subscripts.append(.position(Self.wrapped(index, in: shape.dimensions[axis])))
                axis += 1
            case .slice(let start, let end):
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

    func tooManyIndices(_ shape: Shape, at range: SourceRange) -> ExpressionError {
        ExpressionError(.shape, "too many indices for an array of shape \(shape)", at: range, in: text)
    }

    enum SubscriptEntry {
        case newAxis, ellipsis
        case position(Dimension)
        case slice(Dimension?, Dimension?)
    }

    mutating func subscriptEntry() throws(ExpressionError) -> SubscriptEntry {
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
    static func wrapped(_ index: Dimension, in length: Dimension) -> Dimension {
        guard index.symbol == nil, index.count < 0 else { return index }
        return Dimension(symbol: length.symbol, offset: length.offset + index.count, count: length.count + index.count)
    }

    /// Slices stop at the ends.
    static func clamped(_ index: Dimension, to length: Dimension) -> Dimension {
        if index.count < 0 { return Dimension(0) }
        return index.count > length.count ? length : index
    }

    // MARK: Attributes and methods

    mutating func attribute(_ name: String, of value: Item, at place: SourceRange) throws(ExpressionError)
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
            if ["reshape", "view", "transpose", "permute"].contains(function), arguments.positional.count > 1 {
                arguments.positional = [Item(value: .tuple(arguments.positional), range: whole)]
            }
            arguments.positional.insert(value, at: 0)
            // PyTorch's size() is the shape.
            if name == "size", arguments.positional.count == 1, arguments.keywords.isEmpty {
                return try apply("shape", arguments, at: whole)
            }
            if name == "dim" || name == "ndimension" {
                let rank = program.graph[try array(value)].shape.rank
                return item(try insert { $0.constant(rank) }, whole)
            }
            return try apply(function, arguments, at: whole)
        }
        if case .tuple(let items) = value.value, items.count == 2, let place = ["sign": 0, "logabsdet": 1][name] {
            return items[place]
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
}
