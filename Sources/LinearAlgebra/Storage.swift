import Foundation

/// Memory for binary64 numbers that grows without holding two copies.
///
/// Blocks come from `realloc`, which for large blocks moves pages instead of bytes. A `Storage` is mutated only while
/// exactly one value type owns it (`isKnownUniquelyReferenced`), which is what makes it safe to share between threads.
public final class Storage: @unchecked Sendable {
    @exclusivity(unchecked) package private(set) var base: UnsafeMutablePointer<Double>
    @exclusivity(unchecked) package private(set) var capacity: Int
    /// The number of elements in use.
    @exclusivity(unchecked) public package(set) var count: Int

    /// Whose numbers these are, where they are another's: they are read, never written or freed.
    private let owner: Storage?
    /// Whether the numbers are another's.
    package var isView: Bool { owner != nil }

    /// The `count` numbers of another storage that begin at `start`.
    package init(viewOf owner: Storage, start: Int, count: Int) {
        precondition(start >= 0 && count >= 0 && start + count <= owner.count)
        self.owner = owner
        base = owner.base + start
        capacity = count
        self.count = count
    }

    /// Room for `capacity` numbers, none of them in use.
    package init(capacity: Int) {
        owner = nil
        self.capacity = max(capacity, 8)
        self.base = Storage.resize(nil, to: self.capacity)
        self.count = 0
    }

    /// `count` numbers, all of which the caller writes before any is read.
    package convenience init(uninitialised count: Int) {
        self.init(capacity: count)
        self.count = count
    }

    /// `count` numbers, all equal to `value`.
    package convenience init(repeating value: Double, count: Int) {
        self.init(capacity: count)
        base.initialize(repeating: value, count: count)
        self.count = count
    }

    deinit { if owner == nil { free(base) } }

    /// Appends one number; amortised O(1).
    @inline(__always)
    package func append(_ value: Double) {
        if count == capacity { grow(toHold: count + 1) }
        (base + count).initialize(to: value)
        count += 1
    }

    /// Makes room for `needed` numbers in all.
    package func grow(toHold needed: Int) {
        guard needed > capacity else { return }
        precondition(!isView)
        capacity = max(needed, capacity + capacity / 2)
        base = Storage.resize(base, to: capacity)
    }

    package func copy() -> Storage {
        let copy = Storage(capacity: count)
        copy.base.initialize(from: base, count: count)
        copy.count = count
        return copy
    }

    private static func resize(_ old: UnsafeMutablePointer<Double>?, to capacity: Int) -> UnsafeMutablePointer<Double> {
        guard let raw = realloc(old, capacity * MemoryLayout<Double>.stride) else {
            fatalError("out of memory for \(capacity) numbers")
        }
        return raw.assumingMemoryBound(to: Double.self)
    }
}
