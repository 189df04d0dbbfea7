import WireFormat

/// What a scanner makes of a body fed in pieces that end at the given bytes.
func scan(
    _ body: [UInt8], cuts: [Int] = [], textArrays: Set<String> = ["return", "witnesses"]
) -> Result<JSONElement, WireError> {
    let scanner = JSONScanner(textArrays: textArrays)
    do throws(WireError) {
        var start = 0
        for cut in cuts + [body.count] where cut >= start {
            try scanner.receive(Array(body[start..<cut]))
            start = cut
        }
        return .success(try scanner.finish())
    } catch {
        return .failure(error)
    }
}

/// What a scanner makes of a text.
func scan(_ text: String) -> Result<JSONElement, WireError> { scan(Array(text.utf8)) }

/// The error of a text that must have one.
func scanError(_ text: String) -> WireError? {
    if case .failure(let error) = scan(text) { error } else { nil }
}

/// The numbers of a text that is a vector or a matrix.
func scanNumbers(_ text: String) -> PackedNumbers? {
    guard case .success(let element) = scan(text), case .numbers(let packed) = element.value else { return nil }
    return packed
}

/// Everything that a document holds, as text: two documents are the same when this is.
func dump(_ element: JSONElement) -> String {
    let value: String =
        switch element.value {
        case .null: "null"
        case .bool(let bool): "\(bool)"
        case .number(let number): "\(number.value.bitPattern):\(number.finestPlace)"
        case .string(let text): "\(Array(text.utf8))"
        case .emptyArray: "[]"
        case .strings(let texts): "\(texts)"
        case .numbers(let packed):
            "\(packed.shape)\(packed.array.elements.map(\.bitPattern)):\(packed.finestPlace)"
                + "\(packed.firstNull.map { "\($0)" } ?? "")@\(packed.offset)"
        case .object(let object):
            "{" + object.members.map { "\(Array($0.name.utf8))@\($0.offset):\(dump($0.element))" }.joined() + "}"
        }
    return "\(value)@\(element.offset)"
}

/// The outcome as text.
func dump(_ outcome: Result<JSONElement, WireError>) -> String {
    switch outcome {
    case .success(let element): dump(element)
    case .failure(let error): "\(error)"
    }
}
