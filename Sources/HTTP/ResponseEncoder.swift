import Foundation
import HTTPTypes

/// Writes an answer: head and body in one buffer, for one send.
enum ResponseEncoder {
    static func encode(
        _ response: Response, for request: ParsedHead?, closes: Bool, date: String, corsOrigin: String?
    ) -> [UInt8] {
        let code = response.status.code
        let hasBody = code >= 200 && code != 204 && code != 304
        var text = "HTTP/1.1 \(code) \(response.status.reasonPhrase)\r\nDate: \(date)\r\n"
        for field in response.fields { text += "\(field.name.canonicalName.capitalizedToken): \(field.value)\r\n" }
        if hasBody { text += "Content-Length: \(response.body.count)\r\n" }
        if closes {
            text += "Connection: close\r\n"
        } else if request?.isVersion10 == true {
            text += "Connection: keep-alive\r\n"
        }
        if let corsOrigin {
            text += "Access-Control-Allow-Origin: \(corsOrigin)\r\n"
            if corsOrigin != "*" { text += "Vary: Origin\r\n" }
        }
        text += "\r\n"
        var bytes = Array(text.utf8)
        if hasBody, request?.head.method != .head { bytes += response.body }
        return bytes
    }

    /// IMF-fixdate (RFC 9110 §5.6.7).
    static func date(_ seconds: Int) -> String {
        var now = time_t(seconds)
        var parts = tm()
        gmtime_r(&now, &parts)
        let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        func two(_ n: Int32) -> String { n < 10 ? "0\(n)" : "\(n)" }
        return
            "\(days[Int(parts.tm_wday)]), \(two(parts.tm_mday)) \(months[Int(parts.tm_mon)]) \(parts.tm_year + 1900) \(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)) GMT"
    }
}

extension String {
    /// `content-type` → `Content-Type`.
    fileprivate var capitalizedToken: String {
        split(separator: "-", omittingEmptySubsequences: false).map { $0.prefix(1).uppercased() + $0.dropFirst() }
            .joined(separator: "-")
    }
}
