import Foundation
import LinearAlgebra

/// A matrix that has no inverse where one is needed.
public struct SingularMatrix: Error, Hashable, Sendable {
    /// The column at which elimination met no pivot.
    public var column: Int
}

/// Inverses and determinants of small matrices, with bounds from residuals.
enum DenseAlgebra {
    /// A⁻¹, its error bounded by |Y|(|I − AY| + γ|A||Y| + e_A|Y|).
    static func inverse(_ a: Matrix, _ field: Field) throws -> Field {
        let factors = LU(a)
        if let column = factors.singularColumn { throw SingularMatrix(column: column) }
        let y = factors.inverse()
        return Field(
            shape: [a.rows, a.rows], high: NumericArray(y), error: residualBound(a, y, field.errorOfHigh).elements)
    }

    /// See `inverse`.
    static func residualBound(_ a: Matrix, _ y: Matrix, _ errors: [Double]) -> Matrix {
        let q = a.rows
        let gamma = Double(q + 2) * unitRoundoff
        let product = multiply(a, y)
        let sizeY = absolute(y)
        let sizes = multiply(absolute(a), sizeY)
        var residual = Matrix(rows: q, columns: q)
        for i in 0..<q {
            for j in 0..<q {
                residual[i, j] = abs((i == j ? 1 : 0) - product[i, j]) + gamma * sizes[i, j]
            }
        }
        if !errors.isEmpty {
            let more = multiply(Matrix(rows: q, columns: q, errors), sizeY)
            for i in 0..<q { for j in 0..<q { residual[i, j] += more[i, j] } }
        }
        var bound = multiply(sizeY, residual)
        for i in 0..<q { for j in 0..<q { bound[i, j] *= 1.5 } }
        return bound
    }

    static func absolute(_ a: Matrix) -> Matrix {
        var result = a
        result.withUnsafeMutableElements { elements in
            for i in elements.indices { elements[i] = abs(elements[i]) }
        }
        return result
    }

    /// The sign and the logarithm of the modulus; −∞ for a singular matrix.
    static func signAndLog(_ a: Matrix) -> (sign: Double, logarithm: Double) {
        let factors = LU(a)
        if factors.singularColumn != nil { return (0, -.infinity) }
        var sign = factors.permutationSign
        var total = DoubleDouble.zero
        for i in 0..<a.rows {
            let pivot = factors.factors[i, i]
            if pivot < 0 { sign = -sign }
            total += DoubleDouble(log(abs(pivot)))
        }
        return (sign, total.high)
    }

    /// log |det A|; the error is that of a backward stable elimination, through tr(A⁻¹ δA).
    static func logDeterminant(_ a: Matrix, _ field: Field) -> Field {
        let (_, logarithm) = signAndLog(a)
        guard logarithm.isFinite else { return Field(logarithm, rank: 0) }
        return Field(
            shape: [], high: NumericArray(logarithm),
            error: [relativeDeterminantError(a, field.errorOfHigh) + 4 * unitRoundoff * abs(logarithm)])
    }

    /// det A.
    static func determinant(_ a: Matrix) -> Field {
        let (sign, logarithm) = signAndLog(a)
        guard sign != 0 else { return Field(0, rank: 0) }
        let factors = LU(a)
        var product = DoubleDouble(factors.permutationSign)
        for i in 0..<a.rows { product = product * DoubleDouble(factors.factors[i, i]) }
        let value = product.high.isFinite ? product.high : sign * exp(logarithm)
        return Field(
            shape: [], high: NumericArray(value),
            error: [abs(value) * (relativeDeterminantError(a, []) + 4 * unitRoundoff)])
    }

    private static func relativeDeterminantError(_ a: Matrix, _ errors: [Double]) -> Double {
        let q = a.rows
        let y = absolute(LU(a).inverse())
        let sizes = absolute(a)
        // |L||U| is rarely much larger than |A| with pivoting; 8 leaves room.
        let gamma = 8 * Double(q + 2) * unitRoundoff
        var total = 0.0
        for i in 0..<q {
            for k in 0..<q {
                total += y[k, i] * (gamma * sizes[i, k] + (errors.isEmpty ? 0 : errors[i * q + k]))
            }
        }
        return total
    }
}
