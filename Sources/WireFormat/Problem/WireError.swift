/// What is wrong with a request, where, and what was expected: the payload of every 400 and 422.
///
/// Which HTTP status a code has is none of this module's business.
public struct WireError: Error, Hashable, Sendable {
    /// The codes of the wire contract that concern a body.
    public enum Code: String, CaseIterable, Sendable {
        case malformedJSON = "malformed-json"
        case duplicateMember = "duplicate-member"
        case numberOutOfRange = "number-out-of-range"
        case trailingContent = "trailing-content"
        case missingMember = "missing-member"
        case unknownMember = "unknown-member"
        case wrongType = "wrong-type"
        case empty
        case raggedMatrix = "ragged-matrix"
        case lengthMismatch = "length-mismatch"
        case outsideDomain = "outside-domain"
        case unknownLoss = "unknown-loss"
        case unknownParameter = "unknown-parameter"
        case conflictingMembers = "conflicting-members"
        case expressionSyntax = "expression-syntax"
        case expressionName = "expression-name"
        case expressionShape = "expression-shape"
        case expressionTooLarge = "expression-too-large"
        case notScalar = "not-scalar"
        case nonFiniteResult = "non-finite-result"
    }

    /// What was expected or found: a length, or a name.
    public enum Value: Hashable, Sendable, ExpressibleByIntegerLiteral, ExpressibleByStringLiteral {
        case count(Int)
        case number(Double)
        case text(String)

        /// A length.
        public init(integerLiteral value: Int) { self = .count(value) }
        /// A name.
        public init(stringLiteral value: String) { self = .text(value) }
    }

    /// Which kind of error.
    public var code: Code
    /// What is wrong this time, for a person.
    public var detail: String
    /// The value concerned (RFC 6901).
    public var pointer: JSONPointer?
    /// The byte in the body.
    public var offset: Int?
    /// The line in an expression, from 1.
    public var line: Int?
    /// The column in an expression, from 1.
    public var column: Int?
    /// What would have been right.
    public var expected: Value?
    /// What was found.
    public var actual: Value?
    /// The nearest known name.
    public var suggestion: String?

    /// An error with its parts.
    public init(
        _ code: Code, _ detail: String, pointer: JSONPointer? = nil, offset: Int? = nil, line: Int? = nil,
        column: Int? = nil, expected: Value? = nil, actual: Value? = nil, suggestion: String? = nil
    ) {
        self.code = code
        self.detail = detail
        self.pointer = pointer
        self.offset = offset
        self.line = line
        self.column = column
        self.expected = expected
        self.actual = actual
        self.suggestion = suggestion
    }
}
