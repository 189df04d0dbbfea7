import LinearAlgebra

/// A JSON value with the byte where it begins.
public struct JSONElement: Sendable {
    /// The value.
    public var value: JSONValue
    /// The byte in the body.
    public var offset: Int

    /// A value at a byte.
    public init(_ value: JSONValue, offset: Int) {
        self.value = value
        self.offset = offset
    }
}

/// A JSON value, compact: arrays of numbers are packed, and no other arrays than those of a request exist.
public enum JSONValue: Sendable {
    case null
    case bool(Bool)
    case number(JSONNumber)
    case string(String)
    case object(JSONObject)
    /// `[]`, of which nobody can say what it holds.
    case emptyArray
    /// An array of numbers, or of equally long arrays of numbers.
    case numbers(PackedNumbers)
    /// An array of strings.
    case strings([JSONText])

    /// What a message calls this kind of value.
    public var kind: String {
        switch self {
        case .null: "null"
        case .bool: "boolean"
        case .number: "number"
        case .string: "string"
        case .object: "object"
        case .emptyArray, .numbers, .strings: "array"
        }
    }
}

/// A number, and the place of the last decimal that was written.
public struct JSONNumber: Hashable, Sendable {
    /// The binary64 number nearest to what was written.
    public var value: Double
    /// The decimal exponent of the last digit written: `0.25` → −2, `1e-3` → −3, an integer → 0.
    public var finestPlace: Int

    /// A number with the place of its last decimal.
    public init(_ value: Double, finestPlace: Int) {
        self.value = value
        self.finestPlace = finestPlace
    }
}

/// A string in an array, with the byte where it begins.
public struct JSONText: Hashable, Sendable {
    /// The string.
    public var text: String
    /// The byte in the body.
    public var offset: Int
}

/// An array of numbers (rank 1) or a rectangular array of arrays of numbers (rank 2), in one block of memory.
public struct PackedNumbers: Sendable {
    /// The numbers; NaN where `null` was written.
    public var array: NumericArray
    /// The byte of the opening bracket.
    public var offset: Int
    /// The smallest decimal exponent of a last written digit: −8 where `0.20178232` is the entry with most decimals.
    public var finestPlace: Int
    /// Where the first `null` stands (position in row-major order and byte), if there is one.
    public var firstNull: (position: Int, offset: Int)?

    /// The length of each axis: one or two.
    public var shape: [Int] { array.shape }

    /// The JSON pointer of the entry at a row-major position, below the pointer of the array.
    public func pointer(of position: Int, below base: JSONPointer) -> JSONPointer {
        guard shape.count == 2, shape[1] > 0 else { return base.appending(position) }
        return base.appending(position / shape[1]).appending(position % shape[1])
    }
}

/// A JSON object: its members in the order in which they were written, no name twice.
public struct JSONObject: Sendable {
    /// One member.
    public struct Member: Sendable {
        /// The name.
        public var name: String
        /// The byte where the name begins.
        public var offset: Int
        /// The value.
        public var element: JSONElement
    }

    /// The members.
    public var members: [Member]

    /// The value of the member with this name; O(members).
    public subscript(name: String) -> JSONElement? { members.first { $0.name == name }?.element }
}
