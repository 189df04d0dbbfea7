/// Arguments of calls: axes, shapes, whole numbers and switches.
extension Parser {
    func required(
        _ arguments: inout Arguments, _ names: String..., of function: String, at range: SourceRange
    ) throws(ExpressionError) -> Item {
        for name in names {
            if let value = arguments.keywords.removeValue(forKey: name) { return value }
        }
        guard !arguments.positional.isEmpty else {
            throw ExpressionError(.syntax, "\(function) is given too few arguments", at: range, in: text)
        }
        return arguments.positional.removeFirst()
    }

    func requiredInteger(
        _ arguments: inout Arguments, _ names: String..., of function: String, at range: SourceRange
    ) throws(ExpressionError) -> Dimension {
        var value: Item?
        for name in names where value == nil { value = arguments.keywords.removeValue(forKey: name) }
        if value == nil, !arguments.positional.isEmpty { value = arguments.positional.removeFirst() }
        guard let value, let number = try staticInteger(value) else {
            throw ExpressionError(.shape, "\(function) needs a whole number", at: range, in: text)
        }
        return number
    }

    func requiredShape(_ arguments: inout Arguments, of function: String, at range: SourceRange)
        throws(ExpressionError) -> Shape
    {
        let value = try required(&arguments, "shape", "size", "dims", of: function, at: range)
        if arguments.positional.isEmpty { return try shape(value, filling: nil) }
        let items = [value] + arguments.positional
        if function == "full" { return try shape(value, filling: nil) }
        arguments.positional = []
        return try shape(Item(value: .tuple(items), range: range), filling: nil)
    }

    /// A shape written as a number or a tuple; −1 is what is left of `old`.
    func shape(_ value: Item, filling old: Shape?) throws(ExpressionError) -> Shape {
        let items: [Item]
        if case .tuple(let entries) = value.value { items = entries } else { items = [value] }
        var dimensions: [Dimension?] = []
        for entry in items {
            guard let dimension = try staticInteger(entry) else {
                throw ExpressionError(.shape, "a shape is made of whole numbers", at: entry.range, in: text)
            }
            guard dimension.count >= 0 || (dimension.count == -1 && old != nil) else {
                throw ExpressionError(.shape, "a length of \(dimension.count)", at: entry.range, in: text)
            }
            dimensions.append(dimension.count == -1 ? nil : dimension)
        }
        let unknown = dimensions.count { $0 == nil }
        guard unknown <= 1 else {
            throw ExpressionError(.shape, "-1 stands twice in a shape", at: value.range, in: text)
        }
        if unknown == 1, let old, let total = old.elementCount {
            var known = 1
            for dimension in dimensions { known = known &* (dimension?.count ?? 1) }
            guard known > 0, total % known == 0 else {
                throw ExpressionError(
                    .shape, "\(old) cannot be reshaped: \(total) elements, and \(known) do not divide them",
                    at: value.range,
                    in: text)
            }
            let count = total / known
            let symbol = old.dimensions.first { $0.count == count && $0.symbol != nil }
            return Shape(dimensions.map { $0 ?? symbol ?? Dimension(count) })
        }
        return Shape(dimensions.compactMap { $0 })
    }

    func reduction(_ arguments: inout Arguments) throws(ExpressionError) -> (axes: [Int]?, keeping: Bool) {
        let axes = try axes(arguments.take("axis", "dim", "axes"))
        return (axes, try boolean(arguments.take("keepdims", "keepdim", "keep_dims")))
    }

    func axes(_ value: Item?) throws(ExpressionError) -> [Int]? {
        guard let value else { return nil }
        switch value.value {
        case .none: return nil
        case .tuple(let items):
            var axes: [Int] = []
            for entry in items {
                guard let axis = try staticInteger(entry)?.count else {
                    throw ExpressionError(.shape, "an axis is a whole number", at: entry.range, in: text)
                }
                axes.append(axis)
            }
            return axes
        default:
            guard let axis = try staticInteger(value)?.count else {
                throw ExpressionError(.shape, "an axis is a whole number", at: value.range, in: text)
            }
            return [axis]
        }
    }

    func boolean(_ value: Item?) throws(ExpressionError) -> Bool {
        guard let value else { return false }
        if case .boolean(let answer) = value.value { return answer }
        if let number = try staticInteger(value)?.count { return number != 0 }
        throw ExpressionError(.syntax, "True or False is expected", at: value.range, in: text)
    }

    /// A whole number that does not depend on the data: `2`, `n`, `p - 1`, `-1`.
    func staticInteger(_ item: Item) throws(ExpressionError) -> Dimension? {
        guard case .array(let node) = item.value else { return nil }
        return staticInteger(node)
    }

    func staticInteger(_ id: NodeID) -> Dimension? {
        let node = program.graph[id]
        switch node.operation {
        case .constant(.fraction(let value, 1)): return Dimension(value)
        case .dimension(let dimension): return dimension
        case .elementwise(.negate): return staticInteger(node.operands[0]).map { Dimension(-$0.count) }
        case .elementwise(let function):
            guard node.operands.count == 2, let a = staticInteger(node.operands[0]),
                let b = staticInteger(node.operands[1])
            else { return nil }
            switch function {
            case .add:
                if b.symbol == nil {
                    return Dimension(symbol: a.symbol, offset: a.offset + b.count, count: a.count + b.count)
                }
                if a.symbol == nil {
                    return Dimension(symbol: b.symbol, offset: b.offset + a.count, count: a.count + b.count)
                }
                return Dimension(a.count + b.count)
            case .subtract:
                if b.symbol == nil {
                    return Dimension(symbol: a.symbol, offset: a.offset - b.count, count: a.count - b.count)
                }
                return Dimension(a.count - b.count)
            case .multiply:
                let (product, overflow) = a.count.multipliedReportingOverflow(by: b.count)
                return overflow ? nil : Dimension(product)
            default: return nil
            }
        default: return nil
        }
    }
}

extension Graph {
    /// `aᵇ` with a constant exponent.
    mutating func power(_ a: NodeID, _ exponent: Constant) throws(ShapeError) -> NodeID {
        try elementwise(.power, a, constant(exponent))
    }

    /// A whole number divided by an array.
    mutating func divide(_ numerator: Int, by a: NodeID) throws(ShapeError) -> NodeID {
        try elementwise(.divide, constant(numerator), a)
    }
}
