import CSockets
import Foundation
import HTTPTypes

/// Bytes become heads, bodies and decisions.
extension Server {
    func handle(_ connection: Connection, _ events: UInt32) {
        // A reset, or both sides closed: nobody reads an answer.
        if events & csockets_failed != 0 { return dispose(connection) }
        if events & csockets_peer_closed != 0, connection.state == .computing { return dispose(connection) }
        if events & csockets_out != 0, connection.state == .writing {
            flush(connection)
            resume(connection)
        }
        if events & (csockets_in | csockets_peer_closed) != 0 { receive(connection) }
    }

    /// Reads what has come, at most a megabyte and for two milliseconds before others have their turn.
    func receive(_ connection: Connection) {
        let end = Server.now() + 0.002
        for _ in 0..<16 {
            switch connection.state {
            case .computing, .writing, .closed: return updateInterest(connection)
            case .head, .body, .discarding, .lingering: break
            }
            let count = recv(connection.descriptor, chunk.baseAddress, chunk.count, 0)
            // The end of the input: what was answered is out, and what is not complete never will be.
            if count == 0 { return dispose(connection) }
            guard count > 0 else {
                if errno == EAGAIN || errno == EINTR { break }
                return dispose(connection)
            }
            connection.lastByte = Server.now()
            metrics.received(count)
            let used = consume(connection, UnsafeRawBufferPointer(rebasing: chunk[..<count]))
            if used < count, connection.state != .closed {
                connection.input = Array(chunk[used..<count])
                connection.used = 0
            }
            if count < chunk.count || connection.lastByte > end { break }
        }
        updateInterest(connection)
    }

    /// Goes on with what came behind a request that is answered now.
    func resume(_ connection: Connection) {
        let input = connection.input
        if !input.isEmpty, connection.state != .computing, connection.state != .writing {
            let start = connection.used
            connection.input = []
            let used = input.withUnsafeBytes { consume(connection, UnsafeRawBufferPointer(rebasing: $0[start...])) }
            if start + used < input.count, connection.state != .closed {
                connection.input = input
                connection.used = start + used
            }
        }
        updateInterest(connection)
    }

    /// Takes bytes until an answer must be computed or sent first, and says how many. A loop, not a recursion: however
    /// many requests come in one piece, the stack does not grow.
    private func consume(_ connection: Connection, _ bytes: UnsafeRawBufferPointer) -> Int {
        var position = 0
        while position < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[position...])
            switch connection.state {
            case .head: position += takeHead(connection, rest)
            case .body: position += takeBody(connection, rest)
            case .discarding: position += discard(connection, rest)
            case .lingering:
                connection.lingered += rest.count
                if connection.lingered > configuration.lingerBytes { dispose(connection) }
                return bytes.count
            case .computing, .writing, .closed: return position
            }
        }
        return position
    }

    // MARK: Heads

    private func takeHead(_ connection: Connection, _ bytes: UnsafeRawBufferPointer) -> Int {
        let (used, outcome) = connection.reader.take(bytes)
        switch outcome {
        case .incomplete:
            if connection.headStarted == nil, !connection.reader.isEmpty { connection.headStarted = Server.now() }
        case .failed(let problem):
            begin(connection)
            refuse(connection, problem.response())
        case .complete(let parsed):
            begin(connection)
            route(connection, parsed, isBodyHere: used < bytes.count)
        }
        return used
    }

    /// A new request: what is known of the last one is forgotten.
    func begin(_ connection: Connection) {
        connection.requestStarted = connection.headStarted ?? Server.now()
        connection.headStarted = nil
        connection.requestNumber += 1
        connection.parsed = nil
        connection.decoder = nil
        connection.receiver = nil
        connection.closesAfterAnswer = false
    }

    /// Decides about a request from its head alone (RFC 9110 §10.1.1).
    private func route(_ connection: Connection, _ parsed: ParsedHead, isBodyHere: Bool) {
        connection.parsed = parsed
        connection.decoder = BodyDecoder(parsed.framing, limits: configuration)
        connection.closesAfterAnswer = !parsed.keepsAlive
        var head = parsed.head
        if let refusal = Guard.refusal(of: head, token: configuration.token, corsOrigin: configuration.corsOrigin) {
            return answer(connection, refusal)
        }
        if head.method == .options {
            return answer(connection, Guard.options(head, corsOrigin: configuration.corsOrigin, application))
        }
        if head.method == .head { head.method = .get }
        switch application.route(head) {
        case .respond(let response): answer(connection, response)
        case .receive(let receiver):
            if let problem = refusal(of: head, parsed.framing) { return answer(connection, problem.response()) }
            connection.receiver = receiver
            if connection.decoder?.isDone == true { return compute(connection) }
            connection.state = .body
            connection.startRateWindow(Server.now())
            // Not where the client has not waited.
            if parsed.expectsContinue, !isBodyHere {
                let text: StaticString = "HTTP/1.1 100 Continue\r\n\r\n"
                _ = send(connection.descriptor, text.utf8Start, text.utf8CodeUnitCount, Int32(MSG_NOSIGNAL))
            }
        }
    }

    private func refusal(of head: RequestHead, _ framing: BodyFraming) -> Problem? {
        if let coding = head.fields[.contentEncoding], !["", "identity"].contains(coding.lowercased()) {
            return .unsupportedMediaType(
                "Content-Encoding \(coding.prefix(40)) is not understood; send the body as it is")
        }
        return framing == .none ? .lengthRequired : nil
    }

    // MARK: Bodies

    private func takeBody(_ connection: Connection, _ bytes: UnsafeRawBufferPointer) -> Int {
        guard let receiver = connection.receiver else {
            dispose(connection)
            return bytes.count
        }
        connection.rateWindowBytes += bytes.count
        do {
            // Not copied out and in: the decoder's buffers stay its own.
            let taken = try connection.decoder?.take(bytes) { try receiver.receive($0) } ?? bytes.count
            account(connection, receiver.bufferedBytes)
            guard buffered <= configuration.maxBuffered else {
                throw Rejection(
                    Problem.busy("the bodies being read fill the memory that is set aside for them").response())
            }
            if connection.decoder?.isDone == true { compute(connection) }
            return taken
        } catch let rejection as Rejection {
            refuse(connection, rejection.response)
        } catch {
            logger.error("a receiver threw \(error)")
            refuse(connection, Problem.internalError("the body could not be read").response())
        }
        return bytes.count
    }

    /// Throws away what is left of a small body that was not wanted.
    private func discard(_ connection: Connection, _ bytes: UnsafeRawBufferPointer) -> Int {
        // Only counted bodies are discarded, and they have no framing that could be broken.
        guard let taken = try? connection.decoder?.take(bytes, { _ in }) else {
            dispose(connection)
            return bytes.count
        }
        if connection.decoder?.isDone == true {
            connection.state = .head
            connection.headStarted = nil
        }
        return taken
    }

    /// Brings the sum of what receivers hold up to date.
    func account(_ connection: Connection, _ bytes: Int) {
        buffered += bytes - connection.buffered
        connection.buffered = bytes
    }

    private func compute(_ connection: Connection) {
        guard let receiver = connection.receiver else { return dispose(connection) }
        connection.receiver = nil
        connection.state = .computing
        let token = CancellationToken()
        connection.token = token
        let id = connection.id
        let job = Job(receiver)
        let outbox = outbox
        let isQueued = workers.add(id) {
            outbox.add(job.run(token), for: id)
            job.tidy()
        }
        if isQueued { return }
        account(connection, 0)
        answer(connection, Problem.busy("every worker is occupied and the queue is full; try again").response())
    }
}

/// A receiver on its way from the I/O thread to one worker, which is the only one to use it from then on.
private final class Job: @unchecked Sendable {
    private var receiver: (any BodyReceiver)?
    private let size: Int

    init(_ receiver: any BodyReceiver) {
        self.receiver = receiver
        size = receiver.bufferedBytes
    }

    /// Computes the answer and lets go of the body.
    func run(_ token: CancellationToken) -> Response {
        defer { receiver = nil }
        return receiver?.respond(cancellation: token)
            ?? Problem.internalError("the request has been answered").response()
    }

    /// Gives back what a large request has used: the allocator would keep it for the next one, each thread its own.
    func tidy() { if size >= 2 << 20 { csockets_release_memory() } }
}
