import HTTP
import Testing

/// The end of a server: what is in flight is answered, nothing else is waited for.
@Suite struct StoppingTests {
    /// A client whose beginning of a request the server has read: another one that came later is answered.
    private func client(of server: TestServer, beginning: String) throws -> RawClient {
        let client = try server.connect()
        client.send(beginning)
        let probe = try server.connect()
        probe.send("GET /healthz HTTP/1.1\nHost: a\n\n")
        #expect(try probe.read().text == "ok")
        return client
    }

    /// A server that no deadline ends while a test runs.
    private func patientServer() throws -> TestServer {
        try TestServer {
            $0.shutdownTimeout = 3600
            $0.headTimeout = 3600
        }
    }

    @Test func idle() throws {
        let server = try TestServer()
        let silent = try server.connect()
        let used = try server.connect()
        used.send("GET /healthz HTTP/1.1\nHost: a\n\n")
        #expect(try used.read().text == "ok")
        server.stop()
        #expect(server.waitForEnd())
        #expect(try silent.readAll().isEmpty)
        #expect(try used.readAll().isEmpty)
        #expect(throws: RawClient.Failure.self) { try server.connect() }
    }

    @Test func aComputationInFlightIsAnswered() throws {
        let server = try TestServer()
        let client = try server.connect()
        client.send("POST /wait HTTP/1.1\nHost: a\nContent-Length: 1\n\nx")
        #expect(server.application.has("begun", 1))
        server.stop()
        usleepMilliseconds(300)
        #expect(throws: RawClient.Failure.self) { try server.connect() }
        server.application.letGo()
        let answers = try client.readAll()
        #expect(answers.map(\.text) == ["x"])
        #expect(answers.first?.fields["connection"] == "close")
        client.close()
        #expect(server.waitForEnd())
    }

    @Test func aBodyInFlightIsTakenAndAnswered() throws {
        let server = try TestServer()
        let client = try client(of: server, beginning: "POST /echo HTTP/1.1\nHost: a\nContent-Length: 4\n\nab")
        server.stop()
        usleepMilliseconds(300)
        client.send("cd")
        #expect(try client.readAll().map(\.text) == ["abcd"])
        client.close()
        #expect(server.waitForEnd())
    }

    @Test func halfAHeadIsNotWaitedForUntilTheDeadline() throws {
        let server = try patientServer()
        let client = try client(of: server, beginning: "GET /healthz HTTP/1.1\nHo")
        server.stop()
        #expect(try client.readAll().map(\.status) == [408])
        client.close()
        #expect(server.waitForEnd())
    }

    @Test func headsThatGoOnAreTakenAndAnswered() throws {
        let server = try patientServer()
        let client = try client(of: server, beginning: "GET /healthz HTTP/1.1\nHo")
        server.stop()
        usleepMilliseconds(200)
        client.send("st: a\n\n")
        #expect(try client.readAll().map(\.text) == ["ok"])
        client.close()
        #expect(server.waitForEnd())
    }

    @Test func theDeadlineEndsWhatDoesNotEnd() throws {
        let server = try TestServer { $0.shutdownTimeout = 0.2 }
        let client = try server.connect()
        client.send("POST /wait HTTP/1.1\nHost: a\nContent-Length: 1\n\nx")
        #expect(server.application.has("begun", 1))
        server.stop()
        #expect(server.waitForEnd())
        // Nobody waits for it, and so the computation is called off.
        #expect(server.application.has("called off", 1))
    }

    @Test func theAddressIsFreeAtOnce() throws {
        let first = try TestServer()
        let client = try first.connect()
        client.send("GET /healthz HTTP/1.1\nHost: a\n\n")
        #expect(try client.read().text == "ok")
        let port = first.port
        first.stop()
        #expect(first.waitForEnd())
        let second = try TestServer { $0.port = port }
        #expect(second.port == port)
    }
}
