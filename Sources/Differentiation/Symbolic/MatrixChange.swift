import Expressions

/// How a matrix changes with β, where no array of order three is needed to say it: a number of β's functions times structured
/// matrices. F has p columns, so that F dβ is a vector that changes.
///
/// Closed under sums, products with matrices, transposes and inverses: d(M⁻¹) = −M⁻¹ (dM) M⁻¹ (*The Matrix Cookbook*
/// (2012), 59).
struct MatrixChange {
    enum Form {
        /// L diag(F dβ) R, as of Xᵀ diag(w) X.
        case diagonal(left: NodeID, rows: NodeID, right: NodeID)
        /// (F dβ) wᵀ, as of β wᵀ.
        case column(rows: NodeID, across: NodeID)
        /// w (F dβ)ᵀ, as of w βᵀ.
        case row(along: NodeID, rows: NodeID)
        /// S (g·dβ), as of S f(β).
        case multiple(matrix: NodeID, gradient: NodeID)
    }

    /// Scalars in front.
    var scale: Monomial
    /// A factor of each element, as of exp(M); nil where there is none. With one, only sums can be taken.
    var weight: NodeID?
    var form: Form

    init(_ form: Form, scale: Monomial = .one) {
        self.form = form
        self.scale = scale
    }

    /// A dM; nil with weights.
    func times(left a: NodeID, _ s: inout SymbolicGraph) throws(ShapeError) -> MatrixChange? {
        guard weight == nil else { return nil }
        var result = self
        switch form {
        case .diagonal(let left, let rows, let right):
            result.form = .diagonal(left: try s.multiplied(a, left), rows: rows, right: right)
        case .column(let rows, let across): result.form = .column(rows: try s.multiplied(a, rows), across: across)
        case .row(let along, let rows): result.form = .row(along: try s.multiplied(a, along), rows: rows)
        case .multiple(let matrix, let gradient):
            result.form = .multiple(matrix: try s.multiplied(a, matrix), gradient: gradient)
        }
        return result
    }

    /// dM B; nil with weights.
    func times(right b: NodeID, _ s: inout SymbolicGraph) throws(ShapeError) -> MatrixChange? {
        guard weight == nil else { return nil }
        var result = self
        switch form {
        case .diagonal(let left, let rows, let right):
            result.form = .diagonal(left: left, rows: rows, right: try s.multiplied(right, b))
        case .column(let rows, let across):
            result.form = .column(rows: rows, across: try s.multiplied(s.transposed(b), across))
        case .row(let along, let rows):
            result.form = .row(along: along, rows: try s.multiplied(s.transposed(b), rows))
        case .multiple(let matrix, let gradient):
            result.form = .multiple(matrix: try s.multiplied(matrix, b), gradient: gradient)
        }
        return result
    }

    /// dMᵀ.
    func transposed(_ s: inout SymbolicGraph) -> MatrixChange {
        var result = self
        result.weight = weight.map { s.transposed($0) }
        switch form {
        case .diagonal(let left, let rows, let right):
            result.form = .diagonal(left: s.transposed(right), rows: rows, right: s.transposed(left))
        case .column(let rows, let across): result.form = .row(along: across, rows: rows)
        case .row(let along, let rows): result.form = .column(rows: rows, across: along)
        case .multiple(let matrix, let gradient):
            result.form = .multiple(matrix: s.transposed(matrix), gradient: gradient)
        }
        return result
    }

    /// c∘dM for a number, a vector along an axis or a matrix c.
    func scaled(by factor: Monomial, full: Shape, _ s: inout SymbolicGraph) throws(ShapeError) -> MatrixChange {
        var result = self
        let (scalars, arrays) = s.split(factor)
        result.scale = s.product(scalars, scale)
        guard !arrays.factors.isEmpty else { return result }
        let matrix = try s.expanded(weight.map { s.product(arrays, Monomial($0)) } ?? arrays, to: full)
        result.weight = matrix
        return result
    }
}

// MARK: What is made of matrices that change: terms

extension MatrixChange {
    private typealias Term = SymbolicJacobian.Term

    /// The weighted change as a term, where it is no diagonal form.
    func term(_ full: Shape, _ s: inout SymbolicGraph) throws(ShapeError) -> SymbolicJacobian.Term? {
        let weights = weight.map { Monomial($0) } ?? .one
        switch form {
        case .diagonal: return nil
        case .column(let rows, let across):
            let factors = s.product(weights, s.decompose(across))
            return Term(scale: s.product(scale, factors), family: .matrix(rows), axis: 0)
        case .row(let along, let rows):
            let column = try s.inserting(1, into: s.decompose(along), full: s.shape(along))
            return Term(scale: s.product(scale, s.product(weights, column)), family: .matrix(rows), axis: 1)
        case .multiple(let matrix, let gradient):
            let factors = s.product(weights, s.decompose(matrix))
            return Term(scale: s.product(scale, factors), family: .row(gradient), axis: nil)
        }
    }

    /// dM b for a vector b.
    func applied(to b: NodeID, _ s: inout SymbolicGraph) throws(ShapeError) -> SymbolicJacobian.Term? {
        guard weight == nil else { return nil }
        switch form {
        case .diagonal(let left, let rows, let right):
            let weights = try s.graph.expandingDimensions(s.multiplied(right, b), at: 1)
            let weighted = try s.graph.elementwise(.multiply, weights, rows)
            return Term(scale: scale, family: .matrix(try s.multiplied(left, weighted)), axis: 0)
        case .column(let rows, let across):
            let number = Monomial(try s.inner(across, b))
            return Term(scale: s.product(scale, number), family: .matrix(rows), axis: 0)
        case .row(let along, let rows):
            let row = try s.multiplied(s.transposed(rows), b)
            return Term(scale: s.product(scale, s.decompose(along)), family: .row(row), axis: nil)
        case .multiple(let matrix, let gradient):
            let vector = Monomial(try s.multiplied(matrix, b))
            return Term(scale: s.product(scale, vector), family: .row(gradient), axis: nil)
        }
    }

    /// tr(Y dM).
    func traced(_ y: NodeID, _ s: inout SymbolicGraph) throws(ShapeError) -> SymbolicJacobian.Term? {
        guard weight == nil else { return nil }
        switch form {
        case .diagonal(let left, let rows, let right):
            // tr(Y L diag(t) R) = diag(R Y L)·t.
            let product = try s.graph.elementwise(.multiply, s.multiplied(right, y), s.transposed(left))
            return try row(s.graph.sum(product, axes: [1]), rows, &s)
        case .column(let rows, let across): return try row(s.multiplied(s.transposed(y), across), rows, &s)
        case .row(let along, let rows): return try row(s.multiplied(y, along), rows, &s)
        case .multiple(let matrix, let gradient):
            let product = try s.graph.sum(s.graph.elementwise(.multiply, y, s.transposed(matrix)))
            return Term(scale: s.product(scale, Monomial(product)), family: .row(gradient), axis: nil)
        }
    }

    /// The diagonal of dM.
    func diagonal(_ s: inout SymbolicGraph) throws(ShapeError) -> SymbolicJacobian.Term {
        var factor = scale
        if let weight { factor = s.product(factor, Monomial(try s.graph.diag(weight))) }
        switch form {
        case .diagonal(let left, let rows, let right):
            // diag(L diag(t) R) = (L∘Rᵀ) t.
            let matrix = try s.graph.elementwise(.multiply, left, s.transposed(right))
            return Term(scale: factor, family: .matrix(try s.multiplied(matrix, rows)), axis: 0)
        case .column(let rows, let vector), .row(let vector, let rows):
            return Term(scale: s.product(factor, s.decompose(vector)), family: .matrix(rows), axis: 0)
        case .multiple(let matrix, let gradient):
            let own = Monomial(try s.graph.diag(matrix))
            return Term(scale: s.product(factor, own), family: .row(gradient), axis: nil)
        }
    }

    /// tr(dM).
    func trace(_ s: inout SymbolicGraph) throws(ShapeError) -> SymbolicJacobian.Term {
        let own = try diagonal(&s)
        guard case .matrix(let rows) = own.family else {
            let (scalars, arrays) = s.split(own.scale)
            let total = try s.graph.sum(s.node(arrays))
            return Term(scale: s.product(scalars, Monomial(total)), family: own.family, axis: nil)
        }
        let (scalars, arrays) = s.split(own.scale)
        let vector = try s.matmul(
            Monomial(s.transposed(rows)), Shape(s.shape(rows).dimensions.reversed()), arrays,
            Shape([s.shape(rows).dimensions[0]]))
        let (outer, inner) = s.split(vector)
        let row = try s.expanded(inner, to: Shape([s.shape(rows).dimensions[1]]))
        return Term(scale: s.product(scalars, outer), family: .row(row), axis: nil)
    }

    /// Σ over axes of W∘dM. Of C∘(L diag(t) R): over the second axis ((C Rᵀ)∘L) t, over the first ((Cᵀ L)∘Rᵀ) t.
    func summed(_ axes: [Int], _ full: Shape, _ s: inout SymbolicGraph) throws(ShapeError) -> SymbolicJacobian.Term? {
        guard case .diagonal(let left, let rows, let right) = form else { return nil }
        let turnedRight = s.transposed(right)
        if axes == [0] {
            let inner: NodeID
            if let weight {
                inner = try s.multiplied(s.transposed(weight), left)
            } else {
                inner = try s.graph.expandingDimensions(s.graph.sum(left, axes: [0]), at: 0)
            }
            let matrix = try s.graph.elementwise(.multiply, inner, turnedRight)
            return Term(scale: scale, family: .matrix(try s.multiplied(matrix, rows)), axis: 0)
        }
        let inner: NodeID
        if let weight {
            inner = try s.multiplied(weight, turnedRight)
        } else {
            inner = try s.graph.expandingDimensions(s.graph.sum(right, axes: [1]), at: 0)
        }
        let matrix = try s.graph.elementwise(.multiply, inner, left)
        if axes == [1] { return Term(scale: scale, family: .matrix(try s.multiplied(matrix, rows)), axis: 0) }
        return try row(s.graph.sum(matrix, axes: [0]), rows, &s)
    }

    private func row(
        _ vector: NodeID, _ rows: NodeID, _ s: inout SymbolicGraph
    ) throws(ShapeError) -> SymbolicJacobian.Term {
        Term(scale: scale, family: .row(try s.multiplied(s.transposed(rows), vector)), axis: nil)
    }

    /// The array of derivatives, where something without structure is made of the matrix.
    func array(_ full: Shape, _ s: inout SymbolicGraph) throws(ShapeError) -> Monomial {
        let node: NodeID
        switch form {
        case .diagonal(let left, let rows, let right):
            node = try s.graph.einsum(inputs: ["ac", "cz", "cb"], output: "abz", [left, rows, right])
        case .column(let rows, let across):
            node = try s.graph.einsum(inputs: ["az", "b"], output: "abz", [rows, across])
        case .row(let along, let rows):
            node = try s.graph.einsum(inputs: ["a", "bz"], output: "abz", [along, rows])
        case .multiple(let matrix, let gradient):
            node = try s.graph.einsum(inputs: ["ab", "z"], output: "abz", [matrix, gradient])
        }
        guard let weight else { return s.product(scale, Monomial(node)) }
        return s.product(scale, s.product(Monomial(try s.graph.expandingDimensions(weight, at: 2)), Monomial(node)))
    }
}
