import HTTPTypes

/// One connection as the I/O thread sees it. Only that thread touches it.
final class Connection {
    /// Where a connection is in the life of a request.
    enum State {
        /// Waiting for, or in the middle of, a request head.
        case head
        /// Reading a body.
        case body
        /// The answer is being computed.
        case computing
        /// The answer is being sent.
        case writing
        /// The answer is sent, and the small body that it did not need is thrown away before the next request.
        case discarding
        /// The answer is sent, this side is closed, and what still comes is thrown away, so that the client reads the
        /// answer, not a reset (RFC 9112 §9.6).
        case lingering
        /// Gone: events and answers that are still about it are ignored.
        case closed
    }

    let id: Int
    let descriptor: Int32
    let peer: String
    var state = State.head
    var interest: UInt32 = 0

    // The request.
    var reader: HeadReader
    var parsed: ParsedHead?
    var decoder: BodyDecoder?
    var receiver: (any BodyReceiver)?
    var token: CancellationToken?
    /// What the receiver holds, as counted in the total of all.
    var buffered = 0
    var requestNumber = 0

    /// Bytes behind the present request that came with it, at most one read; from `used` on.
    var input: [UInt8] = []
    var used = 0

    // The answer.
    var head: [UInt8] = []
    var content: [UInt8] = []
    var written = 0
    var status = 0
    var closesAfterAnswer = false

    // Clocks, in seconds.
    var lastByte: Double
    var headStarted: Double?
    var requestStarted = 0.0
    var rateWindowStart = 0.0
    var rateWindowBytes = 0
    var lingeringSince = 0.0
    var lingered = 0

    init(id: Int, descriptor: Int32, peer: String, limits: ServerConfiguration, now: Double) {
        self.id = id
        self.descriptor = descriptor
        self.peer = peer
        reader = HeadReader(limits: limits)
        lastByte = now
    }

    /// Between two requests, with nothing of the next.
    var isIdle: Bool {
        if case .head = state { reader.isEmpty && input.isEmpty } else { false }
    }

    func startRateWindow(_ now: Double) {
        rateWindowStart = now
        rateWindowBytes = 0
    }
}
