import Expressions

/// A symbolic array in factored form: a rational coefficient times powers of nodes, broadcast together.
///
/// Scalars (rank 0) and arrays stand in one list; the array that it denotes has the shape of the place where it is used,
/// so that a factor need not be there to be repeated. This is the normal form in which products are collected, signs and
/// scalars pulled out, and equal terms found.
struct Monomial {
    var coefficient: Fraction
    /// Ascending by node, exponents not zero.
    var factors: [Factor]

    struct Factor: Hashable {
        var node: NodeID
        var exponent: Fraction
    }

    static let one = Monomial(coefficient: .one, factors: [])
    static let zero = Monomial(coefficient: .zero, factors: [])

    var isZero: Bool { coefficient.isZero }

    init(coefficient: Fraction, factors: [Factor]) {
        self.coefficient = coefficient
        self.factors = factors
    }

    init(_ node: NodeID) { self.init(coefficient: .one, factors: [Factor(node: node, exponent: .one)]) }

    /// −m.
    var negated: Monomial { Monomial(coefficient: -coefficient, factors: factors) }
}
