import HTTP
import Testing

/// Deadlines, set short: what comes of them, not when.
@Suite struct DeadlineTests {
    @Test func aHeadThatDribblesIsRefused() throws {
        let server = try TestServer { $0.headTimeout = 0.3 }
        let client = try server.connect()
        client.send("GET /healthz HTTP/1.1\nHost: a\nX: ")
        let sender = Sender.dribble(client, "x")
        let answers = try client.readAll()
        client.close()
        sender.wait()
        #expect(answers.map(\.status) == [408])
        #expect(answers.first?.code == "request-timeout")
        #expect(answers.first?.fields["connection"] == "close")
    }

    @Test func aConnectionWithoutARequestIsClosed() throws {
        let server = try TestServer { $0.idleTimeout = 0.2 }
        let silent = try server.connect()
        #expect(try silent.readAll().isEmpty)
        let used = try server.connect()
        used.send("GET /healthz HTTP/1.1\nHost: a\n\n")
        #expect(try used.readAll().map(\.status) == [200])
    }

    @Test func aBodyBelowTheMinimumRateIsRefused() throws {
        let server = try TestServer {
            $0.rateWindow = 0.3
            $0.minimumRate = 10_000
        }
        let client = try server.connect()
        client.send("POST /echo HTTP/1.1\nHost: a\nContent-Length: 100000\n\n")
        let sender = Sender.dribble(client, "x")
        let answers = try client.readAll()
        client.close()
        sender.wait()
        #expect(answers.map(\.status) == [408])
    }

    @Test func anAnswerThatIsNotReadIsCutOff() throws {
        let server = try TestServer {
            $0.rateWindow = 0.3
            $0.minimumRate = 1_000_000_000
        }
        let client = try server.connect()
        client.shrinkReceiveBuffer()
        client.send("GET /big HTTP/1.1\nHost: a\n\n")
        // Until the server has given up, which it says by not taking more.
        for _ in 0..<10_000 where client.send(" ") { usleepMilliseconds(1) }
        #expect(throws: RawClient.Failure.self) { try client.read() }
    }

    /// A client that reads on, but slowly, learns at once that the rest will not come: the kernel does not go on with it.
    @Test func anAnswerThatIsReadTooSlowlyIsReset() throws {
        let server = try TestServer {
            $0.rateWindow = 0.3
            $0.minimumRate = 1_000_000_000
        }
        let client = try server.connect()
        client.shrinkReceiveBuffer()
        client.send("GET /big HTTP/1.1\nHost: a\n\n")
        usleepMilliseconds(1_000)
        let failure = #expect(throws: RawClient.Failure.self) { try client.readAll() }
        #expect(failure?.description.hasPrefix("recv: Connection reset") == true, "\(String(describing: failure))")
    }

    /// Little of an answer may hide in the kernel: of eight megabytes it must not take more than the client has room for
    /// and 128 KiB, or a client that reads nothing would never be noticed where the buffer takes the whole answer.
    @Test func theKernelTakesNoMoreThanTheClientHasRoomFor() throws {
        let server = try TestServer { $0.rateWindow = 60 }
        let client = try server.connect()
        client.shrinkReceiveBuffer()
        client.send("GET /big HTTP/1.1\nHost: a\n\n")
        usleepMilliseconds(300)
        #expect(server.sentBytes < 1 << 20)
        #expect(server.sentBytes > 0)
    }

    @Test func aSmallBodyThatNeverComesEndsTheConnection() throws {
        let server = try TestServer { $0.headTimeout = 0.2 }
        let client = try server.connect()
        client.send("POST /nowhere HTTP/1.1\nHost: a\nContent-Length: 10\n\n")
        #expect(try client.readAll().map(\.status) == [404])
    }

    /// However long the computation takes.
    @Test func noneOnComputing() throws {
        let server = try TestServer {
            $0.headTimeout = 0.1
            $0.idleTimeout = 0.1
            $0.rateWindow = 0.1
        }
        let client = try server.connect()
        client.send("POST /wait HTTP/1.1\nHost: a\nContent-Length: 1\n\nx")
        #expect(server.application.has("begun", 1))
        usleepMilliseconds(600)
        server.application.letGo()
        #expect(try client.read().text == "x")
    }
}
