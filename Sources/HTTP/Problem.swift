import HTTPTypes

/// Problem details (RFC 9457): `application/problem+json` for everything that goes wrong, 404 included.
public struct Problem: Sendable {
    /// A further member.
    public enum Member: Sendable {
        case text(String)
        case number(Int)
    }

    /// The status.
    public var status: Int
    /// The last part of the type: `urn:hessian:error:<code>`.
    public var code: String
    /// The same for every problem of this type.
    public var title: String
    /// What is wrong with this request and what to do about it.
    public var detail: String
    /// `pointer`, `offset`, `line`, …
    public var members: [(name: String, value: Member)]

    /// A problem with all its parts.
    public init(
        status: Int, code: String, title: String, detail: String, members: [(name: String, value: Member)] = []
    ) {
        self.status = status
        self.code = code
        self.title = title
        self.detail = detail
        self.members = members
    }

    /// The document.
    public var json: [UInt8] {
        var text = "{\"type\":\"urn:hessian:error:\(code)\",\"title\":"
        Problem.append(title, to: &text)
        text += ",\"status\":\(status),\"detail\":"
        Problem.append(detail, to: &text)
        for (name, value) in members {
            text += ",\"\(name)\":"
            switch value {
            case .text(let string): Problem.append(string, to: &text)
            case .number(let number): text += String(number)
            }
        }
        return Array((text + "}").utf8)
    }

    /// The answer with this document.
    public func response(_ fields: HTTPFields = [:]) -> Response {
        var fields = fields
        fields[.contentType] = "application/problem+json"
        if status == 503, fields[.retryAfter] == nil { fields[.retryAfter] = "1" }
        return Response(status: .init(code: status), fields: fields, body: json)
    }

    /// A JSON string (RFC 8259 §7).
    private static func append(_ string: String, to text: inout String) {
        text += "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\t": text += "\\t"
            case "\r": text += "\\r"
            default:
                if scalar.value < 0x20 || (scalar.value >= 0x7F && scalar.value < 0xA0) {
                    let hex = String(scalar.value, radix: 16)
                    text += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
                } else {
                    text.unicodeScalars.append(scalar)
                }
            }
        }
        text += "\""
    }
}

extension Problem {
    static func malformed(_ detail: String) -> Problem {
        Problem(status: 400, code: "malformed-request", title: "The request is not HTTP", detail: detail)
    }

    static let unauthorized = Problem(
        status: 401, code: "unauthorized", title: "A token is needed",
        detail: "send `Authorization: Bearer <token>` with the token that the server was started with")

    /// 404.
    public static func notFound(_ path: String) -> Problem {
        Problem(
            status: 404, code: "not-found", title: "There is nothing here",
            detail: "there is no `\(path.prefix(200))`; GET / lists what there is")
    }

    /// 405 with `Allow`.
    public static func methodNotAllowed(_ method: String, _ path: String, allowed: [String]) -> Response {
        Problem(
            status: 405, code: "method-not-allowed", title: "The method does not apply here",
            detail: "\(method) does not apply to \(path); use \(allowed.joined(separator: " or "))"
        ).response([.allow: allowed.joined(separator: ", ")])
    }

    static let timeout = Problem(
        status: 408, code: "request-timeout", title: "The request takes too long",
        detail: "the request did not arrive in time; send it at once")

    static let lengthRequired = Problem(
        status: 411, code: "length-required", title: "The length of the body is missing",
        detail: "send a body, with Content-Length or with `Transfer-Encoding: chunked`")

    static func tooLarge(_ limit: Int) -> Problem {
        Problem(
            status: 413, code: "content-too-large", title: "The body is too large",
            detail: "the body is larger than the \(limit) bytes that this server takes; --max-body changes that")
    }

    static func targetTooLong(_ limit: Int) -> Problem {
        Problem(
            status: 414, code: "uri-too-long", title: "The target is too long",
            detail: "the request target is longer than \(limit) bytes")
    }

    /// 415.
    public static func unsupportedMediaType(_ detail: String) -> Problem {
        Problem(status: 415, code: "unsupported-media-type", title: "The body has another type", detail: detail)
    }

    static let expectationFailed = Problem(
        status: 417, code: "expectation-failed", title: "The expectation is not known",
        detail: "only `Expect: 100-continue` is understood")

    static func fieldsTooLarge(_ detail: String) -> Problem {
        Problem(
            status: 431, code: "request-header-fields-too-large", title: "The request head is too large", detail: detail
        )
    }

    static let transferCoding = Problem(
        status: 501, code: "not-implemented", title: "The transfer coding is not implemented",
        detail: "the only transfer coding understood is `chunked`")

    static let version = Problem(
        status: 505, code: "http-version-not-supported", title: "The version of HTTP is not supported",
        detail: "HTTP/1.1 and HTTP/1.0 are understood")

    static func internalError(_ detail: String) -> Problem {
        Problem(status: 500, code: "internal", title: "An error of the service", detail: detail)
    }

    static func busy(_ detail: String) -> Problem {
        Problem(status: 503, code: "busy", title: "The server is busy", detail: detail)
    }
}
