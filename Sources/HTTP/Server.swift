import CSockets
import Foundation
import HTTPTypes
import Logging

/// An HTTP/1.1 server over plain sockets: one thread runs the event loop, a fixed set of own threads computes.
public final class Server: @unchecked Sendable {
    let configuration: ServerConfiguration
    let application: any Application
    let logger: Logger
    /// Counters of this server.
    public let metrics: Metrics
    let workers: WorkerPool
    private var listener: Int32 = -1
    private var epoll: Int32 = -1
    private var wake: Int32 = -1
    private var signals: Int32 = -1
    private var connections: [Int: Connection] = [:]
    private var nextID = 16
    private var listening = false
    private var acceptAgainAt = 0.0
    private var buffered = 0
    private var stoppingUntil: Double?
    private var lastSweep = 0.0
    var date = ""
    private var dateSecond = 0
    private var chunk = [UInt8](repeating: 0, count: 256 << 10)
    // What workers and other threads hand over; the lock guards both.
    private let handover = NSLock()
    private var finished: [(id: Int, response: Response)] = []
    private var isStopRequested = false

    private static let listenerID: UInt64 = 1
    private static let wakeID: UInt64 = 2
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
        for descriptor in [listener, epoll, wake, signals] where descriptor >= 0 { close(descriptor) }
        workers.stop()
    }

    /// Binds and listens; the port that was bound.
    /// - Throws: `ListenError`.
    @discardableResult
    public func start() throws -> UInt16 {
        var bound: UInt16 = 0
        listener = csockets_listen(configuration.host, configuration.port, 1024, &bound)
        guard listener >= 0 else {
            throw ListenError(reason: listener == -2 ? "no such address" : String(cString: strerror(errno)))
        }
        epoll = csockets_epoll_create()
        wake = csockets_eventfd()
        guard epoll >= 0, wake >= 0 else { throw ListenError(reason: String(cString: strerror(errno))) }
        _ = csockets_epoll_control(epoll, csockets_add, wake, csockets_in, Server.wakeID)
        if signals >= 0 { _ = csockets_epoll_control(epoll, csockets_add, signals, csockets_in, Server.signalID) }
        return bound
    }

    /// Asks the server to stop; from any thread.
    public func stop() {
        handover.withLock { isStopRequested = true }
        notify()
    }

    private func notify() {
        var one: UInt64 = 1
        _ = write(wake, &one, 8)
    }

    // MARK: The loop

    /// Serves until `stop` or a signal, then finishes what is in flight.
    public func run() {
        setListening(true)
        var events = [csockets_event](repeating: csockets_event(), count: 256)
        while true {
            let ready = csockets_epoll_wait(epoll, &events, 256, 200)
            for i in 0..<max(0, Int(ready)) {
                switch events[i].data {
                case Server.listenerID: acceptAll()
                case Server.wakeID: drainWake()
                case Server.signalID: takeSignal()
                default:
                    if let connection = connections[Int(events[i].data)] { handle(connection, events[i].events) }
                }
            }
            deliver()
            if handover.withLock({ isStopRequested }), stoppingUntil == nil { beginStop() }
            let now = Server.now()
            if now - lastSweep > 0.1 { sweep(now) }
            if let end = stoppingUntil, connections.isEmpty || now > end { break }
        }
        for connection in connections.values { dispose(connection) }
        workers.stop()
        logger.info("stopped")
    }

    static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    private func drainWake() {
        var count: UInt64 = 0
        _ = read(wake, &count, 8)
    }

    private func takeSignal() {
        let number = csockets_next_signal(signals)
        guard number != 0 else { return }
        if stoppingUntil != nil {
            logger.warning("a second signal: ending at once")
            stoppingUntil = 0
            return
        }
        logger.info("stopping", metadata: ["signal": "\(number == SIGTERM ? "SIGTERM" : "SIGINT")"])
        beginStop()
    }

    private func beginStop() {
        stoppingUntil = Server.now() + configuration.shutdownTimeout
        setListening(false)
        close(listener)
        listener = -1
        for connection in Array(connections.values)
        where connection.state == .head && connection.input.count == connection.used {
            dispose(connection)
        }
    }

    var isStopping: Bool { stoppingUntil != nil }

    private func setListening(_ on: Bool) {
        guard on != listening, listener >= 0 else { return }
        listening = on
        _ = csockets_epoll_control(epoll, on ? csockets_add : csockets_delete, listener, csockets_in, Server.listenerID)
    }

    private func acceptAll() {
        var peer = [CChar](repeating: 0, count: 64)
        for _ in 0..<64 {
            // At the limit connections wait in the kernel's queue.
            if connections.count >= configuration.maxConnections { return setListening(false) }
            let descriptor = csockets_accept(listener, &peer, 64)
            guard descriptor >= 0 else {
                if errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM {
                    // Without a descriptor accepting again at once would spin; wait for one to be closed.
                    setListening(false)
                    acceptAgainAt = Server.now() + 0.25
                }
                return
            }
            nextID += 1
            let text = String(decoding: peer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            let connection = Connection(id: nextID, descriptor: descriptor, peer: text, now: Server.now())
            connections[nextID] = connection
            metrics.opening()
            connection.interest = csockets_in | csockets_peer_closed
            _ = csockets_epoll_control(epoll, csockets_add, descriptor, connection.interest, UInt64(nextID))
        }
    }

    private func setInterest(_ connection: Connection, _ interest: UInt32) {
        guard connection.interest != interest else { return }
        connection.interest = interest
        _ = csockets_epoll_control(epoll, csockets_modify, connection.descriptor, interest, UInt64(connection.id))
    }

    func dispose(_ connection: Connection) {
        guard connections.removeValue(forKey: connection.id) != nil else { return }
        if connection.state == .computing {
            connection.token?.cancel()
            workers.remove(connection.id)
        }
        account(connection, 0)
        connection.receiver = nil
        close(connection.descriptor)
        metrics.closing()
        if !isStopping, !listening, connections.count < configuration.maxConnections { setListening(true) }
    }

    // MARK: Events

    private func handle(_ connection: Connection, _ events: UInt32) {
        if events & csockets_failed != 0 {
            // A reset, or both sides closed: what is computed has no reader.
            return dispose(connection)
        }
        if events & csockets_peer_closed != 0, connection.state == .computing { return dispose(connection) }
        if events & csockets_out != 0 { flush(connection) }
        if events & (csockets_in | csockets_peer_closed) != 0, connections[connection.id] != nil { receive(connection) }
    }

    private func receive(_ connection: Connection) {
        for _ in 0..<4 {
            guard connections[connection.id] != nil else { return }
            if connection.state == .computing || connection.state == .writing { break }
            let count = chunk.withUnsafeMutableBytes { recv(connection.descriptor, $0.baseAddress, $0.count, 0) }
            if count == 0 {
                connection.peerHasClosed = true
                return endOfInput(connection)
            }
            guard count > 0 else {
                if errno == EAGAIN || errno == EINTR { break }
                return dispose(connection)
            }
            connection.lastByte = Server.now()
            metrics.received(count)
            chunk.withUnsafeBytes { bytes in
                consume(connection, UnsafeRawBufferPointer(rebasing: bytes[..<count]))
            }
            if count < chunk.count { break }
        }
        if connections[connection.id] != nil { updateInterest(connection) }
    }

    /// Reads only what the state can use; while computing only whether the client is still there.
    func updateInterest(_ connection: Connection) {
        switch connection.state {
        case .head, .body: setInterest(connection, csockets_in | csockets_peer_closed)
        case .lingering: setInterest(connection, csockets_in)
        case .computing: setInterest(connection, connection.peerHasClosed ? 0 : csockets_peer_closed)
        case .writing: setInterest(connection, csockets_out)
        }
    }

    private func endOfInput(_ connection: Connection) {
        switch connection.state {
        case .head, .body, .lingering: dispose(connection)
        case .computing: dispose(connection)
        case .writing: connection.closesAfterAnswer = true
        }
    }

    /// Takes bytes in the present state; what is left over is kept for the next.
    private func consume(_ connection: Connection, _ bytes: UnsafeRawBufferPointer) {
        switch connection.state {
        case .lingering:
            connection.lingered += bytes.count
            if connection.lingered > 64 << 20 { dispose(connection) }
        case .body where connection.input.count == connection.used:
            takeBody(connection, bytes)
        default:
            connection.input.append(contentsOf: bytes)
            advance(connection)
        }
    }

    /// Goes on with what is in the input: heads, bodies, pipelined requests, until more is needed.
    func advance(_ connection: Connection) {
        while connections[connection.id] != nil, connection.used < connection.input.count {
            switch connection.state {
            case .head:
                if !readHead(connection) { return connection.compact() }
            case .body:
                let rest = connection.input[connection.used...]
                connection.input = []
                connection.used = 0
                let bytes = Array(rest)
                bytes.withUnsafeBytes { takeBody(connection, $0) }
            case .lingering:
                connection.lingered += connection.input.count - connection.used
                connection.used = connection.input.count
            case .computing, .writing: return
            }
        }
        connection.compact()
    }

    // MARK: Heads

    /// Reads on in a head; true where it is complete and has been dealt with.
    private func readHead(_ connection: Connection) -> Bool {
        if var discarding = connection.discarding {
            // What is left of a small body that was refused.
            let rest = Array(connection.input[connection.used...])
            let taken = rest.withUnsafeBytes { bytes in (try? discarding.take(bytes) { _ in }) ?? -1 }
            guard taken >= 0 else {
                dispose(connection)
                return false
            }
            connection.used += taken
            connection.discarding = discarding.isDone ? nil : discarding
            return connection.used < connection.input.count
        }
        if connection.headStarted == nil { connection.headStarted = Server.now() }
        let start = connection.used
        var position = start + connection.scanner.count
        if connection.scanner.count == 0 { connection.scanner = HeadScanner() }
        while position < connection.input.count {
            let step = connection.scanner.take(connection.input[position], configuration: configuration)
            position += 1
            switch step {
            case .more:
                if connection.scanner.count == 0 {
                    // An empty line before the request line: the head begins behind it.
                    connection.used = position
                }
            case .failed(let problem):
                begin(connection)
                refuse(connection, problem.response())
                return false
            case .complete:
                let bytes = connection.input[connection.used..<position]
                let result = RequestParser.parse(bytes, configuration)
                connection.used = position
                connection.scanner = HeadScanner()
                begin(connection)
                switch result {
                case .failure(let error): refuse(connection, error.problem.response())
                case .success(let parsed): route(connection, parsed)
                }
                return true
            }
        }
        return false
    }

    private func begin(_ connection: Connection) {
        connection.requestStarted = connection.headStarted ?? Server.now()
        connection.headStarted = nil
        connection.requestNumber += 1
        connection.parsed = nil
        connection.decoder = nil
        connection.receiver = nil
        connection.closesAfterAnswer = false
        connection.lingersAfterAnswer = false
    }

    private func route(_ connection: Connection, _ parsed: ParsedHead) {
        connection.parsed = parsed
        connection.closesAfterAnswer = !parsed.keepsAlive || isStopping
        let decoder = BodyDecoder(parsed.framing, configuration: configuration)
        var head = parsed.head
        if let refusal = Guard.refusal(of: head, token: configuration.token) {
            return answerUnread(connection, decoder, refusal)
        }
        if head.method == .options,
            let response = Guard.options(head, corsOrigin: configuration.corsOrigin, application)
        {
            return answerUnread(connection, decoder, response)
        }
        if head.method == .head { head.method = .get }
        switch application.route(head) {
        case .respond(let response): answerUnread(connection, decoder, response)
        case .receive(let receiver):
            if let encoding = head.fields[.contentEncoding], !["", "identity"].contains(encoding.lowercased()) {
                return answerUnread(
                    connection, decoder,
                    Problem.unsupportedMediaType(
                        "Content-Encoding \(encoding.prefix(40)) is not understood; send the body as it is"
                    ).response())
            }
            connection.receiver = receiver
            connection.decoder = decoder
            if decoder.isDone { return compute(connection) }
            connection.state = .body
            connection.rateWindowStart = Server.now()
            connection.rateWindowBytes = 0
            if parsed.expectsContinue, connection.used == connection.input.count {
                let text: StaticString = "HTTP/1.1 100 Continue\r\n\r\n"
                _ = send(connection.descriptor, text.utf8Start, text.utf8CodeUnitCount, Int32(MSG_NOSIGNAL))
            }
        }
    }

    /// Answers a request whose body has not been read. A small one is thrown away, so that the connection can go on;
    /// with a larger one, or one that waits for `100 Continue`, the connection is closed after the client has read.
    private func answerUnread(_ connection: Connection, _ decoder: BodyDecoder, _ response: Response) {
        if !decoder.isDone {
            let isSmall = decoder.remaining.map { $0 <= 64 << 10 } ?? false
            if isSmall, connection.parsed?.expectsContinue != true {
                connection.discarding = decoder
            } else {
                connection.closesAfterAnswer = true
                connection.lingersAfterAnswer = true
            }
        }
        answer(connection, response)
    }

    /// Answers and closes: the framing of what follows is not known.
    private func refuse(_ connection: Connection, _ response: Response) {
        connection.closesAfterAnswer = true
        connection.lingersAfterAnswer = true
        connection.used = connection.input.count
        answer(connection, response)
    }

    // MARK: Bodies

    private func takeBody(_ connection: Connection, _ bytes: UnsafeRawBufferPointer) {
        guard var decoder = connection.decoder, let receiver = connection.receiver else { return dispose(connection) }
        connection.rateWindowBytes += bytes.count
        do {
            let taken = try decoder.take(bytes) { try receiver.receive($0) }
            connection.decoder = decoder
            account(connection, receiver.bufferedBytes)
            guard buffered <= configuration.maxBuffered else {
                throw Rejection(
                    Problem.busy("the bodies being read fill the memory that is set aside for them").response())
            }
            if taken < bytes.count { connection.input.append(contentsOf: bytes[taken...]) }
            if decoder.isDone { compute(connection) }
        } catch let rejection as Rejection {
            connection.decoder = decoder
            connection.receiver = nil
            account(connection, 0)
            // How much of the body is left is known only to the decoder, which stopped: the connection cannot go on.
            connection.closesAfterAnswer = true
            connection.lingersAfterAnswer = true
            answer(connection, rejection.response)
        } catch {
            logger.error("a receiver threw \(error)")
            refuse(
                connection,
                Problem(
                    status: 500, code: "internal", title: "An error of the service",
                    detail: "the body could not be read"
                ).response())
        }
    }

    private func account(_ connection: Connection, _ bytes: Int) {
        buffered += bytes - connection.buffered
        connection.buffered = bytes
    }

    private func compute(_ connection: Connection) {
        guard let receiver = connection.receiver else { return dispose(connection) }
        connection.state = .computing
        let token = CancellationToken()
        connection.token = token
        let id = connection.id
        let box = ReceiverBox(receiver: receiver)
        let isQueued = workers.add(id) { [weak self] in
            let response = box.receiver.respond(cancellation: token)
            guard let self else { return }
            self.handover.withLock { self.finished.append((id, response)) }
            self.notify()
        }
        if isQueued { return updateInterest(connection) }
        connection.receiver = nil
        account(connection, 0)
        answer(connection, Problem.busy("every worker is occupied and the queue is full; try again").response())
    }

    /// A receiver handed from the I/O thread to one worker, which is the only one to use it from then on.
    private struct ReceiverBox: @unchecked Sendable { let receiver: any BodyReceiver }

    private func deliver() {
        let done = handover.withLock {
            defer { finished = [] }
            return finished
        }
        for (id, response) in done {
            guard let connection = connections[id], connection.state == .computing else { continue }
            connection.receiver = nil
            account(connection, 0)
            answer(connection, response)
        }
    }

    // MARK: Answers

    private func answer(_ connection: Connection, _ response: Response) {
        if isStopping { connection.closesAfterAnswer = true }
        connection.state = .writing
        connection.status = response.status.code
        connection.output = ResponseEncoder.encode(
            response, for: connection.parsed, closes: connection.closesAfterAnswer, date: currentDate(),
            corsOrigin: configuration.corsOrigin)
        connection.written = 0
        connection.answerBytes = response.body.count
        connection.rateWindowStart = Server.now()
        connection.rateWindowBytes = 0
        flush(connection)
    }

    private func currentDate() -> String {
        var seconds = time_t()
        time(&seconds)
        if seconds != dateSecond || date.isEmpty {
            dateSecond = seconds
            date = ResponseEncoder.date(seconds)
        }
        return date
    }

    private func flush(_ connection: Connection) {
        guard connection.state == .writing else { return }
        while connection.written < connection.output.count {
            let count = connection.output.withUnsafeBytes { bytes in
                send(
                    connection.descriptor, bytes.baseAddress.map { $0 + connection.written },
                    bytes.count - connection.written,
                    Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else {
                if errno == EINTR { continue }
                if errno == EAGAIN { return updateInterest(connection) }
                return dispose(connection)
            }
            connection.written += count
            connection.rateWindowBytes += count
            metrics.sent(count)
        }
        finish(connection)
    }

    /// The answer is out: on to the next request, or the end.
    private func finish(_ connection: Connection) {
        let now = Server.now()
        let seconds = now - connection.requestStarted
        metrics.request(status: connection.status, seconds: seconds)
        if logger.logLevel <= .info {
            logger.info(
                "request",
                metadata: [
                    "id": "\(connection.id)-\(connection.requestNumber)", "peer": "\(connection.peer)",
                    "method": "\(connection.parsed?.head.method.rawValue ?? "-")",
                    "path": "\(String((connection.parsed?.head.path ?? "-").prefix(200)))",
                    "status": "\(connection.status)",
                    "bytes": "\(connection.answerBytes)", "ms": "\((seconds * 1e4).rounded() / 10)",
                ])
        }
        connection.output = []
        connection.token = nil
        connection.lastByte = now
        if connection.closesAfterAnswer {
            guard connection.lingersAfterAnswer else { return dispose(connection) }
            connection.state = .lingering
            connection.lingerUntil = now + 2
            connection.lingerHardEnd = now + 10
            connection.input = []
            connection.used = 0
            shutdown(connection.descriptor, Int32(SHUT_WR))
            return updateInterest(connection)
        }
        connection.state = .head
        connection.parsed = nil
        if connection.used < connection.input.count { advance(connection) }
        if connections[connection.id] != nil {
            if connection.peerHasClosed, connection.state == .head { return dispose(connection) }
            updateInterest(connection)
        }
    }

    // MARK: Clocks

    private func sweep(_ now: Double) {
        lastSweep = now
        if !listening, !isStopping, now > acceptAgainAt, connections.count < configuration.maxConnections {
            setListening(true)
        }
        for connection in Array(connections.values) {
            switch connection.state {
            case .head:
                if let started = connection.headStarted {
                    if now - started > configuration.headTimeout {
                        begin(connection)
                        refuse(connection, Problem.timeout.response())
                    }
                } else if now - connection.lastByte > configuration.idleTimeout || isStopping {
                    dispose(connection)
                }
            case .body, .writing:
                guard now - connection.rateWindowStart > configuration.rateWindow else { continue }
                if Double(connection.rateWindowBytes) < configuration.minimumRate * configuration.rateWindow {
                    if connection.state == .body {
                        refuse(connection, Problem.timeout.response())
                    } else {
                        dispose(connection)
                    }
                    continue
                }
                connection.rateWindowStart = now
                connection.rateWindowBytes = 0
            case .lingering:
                let isQuiet = now > connection.lingerUntil && now - connection.lastByte > 0.5
                if now > connection.lingerHardEnd || isQuiet { dispose(connection) }
            case .computing: break
            }
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
