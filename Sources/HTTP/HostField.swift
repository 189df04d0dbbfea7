import Foundation
import HTTPTypes

/// The field Host: `uri-host [ ":" port ]` (RFC 9110 §7.2, RFC 3986 §3.2.2).
enum HostField {
    /// HTTPTypes has no constant, since it keeps the authority elsewhere.
    private static let name = HTTPField.Name("Host")

    /// Exactly one valid Host in HTTP/1.1 (RFC 9112 §3.2). It may be empty: so says a client whose target has no host.
    static func check(_ fields: HTTPFields, isRequired: Bool) throws(RequestParser.Fault) {
        let hosts = name.map { fields[values: $0] } ?? []
        guard hosts.count <= 1 else {
            throw RequestParser.Fault(.malformed("Host stands \(hosts.count) times (RFC 9112 §3.2)"))
        }
        guard let host = hosts.first else {
            if isRequired { throw RequestParser.Fault(.malformed("Host is missing (RFC 9112 §3.2)")) }
            return
        }
        guard isValid(Substring(host)) else {
            throw RequestParser.Fault(.malformed("Host is not valid (RFC 9112 §3.2)"))
        }
    }

    /// Whether a text is a host with an optional port.
    static func isValid(_ host: Substring) -> Bool {
        let bytes = Array(host.utf8)
        if bytes.first == UInt8(ascii: "[") {
            guard let end = bytes.firstIndex(of: UInt8(ascii: "]")) else { return false }
            return isAddress(bytes[1..<end]) && isPort(bytes[(end + 1)...])
        }
        let end = bytes.firstIndex(of: UInt8(ascii: ":")) ?? bytes.count
        return isName(bytes[..<end]) && isPort(bytes[end...])
    }

    /// `reg-name`, of which an IPv4 address is one.
    private static func isName(_ bytes: ArraySlice<UInt8>) -> Bool {
        var i = bytes.startIndex
        while i < bytes.endIndex {
            if bytes[i] == UInt8(ascii: "%") {
                guard i + 2 < bytes.endIndex, RequestTarget.digit(bytes[i + 1]) != nil,
                    RequestTarget.digit(bytes[i + 2]) != nil
                else { return false }
                i += 3
            } else {
                guard isLetterOrDigit(bytes[i]) || "-._~!$&'()*+,;=".utf8.contains(bytes[i]) else { return false }
                i += 1
            }
        }
        return true
    }

    /// `IPv6address` or `IPvFuture` between the brackets.
    private static func isAddress(_ bytes: ArraySlice<UInt8>) -> Bool {
        if let first = bytes.first, first | 0x20 == UInt8(ascii: "v") {
            let rest = bytes.dropFirst()
            guard let dot = rest.firstIndex(of: UInt8(ascii: ".")), dot > rest.startIndex, dot + 1 < rest.endIndex
            else { return false }
            return rest[..<dot].allSatisfy { RequestTarget.digit($0) != nil }
                && rest[(dot + 1)...].allSatisfy { isLetterOrDigit($0) || "-._~!$&'()*+,;=:".utf8.contains($0) }
        }
        var address = in6_addr()
        return inet_pton(AF_INET6, String(decoding: bytes, as: UTF8.self), &address) == 1
    }

    /// Nothing, or a colon and digits, perhaps none (RFC 3986 §3.2.3).
    private static func isPort(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard let first = bytes.first else { return true }
        return first == UInt8(ascii: ":") && bytes.dropFirst().allSatisfy { (0x30...0x39).contains($0) }
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20)
    }
}
