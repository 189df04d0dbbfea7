import LinearAlgebra

/// A strict, incremental reader of JSON (RFC 8259) that packs arrays of numbers while their bytes arrive.
///
/// `receive` takes the body in pieces that may end anywhere and keeps nothing of them but the unfinished token;
/// `finish` gives the document. The outcome, errors included, does not depend on where the pieces end.
///
/// Arrays hold numbers, equally long arrays of numbers, or (where `textArrays` says so) strings; anything else is
/// refused where it stands: a row too short or too long at its end, a value of another type when it is complete, so that
/// its own syntax errors come first. Nothing may nest deeper than 64, and there may be 4096 members and strings in all.
///
/// Errors: `malformed-json`, `duplicate-member`, `number-out-of-range`, `trailing-content`, `ragged-matrix`,
/// `wrong-type`, `outside-domain`. After an error the scanner must not be used again. O(bytes) in time.
public final class JSONScanner {
    typealias Bytes = UnsafePointer<UInt8>

    /// What may come next.
    enum State {
        /// Nothing has come yet; a byte order mark may.
        case start
        case value, valueOrEnd, commaOrEnd
        case name, nameOrEnd, colon
        /// Inside a token that began in an earlier piece; `carry` has its beginning (of a string: of an escape or a
        /// UTF-8 sequence).
        case number, literal, text
        case done
    }

    /// Containers may nest this deep.
    static let depthLimit = 64
    /// There may be this many members and strings in arrays: twice what a program of the longest kind can name. Each costs
    /// twenty times the memory and the time of a number, and the time is the event loop's.
    static let nameLimit = 4096

    let powers = PowersOfFive.shared
    let textArrays: Set<String>
    var state = State.start
    var frames: [Frame] = []
    /// Open brackets and braces; the rows of a matrix have no frame of their own.
    var depth = 0
    var carry: [UInt8] = []
    var carryOffset = 0
    /// The string being read.
    var text: [UInt8] = []
    var textOffset = 0
    var textIsName = false
    /// The error of a container that stands where it may not, thrown when the depth falls back to `pendingDepth`.
    var pending: WireError?
    var pendingDepth = 0
    var root: JSONElement?
    /// Members and strings in arrays so far.
    private var names = 0
    /// Bytes held by completed values.
    var retained = 0
    private var chunkStart: Bytes?
    private var consumed = 0

    /// A scanner; arrays that are values of members with a name in `textArrays` hold strings.
    public init(textArrays: Set<String> = []) { self.textArrays = textArrays }

    /// The memory held for what was read so far, in bytes.
    public var bufferedBytes: Int {
        var total = retained + carry.count + text.count
        for case .packed(let frame) in frames { total += frame.storage.count * MemoryLayout<Double>.stride }
        return total
    }

    /// Takes the next piece of the body.
    public func receive(_ bytes: UnsafeRawBufferPointer) throws(WireError) {
        guard let base = bytes.baseAddress, !bytes.isEmpty else { return }
        var p = base.assumingMemoryBound(to: UInt8.self)
        let end = p + bytes.count
        chunkStart = p - consumed
        try scan(&p, end)
        consumed += bytes.count
    }

    /// Takes the next piece of the body.
    public func receive(_ bytes: [UInt8]) throws(WireError) {
        // `withUnsafeBytes` would erase the error's type.
        let outcome = bytes.withUnsafeBytes { raw in
            Result { () throws(WireError) in try receive(raw) }
        }
        try outcome.get()
    }

    /// The document, when the body is complete.
    public func finish() throws(WireError) -> JSONElement {
        if depth == 0, state == .number { try completeNumber(next: nil) }
        if depth == 0, state == .literal { try completeLiteral() }
        guard state == .done, let root else {
            let detail =
                state == .start && carry.isEmpty || state == .value && frames.isEmpty
                ? "the body is empty" : "the body ends inside \(unfinished)"
            throw WireError(.malformedJSON, detail, pointer: path(), offset: consumed)
        }
        return root
    }

    private var unfinished: String {
        if state == .text { return "a string" }
        return switch frames.last {
        case .object: "an object"
        case .none: "a value"
        default: "an array"
        }
    }

    /// The position in the body of a byte of the current piece.
    func offset(_ p: Bytes) -> Int { chunkStart.map { p - $0 } ?? 0 }

    // MARK: - Structure

    private func scan(_ p: inout Bytes, _ end: Bytes) throws(WireError) {
        while p < end {
            switch state {
            case .text: try continueText(&p, end)
            case .number: try scanNumber(&p, end)
            case .literal: try scanLiteral(&p, end)
            case .start: try skipByteOrderMark(&p)
            default:
                let byte = p.pointee
                if byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
                    p += 1
                } else {
                    try step(byte, &p, end)
                }
            }
        }
    }

    private func step(_ byte: UInt8, _ p: inout Bytes, _ end: Bytes) throws(WireError) {
        switch state {
        case .value, .valueOrEnd:
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."):
                if case .packed(let frame) = frames.last, end - p >= NumberScanner.reach, frame.takesNumbers {
                    try scanNumbers(into: frame, &p, end)
                } else {
                    try scanNumber(&p, end)
                }
            case UInt8(ascii: "\""): beginText(at: &p, isName: false)
            case UInt8(ascii: "["): try openArray(at: &p)
            case UInt8(ascii: "{"): try openObject(at: &p)
            case UInt8(ascii: "]") where state == .valueOrEnd: try closeArray(at: &p)
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): try scanLiteral(&p, end)
            default: throw unexpected(byte, at: p)
            }
        case .commaOrEnd:
            switch (byte, frames.last) {
            case (UInt8(ascii: ","), .object):
                state = .name
                p += 1
            case (UInt8(ascii: ","), _):
                state = .value
                p += 1
            case (UInt8(ascii: "}"), .object): try closeObject(at: &p)
            case (UInt8(ascii: "]"), let frame) where frame.map { !$0.isObject } ?? false: try closeArray(at: &p)
            default: throw unexpected(byte, at: p)
            }
        case .name, .nameOrEnd:
            if byte == UInt8(ascii: "\"") {
                beginText(at: &p, isName: true)
            } else if byte == UInt8(ascii: "}"), state == .nameOrEnd {
                try closeObject(at: &p)
            } else {
                throw unexpected(byte, at: p)
            }
        case .colon:
            guard byte == UInt8(ascii: ":") else { throw unexpected(byte, at: p) }
            state = .value
            p += 1
        case .done:
            throw WireError(
                .trailingContent, "\(Self.describe(byte)) follows the end of the JSON value", offset: offset(p))
        case .start, .text, .number, .literal: break
        }
    }

    private func skipByteOrderMark(_ p: inout Bytes) throws(WireError) {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        if p.pointee == mark[carry.count] {
            carry.append(p.pointee)
            p += 1
            if carry.count == mark.count {
                carry.removeAll()
                state = .value
            }
        } else if carry.isEmpty {
            state = .value
        } else {
            throw WireError(.malformedJSON, "a value cannot begin with \(Self.describe(mark[0]))", offset: 0)
        }
    }

    // MARK: - Errors

    static func describe(_ byte: UInt8) -> String {
        byte > 0x20 && byte < 0x7F
            ? "'\(Character(UnicodeScalar(byte)))'" : "the byte 0x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }

    /// Counts a member or a string in an array.
    func countName(at offset: Int) throws(WireError) {
        names += 1
        guard names <= Self.nameLimit else {
            throw WireError(
                .outsideDomain, "there are more than \(Self.nameLimit) members and strings; no request needs so many",
                pointer: path(), offset: offset)
        }
    }

    private func unexpected(_ byte: UInt8, at p: Bytes) -> WireError {
        let wanted: String
        var hint = ""
        switch state {
        case .value, .valueOrEnd:
            wanted = state == .value ? "a value" : "a value or ']'"
            if byte == UInt8(ascii: "]") || byte == UInt8(ascii: "}") { hint = "; no comma may stand before it" }
            if byte == UInt8(ascii: "'") { hint = "; strings are written with double quotes" }
        case .commaOrEnd:
            if case .object = frames.last { wanted = "',' or '}'" } else { wanted = "',' or ']'" }
        case .name, .nameOrEnd:
            wanted = state == .name ? "a member's name" : "a member's name or '}'"
            if byte == UInt8(ascii: "}") { hint = "; no comma may stand before it" }
            if byte == UInt8(ascii: "'") { hint = "; names are written with double quotes" }
        default: wanted = "':'"
        }
        return WireError(
            .malformedJSON, "expected \(wanted), found \(Self.describe(byte))\(hint)", pointer: path(),
            offset: offset(p))
    }

    /// The value that is being read or, where a comma is due, was read last.
    func path() -> JSONPointer {
        var pointer = JSONPointer.root
        let back = state == .commaOrEnd ? 1 : 0
        for (index, frame) in frames.enumerated() {
            let isLast = index == frames.count - 1
            switch frame {
            case .object(let object):
                if let name = object.name { pointer = pointer.appending(name) }
            case .packed(let packed):
                if packed.inRow {
                    pointer = pointer.appending(packed.rows).appending(packed.rowCount - back)
                } else {
                    pointer = pointer.appending((packed.kind == .matrix ? packed.rows : packed.storage.count) - back)
                }
            case .strings(let strings): pointer = pointer.appending(strings.texts.count - (isLast ? back : 0))
            case .discarded: return pointer
            }
        }
        return pointer
    }
}
