import HTTP
import Testing

/// A client that leaves frees what it has asked for (RFC 9112 §9.5).
@Suite struct LeavingTests {
    private let request = "POST /wait HTTP/1.1\nHost: a\nContent-Length: 1\n\nx"

    enum Way: CaseIterable { case close, reset, halfClose }

    private func leave(_ client: RawClient, _ way: Way) {
        switch way {
        case .close: client.close()
        case .reset: client.reset()
        case .halfClose: client.finishSending()
        }
    }

    @Test(arguments: Way.allCases)
    func aRunningComputationIsCalledOff(way: Way) throws {
        let server = try TestServer { $0.threads = 1 }
        let client = try server.connect()
        client.send(request)
        #expect(server.application.has("begun", 1))
        leave(client, way)
        #expect(server.application.has("called off", 1))
        let next = try server.connect()
        next.send("POST /echo HTTP/1.1\nHost: a\nContent-Length: 1\n\nx")
        #expect(try next.read().text == "x")
    }

    @Test(arguments: Way.allCases)
    func aWaitingOneIsDropped(way: Way) throws {
        let server = try TestServer {
            $0.threads = 1
            $0.queue = 1
        }
        let first = try server.connect()
        first.send(request)
        #expect(server.application.has("begun", 1))
        let second = try server.connect()
        second.send(request)
        // Who is answered at once shows that what came before him has been dealt with.
        func settle() throws {
            let probe = try server.connect()
            probe.send("GET /healthz HTTP/1.1\nHost: a\n\n")
            #expect(try probe.read().text == "ok")
        }
        let refused = try server.connect()
        refused.send(request)
        #expect(try refused.read().status == 503)
        leave(second, way)
        try settle()
        // There is room for another now.
        let third = try server.connect()
        third.send("POST /echo HTTP/1.1\nHost: a\nContent-Length: 1\n\ny")
        try settle()
        server.application.letGo()
        #expect(try third.read().text == "y")
        #expect(try first.read().text == "x")
        #expect(server.application.times("begun") == 1)
    }

    @Test func resetsAtAnyMomentLeaveNothingBehind() throws {
        let server = try TestServer()
        for text in [
            "", "GET", "GET /healthz HTTP/1.1\nHost: a\n\n", "GET /big HTTP/1.1\nHost: a\n\n",
            "POST /echo HTTP/1.1\nHost: a\nContent-Length: 100\n\nabc",
            "POST /nowhere HTTP/1.1\nHost: a\nContent-Length: 9\n\n",
            "POST /nowhere HTTP/1.1\nHost: a\nContent-Length: 900000\n\n", "nonsense\n\n",
        ] {
            for _ in 0..<20 {
                let client = try server.connect()
                client.send(text)
                client.reset()
            }
        }
        let client = try server.connect()
        client.send("GET /healthz HTTP/1.1\nHost: a\n\n")
        #expect(try client.read().text == "ok")
    }
}
