import Foundation

/// log(1 − e^(−e^x)): by log1p where e^(−e^x) is small, by expm1 where it is near 1.
public func logCloglog(_ x: Double) -> Double {
    let mu = exp(x)
    // Where e^x underflows, 1 − e^(−e^x) is e^x to the last bit.
    if mu < 0x1p-60 { return x - mu / 2 }
    return mu > 0.6931471805599453 ? log1p(-exp(-mu)) : log(-expm1(-mu))
}

/// Its derivative e^x/(e^(e^x) − 1), between 0 and 1.
public func logCloglogFirst(_ x: Double) -> Double {
    let mu = exp(x)
    if mu < 0x1p-60 { return 1 - mu / 2 }
    return mu > logCloglogEnd ? 0 : mu * exp(-mu) / -expm1(-mu)
}

/// Its second derivative, f′·t.
public func logCloglogSecond(_ x: Double) -> Double {
    let mu = exp(x)
    return mu > logCloglogEnd ? 0 : logCloglogFirst(x) * logCloglogBend(mu)
}

/// Beyond this μ, e^(−μ) and all its products are 0, while μ itself may be infinite.
private let logCloglogEnd = 800.0

/// t(μ) = 1 − μ/(1 − e^(−μ)), between −μ and −μ/2: its second derivative divided by its first at μ = e^x.
///
/// Below ½ by Bernoulli's series −μ/2 − Σ B₂ₖ μ²ᵏ/(2k)! (NIST DLMF 24.2.1), where the closed form cancels.
public func logCloglogBend(_ mu: Double) -> Double {
    if mu >= 0.5 { return 1 - mu / -expm1(-mu) }
    // B₂ₖ/(2k)! for k = 1 …
    let coefficients: [Double] = [
        1.0 / 12, -1.0 / 720, 1.0 / 30_240, -1.0 / 1_209_600, 1.0 / 47_900_160, -691.0 / 1_307_674_368_000,
        1.0 / 74_724_249_600, -3617.0 / 10_670_622_842_880_000,
    ]
    let square = mu * mu
    var series = 0.0
    for coefficient in coefficients.reversed() { series = square * (coefficient + series) }
    return -mu / 2 - series
}
