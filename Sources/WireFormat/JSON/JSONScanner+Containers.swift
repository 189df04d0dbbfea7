import LinearAlgebra

extension JSONScanner {
    /// An open container.
    enum Frame {
        case object(ObjectFrame)
        case packed(PackedFrame)
        case strings(StringsFrame)
        /// An array inside something that is going to be refused: only its syntax matters.
        case discarded

        var isObject: Bool { if case .object = self { true } else { false } }
    }

    final class ObjectFrame {
        let offset: Int
        var members: [JSONObject.Member] = []
        /// The names, once there are too many to compare one by one.
        var names: Set<[UInt8]> = []
        var name: String?
        var nameOffset = 0

        init(offset: Int) { self.offset = offset }

        /// Whether there is a member with exactly these bytes as its name; O(1) amortised.
        func contains(_ name: [UInt8]) -> Bool {
            if members.count < 16 { return members.contains { $0.name.utf8.elementsEqual(name) } }
            if names.isEmpty { names = Set(members.map { Array($0.name.utf8) }) }
            return !names.insert(name).inserted
        }
    }

    final class PackedFrame {
        enum Kind { case undecided, vector, matrix }

        let offset: Int
        let storage = Storage(capacity: 16)
        var kind = Kind.undecided
        var inRow = false
        var rows = 0
        /// The length of the rows, known at the end of the first.
        var columns = -1
        var rowStart = 0
        var rowOffset = 0
        var finestPlace = Int.max
        var firstNull: (position: Int, offset: Int)?

        init(offset: Int) { self.offset = offset }

        var takesNumbers: Bool { inRow || kind != .matrix }
        var rowCount: Int { storage.count - rowStart }

        func append(_ reading: NumberScanner.Reading) {
            if kind == .undecided { kind = .vector }
            storage.append(reading.value)
            finestPlace = min(finestPlace, reading.place)
        }

        func appendNull(at offset: Int) {
            if kind == .undecided { kind = .vector }
            if firstNull == nil { firstNull = (storage.count, offset) }
            storage.append(.nan)
        }

        func beginRow(at offset: Int) {
            kind = .matrix
            inRow = true
            rowStart = storage.count
            rowOffset = offset
        }

        /// Ends a row; its length, if it is not the others'.
        func endRow() -> Int? {
            let count = rowCount
            if columns < 0 { columns = count }
            if count != columns { return count }
            rows += 1
            rowStart = storage.count
            inRow = false
            return nil
        }

        var value: JSONValue {
            guard kind != .undecided else { return .emptyArray }
            let shape = kind == .vector ? [storage.count] : [rows, columns]
            return .numbers(
                PackedNumbers(
                    array: NumericArray(shape: shape, storage: storage), offset: offset,
                    finestPlace: finestPlace == .max ? 0 : finestPlace, firstNull: firstNull))
        }
    }

    final class StringsFrame {
        let offset: Int
        var texts: [JSONText] = []

        init(offset: Int) { self.offset = offset }
    }

    // MARK: - Opening and closing

    private func deepen(at p: Bytes) throws(WireError) {
        guard depth < Self.depthLimit else {
            throw WireError(
                .malformedJSON, "nested deeper than \(Self.depthLimit) levels", pointer: path(), offset: offset(p))
        }
        depth += 1
    }

    func openObject(at p: inout Bytes) throws(WireError) {
        if pending == nil { postpone(wrongType(actual: "object", at: offset(p))) }
        try deepen(at: p)
        frames.append(.object(ObjectFrame(offset: offset(p))))
        state = .nameOrEnd
        p += 1
    }

    func openArray(at p: inout Bytes) throws(WireError) {
        if pending == nil {
            switch frames.last {
            case .packed(let frame) where !frame.inRow && frame.kind != .vector:
                try deepen(at: p)
                frame.beginRow(at: offset(p))
                state = .valueOrEnd
                p += 1
                return
            case .packed, .strings: postpone(wrongType(actual: "array", at: offset(p)))
            case .object, .discarded, .none: break
            }
        }
        try deepen(at: p)
        if pending != nil {
            frames.append(.discarded)
        } else if case .object(let object) = frames.last, let name = object.name, textArrays.contains(name) {
            frames.append(.strings(StringsFrame(offset: offset(p))))
        } else {
            frames.append(.packed(PackedFrame(offset: offset(p))))
        }
        state = .valueOrEnd
        p += 1
    }

    func closeObject(at p: inout Bytes) throws(WireError) {
        guard case .object(let frame) = frames.removeLast() else { return }
        depth -= 1
        p += 1
        retained += 64
        try complete(.object(JSONObject(members: frame.members)), offset: frame.offset)
    }

    func closeArray(at p: inout Bytes) throws(WireError) {
        guard let frame = frames.last else { return }
        if case .packed(let packed) = frame, packed.inRow {
            try closeRow(of: packed)
            p += 1
            return
        }
        frames.removeLast()
        depth -= 1
        p += 1
        switch frame {
        case .packed(let packed):
            retained += packed.storage.count * MemoryLayout<Double>.stride
            try complete(packed.value, offset: packed.offset)
        case .strings(let strings):
            let value: JSONValue = strings.texts.isEmpty ? .emptyArray : .strings(strings.texts)
            try complete(value, offset: strings.offset)
        case .discarded, .object: try complete(.emptyArray, offset: 0)
        }
    }

    func closeRow(of frame: PackedFrame) throws(WireError) {
        if let actual = frame.endRow() {
            state = .valueOrEnd
            frame.inRow = false
            throw WireError(
                .raggedMatrix, "row \(frame.rows) has \(Self.numbers(actual)), expected \(frame.columns)",
                pointer: path(),
                offset: frame.rowOffset, expected: .count(frame.columns), actual: .count(actual))
        }
        depth -= 1
        state = .commaOrEnd
    }

    static func numbers(_ count: Int) -> String { count == 1 ? "1 number" : "\(count) numbers" }

    // MARK: - Values

    /// Puts a complete value where it belongs.
    func complete(_ value: JSONValue, offset: Int) throws(WireError) {
        if let pending, depth == pendingDepth { throw pending }
        defer { state = frames.isEmpty ? .done : .commaOrEnd }
        switch frames.last {
        case .object(let frame):
            guard let name = frame.name else { return }
            frame.members.append(
                JSONObject.Member(name: name, offset: frame.nameOffset, element: JSONElement(value, offset: offset)))
            retained += MemoryLayout<JSONObject.Member>.stride
        case .packed(let frame):
            switch value {
            case .number(let number) where frame.takesNumbers:
                frame.append(NumberScanner.Reading(value: number.value, place: number.finestPlace))
            case .null where frame.takesNumbers: frame.appendNull(at: offset)
            default: if let error = wrongType(actual: value.kind, at: offset) { throw error }
            }
        case .strings(let frame):
            guard case .string(let text) = value else {
                if let error = wrongType(actual: value.kind, at: offset) { throw error }
                return
            }
            try countName(at: offset)
            frame.texts.append(JSONText(text: text, offset: offset))
            retained += MemoryLayout<JSONText>.stride
        case .discarded: break
        case .none: root = JSONElement(value, offset: offset)
        }
    }

    /// Remembers the name of the member that follows.
    func completeName() throws(WireError) {
        guard case .object(let frame) = frames.last else { return }
        let name = String(decoding: text, as: UTF8.self)
        let duplicate = frame.contains(text)
        frame.name = name
        frame.nameOffset = textOffset
        if duplicate {
            throw WireError(
                .duplicateMember, "the member \"\(name)\" appears twice", pointer: path(), offset: textOffset)
        }
        try countName(at: textOffset)
        retained += text.count
        state = .colon
    }

    /// The error that a value in an array deserves by its mere kind; nil where it may stand.
    private func wrongType(actual: String, at offset: Int) -> WireError? {
        let expected: String
        switch frames.last {
        case .packed(let frame): expected = frame.takesNumbers ? "number" : "array"
        case .strings: expected = "string"
        case .object, .discarded, .none: return nil
        }
        let article = expected == "array" ? "an" : "a"
        let found = actual == "null" ? "null" : (actual == "array" || actual == "object" ? "an " : "a ") + actual
        return WireError(
            .wrongType, "expected \(article) \(expected), found \(found)", pointer: path(), offset: offset,
            expected: .text(expected), actual: .text(actual))
    }

    private func postpone(_ error: WireError?) {
        guard let error else { return }
        pending = error
        pendingDepth = depth
    }
}
