/// How a long computation is to be run: on how many threads, and who may stop it.
///
/// The numbers that come out never depend on `threads`: work is cut into pieces by the shape of the problem alone and
/// the pieces are combined in a fixed order.
package struct Execution: Sendable {
    /// The most threads to use, the caller's included; `nil` means `Parallel.defaultThreads`.
    package var threads: Int?
    /// Asked between blocks of rows. Once it answers `true` the computation returns early with a meaningless result of
    /// the right shape, which the caller, who asked for this, throws away.
    package var cancelled: (@Sendable () -> Bool)?

    /// `threads` threads at most, stopped when `cancelled` says so.
    package init(threads: Int? = nil, cancelled: (@Sendable () -> Bool)? = nil) {
        self.threads = threads
        self.cancelled = cancelled
    }

    /// The default number of threads and no way to stop.
    package static let standard = Execution()
    /// On the calling thread alone.
    package static let serial = Execution(threads: 1)

    package var isCancelled: Bool { cancelled?() ?? false }
}
