/// Numbers of RFC 8259, section 6, read from bytes.
enum NumberScanner {
    /// What a number token gives.
    struct Reading {
        var value: Double = 0
        /// The decimal exponent of the last digit written: −8 for `0.20178232`, −3 for `1e-3`, 0 for an integer.
        var place = 0
    }

    /// How many bytes `fast` may look at.
    static let reach = 96

    /// Eight bytes as one word, the first the lowest, digits as their values.
    @inline(__always)
    private static func word(at p: UnsafePointer<UInt8>) -> UInt64 {
        UInt64(littleEndian: UnsafeRawPointer(p).loadUnaligned(as: UInt64.self)) ^ 0x3030_3030_3030_3030
    }

    /// How many of the bytes of a word are digits, up to the first that is none: a byte that is no digit exceeds 9.
    @inline(__always)
    private static func digits(in word: UInt64) -> Int {
        let foreign = ((word & 0x7F7F_7F7F_7F7F_7F7F) &+ 0x7676_7676_7676_7676 | word) & 0x8080_8080_8080_8080
        return foreign.trailingZeroBitCount &>> 3
    }

    /// The number that the first `count` bytes of a word form, 0 ≤ count ≤ 8.
    ///
    /// Shifting the word up so that the digits end it puts zeros in front (in two steps, since a shift by 64 is none);
    /// three multiplications then add neighbours in pairs.
    @inline(__always)
    private static func number(_ word: UInt64, _ count: Int) -> UInt64 {
        let half = UInt64(truncatingIfNeeded: 32 &- count &* 4)
        return number((word &<< half) &<< half)
    }

    /// The number that eight digits form.
    @inline(__always)
    private static func number(_ word: UInt64) -> UInt64 {
        let pairs = word &* 10 &+ word &>> 8
        let low = pairs & 0x0000_00FF_0000_00FF
        let high = pairs &>> 16 & 0x0000_00FF_0000_00FF
        return (low &* 0x000F_4240_0000_0064 &+ high &* 0x0000_2710_0000_0001) &>> 32 & 0xFFFF_FFFF
    }

    /// The digits at `p`, at most 24: how many there are and the number they form, modulo 2⁶⁴.
    ///
    /// Beyond eight without a branch: whether 15, 16 or 17 digits were printed is chance, and a wrong guess would cost
    /// more than reading zeros.
    @inline(__always)
    private static func digits(at p: UnsafePointer<UInt8>) -> (value: UInt64, count: Int) {
        let first = word(at: p)
        let count = digits(in: first)
        if count < 8 { return (number(first, count), count) }
        let second = digits(in: word(at: p + 8))
        let third = second < 8 ? 0 : digits(in: word(at: p + 16))
        let all = 8 &+ second &+ third
        let leading = second &+ third &- 8  // how many stand before the last sixteen, or less than 0
        let before = leading > 0 ? leading : 0
        let missing = leading < 0 ? 0 &- leading : 0
        let middle = number(word(at: p + before), 8 &- missing)
        let value = (number(first, before) &* 100_000_000 &+ middle) &* 100_000_000 &+ number(word(at: p + (all &- 8)))
        return (value, all)
    }

    /// Reads a number of at most 19 significant digits and moves `p` behind it; false, with `p` anywhere, for all that
    /// is longer, out of range or wrong: `strict` decides about those.
    ///
    /// - Precondition: `reach` bytes can be read from `p` on, which is what makes the unaligned loads safe.
    @inline(__always)
    static func fast(_ p: inout UnsafePointer<UInt8>, _ powers: PowersOfFive, into reading: inout Reading) -> Bool {
        let sign: UInt64 = p.pointee == UInt8(ascii: "-") ? 1 : 0
        p += Int(sign)
        let start = p
        var w: UInt64
        var significant: Int
        if (p + 1).pointee == UInt8(ascii: "."), p.pointee &- 48 < 10 {
            w = UInt64(p.pointee &- 48)
            significant = 1
            p += 1
        } else {
            (w, significant) = digits(at: p)
            if significant == 0 { return false }
            if start.pointee == UInt8(ascii: "0") && significant > 1 { return false }
            p += significant
        }
        var exponent = 0
        if p.pointee == UInt8(ascii: ".") {
            p += 1
            let (value, count) = digits(at: p)
            if count == 0 || count > 19 && w != 0 { return false }
            w = w &* powers.integerTens[min(count, 19)] &+ value
            p += count
            exponent = 0 &- count
            significant &+= count
        }
        if significant > 19 {
            // Leading zeros do not count: 0.00012345678901234567 has 17.
            var zero = start
            while zero.pointee == UInt8(ascii: "0") || zero.pointee == UInt8(ascii: ".") {
                significant &-= zero.pointee == UInt8(ascii: "0") ? 1 : 0
                zero += 1
            }
            if significant > 19 { return false }
        }
        if p.pointee | 0x20 == UInt8(ascii: "e") {
            p += 1
            let down = p.pointee == UInt8(ascii: "-")
            if down || p.pointee == UInt8(ascii: "+") { p += 1 }
            let written = word(at: p)
            let count = digits(in: written)
            if count == 0 || count == 8 { return false }
            p += count
            let value = Int(truncatingIfNeeded: number(written, count))
            exponent &+= down ? 0 &- value : value
        }
        let magnitude = DecimalConversion.convert(w, exponent, powers)
        if magnitude == .infinity { return false }
        reading.value = Double(bitPattern: magnitude.bitPattern | sign &<< 63)
        reading.place = exponent
        return true
    }

    /// What is wrong with a number token.
    enum Fault: Error, Equatable {
        /// The byte at `at` cannot stand there.
        case malformed(at: Int, detail: String)
        /// Above the largest binary64 number.
        case outOfRange
    }

    /// Reads a whole token of any length: `-`, digits, `.`, `e`, `E`, `+` as far as they go.
    ///
    /// `next` is the byte behind the token, if there is one, for a better message. A value below half the smallest
    /// subnormal number reads as 0, as everywhere. O(count), plus the slow path of `DecimalConversion`.
    static func strict(
        _ token: UnsafeBufferPointer<UInt8>, next: UInt8?, _ powers: PowersOfFive
    ) throws(Fault) -> Reading {
        var position = 0
        func byte() -> UInt8? { position < token.count ? token[position] : nil }
        func isDigit(_ byte: UInt8?) -> Bool { byte.map { $0 &- 48 < 10 } ?? false }

        let negative = byte() == UInt8(ascii: "-")
        if negative { position += 1 }
        if negative && position == token.count && (next == UInt8(ascii: "I") || next == UInt8(ascii: "N")) {
            throw .malformed(at: 0, detail: "infinities and NaN are not JSON numbers")
        }
        var digits: [UInt8] = []
        digits.reserveCapacity(token.count)
        var point = 0
        func expectDigit(_ after: String) throws(Fault) {
            if !isDigit(byte()) { throw .malformed(at: position, detail: "expected a digit after \(after)") }
        }
        if byte() == UInt8(ascii: "+") { throw .malformed(at: 0, detail: "a number cannot begin with '+'") }
        if byte() == UInt8(ascii: ".") { throw .malformed(at: position, detail: "a number cannot begin with '.'") }
        try expectDigit("'-'")
        if byte() == UInt8(ascii: "0") {
            position += 1
            if isDigit(byte()) {
                throw .malformed(at: position - 1, detail: "a number cannot begin with a superfluous 0")
            }
        } else {
            while let digit = byte(), digit &- 48 < 10 {
                digits.append(digit - 48)
                position += 1
            }
            point = digits.count
        }
        var exponent = 0
        if byte() == UInt8(ascii: ".") {
            position += 1
            try expectDigit("'.'")
            while let digit = byte(), digit &- 48 < 10 {
                if digits.isEmpty && digit == UInt8(ascii: "0") { point -= 1 } else { digits.append(digit - 48) }
                exponent -= 1
                position += 1
            }
        }
        if let letter = byte(), letter | 0x20 == UInt8(ascii: "e") {
            position += 1
            let down = byte() == UInt8(ascii: "-")
            if down || byte() == UInt8(ascii: "+") { position += 1 }
            try expectDigit("the exponent's 'e'")
            var written = 0
            while let digit = byte(), digit &- 48 < 10 {
                // Saturates far above any number of digits that a body can have.
                if written < 1 << 50 { written = written * 10 + Int(digit - 48) }
                position += 1
            }
            exponent += down ? -written : written
            point += down ? -written : written
        }
        if position < token.count {
            throw .malformed(
                at: position, detail: "a number ends before '\(Character(UnicodeScalar(token[position])))'")
        }
        let magnitude = DecimalConversion.convert(digits: digits[...], point: point, powers)
        if magnitude == .infinity { throw .outOfRange }
        return Reading(value: negative ? -magnitude : magnitude, place: exponent)
    }

    /// Whether a byte can be part of a number.
    @inline(__always)
    static func isNumberByte(_ byte: UInt8) -> Bool {
        byte &- 48 < 10 || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+") || byte == UInt8(ascii: ".")
            || byte | 0x20 == UInt8(ascii: "e")
    }
}
