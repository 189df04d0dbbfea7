import Synchronization

/// Says whether the client has left.
public final class CancellationToken: Sendable {
    private let cancelled = Atomic(false)

    /// A token that is not cancelled.
    public init() {}

    /// Whether nobody waits for the answer any more.
    public var isCancelled: Bool { cancelled.load(ordering: .relaxed) }

    /// Says that the client has left.
    public func cancel() { cancelled.store(true, ordering: .relaxed) }
}
