extension JSONScanner {
    func beginText(at p: inout Bytes, isName: Bool) {
        textIsName = isName
        textOffset = offset(p)
        text.removeAll(keepingCapacity: text.count < 4096)
        carry.removeAll(keepingCapacity: true)
        state = .text
        p += 1
    }

    /// Reads on in a string, to its end or to the end of the piece.
    ///
    /// Escapes (RFC 8259, section 7) and UTF-8 sequences (RFC 3629) are taken as units; one that the piece cuts waits in
    /// `carry` (at most 12 bytes).
    func continueText(_ p: inout Bytes, _ end: Bytes) throws(WireError) {
        while !carry.isEmpty {
            guard p < end else { return }
            carry.append(p.pointee)
            p += 1
            let unit = carry.withUnsafeBufferPointer { Self.unit($0) }
            try take(unit, at: carryOffset)
            if case .complete = unit { carry.removeAll(keepingCapacity: true) }
        }
        while p < end {
            var q = p
            while q < end, q.pointee >= 0x20, q.pointee < 0x80, q.pointee != UInt8(ascii: "\""),
                q.pointee != UInt8(ascii: "\\")
            {
                q += 1
            }
            text.append(contentsOf: UnsafeBufferPointer(start: p, count: q - p))
            p = q
            guard p < end else { return }
            if p.pointee == UInt8(ascii: "\"") {
                p += 1
                try completeText()
                return
            }
            let left = UnsafeBufferPointer(start: p, count: min(end - p, 12))
            let unit = Self.unit(left)
            try take(unit, at: offset(p))
            switch unit {
            case .complete(_, let length): p += length
            case .incomplete, .fault:
                carryOffset = offset(p)
                carry.append(contentsOf: left)
                p = end
            }
        }
    }

    private func take(_ unit: Unit, at offset: Int) throws(WireError) {
        switch unit {
        case .complete(let scalar, _):
            if let encoded = UTF8.encode(scalar) { text.append(contentsOf: encoded) }
        case .incomplete: break
        case .fault(let position, let detail):
            throw WireError(.malformedJSON, detail, pointer: path(), offset: offset + position)
        }
    }

    private func completeText() throws(WireError) {
        state = textIsName ? .colon : .value
        if textIsName {
            try completeName()
        } else {
            let string = String(decoding: text, as: UTF8.self)
            retained += text.count
            try complete(.string(string), offset: textOffset)
        }
        if text.count >= 4096 { text = [] } else { text.removeAll(keepingCapacity: true) }
    }

    // MARK: - Units

    /// An escape, a UTF-8 sequence, or a byte that may not stand in a string.
    private enum Unit {
        case complete(Unicode.Scalar, length: Int)
        case incomplete
        case fault(at: Int, String)
    }

    private static func unit(_ bytes: UnsafeBufferPointer<UInt8>) -> Unit {
        switch bytes[0] {
        case 0..<0x20:
            .fault(at: 0, "a control character (\(describe(bytes[0]))) must be escaped in a string")
        case UInt8(ascii: "\\"): escape(bytes)
        default: sequence(bytes)
        }
    }

    private static func escape(_ bytes: UnsafeBufferPointer<UInt8>) -> Unit {
        guard bytes.count > 1 else { return .incomplete }
        switch bytes[1] {
        case UInt8(ascii: "\""): return .complete("\"", length: 2)
        case UInt8(ascii: "\\"): return .complete("\\", length: 2)
        case UInt8(ascii: "/"): return .complete("/", length: 2)
        case UInt8(ascii: "b"): return .complete("\u{8}", length: 2)
        case UInt8(ascii: "f"): return .complete("\u{C}", length: 2)
        case UInt8(ascii: "n"): return .complete("\n", length: 2)
        case UInt8(ascii: "r"): return .complete("\r", length: 2)
        case UInt8(ascii: "t"): return .complete("\t", length: 2)
        case UInt8(ascii: "u"): break
        default: return .fault(at: 1, "\\ and \(describe(bytes[1])) are not an escape")
        }
        switch codeUnit(bytes, at: 2) {
        case .none: return .incomplete
        case .failure(let fault): return .fault(at: fault.position, "\\u wants four hexadecimal digits")
        case .success(let first):
            if let scalar = Unicode.Scalar(first) { return .complete(scalar, length: 6) }
            return surrogates(first, bytes)
        }
    }

    /// The second half of a surrogate pair: without it the first is nothing that UTF-8 could hold.
    private static func surrogates(_ first: UInt32, _ bytes: UnsafeBufferPointer<UInt8>) -> Unit {
        let lone = Unit.fault(at: 0, "\\u\(String(first, radix: 16)) is a lone surrogate")
        guard first < 0xDC00 else { return lone }
        if bytes.count > 6, bytes[6] != UInt8(ascii: "\\") { return lone }
        if bytes.count > 7, bytes[7] != UInt8(ascii: "u") { return lone }
        switch codeUnit(bytes, at: 8) {
        case .none: return .incomplete
        case .failure(let fault): return .fault(at: fault.position, "\\u wants four hexadecimal digits")
        case .success(let second):
            guard second >= 0xDC00, second < 0xE000,
                let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
            else { return lone }
            return .complete(scalar, length: 12)
        }
    }

    private struct NotHexadecimal: Error { var position: Int }

    /// Four hexadecimal digits; nil where too few bytes are there.
    private static func codeUnit(
        _ bytes: UnsafeBufferPointer<UInt8>, at start: Int
    ) -> Result<UInt32, NotHexadecimal>? {
        var value: UInt32 = 0
        for position in start..<start + 4 {
            guard position < bytes.count else { return nil }
            let byte = bytes[position]
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt32(byte - 48)
            case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"):
                value = value << 4 | UInt32((byte | 0x20) - 87)
            default: return .failure(NotHexadecimal(position: position))
            }
        }
        return .success(value)
    }

    /// One UTF-8 sequence of two to four bytes: shortest form only, no surrogates, nothing above U+10FFFF.
    private static func sequence(_ bytes: UnsafeBufferPointer<UInt8>) -> Unit {
        let invalid = Unit.fault(at: 0, "the string is not UTF-8")
        let lead = bytes[0]
        let length: Int
        let second: ClosedRange<UInt8>  // RFC 3629, section 4
        switch lead {
        case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: (length, second) = (3, 0x80...0xBF)
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: return invalid
        }
        if bytes.count > 1, !second.contains(bytes[1]) { return invalid }
        if bytes.count > 2, length > 2, bytes[2] & 0xC0 != 0x80 { return invalid }
        if bytes.count > 3, length > 3, bytes[3] & 0xC0 != 0x80 { return invalid }
        guard bytes.count >= length else { return .incomplete }
        var value = UInt32(lead) & (length == 2 ? 0x1F : length == 3 ? 0x0F : 0x07)
        for position in 1..<length { value = value << 6 | UInt32(bytes[position] & 0x3F) }
        guard let scalar = Unicode.Scalar(value) else { return invalid }
        return .complete(scalar, length: length)
    }
}
