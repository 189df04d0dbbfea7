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

    /// Room for `capacity` numbers, none of them in use.
    package init(capacity: Int) {
        self.capacity = max(capacity, 8)
        self.base = Storage.resize(nil, to: self.capacity)
        self.count = 0
    }

    /// `count` numbers, all equal to `value`.
    package convenience init(repeating value: Double, count: Int) {
        self.init(capacity: count)
        base.initialize(repeating: value, count: count)
        self.count = count
    }

    deinit { free(base) }

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
