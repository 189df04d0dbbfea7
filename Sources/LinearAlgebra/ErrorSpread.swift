/// γ|vᵢ| + eᵢ: how far numbers v with errors e, once they are in a sum whose rounding is at most γ of its terms, may be off.
/// The weights of these in a product with |X| or X∘X are the bound of a product with X.
///
/// One error may stand for all, and none at all for exact numbers. O(n).
package func errorSpread(_ v: NumericArray, errors e: NumericArray?, gamma: Double) -> [Double] {
    v.withUnsafeElements { v in
        guard let e else { return errorSpread(v, errors: nil, gamma) }
        return e.withUnsafeElements { errorSpread(v, errors: $0, gamma) }
    }
}

/// The same with errors that are empty where all are zero.
package func errorSpread(_ v: NumericArray, errors e: [Double], gamma: Double) -> [Double] {
    v.withUnsafeElements { v in e.withUnsafeBufferPointer { errorSpread(v, errors: $0, gamma) } }
}

/// The same for plain vectors.
package func errorSpread(_ v: [Double], errors e: [Double], gamma: Double) -> [Double] {
    v.withUnsafeBufferPointer { v in e.withUnsafeBufferPointer { errorSpread(v, errors: $0, gamma) } }
}

private func errorSpread(
    _ v: UnsafeBufferPointer<Double>, errors e: UnsafeBufferPointer<Double>?, _ gamma: Double
) -> [Double] {
    precondition(e.map { $0.count <= 1 || $0.count == v.count } ?? true)
    return [Double](unsafeUninitializedCapacity: v.count) { out, count in
        let common = e.flatMap { $0.count == 1 ? $0[0] : nil } ?? 0
        if let e, e.count > 1 {
            for i in v.indices { out.initializeElement(at: i, to: gamma * abs(v[i]) + e[i]) }
        } else {
            for i in v.indices { out.initializeElement(at: i, to: gamma * abs(v[i]) + common) }
        }
        count = v.count
    }
}
