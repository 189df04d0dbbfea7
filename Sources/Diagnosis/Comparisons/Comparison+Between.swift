import Differentiation
import LinearAlgebra

extension Comparison {
    /// A witness compared with the reference (the automatic derivatives), where both have a quantity.
    ///
    /// The tolerance of an entry is the sum of both bounds: each is a bound on |computed − exact|, so two correct
    /// results differ by at most that. Relative errors are relative to the reference; where that is zero and the
    /// witness is not, the relative error is 1. A bound that has overflowed is the largest number (`isUnbounded` tells);
    /// a quantity that the witness could not represent is not compared. Complexity: O(p²).
    public static func between(_ witness: Derivatives, _ reference: Derivatives) -> Comparison {
        var result = Comparison()
        if let a = witness.loss, let b = reference.loss, a.isFinite {
            result.loss = .measure(a, b, tolerance: finite(witness.lossBound + reference.lossBound))
        }
        if let a = witness.gradient, let b = reference.gradient, a.count == b.count, a.allSatisfy(\.isFinite) {
            let tolerances = sums(witness.gradientBound, reference.gradientBound, count: a.count)
            result.gradient = a.withUnsafeBufferPointer { a in
                b.withUnsafeBufferPointer { b in
                    tolerances.withUnsafeBufferPointer { Deviation.measure(a, b, tolerances: $0, shape: [a.count]) }
                }
            }
        }
        if let a = witness.hessian, let b = reference.hessian, a.rows == b.rows, a.columns == b.columns,
            a.withUnsafeElements({ $0.allSatisfy(\.isFinite) })
        {
            let tolerances = sums(witness.hessianBound, reference.hessianBound, rows: a.rows, columns: a.columns)
            result.hessian = a.withUnsafeElements { x in
                b.withUnsafeElements { y in
                    tolerances.withUnsafeElements {
                        Deviation.measure(x, y, tolerances: $0, shape: [a.rows, a.columns])
                    }
                }
            }
        }
        return result
    }

    private static func sums(_ a: [Double], _ b: [Double], count: Int) -> [Double] {
        (0..<count).map { finite(($0 < a.count ? a[$0] : 0) + ($0 < b.count ? b[$0] : 0)) }
    }

    /// A bound that is no number or infinite tells as much as the largest number.
    private static func finite(_ bound: Double) -> Double {
        bound < .greatestFiniteMagnitude ? bound : .greatestFiniteMagnitude
    }

    private static func sums(_ a: Matrix?, _ b: Matrix?, rows: Int, columns: Int) -> Matrix {
        guard var sum = a ?? b else { return Matrix(rows: rows, columns: columns) }
        sum.withUnsafeMutableElements { sum in
            if a != nil, let b, b.count == sum.count {
                b.withUnsafeElements { b in for i in sum.indices { sum[i] += b[i] } }
            }
            for i in sum.indices { sum[i] = finite(sum[i]) }
        }
        return sum
    }
}
