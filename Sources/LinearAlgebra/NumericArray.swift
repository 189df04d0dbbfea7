/// A dense array of binary64 numbers of any rank, elements in row-major order: NumPy's `ndarray` without strides.
///
/// A value type with copy-on-write storage; reshaping and conversion to and from `Matrix` share the storage.
public struct NumericArray: Sendable {
    /// The length of each axis; empty for a scalar.
    public private(set) var shape: [Int]
    package var storage: Storage

    /// An array over existing storage. - Precondition: the product of `shape` is `storage.count`.
    package init(shape: [Int], storage: Storage) {
        precondition(shape.reduce(1, *) == storage.count)
        self.shape = shape
        self.storage = storage
    }

    /// An array whose elements are all `value`.
    public init(shape: [Int], repeating value: Double = 0) {
        self.init(shape: shape, storage: Storage(repeating: value, count: shape.reduce(1, *)))
    }

    /// An array with the given elements in row-major order. - Precondition: there are as many as `shape` says.
    public init(shape: [Int], _ elements: [Double]) {
        let storage = Storage(capacity: elements.count)
        elements.withUnsafeBufferPointer { source in
            if let start = source.baseAddress { storage.base.initialize(from: start, count: source.count) }
        }
        storage.count = elements.count
        self.init(shape: shape, storage: storage)
    }

    /// An array whose elements `body` writes, every one, or the caller afterwards.
    package init(uninitialised shape: [Int], _ body: (UnsafeMutableBufferPointer<Double>) -> Void = { _ in }) {
        let storage = Storage(uninitialised: shape.reduce(1, *))
        body(UnsafeMutableBufferPointer(start: storage.base, count: storage.count))
        self.init(shape: shape, storage: storage)
    }

    /// A vector over existing storage.
    package init(_ storage: Storage) { self.init(shape: [storage.count], storage: storage) }

    /// A scalar: rank 0.
    public init(_ scalar: Double) { self.init(shape: [], repeating: scalar) }

    /// A vector: rank 1.
    public init(_ elements: [Double]) { self.init(shape: [elements.count], elements) }

    /// A matrix as an array of rank 2; shares the storage.
    public init(_ matrix: Matrix) { self.init(shape: [matrix.rows, matrix.columns], storage: matrix.storage) }

    /// The number of axes.
    public var rank: Int { shape.count }
    /// The number of elements.
    public var count: Int { storage.count }
    /// The elements in row-major order; O(count).
    public var elements: [Double] { Array(UnsafeBufferPointer(start: storage.base, count: storage.count)) }
    /// The only element of an array that has one.
    public var scalar: Double? { count == 1 ? storage.base[0] : nil }

    /// The element at a row-major position.
    public subscript(position: Int) -> Double {
        get {
            precondition(position >= 0 && position < count)
            return storage.base[position]
        }
        set {
            precondition(position >= 0 && position < count)
            makeUnique()
            storage.base[position] = newValue
        }
    }

    /// The same elements under another shape; shares the storage.
    public func reshaped(_ shape: [Int]) -> NumericArray { NumericArray(shape: shape, storage: storage) }

    /// Some entries along the first axis; shares the storage.
    package func rows(_ range: Range<Int>) -> NumericArray {
        let width = shape.dropFirst().reduce(1, *)
        return NumericArray(
            shape: [range.count] + shape.dropFirst(),
            storage: Storage(viewOf: storage, start: range.lowerBound * width, count: range.count * width))
    }

    /// Calls `body` with the elements in row-major order.
    public func withUnsafeElements<R>(_ body: (UnsafeBufferPointer<Double>) throws -> R) rethrows -> R {
        try withExtendedLifetime(storage) {
            try body(UnsafeBufferPointer(start: storage.base, count: storage.count))
        }
    }

    /// Calls `body` with the elements, for writing; copies them first when they are shared.
    public mutating func withUnsafeMutableElements<R>(
        _ body: (UnsafeMutableBufferPointer<Double>) throws -> R
    ) rethrows -> R {
        makeUnique()
        return try withExtendedLifetime(storage) {
            try body(UnsafeMutableBufferPointer(start: storage.base, count: storage.count))
        }
    }

    private mutating func makeUnique() {
        if storage.isView || !isKnownUniquelyReferenced(&storage) { storage = storage.copy() }
    }
}

extension NumericArray: Equatable {
    /// Same shape and equal elements (so an array with a NaN differs from itself).
    public static func == (left: NumericArray, right: NumericArray) -> Bool {
        left.shape == right.shape
            && left.withUnsafeElements { a in right.withUnsafeElements { b in a.elementsEqual(b) } }
    }
}
