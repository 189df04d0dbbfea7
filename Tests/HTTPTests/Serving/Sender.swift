import Foundation

/// Sends from a thread of its own, so that a test can read meanwhile.
final class Sender: @unchecked Sendable {
    private let done = DispatchSemaphore(value: 0)
    private var succeeded = false

    init(_ client: RawClient, _ bytes: [UInt8]) {
        Thread { [self] in
            succeeded = client.send(bytes)
            done.signal()
        }.start()
    }

    /// Whether all was sent.
    func wait() -> Bool {
        done.wait()
        return succeeded
    }
}

extension Sender {
    /// Sends a text every few milliseconds until the server takes no more or the client is closed.
    static func dribble(_ client: RawClient, _ text: String) -> Dribble { Dribble(client, text) }

    final class Dribble: @unchecked Sendable {
        private let done = DispatchSemaphore(value: 0)

        init(_ client: RawClient, _ text: String) {
            Thread { [self] in
                for _ in 0..<5_000 where client.send(text) { usleep(5_000) }
                done.signal()
            }.start()
        }

        func wait() { done.wait() }
    }
}

func usleepMilliseconds(_ count: UInt32) { usleep(count * 1000) }
