/// The 128 leading bits of 5^q for −342 ≤ q ≤ 324, and small powers of ten: what decimal conversion multiplies by.
///
/// For q ≥ 0 the bits are rounded down (exact up to q = 55), for q < 0 the reciprocal's bits are rounded up, as Lemire
/// (*Number parsing at a gigabyte per second*, 2021, section 5) wants them. Computed once with exact integers: 5^q by
/// repeated multiplication, the reciprocals from ⌊⌊2ᵇ/5ᵐ⌋/5⌋ = ⌊2ᵇ/5ᵐ⁺¹⌋ (well below a millisecond).
///
/// The memory is never written after `init` and never freed, which makes the pointers safe to share.
struct PowersOfFive: @unchecked Sendable {
    static let shared = PowersOfFive()

    static let smallest = -342
    static let largest = 324

    /// (high, low) of 5^q at 2(q − smallest).
    let bits: UnsafePointer<UInt64>
    /// 10⁰…10²² in binary64, all exact.
    let tens: UnsafePointer<Double>
    /// 10⁰…10¹⁹.
    let integerTens: UnsafePointer<UInt64>

    private init() {
        let bits = UnsafeMutablePointer<UInt64>.allocate(capacity: 2 * (Self.largest - Self.smallest + 1))
        func store(_ q: Int, _ value: (high: UInt64, low: UInt64)) {
            let position = 2 * (q - Self.smallest)
            (bits + position).initialize(to: value.high)
            (bits + position + 1).initialize(to: value.low)
        }
        var power = Natural(1)
        for q in 0...Self.largest {
            store(q, power.leading128)
            power.multiplyAdd(5, 0)
        }
        // 5³⁴² has 795 bits, so that ⌊2⁹⁶⁰ ÷ 5³⁴²⌋ still has more than 128.
        var reciprocal = Natural(1)
        reciprocal.shiftLeft(960)
        for q in stride(from: -1, through: Self.smallest, by: -1) {
            reciprocal.divide(by: 5)
            let (high, low) = reciprocal.leading128
            let (next, carry) = low.addingReportingOverflow(1)
            store(q, (high &+ (carry ? 1 : 0), next))
        }
        self.bits = UnsafePointer(bits)

        let tens = UnsafeMutablePointer<Double>.allocate(capacity: 23)
        let integerTens = UnsafeMutablePointer<UInt64>.allocate(capacity: 20)
        var ten: UInt64 = 1
        for exponent in 0..<20 {
            (integerTens + exponent).initialize(to: ten)
            (tens + exponent).initialize(to: Double(ten))
            if exponent < 19 { ten *= 10 }
        }
        // 10²⁰, 10²¹ and 10²² = 2²²·5²², with 5²² < 2⁵³, are exact, so each product is.
        for exponent in 20...22 { (tens + exponent).initialize(to: tens[exponent - 1] * 10) }
        self.tens = UnsafePointer(tens)
        self.integerTens = UnsafePointer(integerTens)
    }

    /// The leading bits of 5^q. - Precondition: smallest ≤ q ≤ largest.
    @inline(__always)
    func leading128(_ q: Int) -> (high: UInt64, low: UInt64) {
        let entry = bits + 2 * (q &- Self.smallest)
        return (entry[0], entry[1])
    }
}
