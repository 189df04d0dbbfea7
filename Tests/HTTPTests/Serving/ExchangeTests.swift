import HTTP
import Testing

/// One request, one response, in order (RFC 9112 §9.3).
@Suite struct ExchangeTests {
    @Test func answersCarryWhatTheyMust() throws {
        let server = try TestServer()
        let client = try server.connect()
        client.send("GET /healthz HTTP/1.1\nHost: a\n\n")
        let answer = try client.read()
        #expect(answer.status == 200)
        #expect(answer.text == "ok")
        #expect(answer.fields["date"]?.hasSuffix(" GMT") == true)
        #expect(answer.fields["server"] == nil)
        #expect(answer.fields["connection"] == nil)
        #expect(answer.fields["access-control-allow-origin"] == nil)
    }

    @Test func head() throws {
        let server = try TestServer()
        let client = try server.connect()
        client.send("HEAD /big HTTP/1.1\nHost: a\n\nGET /healthz HTTP/1.1\nHost: a\n\n")
        let head = try client.read(isHead: true)
        #expect(head.status == 200)
        #expect(head.fields["content-length"] == "8000000")
        #expect(try client.read().text == "ok")
        client.send("HEAD /nowhere HTTP/1.1\nHost: a\n\nGET /healthz HTTP/1.1\nHost: a\n\n")
        #expect(try client.read(isHead: true).status == 404)
        #expect(try client.read().text == "ok")
    }

    @Test func methods() throws {
        let server = try TestServer()
        let client = try server.connect()
        client.send("DELETE /healthz HTTP/1.1\nHost: a\n\n")
        let refused = try client.read()
        #expect(refused.status == 405)
        #expect(refused.fields["allow"] == "GET, HEAD")
        #expect(refused.code == "method-not-allowed")
        client.send("OPTIONS /echo HTTP/1.1\nHost: a\n\n")
        let options = try client.read()
        #expect(options.status == 204)
        #expect(options.fields["allow"] == "POST, OPTIONS")
        #expect(options.fields["content-length"] == nil)
        client.send("OPTIONS * HTTP/1.1\nHost: a\n\n")
        #expect(try client.read().status == 204)
    }

    @Test func pipelinedRequestsAreAnsweredInOrder() throws {
        let server = try TestServer()
        let client = try server.connect()
        // Computed ones among immediate ones: the immediate ones must wait.
        for i in 0..<50 {
            client.send(
                "POST /echo HTTP/1.1\nHost: a\nContent-Length: 2\n\n\(i + 10)GET /nowhere HTTP/1.1\nHost: a\n\n")
            client.send("POST /echo HTTP/1.1\nHost: a\nTransfer-Encoding: chunked\n\n1\nx\n0\n\n")
        }
        for i in 0..<50 {
            #expect(try client.read().text == "\(i + 10)")
            #expect(try client.read().status == 404)
            #expect(try client.read().text == "x")
        }
    }

    /// The stack does not grow with the number of requests that come in one piece.
    @Test func twentyThousandRequestsAtOnce() throws {
        let server = try TestServer()
        let client = try server.connect()
        let one = Array("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
        let sender = Sender(client, Array(repeating: one, count: 20_000).flatMap { $0 })
        for i in 0..<20_000 where try client.read().text != "ok" { Issue.record("answer \(i)") }
        #expect(sender.wait())
    }

    @Test(arguments: 1..<70)
    func aRequestInTwoSegments(position: Int) throws {
        let server = try TestServer()
        let client = try server.connect()
        let bytes = Array(
            "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhelloGET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"
                .utf8)
        client.send(Array(bytes[..<position]))
        client.send(Array(bytes[position...]))
        #expect(try client.read().text == "hello")
        #expect(try client.read().text == "ok")
    }

    @Test func oldClients() throws {
        let server = try TestServer()
        let closing = try server.connect()
        closing.send("GET /healthz HTTP/1.0\n\n")
        let answers = try closing.readAll()
        #expect(answers.map(\.text) == ["ok"])
        #expect(answers.first?.fields["connection"] == "close")
        let keeping = try server.connect()
        for _ in 0..<3 {
            keeping.send("POST /echo HTTP/1.0\nConnection: keep-alive\nContent-Length: 1\n\nx")
            let answer = try keeping.read()
            #expect(answer.text == "x")
            #expect(answer.fields["connection"] == "keep-alive")
        }
    }

    @Test func closeIsObeyed() throws {
        let server = try TestServer()
        let client = try server.connect()
        client.send("GET /healthz HTTP/1.1\nHost: a\nConnection: close\n\nGET /healthz HTTP/1.1\nHost: a\n\n")
        let answers = try client.readAll()
        #expect(answers.map(\.text) == ["ok"])
        #expect(answers.first?.fields["connection"] == "close")
    }

    /// RFC 9112 §9.6: a client that has ended its side still reads.
    @Test func aHalfClosedConnectionIsAnswered() throws {
        let server = try TestServer()
        for text in [
            "GET /healthz HTTP/1.1\nHost: a\n\n", "GET /healthz HTTP/1.0\n\n",
            "GET /big HTTP/1.1\nHost: a\n\nGET /healthz HTTP/1.1\nHost: a\n\n",
        ] {
            let client = try server.connect()
            client.send(text)
            client.finishSending()
            #expect(try client.readAll().last?.text == "ok")
        }
    }

    @Test func aLargeAnswerArrives() throws {
        let server = try TestServer()
        let client = try server.connect()
        client.send("GET /big HTTP/1.1\nHost: a\n\n")
        #expect(try client.read().body == TestApplication.big)
    }

    @Test func expectation() throws {
        let server = try TestServer()
        let client = try server.connect()
        client.send("POST /echo HTTP/1.1\nHost: a\nExpect: 100-continue\nContent-Length: 3\n\n")
        #expect(try client.read().status == 100)
        client.send("abc")
        #expect(try client.read().text == "abc")
        // Where the body is there already, nobody waits for the interim answer.
        client.send("POST /echo HTTP/1.1\nHost: a\nExpect: 100-continue\nContent-Length: 3\n\nabc")
        #expect(try client.read().text == "abc")
        // An empty body is not waited for.
        client.send("POST /echo HTTP/1.1\nHost: a\nExpect: 100-continue\nContent-Length: 0\n\n")
        #expect(try client.read().status == 200)
    }

    /// RFC 9110 §15.5.12.
    @Test func aBodyNeedsALength() throws {
        let server = try TestServer()
        let client = try server.connect()
        client.send("POST /echo HTTP/1.1\nHost: a\n\n")
        let answer = try client.read()
        #expect(answer.status == 411)
        #expect(answer.code == "length-required")
        client.send("POST /echo HTTP/1.1\nHost: a\nContent-Length: 0\n\n")
        #expect(try client.read().status == 200)
    }

    @Test(arguments: [("gzip", 415), ("br", 415), ("identity", 200), ("", 200), ("gzip, identity", 415)])
    func contentEncoding(coding: String, status: Int) throws {
        let server = try TestServer()
        let client = try server.connect()
        client.send("POST /echo HTTP/1.1\nHost: a\nContent-Encoding: \(coding)\nContent-Length: 1\n\nx")
        #expect(try client.read().status == status)
        client.send("GET /healthz HTTP/1.1\nHost: a\n\n")
        #expect(try client.read().status == 200)
    }
}
