import HTTP
import HTTPTypes
import Testing

@Suite struct ResponseEncoderTests {
    private func parsed(_ text: String) -> ParsedHead? {
        var reader = HeadReader(limits: ServerConfiguration())
        let bytes = Array(text.replacing("\n", with: "\r\n").utf8)
        guard case .complete(let head) = bytes.withUnsafeBytes({ reader.take($0) }).outcome else { return nil }
        return head
    }

    private func encode(
        _ response: Response, for request: String = "GET / HTTP/1.1\nHost: a\n\n", closes: Bool = false,
        corsOrigin: String? = nil
    ) -> (head: String, content: String) {
        let (head, content) = ResponseEncoder.encode(
            response, for: parsed(request), closes: closes, date: "D", corsOrigin: corsOrigin)
        return (String(decoding: head, as: UTF8.self), String(decoding: content, as: UTF8.self))
    }

    private let ok = Response(contentType: "text/plain", body: Array("hello".utf8))

    @Test func aWholeAnswer() {
        let (head, content) = encode(ok)
        #expect(
            head == "HTTP/1.1 200 OK\r\nDate: D\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\n")
        #expect(content == "hello")
    }

    /// RFC 9112 §4, with the phrases of RFC 9110 §15: problems have them too, though they are made from numbers.
    @Test(arguments: [
        (Problem.notFound("/a").response(), "404 Not Found"),
        (Problem.methodNotAllowed("PUT", "/a", allowed: ["GET"]), "405 Method Not Allowed"),
        (Problem(status: 422, code: "a", title: "b", detail: "c").response(), "422 Unprocessable Content"),
        (Problem(status: 503, code: "a", title: "b", detail: "c").response(), "503 Service Unavailable"),
        (Response(status: .init(code: 599)), "599 "),
    ])
    func reasonPhrase(response: Response, line: String) {
        #expect(encode(response).head.hasPrefix("HTTP/1.1 \(line)\r\n"))
    }

    @Test func anEmptyBodyHasALength() {
        #expect(encode(Response(status: .ok)).head.contains("Content-Length: 0\r\n"))
    }

    @Test func headHasTheLengthAndNoBody() {
        let (head, content) = encode(ok, for: "HEAD / HTTP/1.1\nHost: a\n\n")
        #expect(head.contains("Content-Length: 5\r\n"))
        #expect(content.isEmpty)
    }

    /// RFC 9110 §8.6: no Content-Length with 204.
    @Test(arguments: [204, 304])
    func statusWithoutBody(code: Int) {
        let (head, content) = encode(Response(status: .init(code: code), body: [1, 2, 3]))
        #expect(!head.contains("Content-Length"))
        #expect(content.isEmpty)
    }

    @Test func connection() {
        #expect(!encode(ok).head.contains("Connection"))
        #expect(encode(ok, closes: true).head.contains("Connection: close\r\n"))
        let old = "GET / HTTP/1.0\nConnection: keep-alive\n\n"
        #expect(encode(ok, for: old).head.contains("Connection: keep-alive\r\n"))
        #expect(encode(ok, for: old, closes: true).head.contains("Connection: close\r\n"))
        #expect(encode(ok).head.hasPrefix("HTTP/1.1 "))
    }

    /// RFC 9110 §5.5: no value can end its line and begin another.
    @Test(arguments: ["a\r\nSet-Cookie: b", "a\nSet-Cookie: b", "a\rSet-Cookie: b", "a\0b", "a\u{1}b\u{7F}"])
    func noInjection(value: String) {
        let (head, _) = encode(Response(status: .ok, fields: [.allow: value]), corsOrigin: value)
        #expect(head.split(separator: "\r\n").count == 6)
        #expect(head.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x0D || $0 == 0x0A })
        #expect(!head.replacing("\r\n", with: "").contains { $0 == "\r" || $0 == "\n" })
    }

    @Test func crossOrigin() {
        #expect(!encode(ok).head.contains("Access-Control"))
        let one = encode(ok, corsOrigin: "https://a").head
        #expect(one.contains("Access-Control-Allow-Origin: https://a\r\n"))
        #expect(one.contains("Vary: Origin\r\n"))
        let any = encode(ok, corsOrigin: "*").head
        #expect(any.contains("Access-Control-Allow-Origin: *\r\n"))
        #expect(!any.contains("Vary"))
    }

    /// The example of RFC 9110 §5.6.7, and the ends of a leap day.
    @Test(arguments: [
        (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"), (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
        (1_709_251_199, "Thu, 29 Feb 2024 23:59:59 GMT"), (1_709_251_200, "Fri, 01 Mar 2024 00:00:00 GMT"),
    ])
    func date(seconds: Int, text: String) { #expect(ResponseEncoder.date(seconds) == text) }
}
