/// What is wrong with a request, where, and what was expected: the payload of every 400 and 422.
///
/// Which HTTP status a code has is none of this module's business.
public struct WireError: Error, Hashable, Sendable {
    /// The codes of the wire contract.
    public enum Code: String, CaseIterable, Sendable {
        case malformedRequest = "malformed-request"
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
        case `internal`
        case busy
        case tooLargeNow = "too-large-now"

        /// A short summary that does not change from occurrence to occurrence (RFC 9457, section 3.1.3).
        public var title: String {
            switch self {
            case .malformedRequest: "The request is malformed"
            case .malformedJSON: "The body is not well-formed JSON"
            case .duplicateMember: "An object has two members of the same name"
            case .numberOutOfRange: "A number is too large for binary64"
            case .trailingContent: "Something follows the JSON value"
            case .missingMember: "A required member is missing"
            case .unknownMember: "An object has a member that is not known"
            case .wrongType: "A value has the wrong type"
            case .empty: "An array is empty"
            case .raggedMatrix: "The rows of a matrix differ in length"
            case .lengthMismatch: "Two lengths that must be equal differ"
            case .outsideDomain: "A value is outside its domain"
            case .unknownLoss: "The loss is not known"
            case .unknownParameter: "The loss has no such parameter"
            case .conflictingMembers: "Two members exclude each other"
            case .expressionSyntax: "The expression has a syntax error"
            case .expressionName: "The expression uses a name that is not defined"
            case .expressionShape: "The shapes in the expression do not fit"
            case .expressionTooLarge: "The expression is too large"
            case .notScalar: "The expression's result is not a scalar"
            case .nonFiniteResult: "A result is not a finite number"
            case .internal: "Something went wrong inside the server"
            case .busy: "The server is busy"
            case .tooLargeNow: "The request is too large for the memory that is free now"
            }
        }
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
