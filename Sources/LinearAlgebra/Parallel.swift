import Foundation

/// A small pool of threads of our own, for loops whose iterations are independent.
///
/// Not Dispatch's global queues and not Swift's cooperative pool: a computation here may take seconds, and those pools
/// are shared with code that must answer at once. The caller works too, so a loop finishes even when all the pool's
/// threads are busy elsewhere, and nested loops cannot deadlock.
package enum Parallel {
    /// The number of threads a loop uses when nothing else is said: the number of processors, until it is set.
    package static var defaultThreads: Int {
        get { pool.defaultThreads }
        set { pool.defaultThreads = newValue }
    }

    /// Calls `body` once for every number in `0..<chunks`, on up to `threads` threads, and returns when all are done.
    ///
    /// Which thread runs which chunk is left open, so `body` must write only what belongs to its chunk; then the result
    /// is the same for any number of threads. With one chunk or one thread no other thread is involved.
    /// - Returns: `false` if `execution.cancelled` answered `true`, in which case some chunks were skipped.
    @discardableResult
    package static func forEach(
        chunks: Int, execution: Execution = .standard, _ body: @Sendable (Int) -> Void
    ) -> Bool {
        let threads = min(execution.threads ?? pool.defaultThreads, chunks)
        if threads <= 1 {
            for chunk in 0..<max(chunks, 0) {
                if execution.isCancelled { return false }
                body(chunk)
            }
            return true
        }
        return withoutActuallyEscaping(body) { body in
            let loop = ParallelLoop(chunks: chunks, helpers: threads - 1, cancelled: execution.cancelled, body: body)
            pool.offer(loop)
            loop.work()
            pool.withdraw(loop)
            return loop.waitForHelpers()
        }
    }

    /// Calls `body` for every chunk, on up to `threads` threads; see `forEach(chunks:execution:_:)`.
    package static func forEach(chunks: Int, threads: Int, body: @Sendable (Int) -> Void) {
        forEach(chunks: chunks, execution: Execution(threads: threads), body)
    }

    private static let pool = ThreadPool()
}

/// One loop that several threads are working on.
private final class ParallelLoop: @unchecked Sendable {
    // Everything mutable is guarded by `condition`.
    private let condition = NSCondition()
    private let chunks: Int
    private let cancelled: (@Sendable () -> Bool)?
    /// Given up when the loop is over: a helper may hold this object a moment longer than the caller may let the closure live.
    private var body: (@Sendable (Int) -> Void)?
    private var next = 0
    private var finishedEarly = false
    private var helpersAtWork = 0
    private var helpersWanted: Int

    init(
        chunks: Int, helpers: Int, cancelled: (@Sendable () -> Bool)?, body: @escaping @Sendable (Int) -> Void
    ) {
        self.chunks = chunks
        self.helpersWanted = helpers
        self.cancelled = cancelled
        self.body = body
    }

    /// Takes one of the places for helpers; false when there is none left.
    func join() -> Bool {
        condition.lock()
        defer { condition.unlock() }
        guard helpersWanted > 0, next < chunks else { return false }
        helpersWanted -= 1
        helpersAtWork += 1
        return true
    }

    func leave() {
        condition.lock()
        helpersAtWork -= 1
        if helpersAtWork == 0 { condition.signal() }
        condition.unlock()
    }

    /// Runs chunks until there are none left.
    func work() {
        guard let body else { return }
        while let chunk = take() {
            if let cancelled, cancelled() {
                condition.lock()
                finishedEarly = true
                next = chunks
                condition.unlock()
                return
            }
            body(chunk)
        }
    }

    private func take() -> Int? {
        condition.lock()
        defer { condition.unlock() }
        guard next < chunks else { return nil }
        next += 1
        return next - 1
    }

    /// Returns when no helper is inside `body` any more and none can enter: only then may `body` go out of scope.
    func waitForHelpers() -> Bool {
        condition.lock()
        defer { condition.unlock() }
        helpersWanted = 0
        while helpersAtWork > 0 { condition.wait() }
        body = nil
        return !finishedEarly
    }
}

/// Threads that wait for loops. Started when first needed; they live as long as the process.
private final class ThreadPool: @unchecked Sendable {
    // Everything mutable is guarded by `condition`.
    private let condition = NSCondition()
    private var loops: [ParallelLoop] = []
    private var started = 0
    private var defaultThreadsSetting = max(1, ProcessInfo.processInfo.activeProcessorCount)
    /// Threads beyond this number never help.
    private static let limit = 64

    var defaultThreads: Int {
        get {
            condition.lock()
            defer { condition.unlock() }
            return defaultThreadsSetting
        }
        set {
            condition.lock()
            defer { condition.unlock() }
            defaultThreadsSetting = max(1, newValue)
        }
    }

    func offer(_ loop: ParallelLoop) {
        condition.lock()
        defer { condition.unlock() }
        loops.append(loop)
        while started < min(defaultThreadsSetting - 1, ThreadPool.limit) || started == 0 {
            started += 1
            let thread = Thread { self.serve() }
            thread.name = "linear-algebra-\(started)"
            thread.stackSize = 1 << 20
            thread.start()
        }
        condition.broadcast()
    }

    func withdraw(_ loop: ParallelLoop) {
        condition.lock()
        defer { condition.unlock() }
        loops.removeAll { $0 === loop }
    }

    private func serve() {
        while true {
            let loop = nextLoop()
            loop.work()
            loop.leave()
        }
    }

    private func nextLoop() -> ParallelLoop {
        condition.lock()
        defer { condition.unlock() }
        while true {
            if let loop = loops.first(where: { $0.join() }) { return loop }
            condition.wait()
        }
    }
}
