/// A number written in a program: an exact fraction where it is one that fits, else a binary64 number.
///
/// Exactness matters to the symbolic derivation: `1/2 * 2` must be 1 and `x**0.5` a square root.
public enum Constant: Hashable, Sendable {
    /// `numerator / denominator` in lowest terms, the denominator positive.
    case fraction(numerator: Int, denominator: Int)
    /// A number that is no such fraction (π, 1e300).
    case double(Double)

    /// An integer.
    public init(_ integer: Int) { self = .fraction(numerator: integer, denominator: 1) }

    /// The value, rounded once.
    public var value: Double {
        switch self {
        case .fraction(let numerator, let denominator): Double(numerator) / Double(denominator)
        case .double(let value): value
        }
    }
}

extension Constant {
    /// Largest whole number whose quotients with others like it are rounded once.
    private static let exact = 1 << 53

    /// A decimal literal: the fraction it is where both parts fit, else the nearest binary64 number; nil beyond its range.
    public init?(decimal text: String) {
        let parts = text.lowercased().split(separator: "e", omittingEmptySubsequences: false)
        guard let value = Double(text), value.isFinite, parts.count <= 2 else { return nil }
        let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        var fraction = mantissa.count > 1 ? String(mantissa[1]) : ""
        while fraction.hasSuffix("0") { fraction.removeLast() }
        let exponent = (parts.count > 1 ? Int(parts[1]) ?? 999 : 0) - fraction.count
        guard let digits = Int(String(mantissa[0]) + fraction.description), digits <= Constant.exact,
            abs(exponent) <= 15,
            let power = Constant.powerOfTen(abs(exponent))
        else {
            self = .double(value)
            return
        }
        if exponent >= 0 {
            let (product, overflow) = digits.multipliedReportingOverflow(by: power)
            self = overflow || product > Constant.exact ? .double(value) : .fraction(numerator: product, denominator: 1)
        } else {
            self = Constant(numerator: digits, denominator: power) ?? .double(value)
        }
    }

    private static func powerOfTen(_ exponent: Int) -> Int? {
        exponent <= 15 ? (0..<exponent).reduce(1) { product, _ in product * 10 } : nil
    }

    /// A fraction in lowest terms; nil where the denominator is zero or a part is too large to be exact in binary64.
    public init?(numerator: Int, denominator: Int) {
        guard denominator != 0, numerator != .min, denominator != .min else { return nil }
        var a = abs(numerator)
        var b = abs(denominator)
        while b != 0 { (a, b) = (b, a % b) }
        let divisor = max(a, 1) * (denominator < 0 ? -1 : 1)
        let top = numerator / divisor
        let bottom = denominator / divisor
        guard abs(top) <= Constant.exact, bottom <= Constant.exact else { return nil }
        self = .fraction(numerator: top, denominator: bottom)
    }

    /// The exact quotient, nil where it is none.
    public func divided(by other: Constant) -> Constant? {
        guard case .fraction(let a, let b) = self, case .fraction(let c, let d) = other else { return nil }
        let (top, first) = a.multipliedReportingOverflow(by: d)
        let (bottom, second) = b.multipliedReportingOverflow(by: c)
        return first || second ? nil : Constant(numerator: top, denominator: bottom)
    }
}
