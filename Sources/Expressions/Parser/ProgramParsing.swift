extension Program {
    /// Reads a program. The shapes of its names are those of the arrays in the environment.
    ///
    /// The result may be an array (a formula that is posted back is); a loss must be a scalar: `requireScalar`.
    ///
    /// - Throws: `ExpressionError` with the place and what was probably meant.
    /// - Complexity: linear in the text, up to the look-up of names in error messages.
    public static func parse(
        _ text: String, in environment: Environment, limits: ExpressionLimits = ExpressionLimits()
    ) throws(ExpressionError) -> Program {
        var parser = try Parser(text, in: environment, limits: limits)
        return try parser.parse()
    }

    /// Refuses a loss that is not one number; an array of one element is taken as that number.
    ///
    /// - Throws: `ExpressionError` of the kind `notScalar`, with the shape.
    public mutating func requireScalar(_ text: String) throws(ExpressionError) {
        guard shape.rank > 0 else { return }
        let range = sources[root] ?? SourceRange(line: 1, column: 1, end: 2)
        guard shape.elementCount == 1, let scalar = try? graph.reshape(root, to: .scalar) else {
            throw ExpressionError(
                .notScalar, "the loss must be one number, and this has shape \(shape); did you mean sum(…) or mean(…)?",
                at: range, in: text)
        }
        root = scalar
    }
}

extension Program {
    /// Whether a name is built in: a function that the grammar lists, a module, or a word of Python. Such a name cannot be a
    /// parameter's.
    public static func isBuiltIn(_ name: String) -> Bool { FunctionTable.builtIn.contains(name) }
}
