import CSockets
import Foundation
import HTTPTypes
import Logging

/// An HTTP/1.1 server over plain sockets: one thread runs the event loop, a fixed set of own threads computes.
///
/// Here are its beginning, its loop and its end; what the loop does is in the extensions: `Server+Accepting`,
/// `Server+Reading`, `Server+Answering`, `Server+Deadlines`. All state but `outbox` and `workers` belongs to the thread
/// that calls `run`.
public final class Server: @unchecked Sendable {
    let configuration: ServerConfiguration
    let application: any Application
    let logger: Logger
    /// Counters of this server.
    public let metrics: Metrics
    let workers: WorkerPool
    let outbox = Outbox()
    var epoll: Int32 = -1
    private var signals: Int32 = -1

    // Accepting
    var listener: Int32 = -1
    var isListening = false
    var acceptAgainAt = 0.0
    var connections: [Int: Connection] = [:]
    var nextID = 16

    // Reading
    /// Where bytes are received; what must be kept is copied from here. So small that a receiver at its slowest, some
    /// megabytes a second, keeps the others waiting for milliseconds.
    let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 128 << 10, alignment: 64)
    /// What all receivers hold.
    var buffered = 0

    // Answering
    var date = ""
    var dateSecond = 0

    // The end
    private var stoppingUntil: Double?
    var isStopping: Bool { stoppingUntil != nil }

    var lastSweep = 0.0

    static let listenerID: UInt64 = 1
    private static let outboxID: UInt64 = 2
    private static let signalID: UInt64 = 3

    /// A server that does not listen yet.
    public init(
        configuration: ServerConfiguration, application: any Application, logger: Logger, metrics: Metrics = Metrics()
    ) {
        self.metrics = metrics
        self.configuration = configuration
        self.application = application
        self.logger = logger
        // The signals must be blocked before the first thread starts, so that all inherit the mask.
        if configuration.handlesSignals { signals = csockets_signal_descriptor() }
        signal(SIGPIPE, SIG_IGN)
        workers = WorkerPool(threads: configuration.threads, queue: configuration.queue)
        metrics.queueDepth = { [weak workers] in workers?.depth ?? 0 }
    }

    deinit {
        workers.stop()
        for descriptor in [listener, epoll, signals] where descriptor >= 0 { close(descriptor) }
        chunk.deallocate()
    }

    /// Binds and listens; the port that was bound.
    /// - Throws: `ListenError`.
    @discardableResult
    public func start() throws -> UInt16 {
        // The usual limit of 1024 is for programs that use select(2).
        csockets_allow_descriptors(UInt64(configuration.maxConnections) + 64)
        csockets_bound_free_memory()
        var bound: UInt16 = 0
        listener = csockets_listen(configuration.host, configuration.port, 1024, &bound)
        guard listener >= 0 else {
            throw ListenError(reason: listener == -2 ? "no such address" : String(cString: strerror(errno)))
        }
        epoll = csockets_epoll_create()
        guard epoll >= 0, outbox.descriptor >= 0 else { throw ListenError(reason: String(cString: strerror(errno))) }
        _ = csockets_epoll_control(epoll, csockets_add, outbox.descriptor, csockets_in, Server.outboxID)
        if signals >= 0 { _ = csockets_epoll_control(epoll, csockets_add, signals, csockets_in, Server.signalID) }
        return bound
    }

    /// Asks the server to stop; from any thread.
    public func stop() { outbox.requestStop() }

    /// Serves until `stop` or a signal, then finishes what is in flight.
    public func run() {
        setListening(true)
        var events = [csockets_event](repeating: csockets_event(), count: 256)
        while true {
            let ready = csockets_epoll_wait(epoll, &events, 256, 200)
            for i in 0..<max(0, Int(ready)) {
                switch events[i].data {
                case Server.listenerID: acceptAll()
                case Server.outboxID: takeOutbox()
                case Server.signalID: takeSignal()
                default:
                    if let connection = connections[Int(events[i].data)] { handle(connection, events[i].events) }
                }
            }
            let now = Server.now()
            if now - lastSweep > 0.1 { sweep(now) }
            if let end = stoppingUntil, connections.isEmpty || now > end { break }
        }
        for connection in Array(connections.values) { dispose(connection) }
        workers.stop()
        logger.info("stopped")
    }

    static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    private func takeOutbox() {
        let (answers, stopRequested) = outbox.take()
        for (id, response) in answers {
            guard let connection = connections[id], connection.state == .computing else { continue }
            connection.receiver = nil
            account(connection, 0)
            answer(connection, response)
            resume(connection)
        }
        if stopRequested, !isStopping { beginStop() }
    }

    private func takeSignal() {
        let number = csockets_next_signal(signals)
        guard number != 0 else { return }
        if isStopping {
            logger.warning("a second signal: ending at once")
            stoppingUntil = 0
            return
        }
        logger.info("stopping", metadata: ["signal": "\(number == SIGTERM ? "SIGTERM" : "SIGINT")"])
        beginStop()
    }

    /// No new connections; those without a request are closed, the others get their answer with `Connection: close`.
    private func beginStop() {
        // Who is connected already, or has sent a request already, is answered.
        acceptAll()
        setListening(false)
        stoppingUntil = Server.now() + configuration.shutdownTimeout
        close(listener)
        listener = -1
        for connection in Array(connections.values) where connection.isIdle {
            receive(connection)
            if connection.isIdle { dispose(connection) }
        }
    }
}

/// A server that cannot listen.
public struct ListenError: Error, CustomStringConvertible {
    /// Why.
    public var reason: String
    /// The reason.
    public var description: String { reason }
}
