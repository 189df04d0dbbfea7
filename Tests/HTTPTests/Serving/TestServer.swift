import Foundation
import HTTP
import Logging

/// A server in this process, on a free port, with an application whose computations wait until they are let go.
final class TestServer {
    let port: UInt16
    let application = TestApplication()
    private let server: Server
    private let ended = DispatchSemaphore(value: 0)
    private var hasEnded = false

    init(_ change: (inout ServerConfiguration) -> Void = { _ in }) throws {
        var configuration = ServerConfiguration()
        configuration.port = 0
        configuration.threads = 2
        configuration.handlesSignals = false
        change(&configuration)
        server = Server(
            configuration: configuration, application: application,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        port = try server.start()
        let (server, ended) = (server, ended)
        Thread {
            server.run()
            ended.signal()
        }.start()
    }

    /// What the kernel has taken of all answers, by the server's own count.
    var sentBytes: Int {
        server.metrics.text.firstMatch(of: #/hessian_sent_bytes_total (\d+)/#).flatMap { Int($0.1) } ?? -1
    }

    func connect() throws -> RawClient { try RawClient(port: port) }

    func stop() { server.stop() }

    /// Whether the server has ended, or does so within ten seconds.
    func waitForEnd() -> Bool {
        if !hasEnded { hasEnded = ended.wait(timeout: .now() + 10) == .success }
        return hasEnded
    }

    deinit {
        application.letGo()
        server.stop()
        _ = waitForEnd()
    }
}

/// `GET /healthz`, `GET /big`, `POST /echo`, and `POST /wait`, which computes until it is let go or called off.
final class TestApplication: Application, @unchecked Sendable {
    static let big = (0..<8_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 11) }

    private let condition = NSCondition()
    // The condition guards these.
    private var isLetGo = false
    private var counts: [String: Int] = [:]

    func route(_ head: RequestHead) -> RouteDecision {
        switch (head.path, head.method) {
        case ("/healthz", .get): .respond(Response(contentType: "text/plain", body: Array("ok".utf8)))
        case ("/big", .get): .respond(Response(contentType: "application/octet-stream", body: Self.big))
        case ("/echo", .post): .receive(Receiver(application: nil))
        case ("/wait", .post): .receive(Receiver(application: self))
        case ("/healthz", _), ("/big", _):
            .respond(Problem.methodNotAllowed(head.method.rawValue, head.path, allowed: ["GET", "HEAD"]))
        case ("/echo", _), ("/wait", _):
            .respond(Problem.methodNotAllowed(head.method.rawValue, head.path, allowed: ["POST"]))
        default: .respond(Problem.notFound(head.path).response())
        }
    }

    /// Lets all computations end.
    func letGo() {
        condition.withLock {
            isLetGo = true
            condition.broadcast()
        }
    }

    /// Counts `begun`, `called off` and `done`.
    fileprivate func count(_ event: String) {
        condition.withLock {
            counts[event, default: 0] += 1
            condition.broadcast()
        }
    }

    /// Whether an event has happened so often, or does so within ten seconds.
    func has(_ event: String, _ times: Int) -> Bool {
        let end = Date().addingTimeInterval(10)
        return condition.withLock {
            while counts[event, default: 0] < times, condition.wait(until: end) {}
            return counts[event, default: 0] >= times
        }
    }

    /// How often an event has happened.
    func times(_ event: String) -> Int { condition.withLock { counts[event, default: 0] } }

    fileprivate func wait(_ cancellation: CancellationToken) {
        count("begun")
        while !condition.withLock({ isLetGo }) {
            if cancellation.isCancelled { return count("called off") }
            usleep(1000)
        }
        count("done")
    }

    /// Answers with what it received.
    private final class Receiver: BodyReceiver {
        private let application: TestApplication?
        private var body: [UInt8] = []

        init(application: TestApplication?) { self.application = application }

        var bufferedBytes: Int { body.count }

        func receive(_ bytes: UnsafeRawBufferPointer) { body += bytes }

        func respond(cancellation: CancellationToken) -> Response {
            application?.wait(cancellation)
            return Response(contentType: "application/octet-stream", body: body)
        }
    }
}
