import Foundation
import HTTPTypes

/// How the body of a request is framed.
package enum BodyFraming: Hashable, Sendable {
    /// Neither Content-Length nor Transfer-Encoding: there is no body (RFC 9112 §6.3).
    case none
    case length(Int)
    case chunked
}

/// A request head that has been read, with what the connection needs to know.
package struct ParsedHead: Sendable {
    package var head: RequestHead
    package var target: String
    package var framing: BodyFraming
    package var expectsContinue: Bool
    package var keepsAlive: Bool
    package var isVersion10: Bool
}

/// Reads a complete head (RFC 9112 §3–§6).
package enum RequestParser {
    typealias Bytes = Slice<UnsafeRawBufferPointer>

    /// Why a head is none.
    package struct Fault: Error {
        package var problem: Problem
        init(_ problem: Problem) { self.problem = problem }
    }

    /// Parses from the request line, or empty lines before it, to the empty line at the end.
    ///
    /// - Precondition: every line ends in CRLF, and there is no other CR, LF or NUL, which `HeadReader` has seen to.
    package static func parse(
        _ bytes: UnsafeRawBufferPointer, _ limits: ServerConfiguration
    ) throws(Fault) -> ParsedHead {
        var lines = Lines(rest: bytes[...])
        var first = lines.next()
        while let line = first, line.isEmpty { first = lines.next() }
        guard let first else { throw Fault(.malformed("no request line")) }
        let (method, target, minor) = try requestLine(first, limits)
        var fields = HTTPFields()
        while let line = lines.next(), !line.isEmpty {
            guard fields.count < limits.maxFields else {
                throw Fault(.fieldsTooLarge("there are more than \(limits.maxFields) header fields"))
            }
            fields.append(try field(line))
        }
        try HostField.check(fields, isRequired: minor >= 1)
        let framing = try bodyFraming(fields, isVersion10: minor == 0)
        if case .length(let length) = framing, length > limits.maxBody { throw Fault(.tooLarge(limits.maxBody)) }
        let expects = try expectation(fields, isVersion10: minor == 0)
        // RFC 9112 §9.3.
        let options = tokens(fields[values: .connection])
        let keeps =
            minor >= 1 ? !options.contains("close") : options.contains("keep-alive") && !options.contains("close")
        return ParsedHead(
            head: RequestHead(method: method, path: RequestTarget.path(of: target), fields: fields), target: target,
            framing: framing, expectsContinue: expects, keepsAlive: keeps, isVersion10: minor == 0)
    }

    /// Lines without their CRLF.
    private struct Lines {
        var rest: Bytes

        mutating func next() -> Bytes? {
            guard let end = rest.firstIndex(of: 0x0A) else { return nil }
            defer { rest = rest[(end + 1)...] }
            return rest[rest.startIndex..<max(rest.startIndex, end - 1)]
        }
    }

    /// RFC 9112 §3.
    private static func requestLine(
        _ line: Bytes, _ limits: ServerConfiguration
    ) throws(Fault) -> (HTTPRequest.Method, String, Int) {
        guard let space = line.firstIndex(of: 0x20), let last = line.lastIndex(of: 0x20), space < last else {
            throw Fault(.malformed("the request line must be `method target version` (RFC 9112 §3)"))
        }
        guard let method = HTTPRequest.Method(String(decoding: line[..<space], as: UTF8.self)) else {
            throw Fault(.malformed("the method is no token (RFC 9110 §9.1)"))
        }
        let bytes = line[(space + 1)..<last]
        guard bytes.count <= limits.maxTarget else { throw Fault(.targetTooLong(limits.maxTarget)) }
        guard !bytes.isEmpty, bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw Fault(.malformed("the request target has characters that must be percent-encoded (RFC 9112 §3.2)"))
        }
        let version = Array(line[(last + 1)...])
        guard version.count == 8, version.starts(with: "HTTP/".utf8), version[6] == 0x2E,
            (0x30...0x39).contains(version[5]), (0x30...0x39).contains(version[7])
        else { throw Fault(.malformed("the version must be `HTTP/1.1` (RFC 9112 §2.3)")) }
        guard version[5] == 0x31 else { throw Fault(.version) }
        let target = String(decoding: bytes, as: UTF8.self)
        guard RequestTarget.isValid(target, method: method) else {
            throw Fault(.malformed("the request target must begin with `/` (RFC 9112 §3.2)"))
        }
        return (method, target, Int(version[7]) - 0x30)
    }

    /// RFC 9112 §5. Used for trailers too.
    static func field(_ line: Bytes) throws(Fault) -> HTTPField {
        if let first = line.first, first == 0x20 || first == 0x09 {
            throw Fault(.malformed("a folded header line (RFC 9112 §5.2)"))
        }
        guard let colon = line.firstIndex(of: 0x3A) else {
            throw Fault(.malformed("a header line without a colon (RFC 9112 §5)"))
        }
        let name = line[..<colon]
        guard let last = name.last, last != 0x20, last != 0x09 else {
            throw Fault(.malformed("white space before the colon of a header, or no name (RFC 9112 §5.1)"))
        }
        guard let fieldName = HTTPField.Name(String(decoding: name, as: UTF8.self)) else {
            throw Fault(.malformed("a header name that is no token (RFC 9110 §5.1)"))
        }
        var value = line[(colon + 1)...]
        while let first = value.first, first == 0x20 || first == 0x09 { value.removeFirst() }
        while let last = value.last, last == 0x20 || last == 0x09 { value.removeLast() }
        guard value.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
            throw Fault(.malformed("a control character in a header (RFC 9110 §5.5)"))
        }
        return HTTPField(name: fieldName, value: String(decoding: value, as: UTF8.self))
    }

    /// RFC 9112 §6.1–§6.3.
    private static func bodyFraming(_ fields: HTTPFields, isVersion10: Bool) throws(Fault) -> BodyFraming {
        let lengths = fields[values: .contentLength]
        let codings = fields[values: .transferEncoding]
        if !codings.isEmpty {
            if isVersion10 { throw Fault(.malformed("Transfer-Encoding in HTTP/1.0 (RFC 9112 §6.1)")) }
            if !lengths.isEmpty {
                throw Fault(.malformed("Content-Length beside Transfer-Encoding (RFC 9112 §6.3)"))
            }
            guard codings.count == 1, codings[0].lowercased() == "chunked" else { throw Fault(.transferCoding) }
            return .chunked
        }
        guard let text = lengths.first else { return .none }
        guard lengths.count == 1 else { throw Fault(.malformed("Content-Length stands twice (RFC 9112 §6.3)")) }
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            throw Fault(.malformed("Content-Length is not a whole number (RFC 9110 §8.6)"))
        }
        // More digits than an Int has is merely too large.
        return .length(Int(text) ?? .max)
    }

    /// RFC 9110 §10.1.1: an expectation in HTTP/1.0 is ignored.
    private static func expectation(_ fields: HTTPFields, isVersion10: Bool) throws(Fault) -> Bool {
        let expectations = tokens(fields[values: .expect])
        if expectations.isEmpty || isVersion10 { return false }
        guard expectations.allSatisfy({ $0 == "100-continue" }) else { throw Fault(.expectationFailed) }
        return true
    }

    /// The members of comma-separated lists, in lower case (RFC 9110 §5.6.1).
    private static func tokens(_ values: [String]) -> [String] {
        if values.isEmpty { return [] }
        return values.flatMap { $0.lowercased().split(separator: ",") }.map {
            String(
                $0.trimmingPrefix { $0 == " " || $0 == "\t" }.reversed().trimmingPrefix { $0 == " " || $0 == "\t" }
                    .reversed())
        }.filter { !$0.isEmpty }
    }
}
