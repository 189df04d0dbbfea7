/// From decimals to binary64, rounded to nearest, ties to even, always exactly.
enum DecimalConversion {
    /// ⌊log₂ 10^q⌋ for |q| ≤ 400 (Lemire 2021, section 4).
    @inline(__always)
    static func binaryExponent(ofPowerOfTen q: Int) -> Int { (q &* 217_706) &>> 16 }

    /// The binary64 nearest to w·10^q, where w < 2⁶⁴ is exact; infinity on overflow. O(1).
    ///
    /// Clinger's case first: where w and 10^|q| are both exact, one rounded operation gives the answer.
    @inline(__always)
    static func convert(_ w: UInt64, _ q: Int, _ powers: PowersOfFive) -> Double {
        if w <= 1 << 53, q >= -22, q <= 22 {
            let exact = Double(Int64(bitPattern: w))
            return q < 0 ? exact / powers.tens[0 &- q] : exact * powers.tens[q]
        }
        return multiply(w, q, powers)
    }

    /// Eisel–Lemire: w·5^q from a 128-bit product, whose truncation provably cannot hide a rounding decision
    /// (Mushtak and Lemire, *Fast number parsing without fallback*, 2022).
    static func multiply(_ w: UInt64, _ q: Int, _ powers: PowersOfFive) -> Double {
        guard w != 0, q >= PowersOfFive.smallest else { return 0 }
        guard q <= 308 else { return .infinity }
        let shift = w.leadingZeroBitCount
        let normalized = w &<< UInt64(shift)
        let power = powers.leading128(q)
        var product = normalized.multipliedFullWidth(by: power.high)
        // Only when the nine bits below the significand are all ones can the lower half of the power matter.
        if product.high & 0x1FF == 0x1FF {
            let (low, carry) = product.low.addingReportingOverflow(normalized.multipliedFullWidth(by: power.low).high)
            product.low = low
            product.high &+= carry ? 1 : 0
        }
        let upper = Int(truncatingIfNeeded: product.high &>> 63)
        // 54 bits: the significand and one bit to round by.
        let drop = UInt64(truncatingIfNeeded: upper &+ 9)
        var significand = product.high &>> drop
        var exponent = binaryExponent(ofPowerOfTen: q) &+ 63 &+ upper &- shift &+ 1023
        if exponent <= 0 {
            // Subnormal: drop bits first, then round once.
            let extra = 1 &- exponent
            if extra >= 64 { return 0 }
            significand &>>= UInt64(truncatingIfNeeded: extra)
            significand = (significand &+ (significand & 1)) &>> 1
            return Double(bitPattern: significand)  // 2⁵² carries into the exponent field by itself
        }
        // A tie is possible only where 5^q divides into 64 bits exactly; then it goes to the even neighbour.
        if product.low <= 1, q >= -4, q <= 23, significand & 3 == 1, significand &<< drop == product.high {
            significand &= ~1
        }
        significand = (significand &+ (significand & 1)) &>> 1
        if significand >= 1 << 53 {
            significand = 1 << 52
            exponent &+= 1
        }
        if exponent >= 0x7FF { return .infinity }
        return Double(bitPattern: significand & (1 << 52 &- 1) | UInt64(exponent) &<< 52)
    }

    /// The binary64 nearest to 0.d₁d₂…·10^point for any number of digits (values 0…9, the first not zero).
    ///
    /// The first 19 digits leave two candidates, neighbours; an exact comparison with the number half-way between them
    /// decides. Digits after the 800th only matter as "not zero", since a half-way point has at most 767.
    /// O(min(digits, 800)²).
    static func convert(digits: ArraySlice<UInt8>, point: Int, _ powers: PowersOfFive) -> Double {
        var kept = digits
        // Not `removeLast`, which would copy what the caller holds.
        while kept.last == 0 { kept = kept.dropLast() }
        guard !kept.isEmpty, point > -400 else { return 0 }
        guard point < 400 else { return .infinity }
        let leading = kept.prefix(19).reduce(into: UInt64(0)) { $0 = $0 * 10 + UInt64($1) }
        let q = point - min(kept.count, 19)
        let lower = convert(leading, q, powers)
        guard kept.count > 19 else { return lower }
        let upper = convert(leading + 1, q, powers)
        if lower == upper { return lower }
        if kept.count > 800 { kept = kept.prefix(800) + [1] }

        // lower = m·2^e; half-way is (2m + 1)·2^(e−1). For lower = the largest finite number, half-way to 2¹⁰²⁴.
        let raw = lower.bitPattern
        let field = Int(raw >> 52)
        let m = field == 0 ? raw : raw & (1 << 52 - 1) | 1 << 52
        let e = (field == 0 ? 1 : field) - 1075
        var halfway = Natural(2 * m + 1)
        var value = Natural(digits: kept)
        let ten = point - kept.count  // the value is `value`·10^ten
        let two = ten - (e - 1)  // after dividing both sides by the powers of two
        if ten >= 0 { value.multiplyByPowerOfFive(ten) } else { halfway.multiplyByPowerOfFive(-ten) }
        if two >= 0 { value.shiftLeft(two) } else { halfway.shiftLeft(-two) }
        if value == halfway { return m & 1 == 0 ? lower : upper }
        return value < halfway ? lower : upper
    }
}
