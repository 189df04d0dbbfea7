import Foundation

extension Parallel {
    /// What `body` makes of every number in `0..<chunks`, in order; nil if it once makes nothing, or if `execution` was
    /// cancelled.
    ///
    /// After that, or an error, no further chunk is begun.
    /// - Throws: the first error that `body` throws.
    package static func map<Part, Failure: Error>(
        chunks: Int, execution: Execution = .standard, _ body: @Sendable (Int) throws(Failure) -> Part?
    ) throws(Failure) -> [Part]? {
        let results = Results<Part, Failure>(chunks)
        forEach(chunks: chunks, execution: execution) { index in
            if results.isOver { return }
            do throws(Failure) {
                results.store(try body(index), index)
            } catch {
                results.fail(error)
            }
        }
        return try results.all()
    }
}

/// What the chunks have given so far.
private final class Results<Part, Failure: Error>: @unchecked Sendable {
    // Guarded by `lock`.
    private let lock = NSLock()
    private var parts: [Part?]
    private var error: Failure?
    private var isGivenUp = false

    init(_ count: Int) { parts = [Part?](repeating: nil, count: count) }

    var isOver: Bool { lock.withLock { isGivenUp || error != nil } }

    func store(_ part: Part?, _ index: Int) {
        lock.withLock {
            parts[index] = part
            if part == nil { isGivenUp = true }
        }
    }

    func fail(_ error: Failure) { lock.withLock { self.error = self.error ?? error } }

    func all() throws(Failure) -> [Part]? {
        lock.lock()
        defer { lock.unlock() }
        if let error { throw error }
        let found = parts.compactMap { $0 }
        return found.count == parts.count ? found : nil
    }
}
