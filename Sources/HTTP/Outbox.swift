import CSockets
import Foundation

/// Answers that workers have computed, on their way to the I/O thread, which an eventfd wakes.
final class Outbox: @unchecked Sendable {
    /// Readable where there is something to take.
    let descriptor: Int32
    // The lock guards the rest.
    private let lock = NSLock()
    private var answers: [(connection: Int, response: Response)] = []
    private var stopRequested = false

    init() { descriptor = csockets_eventfd() }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Hands over an answer; from any thread.
    func add(_ response: Response, for connection: Int) {
        let isFirst = lock.withLock {
            answers.append((connection, response))
            return answers.count == 1
        }
        // Otherwise the I/O thread has been woken and has not looked yet.
        if isFirst { wake() }
    }

    /// Asks the server to stop; from any thread.
    func requestStop() {
        lock.withLock { stopRequested = true }
        wake()
    }

    private func wake() {
        var one: UInt64 = 1
        _ = write(descriptor, &one, 8)
    }

    /// All there is, on the I/O thread.
    func take() -> (answers: [(connection: Int, response: Response)], stopRequested: Bool) {
        var count: UInt64 = 0
        _ = read(descriptor, &count, 8)
        return lock.withLock {
            defer { answers = [] }
            return (answers, stopRequested)
        }
    }
}
