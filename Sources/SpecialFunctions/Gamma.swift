import Foundation

/// log |Γ(x)|. The C library's, in its form without the shared sign.
public func logGamma(_ x: Double) -> Double {
    var sign: Int32 = 0
    return lgamma_r(x, &sign)
}

/// B₂, B₄, …, B₁₆.
private let bernoulliNumbers: [Double] = [
    0.16666666666666666, -0.03333333333333333, 0.023809523809523808, -0.03333333333333333, 0.07575757575757576,
    -0.2531135531135531, 1.1666666666666667, -7.092156862745098,
]

/// ψ(x) = (log Γ)′(x): recurrence up to 12, then Bernoulli's series (NIST DLMF 5.11.2); reflection on the left (5.5.4).
/// Poles at 0, −1, −2, … give NaN. Absolute error ≤ 4 ulp of max(1, |ψ|); near the root 1.4616… that is not relative.
public func digamma(_ x: Double) -> Double {
    if x <= 0 {
        if x == x.rounded() { return .nan }
        return digamma(1 - x) - .pi / tan(.pi * (x - x.rounded()))
    }
    if !x.isFinite { return x }
    var shift = 0.0
    var z = x
    while z < 12 {
        shift += 1 / z
        z += 1
    }
    let w = 1 / (z * z)
    var series = 0.0
    for k in stride(from: 7, through: 1, by: -1) { series = w * (bernoulliNumbers[k - 1] / Double(2 * k) + series) }
    return log(z) - 0.5 / z - series - shift
}

/// ψ′(x). See `polygamma`.
public func trigamma(_ x: Double) -> Double { polygamma(1, x) }

/// ψ⁽ᵐ⁾(x) for x > 0 and whole m ≥ 0: (−1)^(m+1) m! Σ 1 ÷ (x + k)^(m+1), summed to x + k ≥ 15 + m and continued by
/// Euler and Maclaurin (NIST DLMF 25.11.43). Error ≤ 8 ulp. For x ≤ 0 by reflection (DLMF 5.15.6), with an error relative to the larger of
/// its two terms. Complexity: O(m) for x > 0, O(m²) for x < 0.
public func polygamma(_ order: Int, _ x: Double) -> Double {
    if order == 0 { return digamma(x) }
    guard order > 0 else { return .nan }
    if x <= 0 {
        if x == x.rounded() { return .infinity }
        let reflected = polygamma(order, 1 - x)
        return (order % 2 == 0 ? reflected : -reflected) - .pi * cotangentDerivative(order, x)
    }
    let s = Double(order + 1)
    var sum = 0.0
    var z = x
    while z < 15 + s {
        sum += pow(z, -s)
        z += 1
    }
    // ζ(s, z) ≈ z^(1−s)/(s−1) + z^(−s)/2 + Σ B₂ₖ/(2k)! · s(s+1)…(s+2k−2) z^(−s−2k+1)
    let power = pow(z, -s)
    // The leading term from its own power: z^(−s) alone may underflow.
    var tail = pow(z, 1 - s) / (s - 1) + power / 2
    var term = power / z * s / 2
    for (k, b) in bernoulliNumbers.enumerated() {
        tail += b * term
        let i = Double(2 * k)
        term *= (s + i + 1) * (s + i + 2) / (z * z * (i + 3) * (i + 4))
    }
    let value = (sum + tail) * tgamma(s)
    return order % 2 == 1 ? value : -value
}

/// (d/dx)ᵐ cot πx = πᵐ Pₘ(cot πx), with P₀(c) = c and Pₘ₊₁(c) = −(1 + c²) Pₘ′(c).
private func cotangentDerivative(_ order: Int, _ x: Double) -> Double {
    let cotangent = 1 / tan(.pi * (x - x.rounded()))
    var coefficients: [Double] = [0, 1]
    for _ in 0..<order {
        var next = [Double](repeating: 0, count: coefficients.count + 1)
        for (power, coefficient) in coefficients.enumerated().dropFirst() {
            let slope = .pi * Double(power) * coefficient
            next[power - 1] -= slope
            next[power + 1] -= slope
        }
        coefficients = next
    }
    return coefficients.reversed().reduce(0) { $0 * cotangent + $1 }
}
