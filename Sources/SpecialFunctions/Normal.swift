import Foundation

/// exp(−x²/2) ÷ √(2π); x² is split so that its rounding error does not grow with x. Error ≤ 3 ulp.
public func normalDensity(_ x: Double) -> Double { expHalfSquare(-1, x) * 0.3989422804014327 }

/// Φ(x), the standard normal distribution function. Error ≤ 3 ulp wherever it does not underflow.
public func ndtr(_ x: Double) -> Double {
    if x >= -1 { return 0.5 * erfc(-x * 0.7071067811865476) }
    return normalDensity(x) * millsRatio(-x)
}

/// log Φ(x), accurate in both tails: log1p(−Φ(−x)) on the right, −x²/2 + log of Mills' ratio on the left.
public func logNdtr(_ x: Double) -> Double {
    if x > 0 { return log1p(-ndtr(-x)) }
    if x > -1 { return log(ndtr(x)) }
    return log(millsRatio(-x)) - 0.9189385332046727 - 0.5 * x * x
}

/// φ(x) ÷ Φ(x), the derivative of log Φ; tends to −x on the left.
public func inverseMills(_ x: Double) -> Double {
    if x > -1 { return normalDensity(x) / ndtr(x) }
    return 1 / millsRatio(-x)
}

/// φ(x) ÷ Φ(x) + x without cancellation: for x ≪ 0 it is 1 ÷ (t + 2 ÷ (t + 3 ÷ …)) with t = −x.
public func inverseMillsPlus(_ x: Double) -> Double {
    if x > -3 { return inverseMills(x) + x }
    return 1 / millsTail(-x, from: 2)
}

/// −(log Φ)″ = m(m + x), m = φ(x) ÷ Φ(x): in (0, 1), decreasing.
public func negativeLogNdtrSecond(_ x: Double) -> Double { inverseMills(x) * inverseMillsPlus(x) }

/// Mills' ratio (1 − Φ(t)) ÷ φ(t) for t ≥ 1; NIST DLMF 7.9.1 from t = 3, erfc scaled exactly before.
func millsRatio(_ t: Double) -> Double {
    if t >= 3 { return 1 / millsTail(t, from: 1) }
    return expHalfSquare(1, t) * erfc(t * 0.7071067811865476) * 1.2533141373155003
}

/// t + k ÷ (t + (k + 1) ÷ (t + …)), the continued fraction of Laplace, for t ≥ 3.
private func millsTail(_ t: Double, from k: Int) -> Double {
    guard t.isFinite else { return t }
    // Truncation below 2⁻⁵³ at t = 3 needs some 90 levels, at t = 10 some 15; found against 50 digits.
    let levels = min(120, 12 + Int(900 / (t * t)))
    var tail = t
    for level in stride(from: k + levels, through: k, by: -1) { tail = t + Double(level) / tail }
    return tail
}

/// exp(sign·x²/2) with x² in two parts, so that the error does not grow with x².
private func expHalfSquare(_ sign: Double, _ x: Double) -> Double {
    let high = x * x
    guard high.isFinite else { return sign < 0 ? 0 : .infinity }
    let low = fma(x, x, -high)
    return exp(sign * high / 2) * (1 + sign * low / 2)
}
