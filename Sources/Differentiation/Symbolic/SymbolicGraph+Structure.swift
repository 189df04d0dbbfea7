import Expressions

/// Structural operations on the array part of a monomial: reductions, products, new axes.
extension SymbolicGraph {
    /// A structural operation on the array part of a monomial; scalars stay outside.
    mutating func map(
        _ m: Monomial, full: Shape, _ operation: (inout Graph, NodeID) throws(ShapeError) -> NodeID
    ) throws(ShapeError) -> Monomial {
        let (scalars, arrays) = split(m)
        let array = try expanded(arrays, to: full)
        return product(scalars, Monomial(try operation(&graph, array)))
    }

    /// The array part as a node of full shape.
    mutating func expanded(_ arrays: Monomial, to full: Shape) throws(ShapeError) -> NodeID {
        if arrays.isZero { return graph.filled(full, Constant(0)) }
        if arrays.factors.isEmpty, arrays.coefficient == .one { return graph.filled(full, Constant(1)) }
        let array = try node(arrays)
        if shape(array).counts == full.counts { return array }
        return try graph.elementwise(.multiply, array, graph.filled(full, Constant(1)))
    }

    /// Σ over axes of a monomial of full shape; axes along which nothing varies become factors.
    mutating func reduce(_ m: Monomial, axes: [Int], full: Shape, keeping: Bool) throws(ShapeError) -> Monomial {
        if axes.isEmpty || m.isZero { return m }
        let (scalars, arrays) = split(m)
        var result = scalars
        var varying: [Int] = []
        for axis in axes {
            let isVarying = arrays.factors.contains { factor in
                let own = shape(factor.node)
                let place = axis - (full.rank - own.rank)
                return place >= 0 && own.counts[place] != 1
            }
            if isVarying || full.counts[axis] == 1 {
                varying.append(axis)
            } else {
                // Made first: decompose must see a graph that holds it.
                let length = graph.dimension(full.dimensions[axis])
                result = product(result, decompose(length))
            }
        }
        if arrays.factors.isEmpty { return result }
        var array = try node(arrays)
        let missing = full.rank - rank(array)
        let inner = varying.map { $0 - missing }.filter { $0 >= 0 && $0 < rank(array) }
        array = try collapsed(array, inner)
        // Axes that were not there, or stay with length 1, are brought into place.
        let target = full.dimensions.indices.filter { keeping || !axes.contains($0) }
        let kept = shape(array)
        let wanted = target.count
        if kept.rank > wanted {
            let extra = kept.rank - wanted
            let ones = kept.counts.indices.filter { kept.counts[$0] == 1 }.prefix(extra)
            if ones.count == extra {
                array = try graph.reshape(
                    array, to: Shape(kept.dimensions.enumerated().filter { !ones.contains($0.offset) }.map(\.element)))
            }
        }
        // A number needs no axes to be repeated.
        if keeping, !inner.isEmpty, rank(array) > 0 { array = try restored(array, axes: varying, full: full) }
        return product(result, decompose(array))
    }

    /// The sum over axes, with the products that are shorter as matrix products left as they are.
    mutating func collapsed(_ array: NodeID, _ axes: [Int]) throws(ShapeError) -> NodeID {
        if axes.isEmpty { return array }
        // A new axis that is summed at once was never there.
        if axes.count == 1, case .subscripted(let subscripts) = graph[array].operation, axes[0] < subscripts.count,
            subscripts[axes[0]] == .newAxis,
            subscripts.count == graph[graph[array].operands[0]].shape.rank + 1
        {
            var rest = subscripts
            rest.remove(at: axes[0])
            return try graph.subscripted(graph[array].operands[0], rest)
        }
        return try graph.sum(array, axes: axes)
    }

    mutating func restored(_ array: NodeID, axes: [Int], full: Shape) throws(ShapeError) -> NodeID {
        var result = array
        for axis in axes.sorted() where rank(result) < full.rank {
            result = try graph.expandingDimensions(result, at: min(axis, rank(result)))
        }
        return result
    }

    /// A·B with scalars pulled out; a factor of ones is a sum.
    mutating func matmul(_ a: Monomial, _ shapeA: Shape, _ b: Monomial, _ shapeB: Shape) throws(ShapeError) -> Monomial
    {
        let (left, leftArrays) = split(a)
        let (right, rightArrays) = split(b)
        let scalars = product(left, right)
        if rightArrays.factors.isEmpty, shapeB.rank == 1 {
            return product(scalars, try reduce(leftArrays, axes: [shapeA.rank - 1], full: shapeA, keeping: false))
        }
        if leftArrays.factors.isEmpty, shapeA.rank == 1 {
            return product(scalars, try reduce(rightArrays, axes: [0], full: shapeB, keeping: false))
        }
        let x = try expanded(leftArrays, to: shapeA)
        let y = try expanded(rightArrays, to: shapeB)
        return product(scalars, Monomial(try product(x, y)))
    }

    /// A·B; a vector stands on the right and products with it are taken from there: vᵀA as Aᵀv, (AB)v as A(Bv).
    private mutating func product(_ x: NodeID, _ y: NodeID) throws(ShapeError) -> NodeID {
        if rank(x) == 1, rank(y) == 2 {
            return try product(SymbolicShapes.isSymmetric(y, in: graph) ? y : graph.transpose(y), x)
        }
        if rank(y) == 1, graph[x].operation == .matmul {
            let (left, right) = (graph[x].operands[0], graph[x].operands[1])
            if rank(left) == 2, rank(right) == 2 { return try product(left, product(right, y)) }
        }
        return try graph.matmul(x, y)
    }

    /// A new axis of length 1 at a place of every array factor.
    mutating func inserting(_ axis: Int, into m: Monomial, full: Shape) throws(ShapeError) -> Monomial {
        let (scalars, arrays) = split(m)
        if arrays.factors.isEmpty { return m }
        let node = try node(arrays)
        let place = axis - (full.rank - rank(node))
        if place <= 0 { return m }
        return product(scalars, Monomial(try graph.expandingDimensions(node, at: place)))
    }
}
