/// Takes a body out of its framing: counted or chunked (RFC 9112 §6, §7.1).
struct BodyDecoder {
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
    private let configuration: ServerConfiguration

    init(_ framing: BodyFraming, configuration: ServerConfiguration) {
        self.configuration = configuration
        switch framing {
        case .none, .length(0): state = .done
        case .length(let length): state = .counted(length)
        case .chunked: state = .size
        }
    }

    var isDone: Bool { if case .done = state { true } else { false } }

    /// Bytes that are still to come where that is known.
    var remaining: Int? {
        switch state {
        case .counted(let count): count
        case .done: 0
        default: nil
        }
    }

    /// Takes bytes, hands the body's on to `body`, and says how many were used; the rest belongs to the next request.
    mutating func take(
        _ bytes: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws -> Void
    ) throws -> Int {
        var position = 0
        while position < bytes.count, !isDone {
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
            case .done: break
            }
        }
        return position
    }

    private mutating func framing(_ byte: UInt8) throws {
        if line.last == 0x0D, byte != 0x0A {
            throw Rejection(Problem.malformed("a CR without LF in the framing of a chunk").response())
        }
        if byte == 0x0A, line.last != 0x0D {
            throw Rejection(Problem.malformed("a LF without CR in the framing of a chunk").response())
        }
        line.append(byte)
        if case .trailers = state {
            trailerBytes += 1
            guard trailerBytes <= configuration.maxTrailers else {
                throw Rejection(
                    Problem.fieldsTooLarge("the trailers are larger than \(configuration.maxTrailers) bytes").response()
                )
            }
        } else if line.count > configuration.maxChunkLine + 2 {
            throw Rejection(
                Problem.malformed("the line before a chunk is longer than \(configuration.maxChunkLine) bytes")
                    .response())
        }
        if case .dataEnd = state, line.count <= 2, line != [0x0D, 0x0A].prefix(line.count).map({ $0 }) {
            throw Rejection(Problem.malformed("a chunk is not followed by CRLF (RFC 9112 §7.1)").response())
        }
        guard byte == 0x0A else { return }
        let content = line.dropLast(2)
        line = []
        switch state {
        case .dataEnd: state = .size
        case .trailers: if content.isEmpty { state = .done }
        default: try chunkSize(content)
        }
    }

    private mutating func chunkSize(_ content: ArraySlice<UInt8>) throws {
        let digits = content.prefix {
            ($0 >= 0x30 && $0 <= 0x39) || ($0 >= 0x41 && $0 <= 0x46) || ($0 >= 0x61 && $0 <= 0x66)
        }
        let rest = content.dropFirst(digits.count)
        let isExtension = rest.first == 0x3B || ((rest.first == 0x20 || rest.first == 0x09) && rest.contains(0x3B))
        guard !digits.isEmpty, rest.isEmpty || isExtension, rest.allSatisfy({ $0 >= 0x20 || $0 == 0x09 }) else {
            throw Rejection(Problem.malformed("the size of a chunk is not hexadecimal (RFC 9112 §7.1)").response())
        }
        guard digits.count <= 15, let size = Int(String(decoding: digits, as: UTF8.self), radix: 16),
            size <= configuration.maxBody - received
        else { throw Rejection(Problem.tooLarge(configuration.maxBody).response()) }
        received += size
        state = size == 0 ? .trailers : .data(size)
    }
}
