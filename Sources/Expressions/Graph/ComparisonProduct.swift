import LinearAlgebra

/// A product with a matrix of comparisons, `(a >= b[:, None]) @ v`, as what it is: for every b the sum of v over the a that
/// compare with it. The matrix need not be made.
package struct ComparisonProduct {
    /// How an element of `among` must stand to one of `thresholds`.
    package var relation: ComparisonRelation
    /// The vector whose elements are compared, along v.
    package var among: NodeID
    /// The vector of thresholds, along the result.
    package var thresholds: NodeID
    /// A factor of every element of v, as in `((a == b[:, None]) * d) @ v`.
    package var weights: NodeID?
    /// A factor of every element of the result.
    package var scale: NodeID?
    /// What is summed: a vector or a matrix.
    package var summed: NodeID
}

extension Graph {
    /// The product as sums, where its left factor is a matrix of comparisons, perhaps transposed or with a vector as
    /// a factor. Vectors that stand as columns are named by what they were made of.
    package func comparisonProduct(_ id: NodeID) -> ComparisonProduct? {
        guard self[id].operation == .matmul else { return nil }
        var matrix = self[id].operands[0]
        guard self[matrix].shape.rank == 2 else { return nil }
        var isTransposed = false
        if self[matrix].operation == .transpose {
            isTransposed = true
            matrix = self[matrix].operands[0]
        }
        let counts = self[matrix].shape.counts
        var along: NodeID?
        var across: NodeID?
        if self[matrix].operation == .elementwise(.multiply) {
            let operands = self[matrix].operands
            guard let k = operands.firstIndex(where: { self[$0].shape.counts == counts }) else { return nil }
            let factor = operands[1 - k]
            if self[factor].shape.counts == [counts[1]] {
                along = factor
            } else if let column = column(factor), self[column].shape.counts == [counts[0]] {
                across = column
            } else {
                return nil
            }
            matrix = operands[k]
        }
        guard case .elementwise(let function) = self[matrix].operation, let relation = relation(function) else {
            return nil
        }
        let (left, right) = (self[matrix].operands[0], self[matrix].operands[1])
        let found: (relation: ComparisonRelation, among: NodeID, thresholds: NodeID)
        if self[left].shape.counts == [counts[1]], let rows = column(right), self[rows].shape.counts == [counts[0]] {
            found = (relation, left, rows)
        } else if self[right].shape.counts == [counts[1]], let rows = column(left),
            self[rows].shape.counts == [counts[0]]
        {
            found = (relation.flipped, right, rows)
        } else {
            return nil
        }
        let summed = self[id].operands[1]
        if isTransposed {
            return ComparisonProduct(
                relation: found.relation.flipped, among: found.thresholds, thresholds: found.among, weights: across,
                scale: along, summed: summed)
        }
        return ComparisonProduct(
            relation: found.relation, among: found.among, thresholds: found.thresholds, weights: along, scale: across,
            summed: summed)
    }

    /// v of `v[:, None]`.
    private func column(_ id: NodeID) -> NodeID? {
        guard case .subscripted(let subscripts) = self[id].operation, subscripts.count == 2, subscripts[1] == .newAxis,
            self[self[id].operands[0]].shape.rank == 1,
            self[self[id].operands[0]].shape.counts[0] == self[id].shape.counts[0]
        else { return nil }
        return self[id].operands[0]
    }

    private func relation(_ function: ElementwiseFunction) -> ComparisonRelation? {
        switch function {
        case .less: .less
        case .lessEqual: .lessEqual
        case .greater: .greater
        case .greaterEqual: .greaterEqual
        case .equal: .equal
        default: nil
        }
    }
}
