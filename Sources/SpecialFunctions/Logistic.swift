import Foundation

/// 1 ÷ (1 + e⁻ˣ), accurate in both tails. Error ≤ 2 ulp.
public func sigmoid(_ x: Double) -> Double {
    if x >= 0 { return 1 / (1 + exp(-x)) }
    let e = exp(x)
    return e / (1 + e)
}

/// σ′(x) = σ(x)(1 − σ(x)) = e ÷ (1 + e)², e = exp(−|x|): no cancellation anywhere. Error ≤ 4 ulp.
public func sigmoidFirst(_ x: Double) -> Double {
    let e = exp(-abs(x))
    return e / ((1 + e) * (1 + e))
}

/// σ″(x) = σ′(x)(1 − 2σ(x)), with 1 − 2σ(x) = −tanh(x/2).
public func sigmoidSecond(_ x: Double) -> Double { -sigmoidFirst(x) * tanh(x / 2) }

/// log(1 + eˣ) without overflow or loss in the left tail. Error ≤ 2 ulp.
public func softplus(_ x: Double) -> Double { max(x, 0) + log1p(exp(-abs(x))) }

/// log(p ÷ (1 − p)).
public func logit(_ p: Double) -> Double { log(p / (1 - p)) }
