import LinearAlgebra

/// The rows that a structured Jacobian is made of: an m × c matrix F that stands in columns `offset ..< offset + c` of
/// the Jacobian with respect to all of β.
struct Family {
    enum Rows {
        /// Rows of the identity of this order.
        case identity(Int)
        /// Rows of a matrix, with bounds on their errors where they are not exact.
        case matrix(Matrix, error: Matrix?)
        /// One row for all elements.
        case row(Field)
    }

    var rows: Rows
    var offset: Int
    /// Equal keys mean equal families: their contributions are added before they are multiplied out.
    var key: Key

    struct Key: Hashable {
        var origin: Int
        var start: Int
        var count: Int
        var offset: Int

        /// Whether the rows are the same, wherever in the Jacobian they stand.
        func hasRows(of other: Key) -> Bool { origin == other.origin && start == other.start && count == other.count }
    }

    /// The number of columns c.
    var columns: Int {
        switch rows {
        case .identity(let order): order
        case .matrix(let matrix, _): matrix.columns
        case .row(let row): row.count
        }
    }

    /// The rows as a matrix.
    var matrix: Matrix {
        switch rows {
        case .identity(let order): .identity(order)
        case .matrix(let matrix, _): matrix
        case .row(let row): Matrix(row.high.reshaped([1, row.count]))
        }
    }

    var error: Matrix? {
        switch rows {
        case .identity: nil
        case .matrix(_, let error): error
        case .row(let row):
            row.error.isEmpty && row.low.isEmpty ? nil : Matrix(rows: 1, columns: row.count, row.errorOfHigh)
        }
    }

    var isIdentity: Bool { if case .identity = rows { true } else { false } }

    /// Row i alone, for all elements.
    func row(_ i: Int, key: Int) -> Family {
        let count = columns
        var values = [Double](repeating: 0, count: count)
        var errors: [Double] = []
        switch rows {
        case .identity: values[i] = 1
        case .matrix(let matrix, let error):
            values = matrix.row(i)
            if let error { errors = error.row(i) }
        case .row: return self
        }
        let field = Field(shape: [count], high: NumericArray(values), error: errors)
        return Family(rows: .row(field), offset: offset, key: Key(origin: key, start: i, count: 1, offset: offset))
    }

    /// Rows `start ..< end`.
    func slice(_ start: Int, _ end: Int) -> Family {
        switch rows {
        case .row: return self
        case .identity(let order):
            if start == 0, end == order { return self }
            return Family(
                rows: .identity(end - start), offset: offset + start,
                key: Key(origin: -1, start: 0, count: end - start, offset: offset + start))
        case .matrix(let matrix, let error):
            if start == 0, end == matrix.rows { return self }
            return Family(
                rows: .matrix(matrix.rows(start, end), error: error?.rows(start, end)), offset: offset,
                key: Key(origin: key.origin, start: key.start + start, count: end - start, offset: offset))
        }
    }

    /// Fᵀ·s for one number a row.
    func transposedTimes(_ s: Field, execution: Execution) -> Field {
        switch rows {
        case .identity: return s
        case .row(let row): return Field.product(row, s.reshaped([1]))
        case .matrix(let matrix, let error):
            let field = Field(
                shape: [matrix.rows, matrix.columns], high: NumericArray(matrix), error: error?.elements ?? [])
            return Products.transposedMatrixVector(field, s, execution: execution)
        }
    }
}

extension Matrix {
    /// Rows `start ..< end` as a matrix of their own.
    func rows(_ start: Int, _ end: Int) -> Matrix {
        withUnsafeElements { Matrix(rows: end - start, columns: columns, Array($0[start * columns..<end * columns])) }
    }
}

/// One term of a Jacobian: J[idx, :] = s[idx] · F[idx[axis], :], or s[idx] · g where there is no axis.
struct Term {
    /// One number an element; axes of length 1 are lazily broadcast.
    var scale: Field
    var family: Family
    var axis: Int?
}
