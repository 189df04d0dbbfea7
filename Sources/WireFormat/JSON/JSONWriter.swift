/// Writes compact JSON into a buffer of bytes; every number as the shortest decimal that reads back as itself.
///
/// The writer puts the commas; the caller opens and closes. `null` must be asked for: a NaN or an infinity given to
/// `number` is a programming error and stops the program rather than reach the wire.
public struct JSONWriter: Sendable {
    /// What was written.
    public private(set) var bytes: [UInt8] = []
    private var needsComma = false
    private let powers = PowersOfFive.shared

    /// An empty buffer with room for `capacity` bytes.
    public init(capacity: Int = 0) { bytes.reserveCapacity(capacity) }

    /// What was written, as text.
    public var text: String { String(decoding: bytes, as: UTF8.self) }

    // MARK: - Structure

    /// `{…}` around what `body` writes.
    public mutating func object<E: Error>(_ body: (inout JSONWriter) throws(E) -> Void) throws(E) {
        open(UInt8(ascii: "{"))
        try body(&self)
        close(UInt8(ascii: "}"))
    }

    /// `[…]` around what `body` writes.
    public mutating func array<E: Error>(_ body: (inout JSONWriter) throws(E) -> Void) throws(E) {
        open(UInt8(ascii: "["))
        try body(&self)
        close(UInt8(ascii: "]"))
    }

    /// The name of the member whose value is written next.
    public mutating func name(_ name: String) {
        string(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    private mutating func open(_ bracket: UInt8) {
        separate()
        bytes.append(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
    }

    // MARK: - Values

    /// `null`.
    public mutating func null() {
        separate()
        bytes.append(contentsOf: "null".utf8)
    }

    /// `true` or `false`.
    public mutating func bool(_ value: Bool) {
        separate()
        bytes.append(contentsOf: (value ? "true" : "false").utf8)
    }

    /// An integer.
    public mutating func integer(_ value: Int) {
        separate()
        bytes.append(contentsOf: String(value).utf8)
    }

    /// A number. - Precondition: it is finite.
    public mutating func number(_ value: Double) {
        precondition(value.isFinite, "a number that is not finite cannot be written")
        separate()
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: NumberFormat.capacity) { buffer in
            guard let start = buffer.baseAddress else { return }
            let count = NumberFormat.write(value, to: start, powers)
            bytes.append(contentsOf: UnsafeBufferPointer(start: start, count: count))
        }
    }

    /// A number, or `null` where there is none or it is not finite.
    public mutating func numberOrNull(_ value: Double?) {
        if let value, value.isFinite { number(value) } else { null() }
    }

    /// An array of numbers. - Precondition: all are finite.
    public mutating func numbers(_ values: UnsafeBufferPointer<Double>) {
        array { writer in
            for value in values { writer.number(value) }
        }
    }

    /// An array of numbers. - Precondition: all are finite.
    public mutating func numbers(_ values: [Double]) {
        values.withUnsafeBufferPointer { numbers($0) }
    }

    /// Bytes that are a JSON value already.
    public mutating func raw(_ json: [UInt8]) {
        separate()
        bytes.append(contentsOf: json)
    }

    /// A string: `"`, `\` and control characters are escaped, all else stays as it is (RFC 8259, section 7).
    public mutating func string(_ value: String) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        var value = value
        value.withUTF8 { text in
            var plain = 0
            for (i, byte) in text.enumerated() where Self.isEscaped(byte) {
                bytes.append(contentsOf: text[plain..<i])
                escape(byte)
                plain = i + 1
            }
            bytes.append(contentsOf: text[plain...])
        }
        bytes.append(UInt8(ascii: "\""))
    }

    @inline(__always)
    private static func isEscaped(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte == 0x7F
    }

    private mutating func escape(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): bytes.append(contentsOf: "\\\"".utf8)
        case UInt8(ascii: "\\"): bytes.append(contentsOf: "\\\\".utf8)
        case 0x0A: bytes.append(contentsOf: "\\n".utf8)
        case 0x0D: bytes.append(contentsOf: "\\r".utf8)
        case 0x09: bytes.append(contentsOf: "\\t".utf8)
        default:
            let digits = Array("0123456789abcdef".utf8)
            bytes.append(contentsOf: "\\u00".utf8)
            bytes.append(digits[Int(byte >> 4)])
            bytes.append(digits[Int(byte & 15)])
        }
    }
}
