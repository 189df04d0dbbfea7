import HTTP
import HTTPTypes
import Service
import Testing

/// The routes, without a server.
@Suite struct RouteTests {
    private let application = HessianApplication(service: EvaluationService(), metrics: { "metrics" })

    private func respond(_ method: HTTPRequest.Method, _ path: String, _ fields: HTTPFields = [:]) -> Response? {
        guard case .respond(let response) = application.route(RequestHead(method: method, path: path, fields: fields))
        else { return nil }
        return response
    }

    @Test(arguments: ["/losses", "/mistakes", "/example", "/healthz", "/metrics", "/openapi.yaml", "/"])
    func reading(path: String) {
        #expect(respond(.get, path)?.status.code == 200)
        let refused = respond(.post, path)
        #expect(refused?.status.code == 405)
        #expect(refused?.fields[.allow] == "GET, HEAD")
    }

    @Test(arguments: [HTTPRequest.Method.get, .put, .delete, .patch])
    func wrongMethod(method: HTTPRequest.Method) {
        #expect(respond(method, "/hessian")?.status.code == 405)
        #expect(respond(method, "/hessian")?.fields[.allow] == "POST")
    }

    @Test(arguments: ["/nowhere", "/hessian/", "//", "/Losses", "*", "/losses\0"])
    func unknown(path: String) { #expect(respond(.get, path)?.status.code == 404) }

    /// Absent, JSON of any kind, and what `curl -d` sends are read; anything else is 415.
    @Test(arguments: [
        (nil, true), ("application/json", true), ("Application/JSON; charset=utf-8", true),
        ("application/a+json", true),
        ("application/x-www-form-urlencoded", true), ("text/csv", false), ("application/jsonx", false),
        ("multipart/form-data; boundary=application/json", false), ("application/xml;a=+json", false),
        ("text/json", false), ("+json", false), ("/+json", false), ("application/+json", false), ("a+json", false),
        ("/a+json", false), ("a/b/c+json", false), ("", true), (" ; charset=utf-8", false), ("image/svg+json", true),
    ])
    func contentType(type: String?, isRead: Bool) {
        let response = respond(.post, "/hessian", type.map { [.contentType: $0] } ?? [:])
        #expect(response?.status.code == (isRead ? nil : 415))
    }

    @Test(arguments: [
        (nil, "text/plain"), ("*/*", "text/plain"), ("text/html", "text/html"),
        ("text/plain, text/html;q=0", "text/plain"),
        ("text/plain;q=0.9, TEXT/HTML", "text/html"), ("text/html;q=0.1, text/plain", "text/plain"),
        ("text/htmlx", "text/plain"), ("text/*", "text/plain"),
    ])
    func negotiation(accept: String?, type: String) {
        let response = respond(.get, "/", accept.map { [.accept: $0] } ?? [:])
        #expect(response?.fields[.contentType] == type + "; charset=utf-8")
        #expect(response?.fields[.vary] == "Accept")
    }

    @Test func aBodyIsDecodedInPiecesAndAnswered() throws {
        guard case .receive(let receiver) = application.route(RequestHead(method: .post, path: "/hessian", fields: [:]))
        else { throw Unexpected() }
        for byte in #"{"X": [[1, 2], [1, 3], [1, 5], [1, 7]], "y": [1, 2, 2, 4], "beta": [0.5, 0.5]}"#.utf8 {
            try withUnsafeBytes(of: byte) { try receiver.receive($0) }
        }
        let response = receiver.respond(cancellation: CancellationToken())
        #expect(response.status.code == 200)
        let text = String(decoding: response.body, as: UTF8.self)
        // Residuals 0.5, 0, 1, 0: loss 1.25/4, gradient 2/4 (1.5, 6).
        #expect(text.contains(#""loss":0.3125,"gradient":[0.75,3]"#), "\(text)")
    }

    /// A client that has left frees the worker.
    @Test func aCancelledRequestIsNotComputed() throws {
        guard case .receive(let receiver) = application.route(RequestHead(method: .post, path: "/hessian", fields: [:]))
        else { throw Unexpected() }
        let body = Array(#"{"X": [[1], [2]], "y": [1, 2], "beta": [1]}"#.utf8)
        try body.withUnsafeBytes { try receiver.receive($0) }
        let token = CancellationToken()
        token.cancel()
        #expect(receiver.respond(cancellation: token).status.code == 503)
    }

    private struct Unexpected: Error {}
}
