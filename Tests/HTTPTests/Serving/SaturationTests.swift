import HTTP
import Testing

/// Everything is occupied: what can be answered is, and the rest is told to come again.
@Suite struct SaturationTests {
    @Test func aFullQueue() throws {
        let server = try TestServer {
            $0.threads = 1
            $0.queue = 2
        }
        let request = "POST /wait HTTP/1.1\nHost: a\nContent-Length: 1\n\nx"
        let running = try server.connect()
        running.send(request)
        #expect(server.application.has("begun", 1))
        let others = try (0..<6).map { _ in try server.connect() }
        for other in others {
            other.send(request)
            // Answered at once, and so the proof that what came before has been dealt with.
            let probe = try server.connect()
            probe.send("GET /healthz HTTP/1.1\nHost: a\n\n")
            #expect(try probe.read().text == "ok")
        }
        for other in others[2...] {
            let answer = try other.read()
            #expect(answer.status == 503)
            #expect(answer.code == "busy")
            #expect(Int(answer.fields["retry-after"] ?? "") ?? 0 >= 1)
            // The connection goes on.
            other.send("GET /healthz HTTP/1.1\nHost: a\n\n")
            #expect(try other.read().text == "ok")
        }
        server.application.letGo()
        #expect(try running.read().text == "x")
        for other in others[..<2] { #expect(try other.read().text == "x") }
    }

    @Test func allBodiesTogetherAreLimited() throws {
        let server = try TestServer { $0.maxBuffered = 1000 }
        let first = try server.connect()
        first.send("POST /echo HTTP/1.1\nHost: a\nContent-Length: 900\n\n" + String(repeating: "x", count: 800))
        let probe = try server.connect()
        probe.send("GET /healthz HTTP/1.1\nHost: a\n\n")
        #expect(try probe.read().text == "ok")
        let second = try server.connect()
        second.send("POST /echo HTTP/1.1\nHost: a\nContent-Length: 900\n\n" + String(repeating: "x", count: 800))
        let refused = try second.readAll()
        #expect(refused.map(\.status) == [503])
        #expect(refused.first?.fields["retry-after"] != nil)
        first.send(String(repeating: "x", count: 100))
        #expect(try first.read().body.count == 900)
        // What was held is given back.
        probe.send("POST /echo HTTP/1.1\nHost: a\nContent-Length: 900\n\n" + String(repeating: "x", count: 900))
        #expect(try probe.read().body.count == 900)
    }

    @Test func connectionsOverTheLimitWait() throws {
        let server = try TestServer { $0.maxConnections = 2 }
        let clients = try (0..<6).map { _ in try server.connect() }
        for client in clients { client.send("GET /healthz HTTP/1.1\nHost: a\nConnection: close\n\n") }
        for client in clients {
            #expect(try client.readAll().map(\.text) == ["ok"])
            client.close()
        }
    }
}
