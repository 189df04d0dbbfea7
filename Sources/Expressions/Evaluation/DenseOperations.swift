import Foundation
import LinearAlgebra

/// Products, inverses and determinants with bounds.
enum DenseOperations {
    /// A factor of a product, perhaps to be read transposed.
    struct Operand {
        var estimate: Estimate
        var isTransposed: Bool

        /// As a matrix; a vector is a column on the right and a row on the left.
        func matrix(_ array: NumericArray, isLeft: Bool) -> Matrix {
            if array.rank == 2 { return Matrix(array) }
            return Matrix(array.reshaped(isLeft ? [1, array.count] : [array.count, 1]))
        }

        /// bound + γ|value|, element by element.
        func spread(_ gamma: Double) -> NumericArray {
            if estimate.bound.count == 1 {
                let bound = estimate.bound[0]
                return estimate.value.mapped { bound + gamma * abs($0) }
            }
            var result = estimate.bound.reshaped(estimate.value.shape)
            result.withUnsafeMutableElements { result in
                estimate.value.withUnsafeElements { x in
                    for i in result.indices { result[i] += gamma * abs(x[i]) }
                }
            }
            return result
        }

        var isExact: Bool { estimate.bound.count == 1 && estimate.bound[0] == 0 }
    }

    /// A @ B with E = |A|e_B + e_A(|B| + e_B) + γ_k|A||B|.
    static func product(_ a: Operand, _ b: Operand, shape: [Int], execution: Execution) -> Estimate {
        func times(_ x: NumericArray, _ y: NumericArray) -> NumericArray {
            NumericArray(
                multiply(
                    a.matrix(x, isLeft: true), b.matrix(y, isLeft: false), transposeLeft: a.isTransposed,
                    transposeRight: b.isTransposed, execution: execution)
            ).reshaped(shape)
        }
        let inner =
            a.estimate.value.rank == 2 && !a.isTransposed ? a.estimate.value.shape[1] : a.estimate.value.shape[0]
        let gamma = SummationDepth.gamma(SummationDepth.product(inner) + 1)
        if let fused = matrixVector(a, b, inner, execution) { return fused.reshaped(shape) }
        let value = times(a.estimate.value, b.estimate.value)
        let sizes = a.estimate.value.mapped(abs)
        // |A|(e_B + γ|B|) in one product, e_A(|B| + e_B) in another where A is not exact.
        let spread = b.spread(gamma)
        var bound = times(sizes, spread)
        if !a.isExact {
            let more = times(a.estimate.fullBound, b.spread(1))
            bound.withUnsafeMutableElements { bound in
                more.withUnsafeElements { more in for i in bound.indices { bound[i] += more[i] } }
            }
        }
        return Estimate(value: value, bound: bound.mapped { $0 * 1.0001 + Double(inner) * Evaluator.tiny })
    }

    /// Xb, Xᵀb, bX or bXᵀ for an exact matrix in one pass over it; nil where the factors are others.
    private static func matrixVector(
        _ a: Operand, _ b: Operand, _ inner: Int, _ execution: Execution
    ) -> Estimate? {
        let (matrix, vector, isTransposed): (Operand, Operand, Bool)
        if a.estimate.value.rank == 2, b.estimate.value.rank == 1, a.isExact {
            (matrix, vector, isTransposed) = (a, b, a.isTransposed)
        } else if a.estimate.value.rank == 1, b.estimate.value.rank == 2, b.isExact {
            (matrix, vector, isTransposed) = (b, a, !b.isTransposed)
        } else {
            return nil
        }
        let x = Matrix(matrix.estimate.value)
        let values = vector.estimate.value.elements
        let depth =
            isTransposed
            ? SummationDepth.columnProduct(rows: x.rows, columns: x.columns) : SummationDepth.rowProduct(x.columns)
        let spread = vector.spread(SummationDepth.gamma(depth + 1)).elements
        let result =
            isTransposed
            ? Magnitudes.transposedProduct(x, values, spread, execution: execution)
            : Magnitudes.product(x, values, spread, execution: execution)
        let tiny = Double(inner) * Evaluator.tiny
        return Estimate(
            value: NumericArray(result.value), bound: NumericArray(result.size).mapped { $0 * 1.0001 + tiny })
    }

    private static func absolute(_ a: Matrix) -> Matrix {
        Matrix(rows: a.rows, columns: a.columns, a.elements.map(abs))
    }

    /// A⁻¹ with |Y|(|I − AY| + γ|A||Y| + e_A|Y|).
    static func inverse(_ a: Estimate) throws(EvaluationError) -> Estimate {
        let matrix = Matrix(a.value)
        let factors = LU(matrix)
        if let column = factors.singularColumn { throw .singular(column: column) }
        let y = factors.inverse()
        return Estimate(value: NumericArray(y), bound: NumericArray(inverseBound(matrix, y, a)))
    }

    private static func inverseBound(_ a: Matrix, _ y: Matrix, _ estimate: Estimate) -> Matrix {
        let q = a.rows
        let sizeY = absolute(y)
        let product = multiply(a, y)
        let sizes = multiply(absolute(a), sizeY)
        let gamma = SummationDepth.gamma(SummationDepth.product(q) + 2)
        let errors = Matrix(rows: q, columns: q, (0..<q * q).map { estimate.bound(at: $0) })
        let more = multiply(errors, sizeY)
        var residual = Matrix(rows: q, columns: q)
        for i in 0..<q {
            for j in 0..<q { residual[i, j] = abs((i == j ? 1 : 0) - product[i, j]) + gamma * sizes[i, j] + more[i, j] }
        }
        let bound = multiply(sizeY, residual)
        return Matrix(rows: q, columns: q, bound.elements.map { $0 * 1.5 })
    }

    /// A⁻¹b by way of the inverse's bound.
    static func solve(_ a: Estimate, _ b: Estimate) throws(EvaluationError) -> Estimate {
        let matrix = Matrix(a.value)
        let factors = LU(matrix)
        if let column = factors.singularColumn { throw .singular(column: column) }
        let q = matrix.rows
        let right = Matrix(b.value.reshaped([q, b.value.count / max(q, 1)]))
        let x = factors.solve(right)
        // |A⁻¹|(|b − Ax| + γ(|A||x| + |b|) + e_A|x| + e_b).
        let residual = multiply(matrix, x)
        let gamma = SummationDepth.gamma(SummationDepth.product(q) + 2)
        let sizes = multiply(absolute(matrix), absolute(x))
        let errors = multiply(Matrix(rows: q, columns: q, (0..<q * q).map { a.bound(at: $0) }), absolute(x))
        var total = Matrix(rows: q, columns: right.columns)
        for i in 0..<q {
            for j in 0..<right.columns {
                total[i, j] =
                    abs(right[i, j] - residual[i, j]) + gamma * (sizes[i, j] + abs(right[i, j])) + errors[i, j]
                    + b.bound(at: i * right.columns + j)
            }
        }
        let bound = multiply(absolute(factors.inverse()), total)
        return Estimate(
            value: NumericArray(x).reshaped(b.value.shape),
            bound: NumericArray(bound).reshaped(b.value.shape).mapped { $0 * 2 })
    }

    /// det A or log |det A|; relative error tr(|A⁻¹|(γ|A| + e_A)).
    static func determinant(_ a: Estimate, logarithm: Bool) -> Estimate {
        let matrix = Matrix(a.value)
        let factors = LU(matrix)
        let q = matrix.rows
        var sign = factors.permutationSign
        var total = 0.0
        var product = sign
        for i in 0..<q {
            let pivot = factors.factors[i, i]
            if pivot < 0 { sign = -sign }
            total += log(abs(pivot))
            product *= pivot
        }
        guard factors.singularColumn == nil else {
            return Estimate(exact: NumericArray(logarithm ? -.infinity : 0))
        }
        let y = absolute(factors.inverse())
        let gamma = 8 * SummationDepth.gamma(q + 2)
        var relative = 0.0
        for i in 0..<q {
            for k in 0..<q { relative += y[k, i] * (gamma * abs(matrix[i, k]) + a.bound(at: i * q + k)) }
        }
        if logarithm {
            let sizes = (0..<q).reduce(0.0) { $0 + abs(log(abs(factors.factors[$1, $1]))) }
            return Estimate(
                value: NumericArray(total), bound: NumericArray(relative + Evaluator.gamma(q + 1) * sizes))
        }
        let value = product.isFinite ? product : sign * exp(total)
        return Estimate(
            value: NumericArray(value), bound: NumericArray(abs(value) * (relative + Evaluator.gamma(q + 1))))
    }
}

extension NumericArray {
    /// A function of every element.
    func mapped(_ change: (Double) -> Double) -> NumericArray {
        var result = self
        result.withUnsafeMutableElements { x in for i in x.indices { x[i] = change(x[i]) } }
        return result
    }
}
