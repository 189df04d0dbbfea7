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

    /// Σ over axes of a monomial of full shape; axes along which nothing varies become factors, and factors that do not vary
    /// along the axes stand outside.
    mutating func reduce(_ m: Monomial, axes: [Int], full: Shape, keeping: Bool) throws(ShapeError) -> Monomial {
        if axes.isEmpty || m.isZero { return m }
        let (scalars, whole) = split(m)
        let arrays = try full.rank == 2 ? withoutOuterProducts(whole) : whole
        var result = scalars
        var varying: [Int] = []
        for axis in axes {
            if arrays.factors.contains(where: { varies($0.node, along: axis, of: full) }) || full.counts[axis] == 1 {
                varying.append(axis)
            } else {
                // Made first: decompose must see a graph that holds it.
                let length = graph.dimension(full.dimensions[axis])
                result = product(result, decompose(length))
            }
        }
        if arrays.factors.isEmpty { return result }
        var inside = Monomial.one
        for factor in arrays.factors {
            if let outer = constant(factor, along: axes, of: full, keeping: keeping) {
                result = product(result, outer)
            } else {
                inside.factors.append(factor)
            }
        }
        if inside.factors.isEmpty { return result }
        if full.rank == 2, axes == [0] || axes == [1],
            let sums = try productWithVector(inside, axis: axes[0], full: full, keeping: keeping)
        {
            return product(result, sums)
        }
        if let parts = try reducedTerms(inside, axes: axes, full: full, keeping: keeping) {
            return product(result, parts)
        }
        var array = try node(inside)
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

    /// Outer products among the factors taken apart into a column and a row.
    mutating func withoutOuterProducts(_ m: Monomial) throws(ShapeError) -> Monomial {
        var result = Monomial(coefficient: m.coefficient, factors: [])
        for factor in m.factors {
            guard graph[factor.node].operation == .outer else {
                result = product(result, Monomial(coefficient: .one, factors: [factor]))
                continue
            }
            let column = try graph.column(graph[factor.node].operands[0])
            for node in [column, graph[factor.node].operands[1]] {
                result = product(
                    result, Monomial(coefficient: .one, factors: [.init(node: node, exponent: factor.exponent)]))
            }
        }
        return result
    }

    private func varies(_ id: NodeID, along axis: Int, of full: Shape) -> Bool {
        let own = shape(id)
        let place = axis - (full.rank - own.rank)
        return place >= 0 && own.counts[place] != 1
    }

    /// A factor that is the same all along the axes, as it stands outside the sum; nil where it varies, or could stand there
    /// only after a reshape.
    private func constant(
        _ factor: Monomial.Factor, along axes: [Int], of full: Shape, keeping: Bool
    ) -> Monomial? {
        guard !axes.contains(where: { varies(factor.node, along: $0, of: full) }), full.rank == 2, axes.count == 1
        else {
            return nil
        }
        let outside = Monomial(coefficient: .one, factors: [factor])
        if keeping { return outside }
        if axes == [0] { return rank(factor.node) == 1 ? outside : nil }
        guard let vector = graph.columnVector(factor.node) else { return nil }
        return Monomial(coefficient: .one, factors: [.init(node: vector, exponent: factor.exponent)])
    }

    /// Σⱼ Mᵢⱼvⱼ = (M v)ᵢ and Σᵢ uᵢMᵢⱼ = (Mᵀu)ⱼ; nil where the factors are no matrix and a vector along the axis.
    private mutating func productWithVector(
        _ m: Monomial, axis: Int, full: Shape, keeping: Bool
    ) throws(ShapeError) -> Monomial? {
        var vectors = Monomial.one
        var matrices = Monomial.one
        for factor in m.factors {
            if shape(factor.node).counts == full.counts {
                matrices.factors.append(factor)
            } else if axis == 1, rank(factor.node) == 1 {
                vectors.factors.append(factor)
            } else if axis == 0, let vector = graph.columnVector(factor.node) {
                vectors = product(
                    vectors, Monomial(coefficient: .one, factors: [.init(node: vector, exponent: factor.exponent)]))
            } else {
                return nil
            }
        }
        guard !vectors.factors.isEmpty else { return nil }
        // Vectors alone: a number, the same wherever it stands.
        if matrices.factors.isEmpty {
            return try reduce(vectors, axes: [0], full: Shape([full.dimensions[axis]]), keeping: false)
        }
        let vector = try expanded(vectors, to: Shape([full.dimensions[axis]]))
        let matrix = try node(matrices)
        var result = try multiplied(axis == 1 ? matrix : transposed(matrix), vector)
        if keeping, axis == 1 { result = try graph.column(result) }
        return decompose(result)
    }

    /// Σⱼ (aⱼ − b) = Σⱼ aⱼ − n b for a b that does not vary along the axis: no array is made to be summed, and a difference
    /// from a mean has the sum zero. Nil where there is no such b, or it is a written number.
    private mutating func reducedTerms(
        _ m: Monomial, axes: [Int], full: Shape, keeping: Bool
    ) throws(ShapeError) -> Monomial? {
        guard m.factors.count == 1, m.factors[0].exponent == .one else { return nil }
        let node = graph[m.factors[0].node]
        guard node.operation == .elementwise(.add) || node.operation == .elementwise(.subtract), axes.count == 1 else {
            return nil
        }
        let constants = node.operands.map { operand in
            !axes.contains { varies(operand, along: $0, of: full) }
        }
        guard constants[0] != constants[1], let k = constants.firstIndex(of: true) else { return nil }
        let constant = node.operands[k]
        guard !isConstant(constant), !isDimension(constant), rank(constant) == 0 || full.rank == 2 else { return nil }
        var parts: [Monomial] = []
        for (place, operand) in node.operands.enumerated() {
            let part = try reduce(decompose(operand), axes: axes, full: full, keeping: keeping)
            parts.append(place == 1 && node.operation == .elementwise(.subtract) ? part.negated : part)
        }
        return try sum(parts)
    }

    /// The sum over axes, with the products that are shorter as matrix products left as they are.
    mutating func collapsed(_ array: NodeID, _ axes: [Int]) throws(ShapeError) -> NodeID {
        if axes.isEmpty { return array }
        // Σᵢ aᵢbᵢ of two vectors, as an inner product.
        if rank(array) == 1, graph[array].operation == .elementwise(.multiply) {
            let operands = graph[array].operands
            if operands.allSatisfy({ rank($0) == 1 && shape($0).counts == shape(array).counts && !isProduct($0) }) {
                return try inner(operands[0], operands[1])
            }
        }
        if rank(array) == 2, axes.count == 1, graph[array].operation == .transpose {
            return try collapsed(graph[array].operands[0], [1 - axes[0]])
        }
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

    private func isProduct(_ id: NodeID) -> Bool {
        graph[id].operation == .elementwise(.multiply) || graph[id].operation == .elementwise(.divide)
    }

    mutating func restored(_ array: NodeID, axes: [Int], full: Shape) throws(ShapeError) -> NodeID {
        var result = array
        for axis in axes.sorted() where rank(result) < full.rank {
            // A row is repeated without a new axis.
            if axis == 0, rank(result) == full.rank - 1 { continue }
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
        if let separated = try separatedProduct(leftArrays, shapeA, rightArrays, shapeB) {
            return product(scalars, separated)
        }
        let x = try expanded(leftArrays, to: shapeA)
        let y = try expanded(rightArrays, to: shapeB)
        return product(scalars, decompose(try multiplied(x, y)))
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
