/// A dense matrix of binary64 numbers in row-major order, with copy-on-write storage.
public struct Matrix: Sendable {
    /// The number of rows.
    public let rows: Int
    /// The number of columns.
    public let columns: Int
    package var storage: Storage

    /// A matrix over existing storage. - Precondition: `rows * columns == storage.count`.
    package init(rows: Int, columns: Int, storage: Storage) {
        precondition(rows * columns == storage.count)
        self.rows = rows
        self.columns = columns
        self.storage = storage
    }

    /// A matrix whose entries are all `value`.
    public init(rows: Int, columns: Int, repeating value: Double = 0) {
        self.init(rows: rows, columns: columns, storage: Storage(repeating: value, count: rows * columns))
    }

    /// A matrix with the given entries in row-major order.
    public init(rows: Int, columns: Int, _ elements: [Double]) {
        self.init(NumericArray(shape: [rows, columns], elements))
    }

    /// An array of rank 2 as a matrix; shares the storage. - Precondition: the rank is 2.
    public init(_ array: NumericArray) {
        precondition(array.rank == 2)
        self.init(rows: array.shape[0], columns: array.shape[1], storage: array.storage)
    }

    /// The identity matrix of the given order.
    public static func identity(_ order: Int) -> Matrix {
        var result = Matrix(rows: order, columns: order)
        for i in 0..<order { result[i, i] = 1 }
        return result
    }

    /// The number of entries.
    public var count: Int { storage.count }
    /// The entries in row-major order; O(count).
    public var elements: [Double] { Array(UnsafeBufferPointer(start: storage.base, count: storage.count)) }

    /// The entry in row `i`, column `j`.
    public subscript(i: Int, j: Int) -> Double {
        get {
            precondition(i >= 0 && i < rows && j >= 0 && j < columns)
            return storage.base[i * columns + j]
        }
        set {
            precondition(i >= 0 && i < rows && j >= 0 && j < columns)
            makeUnique()
            storage.base[i * columns + j] = newValue
        }
    }

    /// Row `i`; O(columns).
    public func row(_ i: Int) -> [Double] {
        Array(UnsafeBufferPointer(start: storage.base + i * columns, count: columns))
    }

    /// Calls `body` with the entries in row-major order.
    public func withUnsafeElements<R>(_ body: (UnsafeBufferPointer<Double>) throws -> R) rethrows -> R {
        try withExtendedLifetime(storage) {
            try body(UnsafeBufferPointer(start: storage.base, count: storage.count))
        }
    }

    /// Calls `body` with the entries, for writing; copies them first when they are shared.
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

extension Matrix: Equatable {
    /// Same order and equal entries.
    public static func == (left: Matrix, right: Matrix) -> Bool { NumericArray(left) == NumericArray(right) }
}
