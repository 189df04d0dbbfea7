import Foundation
import SpecialFunctions

/// log(1 − e^(−e^x)): the logarithm of the inverse of the complementary log-log link.
///
/// With μ = e^x, f′ = μ/(e^μ − 1) and f″ = f′·t, t = 1 − μ/(1 − e^(−μ)). Written out in simpler functions f″ is the
/// difference of two numbers near 1 for x far on the left, where it is −μ/2.
enum LogCloglogRule: UnaryRule {
    static let names = ["log_cloglog"]
    static func value(_ x: Double) -> Double { SpecialFunctions.logCloglog(x) }
    static func first(_ x: Double) -> Double { logCloglogFirst(x) }
    static func second(_ x: Double) -> Double { logCloglogSecond(x) }
    /// f‴ = f′t² + f′·μ dt/dμ, and dt/dμ is between −1 and −½.
    static func thirdBound(_ x: Double) -> Double {
        let mu = exp(x)
        // |t| ≤ μ; where f′ has vanished μ may be infinite.
        return logCloglogFirst(x) * min(mu * mu + mu, 1e6)
    }
    static let roundingUnits = 12.0
    static let symbolicDerivative = "exp(x) / expm1(exp(x))"
    static let kinks: [Double] = []
    static func latex(_ x: String) -> String { "\\log\\left(1 - e^{-e^{\(x)}}\\right)" }
    static func numpy(_ x: String) -> String { "np.log(-np.expm1(-np.exp(\(x))))" }
    static let samples: [Double] = [-40, -3, -1.2, -0.7, -0.3, 0, 0.5, 1, 2]
}
