import Foundation

/// log cosh x: log1p(2 sinh²(x/2)) near zero, |x| + log1p(e^(−2|x|)) − log 2 far from it. Error ≤ 3 ulp.
public func logcosh(_ x: Double) -> Double {
    let a = abs(x)
    if a < 1 {
        let s = sinh(a / 2)
        return log1p(2 * s * s)
    }
    return a + (log1p(exp(-2 * a)) - 0.6931471805599453)
}

/// 1 − tanh²x = 4e ÷ (1 + e)², e = exp(−2|x|): no cancellation. Error ≤ 4 ulp.
public func sechSquared(_ x: Double) -> Double {
    let e = exp(-2 * abs(x))
    return 4 * e / ((1 + e) * (1 + e))
}
