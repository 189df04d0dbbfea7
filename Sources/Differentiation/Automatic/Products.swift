import LinearAlgebra

/// Matrix products of fields. Products with one or few columns are carried in double-double; products of two wide
/// matrices are binary64 with a bound.
enum Products {
    /// How many columns are worth double-double.
    private static let fewColumns = 64

    static func matmul(_ a: Field, _ b: Field, execution: Execution) -> Field {
        switch (a.shape.count, b.shape.count) {
        case (1, 1): return dot(a, b)
        case (2, 1): return matrixVector(a, b, execution: execution)
        case (1, 2): return transposedMatrixVector(b, a, execution: execution)
        default: return matrixMatrix(a, b, execution: execution)
        }
    }

    static func dot(_ a: Field, _ b: Field) -> Field {
        Field.product(a, b).sum(axes: [0], full: a.shape).reshaped([])
    }

    /// A·b, each entry as if rounded once from a sum in double-double.
    static func matrixVector(_ a: Field, _ b: Field, execution: Execution) -> Field {
        let rows = a.shape[0]
        let matrix = Matrix(a.high)
        let vector = b.high.elements
        // |A|e_b and what double-double leaves, in the same pass.
        let spread = (0..<vector.count).map {
            b.bound($0) + Double(vector.count) * doubleDoubleRoundoff * abs(vector[$0])
        }
        let (main, size) = xBeta(matrix, vector, spread: spread, execution: execution)
        var high = main.high
        var low = main.low
        if !b.low.isEmpty, b.low.contains(where: { $0 != 0 }) {
            let correction = multiply(matrix, b.low, execution: execution)
            for i in 0..<rows {
                let sum = DoubleDouble(high: high[i], low: low[i]) + DoubleDouble(correction[i])
                (high[i], low[i]) = (sum.high, sum.low)
            }
        }
        if !a.low.isEmpty, a.low.contains(where: { $0 != 0 }) {
            let correction = multiply(Matrix(NumericArray(shape: a.shape, a.low)), vector, execution: execution)
            for i in 0..<rows {
                let sum = DoubleDouble(high: high[i], low: low[i]) + DoubleDouble(correction[i])
                (high[i], low[i]) = (sum.high, sum.low)
            }
        }
        return Field(
            shape: [rows], high: NumericArray(high), low: low, error: rowErrors(a, b, spread, size))
    }

    /// |A|e_b + e_A(|b| + e_b) + what underflow can do, for every row; `size` is |A|e_b.
    private static func rowErrors(_ a: Field, _ b: Field, _ spread: [Double], _ size: [Double]) -> [Double] {
        let columns = spread.count
        let tiny = Double(columns) * underflowBound
        guard !a.error.isEmpty else { return size.map { $0 * 1.0001 + tiny } }
        return size.indices.map { i in
            var total = size[i] * 1.0001 + tiny
            for k in 0..<columns { total += a.error[i * columns + k] * (abs(b.high[k]) + spread[k]) }
            return total
        }
    }

    /// Aᵀ·r.
    static func transposedMatrixVector(_ a: Field, _ r: Field, execution: Execution) -> Field {
        let rows = a.shape[0]
        let columns = a.shape[1]
        let low = r.low.isEmpty ? [Double](repeating: 0, count: rows) : r.low
        let gamma = Double(rows) * doubleDoubleRoundoff
        let spread = errorSpread(r.high, errors: r.error, gamma: gamma)
        let (main, size) = xTransposeTimes(
            Matrix(a.high), DoubleDoubleVector(high: r.high.elements, low: low), spread: spread, execution: execution)
        var high = main.high
        var rest = main.low
        if a.low.contains(where: { $0 != 0 }) {
            let correction = multiply(
                r.high.elements, Matrix(NumericArray(shape: a.shape, a.low)), execution: execution)
            for j in 0..<columns {
                let sum = DoubleDouble(high: high[j], low: rest[j]) + DoubleDouble(correction[j])
                (high[j], rest[j]) = (sum.high, sum.low)
            }
        }
        var errors = size.map { $0 * 1.0001 + Double(rows) * underflowBound }
        if !a.error.isEmpty {
            for i in 0..<rows {
                let e = r.bound(i) + abs(r.high[i])
                for j in 0..<columns { errors[j] += a.error[i * columns + j] * e }
            }
        }
        return Field(shape: [columns], high: NumericArray(high), low: rest, error: errors)
    }

    static func matrixMatrix(_ a: Field, _ b: Field, execution: Execution) -> Field {
        let rows = a.shape[0]
        let columns = b.shape[1]
        if columns <= fewColumns {
            return stacked((0..<columns).map { matrixVector(a, b.column($0), execution: execution) }, rows: rows)
        }
        if rows <= fewColumns {
            let transposed = b.transposed([1, 0])
            let parts = (0..<rows).map { matrixVector(transposed, a.row($0), execution: execution) }
            return stacked(parts, rows: columns).transposed([1, 0])
        }
        let left = Matrix(a.high)
        let right = Matrix(b.high)
        let value = multiply(left, right, execution: execution)
        let inner = a.shape[1]
        let gamma = Double(inner + 2) * unitRoundoff
        let weights = Matrix(NumericArray(shape: a.shape, (0..<a.count).map { abs(a.high[$0]) * gamma + a.bound($0) }))
        let sizes = Matrix(NumericArray(shape: b.shape, (0..<b.count).map { abs(b.high[$0]) + b.bound($0) }))
        var errors = multiply(weights, sizes, execution: execution).elements
        if !b.error.isEmpty {
            let magnitudes = Matrix(NumericArray(shape: a.shape, (0..<a.count).map { abs(a.high[$0]) }))
            let more = multiply(magnitudes, Matrix(NumericArray(shape: b.shape, b.error)), execution: execution)
                .elements
            for i in errors.indices { errors[i] += more[i] }
        }
        return Field(shape: [rows, columns], high: NumericArray(value), error: errors)
    }

    /// Σ_j [a_j ⋚ b_i] v_j for a vector or the rows of a matrix v, in double-double.
    static func comparisonSum(_ relation: ComparisonRelation, _ a: Field, _ b: Field, _ v: Field) -> Field {
        let columns = v.shape.count == 2 ? v.shape[1] : 1
        let (among, thresholds) = (a.high.elements, b.high.elements)
        let sums = ComparisonSums.apply(
            relation, among, thresholds, high: v.high.elements, low: v.low, columns: columns)
        let sizes = v.high.elements.indices.map {
            v.bound($0) + Double(among.count) * doubleDoubleRoundoff * abs(v.high[$0])
        }
        let errors = ComparisonSums.apply(relation, among, thresholds, high: sizes, low: [], columns: columns).high
        let shape = v.shape.count == 2 ? [thresholds.count, columns] : [thresholds.count]
        return Field(
            shape: shape, high: NumericArray(shape: shape, sums.high), low: sums.low, error: errors.map { $0 * 1.0001 })
    }

    /// Columns side by side.
    private static func stacked(_ columns: [Field], rows: Int) -> Field {
        let count = columns.count
        var high = [Double](repeating: 0, count: rows * count)
        var low = high
        var error = high
        for (j, column) in columns.enumerated() {
            for i in 0..<rows {
                high[i * count + j] = column.high[i]
                low[i * count + j] = column.low.isEmpty ? 0 : column.low[i]
                error[i * count + j] = column.bound(i)
            }
        }
        return Field(
            shape: [rows, count], high: NumericArray(shape: [rows, count], high), low: low, error: error)
    }
}

extension Field {
    /// Column j of a matrix.
    func column(_ j: Int) -> Field {
        let width = shape[1]
        return gathered([shape[0]]) { $0[0] * width + j }
    }

    /// Row i of a matrix.
    func row(_ i: Int) -> Field {
        let width = shape[1]
        return gathered([width]) { i * width + $0[0] }
    }
}
