/// NumPy's broadcasting (numpy.org/doc/stable/user/basics.broadcasting.html): shapes are aligned at their last axes, and
/// lengths must be equal or 1.
extension Shape {
    /// The shape that the two broadcast to. Where lengths are equal, the one with a symbol is kept.
    ///
    /// - Throws: `ShapeError` where two lengths differ and neither is 1.
    public func broadcast(with other: Shape, for operation: String) throws(ShapeError) -> Shape {
        let rank = max(rank, other.rank)
        var result: [Dimension] = []
        result.reserveCapacity(rank)
        for axis in 0..<rank {
            let a = axis - (rank - self.rank)
            let b = axis - (rank - other.rank)
            guard a >= 0 else {
                result.append(other.dimensions[b])
                continue
            }
            guard b >= 0 else {
                result.append(dimensions[a])
                continue
            }
            let left = dimensions[a]
            let right = other.dimensions[b]
            if left.count == right.count {
                result.append(left.symbol == nil ? right : left)
            } else if left.count == 1 {
                result.append(right)
            } else if right.count == 1 {
                result.append(left)
            } else {
                throw ShapeError(
                    "\(self) \(operation) \(other): lengths \(left.count) and \(right.count) do not broadcast",
                    suggestion: broadcastSuggestion(other))
            }
        }
        return Shape(result)
    }

    /// A new axis that would make a vector fit a matrix: `(n, p) * (n,)` wants `w[:, None]`.
    private func broadcastSuggestion(_ other: Shape) -> ShapeError.Suggestion? {
        if rank == 2, other.rank == 1, dimensions[0].count == other.dimensions[0].count {
            return .text("add an axis to the vector: `[:, None]`")
        }
        if rank == 1, other.rank == 2, dimensions[0].count == other.dimensions[0].count {
            return .text("add an axis to the vector: `[:, None]`")
        }
        return nil
    }
}
