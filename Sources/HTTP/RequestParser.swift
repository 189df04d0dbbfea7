import Foundation
import HTTPTypes

/// How the body of a request is framed.
enum BodyFraming: Hashable {
    case none
    case length(Int)
    case chunked
}

/// A request head that has been read, with what the connection needs to know.
struct ParsedHead {
    var head: RequestHead
    var target: String
    var framing: BodyFraming
    var expectsContinue: Bool
    var keepsAlive: Bool
    var isVersion10: Bool
}

/// Finds the end of a request head, byte by byte, and refuses at once what can never become one.
struct HeadScanner {
    private var previous: UInt8 = 0
    private var lineStart = true
    private var sawLine = false
    private(set) var count = 0
    private var emptyLines = 0
    private var inTarget = true

    enum Step { case more, complete, failed(Problem) }

    /// Takes the next byte. Bare CR, bare LF and NUL are refused (RFC 9112 §2.2).
    mutating func take(_ byte: UInt8, configuration: ServerConfiguration) -> Step {
        count += 1
        defer { previous = byte }
        if previous == 0x0D, byte != 0x0A { return .failed(.malformed("a CR without LF in the head (RFC 9112 §2.2)")) }
        if byte == 0 { return .failed(.malformed("a NUL in the head")) }
        if byte == 0x0A {
            guard previous == 0x0D else { return .failed(.malformed("a LF without CR in the head (RFC 9112 §2.2)")) }
            if lineStart {
                if sawLine { return .complete }
                // An empty line or two before the request line is ignored (RFC 9112 §2.2).
                emptyLines += 1
                if emptyLines > 2 { return .failed(.malformed("empty lines before the request line")) }
                count = 0
                return .more
            }
            lineStart = true
            inTarget = false
        } else if byte != 0x0D {
            lineStart = false
            sawLine = true
        }
        if count > configuration.maxHead {
            return .failed(
                inTarget
                    ? .targetTooLong(configuration.maxTarget)
                    : .fieldsTooLarge("the request head is larger than \(configuration.maxHead) bytes"))
        }
        return .more
    }
}

/// Reads a complete head (RFC 9112 §3–§6).
enum RequestParser {
    static func parse(_ bytes: ArraySlice<UInt8>, _ configuration: ServerConfiguration) -> Result<
        ParsedHead, ProblemError
    > {
        do throws(ProblemError) {
            return .success(try read(bytes, configuration))
        } catch {
            return .failure(error)
        }
    }

    struct ProblemError: Error {
        var problem: Problem
        init(_ problem: Problem) { self.problem = problem }
    }

    private static func read(_ bytes: ArraySlice<UInt8>, _ configuration: ServerConfiguration) throws(ProblemError)
        -> ParsedHead
    {
        var lines = split(bytes)
        while lines.first?.isEmpty == true { lines.removeFirst() }
        guard let first = lines.first else { throw ProblemError(.malformed("no request line")) }
        let (method, target, minor) = try requestLine(first, configuration)
        let fieldLines = lines.dropFirst().filter { !$0.isEmpty }
        guard fieldLines.count <= configuration.maxFields else {
            throw ProblemError(.fieldsTooLarge("there are more than \(configuration.maxFields) header fields"))
        }
        var fields = HTTPFields()
        for line in fieldLines { fields.append(try field(line)) }
        try checkHost(fields, required: minor >= 1)
        let framing = try bodyFraming(fields, isVersion10: minor == 0)
        if case .length(let length) = framing, length > configuration.maxBody {
            throw ProblemError(.tooLarge(configuration.maxBody))
        }
        let expects = try expectation(fields, isVersion10: minor == 0)
        let options = tokens(fields[values: .connection])
        let keeps =
            minor >= 1 ? !options.contains("close") : options.contains("keep-alive") && !options.contains("close")
        return ParsedHead(
            head: RequestHead(method: method, path: path(of: target), fields: fields), target: target, framing: framing,
            expectsContinue: expects, keepsAlive: keeps, isVersion10: minor == 0)
    }

    /// Lines without their CRLF; the scanner has seen to it that there is no other line end.
    private static func split(_ bytes: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        var start = bytes.startIndex
        for i in bytes.indices where bytes[i] == 0x0A {
            lines.append(bytes[start..<max(start, i - 1)])
            start = i + 1
        }
        return lines
    }

    private static func requestLine(
        _ line: ArraySlice<UInt8>, _ configuration: ServerConfiguration
    ) throws(ProblemError) -> (HTTPRequest.Method, String, Int) {
        let parts = line.split(separator: 0x20, omittingEmptySubsequences: false)
        guard parts.count == 3 else {
            throw ProblemError(.malformed("the request line must be `method target version` (RFC 9112 §3)"))
        }
        guard let method = HTTPRequest.Method(String(decoding: parts[0], as: UTF8.self)) else {
            throw ProblemError(.malformed("the method is no token (RFC 9110 §9.1)"))
        }
        guard parts[1].count <= configuration.maxTarget else {
            throw ProblemError(.targetTooLong(configuration.maxTarget))
        }
        guard !parts[1].isEmpty, parts[1].allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw ProblemError(
                .malformed("the request target has characters that must be percent-encoded (RFC 9112 §3.2)"))
        }
        let version = Array(parts[2])
        guard version.count == 8, version.starts(with: Array("HTTP/".utf8)), version[6] == 0x2E,
            (0x30...0x39).contains(version[5]), (0x30...0x39).contains(version[7])
        else { throw ProblemError(.malformed("the version must be `HTTP/1.1` (RFC 9112 §2.3)")) }
        guard version[5] == 0x31 else { throw ProblemError(.version) }
        let target = String(decoding: parts[1], as: UTF8.self)
        guard target.hasPrefix("/") || target.contains("://") || target == "*" else {
            throw ProblemError(.malformed("the request target must begin with `/` (RFC 9112 §3.2)"))
        }
        return (method, target, Int(version[7]) - 0x30)
    }

    private static func field(_ line: ArraySlice<UInt8>) throws(ProblemError) -> HTTPField {
        if let first = line.first, first == 0x20 || first == 0x09 {
            throw ProblemError(.malformed("a folded header line (RFC 9112 §5.2)"))
        }
        guard let colon = line.firstIndex(of: 0x3A) else {
            throw ProblemError(.malformed("a header line without a colon (RFC 9112 §5)"))
        }
        let name = line[..<colon]
        guard let last = name.last, last != 0x20, last != 0x09 else {
            throw ProblemError(.malformed("white space before the colon of a header (RFC 9112 §5.1)"))
        }
        guard let fieldName = HTTPField.Name(String(decoding: name, as: UTF8.self)) else {
            throw ProblemError(.malformed("a header name that is no token (RFC 9110 §5.1)"))
        }
        var value = line[(colon + 1)...]
        while let first = value.first, first == 0x20 || first == 0x09 { value.removeFirst() }
        while let last = value.last, last == 0x20 || last == 0x09 { value.removeLast() }
        guard value.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
            throw ProblemError(.malformed("a control character in a header (RFC 9110 §5.5)"))
        }
        return HTTPField(name: fieldName, value: String(decoding: value, as: UTF8.self))
    }

    /// Exactly one valid Host in HTTP/1.1 (RFC 9112 §3.2).
    private static func checkHost(_ fields: HTTPFields, required: Bool) throws(ProblemError) {
        let hosts = fields[values: HTTPField.Name("Host") ?? .init(parsed: "host") ?? .connection]
        guard hosts.count <= 1 else {
            throw ProblemError(.malformed("Host stands \(hosts.count) times (RFC 9112 §3.2)"))
        }
        guard let host = hosts.first else {
            if required { throw ProblemError(.malformed("Host is missing (RFC 9112 §3.2)")) }
            return
        }
        let allowed = host.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || "-._~!$&'()*+,;=:[]%".utf8.contains(byte)
        }
        let colons = host.split(separator: "]").last?.count { $0 == ":" } ?? 0
        guard allowed, host.hasPrefix("[") == host.contains("]"), host.contains("[") || colons <= 1,
            validPort(host)
        else { throw ProblemError(.malformed("Host is not valid (RFC 9112 §3.2)")) }
    }

    private static func validPort(_ host: String) -> Bool {
        let rest = host.hasPrefix("[") ? host.drop { $0 != "]" }.dropFirst() : host.drop { $0 != ":" }
        if rest.isEmpty { return true }
        return rest.first == ":" && rest.dropFirst().allSatisfy { $0.isASCII && $0.isNumber }
    }

    private static func bodyFraming(_ fields: HTTPFields, isVersion10: Bool) throws(ProblemError) -> BodyFraming {
        let lengths = fields[values: .contentLength]
        let codings = fields[values: .transferEncoding]
        if !codings.isEmpty {
            if isVersion10 { throw ProblemError(.malformed("Transfer-Encoding in HTTP/1.0 (RFC 9112 §6.1)")) }
            if !lengths.isEmpty {
                throw ProblemError(.malformed("Content-Length beside Transfer-Encoding (RFC 9112 §6.3)"))
            }
            guard codings.count == 1, codings[0].lowercased() == "chunked" else { throw ProblemError(.transferCoding) }
            return .chunked
        }
        guard let text = lengths.first else { return .none }
        guard lengths.count == 1 else { throw ProblemError(.malformed("Content-Length stands twice (RFC 9112 §6.3)")) }
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            throw ProblemError(.malformed("Content-Length is not a whole number (RFC 9110 §8.6)"))
        }
        // More digits than an Int has is merely too large.
        return .length(Int(text) ?? .max)
    }

    private static func expectation(_ fields: HTTPFields, isVersion10: Bool) throws(ProblemError) -> Bool {
        let expectations = tokens(fields[values: .expect])
        if expectations.isEmpty || isVersion10 { return false }
        guard expectations.allSatisfy({ $0 == "100-continue" }) else { throw ProblemError(.expectationFailed) }
        return true
    }

    private static func tokens(_ values: [String]) -> [String] {
        values.flatMap { $0.split(separator: ",") }.map { $0.trimmingPrefix { $0 == " " || $0 == "\t" } }.map {
            var token = $0.lowercased()
            while token.hasSuffix(" ") || token.hasSuffix("\t") { token.removeLast() }
            return token
        }.filter { !$0.isEmpty }
    }

    /// The path of an origin-form or absolute-form target, without the query, percent-encoding removed.
    static func path(of target: String) -> String {
        var rest = Substring(target)
        if !rest.hasPrefix("/"), let scheme = rest.range(of: "://") {
            rest = rest[scheme.upperBound...].drop { $0 != "/" && $0 != "?" }
            if !rest.hasPrefix("/") { rest = "/" }
        }
        rest = rest.prefix { $0 != "?" && $0 != "#" }
        guard rest.contains("%") else { return String(rest) }
        var bytes: [UInt8] = []
        var iterator = Array(rest.utf8)[...]
        while let byte = iterator.popFirst() {
            if byte == 0x25, iterator.count >= 2,
                let value = UInt8(String(decoding: iterator.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                iterator = iterator.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
