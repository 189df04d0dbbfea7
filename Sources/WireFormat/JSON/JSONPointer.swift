/// Where in a document: RFC 6901.
public struct JSONPointer: Hashable, Sendable, CustomStringConvertible {
    /// As written: empty for the whole document, else `/` before every reference token.
    public private(set) var description: String

    /// The whole document.
    public static let root = JSONPointer(description: "")

    private init(description: String) { self.description = description }

    /// The pointer of a member of the object that this one points to; `~` and `/` are escaped (section 3).
    public func appending(_ name: String) -> JSONPointer {
        var escaped = description + "/"
        for scalar in name.unicodeScalars {
            switch scalar {
            case "~": escaped += "~0"
            case "/": escaped += "~1"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return JSONPointer(description: escaped)
    }

    /// The pointer of an entry of the array that this one points to.
    public func appending(_ index: Int) -> JSONPointer { JSONPointer(description: "\(description)/\(index)") }
}
