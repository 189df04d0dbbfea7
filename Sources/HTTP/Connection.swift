import Foundation
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
        /// The answer is sent and an unread body is thrown away, so that the client reads the answer, not a reset.
        case lingering
    }

    let id: Int
    let descriptor: Int32
    let peer: String
    var state = State.head
    /// Bytes that have been read and not used yet.
    var input: [UInt8] = []
    /// How many of them have been used.
    var used = 0
    var scanner = HeadScanner()
    var parsed: ParsedHead?
    var decoder: BodyDecoder?
    var receiver: (any BodyReceiver)?
    var buffered = 0
    var token: CancellationToken?
    var output: [UInt8] = []
    var written = 0
    var closesAfterAnswer = false
    var lingersAfterAnswer = false
    var peerHasClosed = false
    var interest: UInt32 = 0
    // Clocks, in seconds.
    var lastByte: Double
    var headStarted: Double?
    var requestStarted = 0.0
    var rateWindowStart = 0.0
    var rateWindowBytes = 0
    var lingerUntil = 0.0
    var lingerHardEnd = 0.0
    var lingered = 0
    var requestNumber = 0
    var status = 0
    var answerBytes = 0
    /// Bytes of a small refused body that are still thrown away before the next request.
    var discarding: BodyDecoder?

    init(id: Int, descriptor: Int32, peer: String, now: Double) {
        self.id = id
        self.descriptor = descriptor
        self.peer = peer
        lastByte = now
    }

    /// Forgets bytes that have been used, without moving the rest each time.
    func compact() {
        if used == input.count {
            input.removeAll(keepingCapacity: input.capacity <= 128 << 10)
            used = 0
        } else if used > 64 << 10 {
            input.removeFirst(used)
            used = 0
        }
    }
}
