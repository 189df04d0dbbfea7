/// An exact rational coefficient; falls back to nothing: operations that would overflow say so.
struct Fraction: Hashable {
    var numerator: Int
    var denominator: Int

    static let zero = Fraction(0)
    static let one = Fraction(1)

    init(_ whole: Int) {
        numerator = whole
        denominator = 1
    }

    /// In lowest terms; nil where a part does not fit.
    init?(_ numerator: Int, _ denominator: Int) {
        guard denominator != 0, numerator != .min, denominator != .min else { return nil }
        var (a, b) = (abs(numerator), abs(denominator))
        while b != 0 { (a, b) = (b, a % b) }
        let divisor = max(a, 1) * (denominator < 0 ? -1 : 1)
        self.numerator = numerator / divisor
        self.denominator = denominator / divisor
        guard abs(self.numerator) < 1 << 31, self.denominator < 1 << 31 else { return nil }
    }

    var isZero: Bool { numerator == 0 }
    var isWhole: Bool { denominator == 1 }

    static func + (a: Fraction, b: Fraction) -> Fraction? {
        Fraction(a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator)
    }

    static func * (a: Fraction, b: Fraction) -> Fraction? {
        Fraction(a.numerator * b.numerator, a.denominator * b.denominator)
    }

    static prefix func - (a: Fraction) -> Fraction {
        var result = a
        result.numerator = -a.numerator
        return result
    }
}
