/// The Euclidean norm √Σv², scaled by a power of two where the squares would overflow or underflow; infinity if an
/// element is infinite, NaN if one is NaN (and none infinite).
package func norm(_ values: UnsafeBufferPointer<Double>) -> Double {
    var largest = 0.0
    var sawNaN = false
    for value in values {
        if value.isNaN { sawNaN = true }
        largest = max(largest, abs(value))
    }
    if largest == .infinity { return .infinity }
    if sawNaN { return .nan }
    guard largest > 0 else { return 0 }
    let exponent = largest.exponent
    let scale = Double(sign: .plus, exponent: -max(exponent, -1000), significand: 1)
    var total = DoubleDouble.zero
    for value in values {
        let scaled = value * scale
        total += DoubleDouble.twoProduct(scaled, scaled)
    }
    return total.squareRoot().high / scale
}

/// The Euclidean norm of an array.
package func norm(_ values: [Double]) -> Double { values.withUnsafeBufferPointer(norm) }
