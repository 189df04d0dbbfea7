/// A natural number of any size, as little-endian 64-bit limbs: only what exact decimal conversion needs.
struct Natural: Equatable {
    /// The limbs, least significant first, without a leading zero limb.
    private(set) var limbs: [UInt64]

    init(_ value: UInt64) { limbs = value == 0 ? [] : [value] }

    /// The number that a run of decimal digits (values 0…9) stands for; O(count²).
    init(digits: ArraySlice<UInt8>) {
        self.init(0)
        var chunk: UInt64 = 0
        var scale: UInt64 = 1
        for digit in digits {
            chunk = chunk * 10 + UInt64(digit)
            scale *= 10
            if scale == 1_000_000_000_000_000_000 {
                multiplyAdd(scale, chunk)
                (chunk, scale) = (0, 1)
            }
        }
        if scale > 1 { multiplyAdd(scale, chunk) }
    }

    /// The number of bits; 0 for zero.
    var bitWidth: Int { limbs.isEmpty ? 0 : limbs.count * 64 - (limbs[limbs.count - 1].leadingZeroBitCount) }

    /// self ← self·factor + addend; O(limbs).
    mutating func multiplyAdd(_ factor: UInt64, _ addend: UInt64) {
        var carry = addend
        for index in limbs.indices {
            let product = limbs[index].multipliedFullWidth(by: factor)
            let (low, overflow) = product.low.addingReportingOverflow(carry)
            limbs[index] = low
            carry = product.high &+ (overflow ? 1 : 0)
        }
        if carry != 0 { limbs.append(carry) }
        if factor == 0 { trim() }
    }

    /// self ← self·5ⁿ.
    mutating func multiplyByPowerOfFive(_ exponent: Int) {
        var left = exponent
        while left >= 27 {
            multiplyAdd(7_450_580_596_923_828_125, 0)  // 5²⁷, the largest power of five below 2⁶⁴
            left -= 27
        }
        var factor: UInt64 = 1
        for _ in 0..<left { factor *= 5 }
        if factor > 1 { multiplyAdd(factor, 0) }
    }

    /// self ← ⌊self ÷ divisor⌋; O(limbs).
    mutating func divide(by divisor: UInt64) {
        var remainder: UInt64 = 0
        for index in limbs.indices.reversed() {
            (limbs[index], remainder) = divisor.dividingFullWidth((remainder, limbs[index]))
        }
        trim()
    }

    /// self ← self·2ⁿ.
    mutating func shiftLeft(_ count: Int) {
        guard count > 0, !limbs.isEmpty else { return }
        let (whole, bits) = (count / 64, UInt64(count % 64))
        if bits > 0 {
            var carry: UInt64 = 0
            for index in limbs.indices {
                let limb = limbs[index]
                limbs[index] = limb &<< bits | carry
                carry = limb &>> (64 - bits)
            }
            if carry != 0 { limbs.append(carry) }
        }
        limbs.insert(contentsOf: repeatElement(0, count: whole), at: 0)
    }

    /// The 128 most significant bits, rounded down, the first of them set. - Precondition: not zero.
    var leading128: (high: UInt64, low: UInt64) {
        let count = limbs.count
        let top = limbs[count - 1]
        let next = count > 1 ? limbs[count - 2] : 0
        let last = count > 2 ? limbs[count - 3] : 0
        let shift = UInt64(top.leadingZeroBitCount)
        if shift == 0 { return (top, next) }
        return (top &<< shift | next &>> (64 - shift), next &<< shift | last &>> (64 - shift))
    }

    private mutating func trim() {
        while limbs.last == 0 { limbs.removeLast() }
    }
}

extension Natural: Comparable {
    static func < (left: Natural, right: Natural) -> Bool {
        if left.limbs.count != right.limbs.count { return left.limbs.count < right.limbs.count }
        for (a, b) in zip(left.limbs.reversed(), right.limbs.reversed()) where a != b { return a < b }
        return false
    }
}
