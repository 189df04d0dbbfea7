import HTTPTypes

/// The second word of a request line (RFC 9112 §3.2).
package enum RequestTarget {
    /// Whether a target has one of the forms that an origin server answers: origin-form, absolute-form without user
    /// information (RFC 9110 §4.2.4), or `*` of OPTIONS.
    static func isValid(_ target: String, method: HTTPRequest.Method) -> Bool {
        if target.hasPrefix("/") { return true }
        if target == "*" { return method == .options }
        guard let (scheme, rest) = absolute(target) else { return false }
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        return ["http", "https"].contains(scheme.lowercased()) && !authority.isEmpty && HostField.isValid(authority)
    }

    /// `http` and `host/path` of `http://host/path`.
    private static func absolute(_ target: String) -> (scheme: Substring, rest: Substring)? {
        guard let mark = target.firstRange(of: "://") else { return nil }
        return (target[..<mark.lowerBound], target[mark.upperBound...])
    }

    /// The path of an origin-form or absolute-form target, without the query, percent-encoding removed.
    package static func path(of target: String) -> String {
        var rest = Substring(target)
        if !rest.hasPrefix("/"), let (_, behind) = absolute(target) {
            rest = behind.drop { $0 != "/" && $0 != "?" }
            if !rest.hasPrefix("/") { rest = "/" }
        }
        rest = rest.prefix { $0 != "?" && $0 != "#" }
        guard rest.utf8.contains(0x25) else { return String(rest) }
        let encoded = Array(rest.utf8)
        var bytes: [UInt8] = []
        var i = 0
        while i < encoded.count {
            if encoded[i] == 0x25, i + 2 < encoded.count, let high = digit(encoded[i + 1]),
                let low = digit(encoded[i + 2])
            {
                bytes.append(high << 4 | low)
                i += 3
            } else {
                bytes.append(encoded[i])
                i += 1
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The value of a hexadecimal digit.
    static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x41 + 10
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }
}
