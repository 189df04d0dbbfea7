import Expressions
import Foundation
import LinearAlgebra

/// Terms of products.
extension Jacobians {
    /// Both operands of a product as arrays over (i, k, j), axes that a vector lacks left out.
    static func lifting(_ a: [Int], _ b: [Int]) -> (left: [Int], right: [Int], full: [Int], contracted: Int) {
        switch (a.count, b.count) {
        case (1, 1): (a, b, a, 0)
        case (2, 1): (a, [1, b[0]], a, 1)
        case (1, 2): ([a[0], 1], b, b, 0)
        default: (a + [1], [1] + b, [a[0], a[1], b[1]], 1)
        }
    }

    func product(_ node: Node) throws -> [Term]? {
        let (left, right) = (node.operands[0], node.operands[1])
        let (a, b) = (tape.shape(left), tape.shape(right))
        let (shapeA, shapeB, full, contracted) = Self.lifting(a, b)
        var result: [Term] = []
        for (operand, other, shape, otherShape) in [(right, left, shapeB, shapeA), (left, right, shapeA, shapeB)] {
            guard tape.dependent[operand.index] else { continue }
            guard let terms = terms(operand) else { return nil }
            let isRight = operand == right && shape == shapeB
            let factor = tape.value(other)
            for term in lifting(terms, from: isRight ? b : a, to: shape, isRight: isRight) {
                if let family = leafFamily(term, other, contracted, full) {
                    result.append(Term(scale: term.scale.dropping([contracted]), family: family, axis: 0))
                    continue
                }
                let scale = Field.product(factor.expanded(to: tape.shape(other)).reshaped(otherShape), term.scale)
                let one = Term(scale: scale, family: term.family, axis: term.axis)
                guard let summed = summed([one], over: [contracted], keeping: false, full: full) else { return nil }
                result += summed
            }
        }
        return result
    }

    /// Σ_j [a_j ⋚ b_i] s_j F_j: a family of its own for the terms whose rows vary along v.
    func comparisonSums(_ node: Node, _ relation: ComparisonRelation) -> [Term]? {
        guard let terms = terms(node.operands[2]) else { return nil }
        let (among, thresholds) = (tape.value(node.operands[0]), tape.value(node.operands[1]))
        let length = tape.shape(node.operands[2])
        return terms.map { term in
            let scale = term.scale.expanded(to: length)
            guard term.axis != nil else {
                return Term(
                    scale: Products.comparisonSum(relation, among, thresholds, scale), family: term.family, axis: nil)
            }
            let rows = Field(
                shape: [term.family.matrix.rows, term.family.columns], high: NumericArray(term.family.matrix),
                error: term.family.error?.elements ?? [])
            let scaled = Field.product(scale.reshaped([length[0], 1]), rows)
            let sums = Products.comparisonSum(relation, among, thresholds, scaled)
            let errors = sums.errorOfHigh
            var values = Matrix(sums.high.reshaped(sums.shape))
            var spread = errors.isEmpty ? nil : Matrix(rows: sums.shape[0], columns: sums.shape[1], errors)
            let size = Self.scaleRows(&values, &spread)
            let family = Family(
                rows: .matrix(values, error: spread), offset: term.family.offset,
                key: Family.Key(origin: freshKey(), start: 0, count: sums.shape[0], offset: term.family.offset))
            return Term(scale: size, family: family, axis: 0)
        }
    }

    /// Takes a power of two out of every row, so that its square stays in the range of the numbers: sums of e^η in a survival
    /// model span as many orders of magnitude as the numbers have. Gives the powers; 1 where no row needs one.
    private static func scaleRows(_ rows: inout Matrix, _ errors: inout Matrix?) -> Field {
        let exponents = (0..<rows.rows).map { i in
            let largest = rows.row(i).reduce(0) { max($0, abs($1)) }
            return largest.isNormal ? Int(largest.exponent) : 0
        }
        guard exponents.contains(where: { abs($0) > 200 }) else { return Field(1, rank: 1) }
        for (i, exponent) in exponents.enumerated() {
            for j in 0..<rows.columns {
                rows[i, j] = scalbn(rows[i, j], -exponent)
                if let error = errors?[i, j] { errors?[i, j] = scalbn(error, -exponent) }
            }
        }
        return Field(NumericArray(exponents.map { scalbn(1, $0) }))
    }

    /// Terms of an operand over (i, k, j).
    func lifting(_ terms: [Term], from: [Int], to: [Int], isRight: Bool) -> [Term] {
        let shift = to.count > from.count && isRight ? to.count - from.count : 0
        return terms.map { term in
            let ones = [Int](repeating: 1, count: to.count - from.count)
            let shape = isRight ? ones + term.scale.shape : term.scale.shape + ones
            return Term(scale: term.scale.reshaped(shape), family: term.family, axis: term.axis.map { $0 + shift })
        }
    }

    /// The rows of a constant matrix itself, where the other factor is β (or a row of it): X@β and X@β.T. The family is
    /// the stored matrix, without a copy, and all uses of it are pooled.
    func leafFamily(_ term: Term, _ other: NodeID, _ contracted: Int, _ full: [Int]) -> Family? {
        let shape = tape.shape(other)
        guard term.family.isIdentity, term.axis == contracted, !tape.dependent[other.index], shape.count == 2,
            term.family.columns == full[contracted], term.scale.shape[contracted] == 1
        else { return nil }
        let varying = term.scale.shape.indices.filter { term.scale.shape[$0] > 1 }
        // The matrix must stand on the left, its rows an axis of their own along which the scale does not vary.
        guard contracted == 1, varying.allSatisfy({ $0 == 2 }), tape.graph[other].shape.counts == [full[0], full[1]]
        else {
            return nil
        }
        let field = tape.value(other)
        guard field.error.isEmpty, field.low.isEmpty else { return nil }
        return Family(
            rows: .matrix(tape.matrix(other), error: nil), offset: term.family.offset,
            key: Family.Key(origin: other.index, start: 0, count: full[0], offset: term.family.offset))
    }
}
