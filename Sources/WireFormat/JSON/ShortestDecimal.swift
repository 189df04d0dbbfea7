/// The shortest decimal that reads back as the same binary64 number, and of those the nearest.
///
/// Schubfach: Giulietti, *The Schubfach way to render doubles* (2020).
struct ShortestDecimal {
    /// The digits as a number, with no trailing zero unless the value is zero; at most 17 digits.
    var digits: UInt64
    /// The value is digits·10^exponent.
    var exponent: Int

    /// The shortest decimal of |value|. - Precondition: `value` is finite. O(1).
    init(_ value: Double, _ powers: PowersOfFive = .shared) {
        let raw = value.bitPattern
        let fraction = raw & (1 << 52 - 1)
        let field = Int(raw >> 52 & 0x7FF)
        (digits, exponent) = (0, 0)
        if field == 0 && fraction == 0 { return }
        let c = field == 0 ? fraction : fraction | 1 << 52
        let q = (field == 0 ? 1 : field) &- 1075
        if q <= 0, q > -53, c & (1 &<< UInt64(0 &- q) &- 1) == 0 {
            digits = c &>> UInt64(0 &- q)
        } else {
            search(c, q, closer: fraction == 0 && field > 1, powers)
        }
        removeTrailingZeros()
    }

    /// Looks for a multiple of 10^(k+1), else of 10^k, inside the rounding interval of c·2^q.
    private mutating func search(_ c: UInt64, _ q: Int, closer: Bool, _ powers: PowersOfFive) {
        // The interval's ends and middle, times four; its lower half is half as wide at a power of two.
        let left = 4 &* c &- (closer ? 1 : 2)
        let middle = 4 &* c
        let right = 4 &* c &+ 2
        let k = (q &* 1_262_611 &- (closer ? 524_031 : 0)) &>> 22
        let h = UInt64(truncatingIfNeeded: q &+ ((0 &- k) &* 1_741_647) &>> 19 &+ 1)
        var power = powers.leading128(0 &- k)
        if 0 &- k > 55 {
            // Schubfach wants the powers rounded up where they are not exact.
            let (low, carry) = power.low.addingReportingOverflow(1)
            power = (power.high &+ (carry ? 1 : 0), low)
        }
        let scaledLeft = Self.roundToOdd(power, left &<< h)
        let scaledMiddle = Self.roundToOdd(power, middle &<< h)
        let scaledRight = Self.roundToOdd(power, right &<< h)
        // The ends belong to the interval when the significand is even.
        let odd = c & 1
        let lower = scaledLeft &+ odd
        let upper = scaledRight &- odd

        let s = scaledMiddle &>> 2
        if s >= 10 {
            let tenth = s / 10
            let below = lower <= 40 &* tenth
            let above = 40 &* tenth &+ 40 <= upper
            if below != above {
                digits = tenth &+ (above ? 1 : 0)
                exponent = k &+ 1
                return
            }
        }
        let below = lower <= 4 &* s
        let above = 4 &* s &+ 4 <= upper
        exponent = k
        if below != above {
            digits = s &+ (above ? 1 : 0)
            return
        }
        let half = 4 &* s &+ 2
        digits = s &+ (scaledMiddle > half || (scaledMiddle == half && s & 1 == 1) ? 1 : 0)
    }

    /// ⌊g·cp ÷ 2¹²⁸⌋ with its last bit set when anything was cut off: keeps every comparison right.
    @inline(__always)
    private static func roundToOdd(_ g: (high: UInt64, low: UInt64), _ cp: UInt64) -> UInt64 {
        let x = g.low.multipliedFullWidth(by: cp).high
        let y = g.high.multipliedFullWidth(by: cp)
        let (low, carry) = y.low.addingReportingOverflow(x)
        return (y.high &+ (carry ? 1 : 0)) | (low > 1 ? 1 : 0)
    }

    private mutating func removeTrailingZeros() {
        // Few numbers have any: one test of divisibility by 10 is what the common case pays.
        while true {
            let tenth = digits / 10
            if tenth &* 10 != digits { return }
            digits = tenth
            exponent &+= 1
        }
    }
}
