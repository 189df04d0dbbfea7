import HTTP
import Testing

/// The hostile requests of the table, over a socket: the status, a problem document, and the end of the connection.
@Suite struct RefusalTests {
    @Test func everyRefusalOfTheTable() throws {
        let server = try TestServer()
        var limited: [RequestCase] = []
        for item in RequestCase.all {
            guard case .refused(let status) = item.verdict else { continue }
            let usual = ServerConfiguration()
            guard item.limits.maxBody == usual.maxBody, item.limits.maxHead == usual.maxHead,
                item.limits.maxTarget == usual.maxTarget, item.limits.maxTrailers == usual.maxTrailers
            else {
                limited.append(item)
                continue
            }
            try check(item, status, server)
        }
        for item in limited {
            guard case .refused(let status) = item.verdict else { continue }
            try check(
                item, status,
                try TestServer { change in
                    let port = change.port
                    change = item.limits
                    change.port = port
                    change.handlesSignals = false
                })
        }
        #expect(limited.count >= 4)
    }

    private func check(_ item: RequestCase, _ status: Int, _ server: TestServer) throws {
        // Bodies are read by /echo only.
        var bytes = item.bytes
        let start = Array("POST / ".utf8)
        if bytes.starts(with: start) { bytes.replaceSubrange(..<start.count, with: Array("POST /echo ".utf8)) }
        let client = try server.connect()
        client.send(bytes + Array("\r\n\r\nGET /healthz HTTP/1.1\r\nHost: a\r\n\r\n".utf8))
        let answers = try client.readAll()
        #expect(answers.map(\.status) == [status], "\(item.testDescription)")
        #expect(answers.last?.fields["content-type"] == "application/problem+json", "\(item.testDescription)")
        #expect(answers.last?.fields["connection"] == "close", "\(item.testDescription)")
    }

    /// 10 MB of header: refused at the limit, the rest thrown away.
    @Test func aTenMegabyteHeader() throws {
        let server = try TestServer()
        let client = try server.connect()
        client.send("GET /healthz HTTP/1.1\nHost: a\nX: ")
        #expect(client.send([UInt8](repeating: 0x78, count: 10_000_000)))
        let answers = try client.readAll()
        #expect(answers.map(\.status) == [431])
    }

    /// What a client sent comes back escaped, in a problem document and nowhere else.
    @Test func nothingIsEchoedRaw() throws {
        let server = try TestServer()
        let client = try server.connect()
        client.send("GET /%0d%0aSet-Cookie:%20a%3d%22b%22%3cscript%3e HTTP/1.1\nHost: a\nX-Evil: evil\n\n")
        let answer = try client.read()
        #expect(answer.status == 404)
        #expect(answer.fields["set-cookie"] == nil)
        #expect(answer.text.contains(#"\r\nSet-Cookie: a=\"b\"<script>"#), "\(answer.text)")
        #expect(!answer.text.contains("evil"))
    }

    @Test func aTokenComesBeforeEverything() throws {
        let server = try TestServer { $0.token = "secret" }
        let client = try server.connect()
        for path in ["/big", "/nowhere", "/echo"] {
            client.send("GET \(path) HTTP/1.1\nHost: a\n\n")
            let answer = try client.read()
            #expect(answer.status == 401)
            #expect(answer.code == "unauthorized")
            #expect(answer.fields["www-authenticate"] == "Bearer")
        }
        client.send("GET /healthz HTTP/1.1\nHost: a\n\n")
        #expect(try client.read().text == "ok")
        client.send("GET /nowhere HTTP/1.1\nHost: a\nAuthorization: Bearer secret\n\n")
        #expect(try client.read().status == 404)
    }
}
