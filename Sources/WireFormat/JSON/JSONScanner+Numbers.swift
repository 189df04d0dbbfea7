import LinearAlgebra

extension JSONScanner {
    /// Reads numbers of a packed array and the punctuation between them, rows included, as long as nothing unusual
    /// comes and `NumberScanner.reach` bytes are left; everything else is left to the general machinery.
    ///
    /// The numbers are written behind those in use in the frame's storage, which nobody else has a reference to.
    ///
    /// - Precondition: a number may stand at `p`, its first byte is there, and `reach` bytes follow.
    func scanNumbers(into frame: PackedFrame, _ p: inout Bytes, _ end: Bytes) throws(WireError) {
        let powers = powers
        let limit = end - NumberScanner.reach
        let storage = frame.storage
        var base = storage.base
        var count = storage.count
        var capacity = storage.capacity
        if frame.kind == .undecided { frame.kind = .vector }
        let isMatrix = frame.kind == .matrix
        // The frame's own, kept here while the loop runs: a row of three numbers would spend more on them otherwise.
        var finest = frame.finestPlace
        var columns = frame.columns
        var rows = frame.rows
        var rowStart = frame.rowStart
        var rowOpening: Bytes?
        var inRow = frame.inRow

        func giveBack() {
            storage.count = count
            frame.finestPlace = finest
            frame.columns = columns
            frame.rows = rows
            frame.rowStart = rowStart
            frame.inRow = inRow
            if let rowOpening { frame.rowOffset = offset(rowOpening) }
        }

        state = .value
        while true {
            let start = p
            var reading = NumberScanner.Reading()
            guard NumberScanner.fast(&p, powers, into: &reading), Self.mayFollow(p.pointee) else {
                p = start
                giveBack()
                return try scanNumber(&p, end)
            }
            if count == capacity {
                storage.count = count
                storage.grow(toHold: count + 1)
                base = storage.base
                capacity = storage.capacity
            }
            (base + count).initialize(to: reading.value)
            count &+= 1
            finest = min(finest, reading.place)

            Self.skipSpace(&p, end)
            if p < end, p.pointee == UInt8(ascii: ",") {
                p += 1
                Self.skipSpace(&p, end)
            } else if isMatrix, p < end, p.pointee == UInt8(ascii: "]") {
                p += 1
                if columns < 0 { columns = count &- rowStart }
                guard count &- rowStart == columns else {
                    giveBack()
                    return try closeRow(of: frame)
                }
                rows &+= 1
                rowStart = count
                // The next row, if it follows at once.
                var q = p
                Self.skipSpace(&q, end)
                let continues = q < end && q.pointee == UInt8(ascii: ",")
                if continues {
                    q += 1
                    Self.skipSpace(&q, end)
                }
                guard continues, q < end, q.pointee == UInt8(ascii: "[") else {
                    inRow = false
                    depth -= 1
                    state = .commaOrEnd
                    break
                }
                rowOpening = q
                q += 1
                Self.skipSpace(&q, end)
                p = q
                guard p <= limit, Self.mayBegin(p.pointee) else {
                    state = .valueOrEnd
                    break
                }
                continue
            } else {
                state = .commaOrEnd
                break
            }
            guard p <= limit, Self.mayBegin(p.pointee) else { break }
        }
        giveBack()
    }

    /// Whether a byte may follow a number at once.
    @inline(__always)
    private static func mayFollow(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ",") || byte == UInt8(ascii: "]") || isSpace(byte)
    }

    /// Whether a number may begin with a byte.
    @inline(__always)
    private static func mayBegin(_ byte: UInt8) -> Bool { byte &- 48 < 10 || byte == UInt8(ascii: "-") }

    @inline(__always)
    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }

    @inline(__always)
    private static func skipSpace(_ p: inout Bytes, _ end: Bytes) {
        while p < end, p.pointee <= 0x20, isSpace(p.pointee) { p += 1 }
    }

    /// Reads one number of any length, or its beginning if the piece ends inside it.
    func scanNumber(_ p: inout Bytes, _ end: Bytes) throws(WireError) {
        var q = p
        while q < end, NumberScanner.isNumberByte(q.pointee) { q += 1 }
        if state != .number {
            carryOffset = offset(p)
            carry.removeAll(keepingCapacity: true)
        }
        carry.append(contentsOf: UnsafeBufferPointer(start: p, count: q - p))
        p = q
        if q == end {
            state = .number
        } else {
            try completeNumber(next: q.pointee)
        }
    }

    /// Makes a value of the number in `carry`.
    func completeNumber(next: UInt8?) throws(WireError) {
        state = .value
        let outcome = carry.withUnsafeBufferPointer { token in
            Result { () throws(NumberScanner.Fault) in try NumberScanner.strict(token, next: next, powers) }
        }
        switch outcome {
        case .success(let reading):
            carry.removeAll(keepingCapacity: carry.count < 4096)
            try complete(.number(JSONNumber(reading.value, finestPlace: reading.place)), offset: carryOffset)
        case .failure(.malformed(let position, let detail)):
            throw WireError(.malformedJSON, detail, pointer: path(), offset: carryOffset + position)
        case .failure(.outOfRange):
            let shown = String(decoding: carry.prefix(24), as: UTF8.self) + (carry.count > 24 ? "…" : "")
            throw WireError(
                .numberOutOfRange, "\(shown) is larger than binary64 can hold (1.7976931348623157e308)",
                pointer: path(),
                offset: carryOffset)
        }
    }

    /// Reads `true`, `false` or `null`, or its beginning if the piece ends inside it.
    func scanLiteral(_ p: inout Bytes, _ end: Bytes) throws(WireError) {
        if state != .literal {
            carryOffset = offset(p)
            carry.removeAll(keepingCapacity: true)
        }
        // Nothing longer than 16 letters needs to be told apart.
        while p < end, carry.count <= 16, p.pointee | 0x20 >= UInt8(ascii: "a"), p.pointee | 0x20 <= UInt8(ascii: "z") {
            carry.append(p.pointee)
            p += 1
        }
        if p == end, carry.count <= 16 {
            state = .literal
        } else {
            try completeLiteral()
        }
    }

    /// Makes a value of the letters in `carry`.
    func completeLiteral() throws(WireError) {
        state = .value
        let word = String(decoding: carry.prefix(16), as: UTF8.self)
        carry.removeAll()
        switch word {
        case "true": try complete(.bool(true), offset: carryOffset)
        case "false": try complete(.bool(false), offset: carryOffset)
        case "null": try complete(.null, offset: carryOffset)
        default:
            let hint =
                switch word.lowercased() {
                case "nan", "infinity", "inf":
                    "; NaN and infinities are not JSON, and only a candidate may have null in their place"
                case "none", "undefined", "nil": "; JSON's word is null"
                case "true", "false": "; JSON's words are true and false"
                default: ""
                }
            throw WireError(
                .malformedJSON, "\(word) is not a JSON value\(hint)", pointer: path(), offset: carryOffset)
        }
    }
}
