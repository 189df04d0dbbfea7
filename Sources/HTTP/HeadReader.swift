import Foundation

/// Collects the bytes of one request head, however they are cut, and refuses at once what can never become one.
///
/// Linear in its input: every byte is looked at once here and a bounded number of times in `RequestParser`. A head that
/// arrives in one piece is parsed where it lies; only the beginnings of others are copied.
package struct HeadReader {
    /// What came of the bytes so far.
    package enum Outcome {
        /// More bytes are needed.
        case incomplete
        /// A whole head.
        case complete(ParsedHead)
        /// No head: to be answered with this, and the connection closed.
        case failed(Problem)
    }

    private let limits: ServerConfiguration
    private var scanner = HeadScanner()
    private var pending: [UInt8] = []

    /// A reader at the beginning of a head.
    package init(limits: ServerConfiguration) { self.limits = limits }

    /// Whether nothing of a head has come yet; empty lines before it count as nothing.
    package var isEmpty: Bool { pending.isEmpty && scanner.count == 0 }

    /// Takes bytes as far as the end of the head, and says how many; the others belong to the body or the next request.
    ///
    /// After `complete` or `failed` the reader is at the beginning of a head again.
    package mutating func take(_ bytes: UnsafeRawBufferPointer) -> (used: Int, outcome: Outcome) {
        let (used, verdict) = scanner.scan(bytes, maxHead: limits.maxHead)
        switch verdict {
        case .more:
            pending.append(contentsOf: bytes[..<used])
            return (used, .incomplete)
        case .complete:
            let outcome = parse(UnsafeRawBufferPointer(rebasing: bytes[..<used]))
            self = HeadReader(limits: limits)
            return (used, outcome)
        case .malformed(let detail):
            self = HeadReader(limits: limits)
            return (used, .failed(.malformed(detail)))
        case .tooLarge(let inRequestLine):
            self = HeadReader(limits: limits)
            let problem: Problem =
                inRequestLine
                ? .targetTooLong(min(limits.maxTarget, limits.maxHead))
                : .fieldsTooLarge("the request head is larger than \(limits.maxHead) bytes")
            return (used, .failed(problem))
        }
    }

    private mutating func parse(_ last: UnsafeRawBufferPointer) -> Outcome {
        do throws(RequestParser.Fault) {
            if pending.isEmpty { return .complete(try RequestParser.parse(last, limits)) }
            pending.append(contentsOf: last)
            // `withUnsafeBytes` would erase the error's type.
            let result = pending.withUnsafeBytes { raw in
                Result { () throws(RequestParser.Fault) in try RequestParser.parse(raw, limits) }
            }
            return .complete(try result.get())
        } catch {
            return .failed(error.problem)
        }
    }
}

/// Finds the end of a request head.
private struct HeadScanner {
    enum Verdict {
        case more, complete
        case malformed(String)
        case tooLarge(inRequestLine: Bool)
    }

    private var previous: UInt8 = 0
    private var isLineStart = true
    private var hasRequestLine = false
    private var isInRequestLine = true
    private var emptyLines = 0
    /// Bytes of the head so far, without empty lines before it.
    private(set) var count = 0

    /// Looks at bytes up to the end of the head. Bare CR, bare LF and NUL are refused (RFC 9112 §2.2, RFC 9110 §5.5).
    mutating func scan(_ bytes: UnsafeRawBufferPointer, maxHead: Int) -> (used: Int, verdict: Verdict) {
        var position = 0
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if previous == 0x0D, byte != 0x0A {
                return (position, .malformed("a CR without LF in the head (RFC 9112 §2.2)"))
            }
            if byte == 0 { return (position, .malformed("a NUL in the head (RFC 9110 §5.5)")) }
            if byte == 0x0A, previous != 0x0D {
                return (position, .malformed("a LF without CR in the head (RFC 9112 §2.2)"))
            }
            previous = byte
            count += 1
            if count > maxHead { return (position, .tooLarge(inRequestLine: isInRequestLine)) }
            if byte == 0x0A {
                if isLineStart {
                    if hasRequestLine { return (position, .complete) }
                    // An empty line or two before the request line is ignored (RFC 9112 §2.2).
                    emptyLines += 1
                    if emptyLines > 2 { return (position, .malformed("empty lines before the request line")) }
                    count = 0
                } else {
                    isLineStart = true
                    isInRequestLine = false
                }
            } else if byte != 0x0D {
                isLineStart = false
                hasRequestLine = true
            }
        }
        return (position, .more)
    }
}
