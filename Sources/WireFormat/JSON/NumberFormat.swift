/// The text of a binary64 number: `2`, `0.1`, `-0`, `1e-7`, `1.5e300`.
///
/// Plain notation for 10⁻⁴ ≤ |x| < 10¹⁷ and zero, scientific notation with the shortest exponent elsewhere.
enum NumberFormat {
    /// No number needs more bytes.
    static let capacity = 32

    /// Writes the text of a finite number and gives its length; at most `capacity` bytes are written.
    static func write(_ value: Double, to start: UnsafeMutablePointer<UInt8>, _ powers: PowersOfFive) -> Int {
        var p = start
        if value.sign == .minus {
            p.initialize(to: UInt8(ascii: "-"))
            p += 1
        }
        let decimal = ShortestDecimal(value, powers)
        let length = digitCount(decimal.digits, powers)
        /// The value is 0.d₁d₂…·10^point.
        let point = length &+ decimal.exponent
        if decimal.exponent >= 0, point <= 17 {
            put(decimal.digits, length, p)
            p += length
            for _ in 0..<decimal.exponent {
                p.initialize(to: UInt8(ascii: "0"))
                p += 1
            }
        } else if point > 0, point <= 17 {
            // The digits one place further on, then those before the point moved back over the gap.
            put(decimal.digits, length, p + 1)
            p.update(from: p + 1, count: point)
            (p + point).initialize(to: UInt8(ascii: "."))
            p += length &+ 1
        } else if point <= 0, point > -4 {
            p.initialize(to: UInt8(ascii: "0"))
            (p + 1).initialize(to: UInt8(ascii: "."))
            p += 2
            for _ in 0..<(0 &- point) {
                p.initialize(to: UInt8(ascii: "0"))
                p += 1
            }
            put(decimal.digits, length, p)
            p += length
        } else {
            put(decimal.digits, length, p + 1)
            p.update(from: p + 1, count: 1)
            p += 1
            if length > 1 {
                p.initialize(to: UInt8(ascii: "."))
                p += length
            }
            p.initialize(to: UInt8(ascii: "e"))
            p += 1
            let exponent = point &- 1
            if exponent < 0 {
                p.initialize(to: UInt8(ascii: "-"))
                p += 1
            }
            let magnitude = UInt64(exponent.magnitude)
            let width = digitCount(magnitude, powers)
            put(magnitude, width, p)
            p += width
        }
        return p - start
    }

    /// The number of decimal digits; 1 for zero.
    @inline(__always)
    private static func digitCount(_ value: UInt64, _ powers: PowersOfFive) -> Int {
        // ⌊log₁₀⌋ from the bit width, corrected by one comparison.
        let guess = ((64 &- (value | 1).leadingZeroBitCount) &* 1233) &>> 12
        return guess &+ (value | 1 >= powers.integerTens[guess] ? 1 : 0)
    }

    /// Writes `count` digits, two at a time from the end.
    @inline(__always)
    private static func put(_ value: UInt64, _ count: Int, _ start: UnsafeMutablePointer<UInt8>) {
        var value = value
        var p = start + count
        while p - start >= 2 {
            let quotient = value / 100
            let pair = value &- quotient &* 100
            let tens = pair / 10
            p -= 2
            p.initialize(to: UInt8(truncatingIfNeeded: 48 &+ tens))
            (p + 1).initialize(to: UInt8(truncatingIfNeeded: 48 &+ pair &- tens &* 10))
            value = quotient
        }
        if p > start { start.initialize(to: UInt8(truncatingIfNeeded: 48 &+ value)) }
    }
}
