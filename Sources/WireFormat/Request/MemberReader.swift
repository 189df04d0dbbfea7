import Expressions
import LinearAlgebra

/// A value in the request with its place, and the readings that members ask for.
struct MemberReader {
    var element: JSONElement
    var pointer: JSONPointer

    func wrongType(_ expected: String) -> WireError {
        WireError(
            .wrongType, "\(pointer) is \(article(element.value.kind)); it must be \(expected)", pointer: pointer,
            offset: element.offset, expected: .text(expected), actual: .text(element.value.kind))
    }

    private func article(_ kind: String) -> String {
        kind == "null" ? kind : (["a", "e", "i", "o", "u"].contains(kind.prefix(1)) ? "an " : "a ") + kind
    }

    func outside(_ detail: String) -> WireError {
        WireError(.outsideDomain, detail, pointer: pointer, offset: element.offset)
    }

    func number() throws(WireError) -> JSONNumber {
        guard case .number(let number) = element.value else { throw wrongType("a number") }
        return number
    }

    func string() throws(WireError) -> String {
        guard case .string(let text) = element.value else { throw wrongType("a string") }
        return text
    }

    func object() throws(WireError) -> JSONObject {
        guard case .object(let object) = element.value else { throw wrongType("an object") }
        return object
    }

    /// Strings, each one of a listed set.
    func choices(_ allowed: [String]) throws(WireError) -> [String] {
        if case .emptyArray = element.value { return [] }
        guard case .strings(let texts) = element.value else { throw wrongType("an array of strings") }
        for (index, text) in texts.enumerated() where !allowed.contains(text.text) {
            let near = OtherNames.meant(by: text.text, among: allowed).map { "; did you mean \"\($0)\"?" } ?? ""
            throw WireError(
                .outsideDomain,
                "\"\(text.text)\" is none of \(allowed.map { "\"\($0)\"" }.joined(separator: ", "))\(near)",
                pointer: pointer.appending(index), offset: text.offset)
        }
        return texts.map(\.text)
    }

    /// Numbers of one of the ranks; `null` entries only where they are allowed.
    func packed(ranks: [Int], allowingNull: Bool = false) throws(WireError) -> PackedNumbers {
        let expected =
            ranks == [1]
            ? "an array of numbers"
            : ranks == [2] ? "an array of rows of numbers" : "an array of numbers or of rows of numbers"
        if case .emptyArray = element.value {
            throw WireError(.empty, "\(pointer) is empty", pointer: pointer, offset: element.offset)
        }
        guard case .numbers(let numbers) = element.value else { throw wrongType(expected) }
        guard ranks.contains(numbers.shape.count) else {
            let place = ranks == [1] ? pointer.appending(0) : numbers.shape.count == 1 ? pointer.appending(0) : pointer
            throw WireError(
                .wrongType, "\(pointer) must be \(expected)", pointer: place, offset: element.offset,
                expected: .text(ranks == [1] ? "number" : "array"), actual: .text(ranks == [1] ? "array" : "number"))
        }
        guard numbers.array.count > 0 else {
            throw WireError(.empty, "\(pointer) has no numbers", pointer: pointer, offset: element.offset)
        }
        if let first = numbers.firstNull, !allowingNull {
            let place = numbers.pointer(of: first.position, below: pointer)
            throw WireError(
                .wrongType, "\(place) is null; it must be a number", pointer: place, offset: first.offset,
                expected: "number",
                actual: "null")
        }
        return numbers
    }

    /// A vector of a given length.
    func vector(count: Int, of what: String) throws(WireError) -> [Double] {
        let numbers = try packed(ranks: [1])
        guard numbers.shape[0] == count else {
            throw WireError(
                .lengthMismatch, "\(pointer) has \(numbers.shape[0]) numbers, and \(what) \(count)", pointer: pointer,
                offset: element.offset, expected: .count(count), actual: .count(numbers.shape[0]))
        }
        return numbers.array.elements
    }
}
