import Testing

/// A request whose body nobody wants is answered, the answer can be read, and what follows is not taken for a request.
@Suite struct UnreadBodyTests {
    @Test func aSmallBodyIsThrownAway() throws {
        let server = try TestServer()
        let client = try server.connect()
        for _ in 0..<3 {
            client.send(
                "POST /nowhere HTTP/1.1\nHost: a\nContent-Length: 39\n\nGET /healthz HTTP/1.1\nHost: a\n\n12345GET /healthz HTTP/1.1\nHost: a\n\n"
            )
            #expect(try client.read().status == 404)
            #expect(try client.read().text == "ok")
        }
    }

    @Test func aSmallBodyThatComesLaterIsThrownAway() throws {
        let server = try TestServer()
        let client = try server.connect()
        client.send("POST /nowhere HTTP/1.1\nHost: a\nContent-Length: 39\n\n")
        #expect(try client.read().status == 404)
        client.send("GET /healthz HTTP/1.1\nHost: a\n\n")
        client.send("12345GET /healthz HTTP/1.1\nHost: a\n\n")
        #expect(try client.read().text == "ok")
    }

    /// All of it is taken, so that the client, which reads only behind it, gets the answer and no reset.
    @Test(arguments: [100_000, 10_000_000])
    func aLargeBodyIsDrained(size: Int) throws {
        let server = try TestServer()
        let client = try server.connect()
        client.send("POST /nowhere HTTP/1.1\nHost: a\nContent-Length: \(size)\n\n")
        #expect(client.send([UInt8](repeating: 0x20, count: size)))
        let answers = try client.readAll()
        #expect(answers.map(\.status) == [404])
        #expect(answers.first?.fields["connection"] == "close")
    }

    @Test(arguments: ["Connection: close", "Expect: 100-continue"])
    func aSmallBodyBeforeTheEnd(field: String) throws {
        let server = try TestServer()
        let client = try server.connect()
        client.send("POST /nowhere HTTP/1.1\nHost: a\n\(field)\nContent-Length: 30000\n\n")
        #expect(client.send([UInt8](repeating: 0x20, count: 30_000)))
        #expect(try client.readAll().map(\.status) == [404])
    }

    @Test func aChunkedBodyIsNotTakenForRequests() throws {
        let server = try TestServer()
        let client = try server.connect()
        client.send(
            "POST /nowhere HTTP/1.1\nHost: a\nTransfer-Encoding: chunked\n\n21\nGET /healthz HTTP/1.1\nHost: a\n\n\n0\n\n"
        )
        client.send("GET /healthz HTTP/1.1\nHost: a\n\n")
        #expect(try client.readAll().map(\.status) == [404])
    }

    @Test func nothingIsReadBehindAnExpectationThatIsRefused() throws {
        let server = try TestServer()
        let client = try server.connect()
        client.send("POST /nowhere HTTP/1.1\nHost: a\nExpect: 100-continue\nContent-Length: 200000000\n\n")
        #expect(try client.readAll().map(\.status) == [404])
    }

    @Test func aBodyOverTheLimitIsRefusedWhileItComes() throws {
        let server = try TestServer { $0.maxBody = 1000 }
        let client = try server.connect()
        client.send("POST /echo HTTP/1.1\nHost: a\nTransfer-Encoding: chunked\n\n")
        for _ in 0..<20 { client.send("64\n" + String(repeating: "x", count: 100) + "\n") }
        let answers = try client.readAll()
        #expect(answers.map(\.status) == [413])
        #expect(answers.first?.code == "content-too-large")
    }
}
