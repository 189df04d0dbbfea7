import HTTPTypes

/// Takes a body out of its framing: counted or chunked (RFC 9112 §6, §7.1). Linear, and indifferent to how the bytes are cut.
package struct BodyDecoder {
    private enum State {
        case counted(Int)
        case size
        case data(Int)
        case dataEnd
        case trailers
        case done
    }

    private var state: State
    private var line: [UInt8] = []
    private var received = 0
    private var trailerBytes = 0
    private let limits: ServerConfiguration

    /// A decoder at the first byte behind a head.
    package init(_ framing: BodyFraming, limits: ServerConfiguration) {
        self.limits = limits
        switch framing {
        case .none, .length(0): state = .done
        case .length(let length): state = .counted(length)
        case .chunked: state = .size
        }
    }

    /// Whether the body, with its trailers, is complete.
    package var isDone: Bool { if case .done = state { true } else { false } }

    /// Bytes that are still to come where that is known.
    package var remaining: Int? {
        switch state {
        case .counted(let count): count
        case .done: 0
        default: nil
        }
    }

    /// Takes bytes, hands the body's on to `body`, and says how many were used; the rest belongs to the next request.
    ///
    /// - Throws: `Rejection` where the framing is broken or a limit is passed, and what `body` throws. The decoder is of
    ///   no use then: where the next request begins is not known.
    package mutating func take(
        _ bytes: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws -> Void
    ) throws -> Int {
        var position = 0
        while position < bytes.count {
            switch state {
            case .counted(let count):
                let taken = min(count, bytes.count - position)
                state = taken == count ? .done : .counted(count - taken)
                try body(UnsafeRawBufferPointer(rebasing: bytes[position..<position + taken]))
                position += taken
            case .data(let count):
                let taken = min(count, bytes.count - position)
                state = taken == count ? .dataEnd : .data(count - taken)
                try body(UnsafeRawBufferPointer(rebasing: bytes[position..<position + taken]))
                position += taken
            case .dataEnd, .size, .trailers:
                try framing(bytes[position])
                position += 1
            case .done: return position
            }
        }
        return position
    }

    /// Takes a byte of a line: a chunk's size, the end of its data, or a trailer.
    private mutating func framing(_ byte: UInt8) throws(Rejection) {
        // A lone CR or LF, here or between the fields of a trailer, is read differently by others (RFC 9112 §2.2).
        if line.last == 0x0D, byte != 0x0A { throw refusal("a CR without LF in the framing of a chunk") }
        if byte == 0x0A, line.last != 0x0D { throw refusal("a LF without CR in the framing of a chunk") }
        if case .dataEnd = state, line.isEmpty, byte != 0x0D {
            throw refusal("a chunk is not followed by CRLF (RFC 9112 §7.1)")
        }
        line.append(byte)
        if case .trailers = state {
            trailerBytes += 1
            guard trailerBytes <= limits.maxTrailers + 2 else {
                throw Rejection(
                    Problem.fieldsTooLarge("the trailers are larger than \(limits.maxTrailers) bytes").response())
            }
        } else if line.count > limits.maxChunkLine + 2 {
            throw refusal("the line before a chunk is longer than \(limits.maxChunkLine) bytes")
        }
        guard byte == 0x0A else { return }
        let content = line.dropLast(2)
        defer { line.removeAll(keepingCapacity: true) }
        switch state {
        case .dataEnd: state = .size
        case .trailers: if content.isEmpty { state = .done } else { try trailer(content) }
        default: try chunkSize(content)
        }
    }

    private func refusal(_ detail: String) -> Rejection { Rejection(Problem.malformed(detail).response()) }

    /// `chunk-size [ chunk-ext ]`, with white space before an extension alone (RFC 9112 §7.1, §7.1.1).
    private mutating func chunkSize(_ content: ArraySlice<UInt8>) throws(Rejection) {
        let digits = content.prefix { RequestTarget.digit($0) != nil }
        let rest = content[digits.endIndex...]
        let isExtension = rest.first { $0 != 0x20 && $0 != 0x09 } == UInt8(ascii: ";")
        guard !digits.isEmpty, rest.isEmpty || isExtension else {
            throw refusal("the size of a chunk is not hexadecimal (RFC 9112 §7.1)")
        }
        guard rest.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
            throw refusal("a control character in a chunk extension (RFC 9112 §7.1.1)")
        }
        var size = 0
        for digit in digits.lazy.compactMap(RequestTarget.digit) {
            // Beyond 2⁵⁶ it is too large whatever follows; so the shift cannot overflow.
            guard size < 1 << 56 else { throw Rejection(Problem.tooLarge(limits.maxBody).response()) }
            size = size << 4 | Int(digit)
        }
        guard size <= limits.maxBody - received else { throw Rejection(Problem.tooLarge(limits.maxBody).response()) }
        received += size
        state = size == 0 ? .trailers : .data(size)
    }

    /// A trailer must be a field; what it says is ignored, which is always allowed (RFC 9112 §7.1.2).
    private func trailer(_ content: ArraySlice<UInt8>) throws(Rejection) {
        let outcome = content.withUnsafeBytes { raw in
            Result { () throws(RequestParser.Fault) in try RequestParser.field(raw[...]) }
        }
        do throws(RequestParser.Fault) {
            _ = try outcome.get()
        } catch {
            throw Rejection(error.problem.response())
        }
    }
}
