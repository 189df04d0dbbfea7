import Foundation

/// A fixed number of threads of our own that work off a bounded queue.
final class WorkerPool: @unchecked Sendable {
    private let condition = NSCondition()
    private var jobs: [(id: Int, work: () -> Void)] = []
    private let limit: Int
    private var isStopped = false
    private var busy = 0

    init(threads: Int, queue: Int) {
        limit = queue
        for number in 0..<threads {
            let thread = Thread { [weak self] in
                while let job = self?.next() {
                    job()
                    self?.finished()
                }
            }
            thread.name = "worker-\(number)"
            thread.stackSize = 8 << 20
            thread.start()
        }
    }

    /// Queues a job; false where the queue is full.
    func add(_ id: Int, _ work: @escaping () -> Void) -> Bool {
        condition.lock()
        defer { condition.unlock() }
        guard jobs.count < limit, !isStopped else { return false }
        jobs.append((id, work))
        condition.signal()
        return true
    }

    /// Takes a job out of the queue whose client has left; a running one is told by its token.
    func remove(_ id: Int) {
        condition.lock()
        jobs.removeAll { $0.id == id }
        condition.unlock()
    }

    /// Jobs that wait.
    var depth: Int {
        condition.lock()
        defer { condition.unlock() }
        return jobs.count
    }

    func stop() {
        condition.lock()
        isStopped = true
        jobs = []
        condition.broadcast()
        condition.unlock()
    }

    private func next() -> (() -> Void)? {
        condition.lock()
        defer { condition.unlock() }
        while jobs.isEmpty, !isStopped { condition.wait() }
        if isStopped { return nil }
        busy += 1
        return jobs.removeFirst().work
    }

    private func finished() {
        condition.lock()
        busy -= 1
        condition.unlock()
    }
}
