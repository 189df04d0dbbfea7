/// The sum by pairs of blocks: |error| ≤ γ_k Σ|v_i| with k = `SummationDepth.pairwise(n)`.
package func pairwiseSum(_ values: UnsafeBufferPointer<Double>) -> Double {
    values.reduce(0, +)
}

/// The sum as if computed with 106 bits (Sum2): |error| ≤ u|Σv| + about n²u²Σ|v|, u = 2⁻⁵³.
package func compensatedSum(_ values: UnsafeBufferPointer<Double>) -> DoubleDouble {
    var total = DoubleDouble.zero
    for value in values { total += DoubleDouble(value) }
    return total
}

/// The sum of an array's elements by pairs of blocks.
package func pairwiseSum(_ values: [Double]) -> Double { values.withUnsafeBufferPointer(pairwiseSum) }
/// The sum of an array's elements as if computed with 106 bits.
package func compensatedSum(_ values: [Double]) -> DoubleDouble { values.withUnsafeBufferPointer(compensatedSum) }

extension NumericArray {
    /// NumPy's `sum(axis)`: that axis disappears. Blocks and pairs, depth `SummationDepth.pairwise(length of the axis)`.
    package func sum(axis: Int) -> NumericArray {
        precondition(axis >= 0 && axis < rank)
        let outer = shape[..<axis].reduce(1, *)
        let inner = shape[(axis + 1)...].reduce(1, *)
        let length = shape[axis]
        var reduced = shape
        reduced.remove(at: axis)
        var result = NumericArray(shape: reduced)
        for o in 0..<outer {
            for k in 0..<length {
                for i in 0..<inner { result[o * inner + i] += self[(o * length + k) * inner + i] }
            }
        }
        return result
    }

    /// The sum of all elements, by pairs of blocks.
    package func sum() -> Double { withUnsafeElements(pairwiseSum) }
}
