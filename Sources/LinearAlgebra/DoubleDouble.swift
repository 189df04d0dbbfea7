/// A number held as the unevaluated sum `high + low` with |low| ≤ ½ ulp(high): about 106 bits of significand.
///
/// Source: Joldes, Muller, Popescu, *Tight and rigorous error bounds for basic building blocks of double-word
/// arithmetic*, ACM TOMS 44 (2017); u = 2⁻⁵³ below. The bounds hold unless something overflows or a product falls
/// below about 2⁻⁹⁶⁹, where its error is no longer a binary64 number. For arrays use the block kernels: here a product
/// costs a call of `fma` on processors for which the compiler may not assume the instruction.
public struct DoubleDouble: Sendable, Equatable {
    /// The value rounded to binary64.
    public var high: Double
    /// What `high` leaves out.
    public var low: Double

    /// A binary64 number, exactly.
    @inlinable
    public init(_ value: Double) {
        high = value
        low = 0
    }

    /// A pair that is already normalised.
    @inlinable
    public init(high: Double, low: Double) {
        self.high = high
        self.low = low
    }

    /// Zero.
    public static let zero = DoubleDouble(0)

    /// The value rounded to binary64.
    @inlinable
    public var rounded: Double { high }

    /// `a + b` exactly, for any `a` and `b` (Knuth's TwoSum, 6 operations).
    @inlinable
    public static func twoSum(_ a: Double, _ b: Double) -> DoubleDouble {
        let sum = a + b
        let bPart = sum - a
        let aPart = sum - bPart
        return DoubleDouble(high: sum, low: (a - aPart) + (b - bPart))
    }

    /// `a + b` exactly, where |a| ≥ |b| or a = 0 (Dekker's FastTwoSum, 3 operations).
    @inlinable
    public static func fastTwoSum(_ a: Double, _ b: Double) -> DoubleDouble {
        let sum = a + b
        return DoubleDouble(high: sum, low: b - (sum - a))
    }

    /// `a · b` exactly.
    @inlinable
    public static func twoProduct(_ a: Double, _ b: Double) -> DoubleDouble {
        let product = a * b
        return DoubleDouble(high: product, low: (-product).addingProduct(a, b))
    }

    /// The sum; relative error ≤ 3u² + 13u³ (AccurateDWPlusDW). Not finite, it is what binary64 gives.
    @inlinable
    public static func + (a: DoubleDouble, b: DoubleDouble) -> DoubleDouble {
        let s = twoSum(a.high, b.high)
        guard s.high.isFinite else { return DoubleDouble(s.high) }
        let t = twoSum(a.low, b.low)
        let v = fastTwoSum(s.high, s.low + t.high)
        return fastTwoSum(v.high, t.low + v.low)
    }

    /// The difference; relative error ≤ 3u² + 13u³.
    @inlinable
    public static func - (a: DoubleDouble, b: DoubleDouble) -> DoubleDouble { a + (-b) }

    /// The negative, exactly.
    @inlinable
    public static prefix func - (a: DoubleDouble) -> DoubleDouble { DoubleDouble(high: -a.high, low: -a.low) }

    /// The product; relative error ≤ 5u² (DWTimesDW2). Not finite, it is what binary64 gives.
    @inlinable
    public static func * (a: DoubleDouble, b: DoubleDouble) -> DoubleDouble {
        let c = twoProduct(a.high, b.high)
        guard c.high.isFinite else { return DoubleDouble(c.high) }
        let t = (a.high * b.low).addingProduct(a.low, b.high)
        return fastTwoSum(c.high, c.low + t)
    }

    /// The quotient; relative error ≤ 15u² (DWDivDW2). Where it is infinite or not a number, it is what binary64 gives.
    @inlinable
    public static func / (a: DoubleDouble, b: DoubleDouble) -> DoubleDouble {
        let quotient = a.high / b.high
        let product = b * DoubleDouble(quotient)
        let remainder = (a.high - product.high) + (a.low - product.low)
        let correction = remainder / b.high
        return correction.isFinite ? fastTwoSum(quotient, correction) : DoubleDouble(quotient)
    }

    /// The sum of the numbers' pairs in place.
    @inlinable
    public static func += (a: inout DoubleDouble, b: DoubleDouble) { a = a + b }

    /// The square root, relative error ≤ 4u²; zero for zero, NaN for negative numbers.
    @inlinable
    public func squareRoot() -> DoubleDouble {
        guard high > 0 else { return DoubleDouble(high.squareRoot()) }
        let root = high.squareRoot()
        let remainder = DoubleDouble(high: high, low: low) - DoubleDouble.twoProduct(root, root)
        return DoubleDouble.fastTwoSum(root, remainder.high / (2 * root))
    }

    /// The absolute value, exactly.
    @inlinable
    public var magnitude: DoubleDouble { high < 0 || (high == 0 && low < 0) ? -self : self }
}

extension DoubleDouble: Comparable {
    /// Order of the values; both pairs must be normalised.
    @inlinable
    public static func < (a: DoubleDouble, b: DoubleDouble) -> Bool {
        a.high < b.high || (a.high == b.high && a.low < b.low)
    }
}
