import Expressions
import LinearAlgebra

/// The Hessian as a sum over nonlinear nodes, H = Σ_v Σ_{a,b} J_aᵀ diag(v̄ ∘ ∂²v/∂a∂b) J_b.
///
/// Contributions with equal families add their weights first; each pair of families is multiplied out once, at the end.
struct HessianSum {
    private let tape: Tape
    private let count: Int
    private(set) var value: Matrix
    private(set) var bound: Matrix
    private var pool: [PoolKey: (left: Family, right: Family, weights: Field)] = [:]
    private var order: [PoolKey] = []

    struct PoolKey: Hashable {
        var left: Family.Key
        var right: Family.Key
    }

    init(_ tape: Tape, parameters: Int) {
        self.tape = tape
        count = parameters
        value = Matrix(rows: parameters, columns: parameters)
        bound = Matrix(rows: parameters, columns: parameters)
    }

    // MARK: Nodes

    /// Adds the second derivatives of `weights` (v̄ times the local one) between two operands lifted to `full`.
    /// `mixed` says that a and b are different operands, so that the transpose belongs to the sum too.
    mutating func add(_ a: Jacobian, _ b: Jacobian, weights: Field, full: [Int], mixed: Bool) {
        if weights.count == 1, weights.high[0] == 0, weights.bound(0) == 0 { return }
        guard case .terms(let left) = a, case .terms(let right) = b else {
            addDense(a, b, weights: weights.expanded(to: full), full: full, mixed: mixed)
            return
        }
        for (i, first) in left.enumerated() {
            for (j, second) in right.enumerated() where mixed || j >= i {
                let product = Field.product(Field.product(weights, first.scale), second.scale).padded(to: full.count)
                add(first, second, product, full: full, twice: mixed || j > i)
            }
        }
    }

    private mutating func add(_ a: Term, _ b: Term, _ weights: Field, full: [Int], twice: Bool) {
        let used = Set([a.axis, b.axis].compactMap { $0 })
        let reduced = weights.sum(axes: full.indices.filter { !used.contains($0) }, full: full)
        switch (a.axis, b.axis) {
        case (nil, nil): addRows(a.family, b.family, reduced.reshaped([]), twice: twice)
        case (let axis?, nil):
            addRow(a.family, reduced.reshaped([reduced.shape[axis]]), full[axis], b.family, twice: twice)
        case (nil, let axis?):
            addRow(b.family, reduced.reshaped([reduced.shape[axis]]), full[axis], a.family, twice: twice)
        case (let i?, let j?) where i == j:
            addToPool(a.family, b.family, reduced.reshaped([reduced.shape[i]]), twice: twice)
        case (let i?, let j?):
            let wide = reduced.expanded(
                to: reduced.shape.enumerated().map { used.contains($0.offset) ? full[$0.offset] : 1 })
            let oriented =
                i < j ? wide.reshaped([full[i], full[j]]) : wide.reshaped([full[j], full[i]]).transposed([1, 0])
            addCross(a.family, oriented, b.family, twice: twice)
        }
    }

    // MARK: Pairs of families

    private mutating func addToPool(_ a: Family, _ b: Family, _ weights: Field, twice: Bool) {
        let same = a.key == b.key
        let factor = same && twice ? weights.scaled(by: 2) : weights
        let ordered = PoolKey(left: a.key, right: b.key)
        let turned = PoolKey(left: b.key, right: a.key)
        if !same, !twice {
            // Only equal terms of one operand come without their mirror image, and those have equal families.
            preconditionFailure("a pair of different families without its transpose")
        }
        if let known = pool[ordered] {
            pool[ordered]?.weights = Field.sum(known.weights, factor)
        } else if let known = pool[turned] {
            pool[turned]?.weights = Field.sum(known.weights, factor)
        } else {
            pool[ordered] = (a, b, factor)
            order.append(ordered)
        }
    }

    private mutating func addRows(_ a: Family, _ b: Family, _ weight: Field, twice: Bool) {
        guard case .row(let g) = a.rows, case .row(let h) = b.rows else { return }
        let w = weight.value(0).high
        let e = weight.bound(0) + unitRoundoff * abs(w)
        for i in 0..<g.count {
            for j in 0..<h.count {
                let product = g.high[i] * h.high[j]
                let spread = abs(g.high[i]) * h.bound(j) + abs(h.high[j]) * g.bound(i) + g.bound(i) * h.bound(j)
                accumulate(
                    a.offset + i, b.offset + j, w * product,
                    abs(w) * (spread + 2 * unitRoundoff * abs(product)) + e * abs(product), twice)
            }
        }
    }

    private mutating func addRow(_ a: Family, _ weights: Field, _ length: Int, _ b: Family, twice: Bool) {
        guard case .row(let g) = b.rows else { return }
        let column = a.transposedTimes(weights.expanded(to: [length]), execution: tape.execution)
        for i in 0..<column.count {
            let v = column.value(i).high
            for j in 0..<g.count {
                let e =
                    column.bound(i) * (abs(g.high[j]) + g.bound(j)) + abs(v)
                    * (g.bound(j) + 3 * unitRoundoff * abs(g.high[j]))
                accumulate(a.offset + i, b.offset + j, v * g.high[j], e, twice)
            }
        }
    }

    private mutating func addCross(_ a: Family, _ weights: Field, _ b: Family, twice: Bool) {
        let inner = Products.matmul(weights, field(b), execution: tape.execution)
        let product = Products.matmul(field(a).transposed([1, 0]), inner, execution: tape.execution)
        for i in 0..<a.columns {
            for j in 0..<b.columns {
                let k = i * b.columns + j
                let v = product.value(k).high
                accumulate(a.offset + i, b.offset + j, v, product.bound(k) + unitRoundoff * abs(v), twice)
            }
        }
    }

    private func field(_ family: Family) -> Field {
        let matrix = family.matrix
        return Field(
            shape: [matrix.rows, matrix.columns], high: NumericArray(matrix), error: family.error?.elements ?? [])
    }

    @inline(__always)
    private mutating func accumulate(_ i: Int, _ j: Int, _ v: Double, _ e: Double, _ twice: Bool) {
        value[i, j] += v
        bound[i, j] += e + unitRoundoff * abs(value[i, j])
        if twice {
            value[j, i] += v
            bound[j, i] += e + unitRoundoff * abs(value[j, i])
        }
    }

    // MARK: Columns without structure

    private mutating func addDense(_ a: Jacobian, _ b: Jacobian, weights: Field, full: [Int], mixed: Bool) {
        let left = flattened(a, full)
        let right = mixed ? flattened(b, full) : left
        let n = weights.count
        let w = (0..<n).map { weights.value($0).high }
        let product = weightedProduct(left.value, w, right.value, execution: tape.execution)
        let gamma = Double(n + 4) * unitRoundoff
        // |J|ᵀ(|w|(E + γ|J|) + e_w |J|), both sides.
        var spread = right.bound
        spread.withUnsafeMutableElements { spread in
            right.value.withUnsafeElements { values in
                for k in values.indices {
                    let i = k / max(count, 1)
                    spread[k] = abs(w[i]) * (spread[k] + gamma * abs(values[k])) + weights.bound(i) * abs(values[k])
                }
            }
        }
        var other = left.bound
        other.withUnsafeMutableElements { other in
            for k in other.indices { other[k] *= abs(w[k / max(count, 1)]) }
        }
        let first = multiply(DenseAlgebra.absolute(left.value), spread, transposeLeft: true)
        let second = multiply(other, DenseAlgebra.absolute(right.value), transposeLeft: true)
        for i in 0..<count {
            for j in 0..<count { accumulate(i, j, product[i, j], first[i, j] + second[i, j], mixed) }
        }
    }

    /// All columns as a matrix with one row an element.
    private func flattened(_ jacobian: Jacobian, _ full: [Int]) -> (value: Matrix, bound: Matrix) {
        let n = full.reduce(1, *)
        var value = Matrix(rows: n, columns: count)
        var bound = Matrix(rows: n, columns: count)
        for k in 0..<count {
            let column: Field
            switch jacobian {
            case .terms(let terms): column = Jacobians.column(terms, k, shape: full)
            case .dense(let columns): column = columns[k].padded(to: full.count).expanded(to: full)
            }
            let wide = column.expanded(to: full)
            value.withUnsafeMutableElements { value in
                for i in 0..<n { value[i * count + k] = wide.high[i] }
            }
            bound.withUnsafeMutableElements { bound in
                for i in 0..<n { bound[i * count + k] = wide.bound(i) }
            }
        }
        return (value, bound)
    }

    /// Adds ⟨B_kᵀ, A_l⟩ + ⟨B_lᵀ, A_k⟩ with B = P A Y: the curvature of inverses and determinants.
    mutating func addMatrixCurvature(_ tangents: [Field], _ p: Field, _ y: Field, scale: Double) {
        let q = p.shape[0]
        let turned = tangents.map {
            Products.matmul(Products.matmul(p, $0, execution: tape.execution), y, execution: tape.execution).transposed(
                [1, 0])
        }
        for k in 0..<count {
            for l in 0...k {
                var total = DoubleDouble.zero
                var error = 0.0
                for (b, a) in [(turned[k], tangents[l]), (turned[l], tangents[k])] {
                    for i in 0..<q * q {
                        total += b.value(i) * a.value(i)
                        error +=
                            abs(b.high[i]) * a.bound(i) + abs(a.high[i]) * b.bound(i)
                            + doubleDoubleRoundoff * abs(a.high[i] * b.high[i])
                    }
                }
                let v = total.high * scale
                accumulate(k, l, v, abs(scale) * error + 2 * unitRoundoff * abs(v), false)
                if k != l { accumulate(l, k, v, abs(scale) * error + 2 * unitRoundoff * abs(v), false) }
            }
        }
    }

    // MARK: Blocks of rows

    /// What has been pooled for one pair of families.
    typealias Pooled = (key: PoolKey, left: Family, right: Family, weights: Field)

    /// Multiplies out what is pooled but for the pairs that `isKept`, which are given back.
    mutating func multiplyOut(keeping isKept: (Pooled) -> Bool) -> [Pooled] {
        var kept: [Pooled] = []
        for key in order {
            guard let entry = pool[key] else { continue }
            let pooled = (key, entry.left, entry.right, entry.weights)
            if isKept(pooled) { kept.append(pooled) } else { multiplyOut(entry.left, entry.right, entry.weights) }
        }
        (pool, order) = ([:], [])
        return kept
    }

    /// Adds weights of a pair of families to the pool, as they are.
    mutating func add(_ left: Family, _ right: Family, pooled weights: Field) {
        let key = PoolKey(left: left.key, right: right.key)
        if let known = pool[key] {
            pool[key]?.weights = Field.sum(known.weights, weights)
        } else {
            pool[key] = (left, right, weights)
            order.append(key)
        }
    }

    /// Adds a part of the Hessian with its bounds.
    mutating func add(_ part: Matrix, bound: Matrix) {
        for i in 0..<count {
            for j in 0..<count where part[i, j] != 0 || bound[i, j] != 0 {
                accumulate(i, j, part[i, j], bound[i, j], false)
            }
        }
    }

    // MARK: The end

    /// Multiplies the pooled weights out and makes the result symmetric to the bit.
    mutating func finish() throws -> (value: Matrix, bound: Matrix) {
        for key in order {
            if tape.cancelled() { throw Cancelled() }
            guard let entry = pool[key] else { continue }
            multiplyOut(entry.left, entry.right, entry.weights)
        }
        for i in 0..<count {
            for j in 0..<i {
                if value[i, j] != value[j, i] {
                    let middle = value[i, j] * 0.5 + value[j, i] * 0.5
                    value[i, j] = middle
                    value[j, i] = middle
                }
                let larger = max(bound[i, j], bound[j, i]) + unitRoundoff * abs(value[i, j])
                bound[i, j] = larger
                bound[j, i] = larger
            }
        }
        return (value, bound)
    }

    private mutating func multiplyOut(_ a: Family, _ b: Family, _ weights: Field) {
        let same = a.key == b.key
        if same, case .identity(let order) = a.rows {
            for i in 0..<order {
                let k = weights.count == 1 ? 0 : i
                accumulate(
                    a.offset + i, a.offset + i, weights.value(k).high,
                    weights.bound(k) + unitRoundoff * abs(weights.high[k]), false)
            }
            return
        }
        let left = a.matrix
        let uniform = weights.uniform
        let w = uniform == nil ? weights.high.elements : nil
        let factor = uniform == nil ? DoubleDouble(1) : weights.value(0)
        // Products that underflow lose up to the least subnormal number each.
        let tiny = Double(left.rows) * underflowBound * max(1, abs(factor.high))
        if same {
            let gram = weightedGram(left, weights: w, factor: factor, execution: tape.execution)
            let spread = diagonalBound(a, weights, gram)
            for i in 0..<left.columns {
                for j in 0..<left.columns {
                    let v = gram[i, j]
                    let e = spread[i].squareRoot() * spread[j].squareRoot() * 1.0001 + 2 * unitRoundoff * abs(v) + tiny
                    accumulate(a.offset + i, a.offset + j, v, e, false)
                }
            }
            return
        }
        let right = b.matrix
        let product: Matrix
        let first: [Double]
        let second: [Double]
        if a.key.hasRows(of: b.key) {
            // The same rows in other columns of the Jacobian, as between two classes of a softmax.
            product = weightedGram(left, weights: w, factor: factor, execution: tape.execution)
            first = diagonalBound(a, weights, product)
            second = first
        } else {
            let plain = weightedProduct(left, w, right, execution: tape.execution)
            product = Matrix(rows: plain.rows, columns: plain.columns, plain.elements.map { $0 * factor.high })
            first = diagonalBound(a, weights)
            second = diagonalBound(b, weights)
        }
        for i in 0..<left.columns {
            for j in 0..<right.columns {
                let v = product[i, j]
                let e = first[i].squareRoot() * second[j].squareRoot() * 1.0001 + 2 * unitRoundoff * abs(v) + tiny
                accumulate(a.offset + i, b.offset + j, v, e, true)
            }
        }
    }

    /// D_j = Σᵢ (|F|_ij² (e_wi + γ|wᵢ|) + the families' own errors): E_jk ≤ √(D_j D_k) by Cauchy and Schwarz. O(mc).
    ///
    /// - Parameter gram: Fᵀ diag(w) F; nil where another product is bounded.
    private func diagonalBound(_ family: Family, _ weights: Field, _ gram: Matrix? = nil) -> [Double] {
        let matrix = family.matrix
        let (rows, columns) = (matrix.rows, matrix.columns)
        let depth =
            gram == nil
            ? SummationDepth.weightedProduct(rows) : SummationDepth.weightedGram(rows: rows, columns: columns)
        let gamma = SummationDepth.gamma(depth + 2)
        // One number for all rows keeps its low part in the product.
        let errors = weights.count == 1 ? weights.error : weights.errorOfHigh
        let spread = errorSpread(weights.high, errors: errors, gamma: gamma)
        var result: [Double]
        if let gram {
            result = gramSpread(
                matrix, gram, weights: weights.high.elements, spread: spread, execution: tape.execution)
        } else {
            let all = weights.count == 1 ? [Double](repeating: spread[0], count: rows) : spread
            result = Magnitudes.squares(matrix, all, execution: tape.execution)
        }
        guard let error = family.error else { return result }
        matrix.withUnsafeElements { x in
            error.withUnsafeElements { errors in
                for i in 0..<rows {
                    let size = abs(weights.high[weights.count == 1 ? 0 : i])
                    for j in 0..<columns {
                        let v = abs(x[i * columns + j])
                        let d = errors[i * columns + j]
                        // |x|·d on both sides: √ of a product of two such sums still covers it.
                        result[j] += size * (2 * v * d + d * d)
                    }
                }
            }
        }
        return result
    }
}
