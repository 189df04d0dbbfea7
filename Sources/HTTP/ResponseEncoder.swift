import Foundation
import HTTPTypes

/// Writes the head of an answer and decides whether its body is sent.
package enum ResponseEncoder {
    /// The head and what of the body is sent: nothing to HEAD, nor with 204 and 304 (RFC 9112 §6.3).
    ///
    /// - Parameters:
    ///   - request: nil where the request could not be read.
    ///   - closes: whether the connection ends behind this answer (RFC 9112 §9.6).
    package static func encode(
        _ response: Response, for request: ParsedHead?, closes: Bool, date: String, corsOrigin: String?
    ) -> (head: [UInt8], content: [UInt8]) {
        let code = response.status.code
        let hasBody = code >= 200 && code != 204 && code != 304
        var head: [UInt8] = []
        head.reserveCapacity(256)
        head += "HTTP/1.1 \(code) ".utf8
        head += reason(of: response.status).utf8
        head += "\r\n".utf8
        append("Date", date, to: &head)
        for field in response.fields { append(field.name.rawName, field.value, to: &head) }
        if hasBody { append("Content-Length", String(response.body.count), to: &head) }
        if closes {
            append("Connection", "close", to: &head)
        } else if request?.isVersion10 == true {
            append("Connection", "keep-alive", to: &head)
        }
        if let corsOrigin {
            append("Access-Control-Allow-Origin", corsOrigin, to: &head)
            if corsOrigin != "*" { append("Vary", "Origin", to: &head) }
        }
        head += "\r\n".utf8
        return (head, hasBody && request?.head.method != .head ? response.body : [])
    }

    /// The usual phrase, for people who read the status line; programs go by the code (RFC 9112 §4). A status that is made
    /// from a number has none of its own.
    private static func reason(of status: HTTPResponse.Status) -> String {
        status.reasonPhrase.isEmpty ? phrases[status.code] ?? "" : status.reasonPhrase
    }

    private static let phrases: [Int: String] = {
        let known: [HTTPResponse.Status] = [
            .badRequest, .unauthorized, .notFound, .methodNotAllowed, .requestTimeout, .lengthRequired,
            .contentTooLarge, .uriTooLong, .unsupportedMediaType, .expectationFailed, .unprocessableContent,
            .requestHeaderFieldsTooLarge, .internalServerError, .notImplemented, .serviceUnavailable,
            .httpVersionNotSupported,
        ]
        return Dictionary(known.map { ($0.code, $0.reasonPhrase) }) { first, _ in first }
    }()

    /// A field line. A control character in a value, which could end the line and begin another, becomes a space
    /// (RFC 9110 §5.5).
    private static func append(_ name: String, _ value: String, to head: inout [UInt8]) {
        head += name.utf8
        head += ": ".utf8
        for byte in value.utf8 { head.append(byte < 0x20 && byte != 0x09 || byte == 0x7F ? 0x20 : byte) }
        head += "\r\n".utf8
    }

    /// IMF-fixdate (RFC 9110 §5.6.7).
    package static func date(_ seconds: Int) -> String {
        var now = time_t(seconds)
        var parts = tm()
        gmtime_r(&now, &parts)
        let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        func two(_ n: Int32) -> String { n < 10 ? "0\(n)" : "\(n)" }
        let day = "\(days[Int(parts.tm_wday)]), \(two(parts.tm_mday)) \(months[Int(parts.tm_mon)])"
        return "\(day) \(parts.tm_year + 1900) \(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)) GMT"
    }
}
