/// How the formulas of a mistaken program read in the names of the request.
///
/// A mistake that works on other data (the first rows, a reordered X) is evaluated with those data under the usual names.
/// What is printed must say where they come from: names are replaced by what they stand for, and what is too long for that
/// is defined in front, as the client's program would have done.
struct Wording: Sendable {
    /// `Z = reshape(X.T, (n, p))`, in order.
    var definitions: [(name: String, text: String)] = []
    /// What stands for a name: a name that is defined, or something that binds as tightly as one, such as `y[:20]`.
    var names: [String: String] = [:]

    /// A formula of the mistaken program in the names of the request.
    func applied(to formula: String) -> String {
        let replaced = Self.replacing(names, in: formula)
        // Later definitions may use earlier ones.
        var needed = Set(Self.words(in: replaced))
        var kept: [String] = []
        for (name, text) in definitions.reversed() where needed.contains(name) {
            needed.formUnion(Self.words(in: text))
            kept.append("\(name) = \(text)")
        }
        return (kept.reversed() + [replaced]).joined(separator: "; ")
    }

    /// A text with whole words replaced; attributes (`X.T`) are none.
    static func replacing(_ names: [String: String], in text: String) -> String {
        pieces(of: text).map { piece in piece.isWord ? names[piece.text] ?? piece.text : piece.text }.joined()
    }

    /// The words of a formula.
    static func words(in text: String) -> [String] { pieces(of: text).filter(\.isWord).map(\.text) }

    private static func pieces(of text: String) -> [(text: String, isWord: Bool)] {
        var pieces: [(text: String, isWord: Bool)] = []
        var rest = Substring(text)
        while let first = rest.first {
            let isPart = { (c: Character) in c.isLetter || c.isNumber || c == "_" }
            // A number's exponent is no word: `2e3`; neither is what follows a point.
            let piece = rest.prefix(while: isPart(first) ? isPart : { !isPart($0) })
            let isWord = isPart(first) && !first.isNumber && pieces.last?.text.hasSuffix(".") != true
            pieces.append((String(piece), isWord))
            rest = rest.dropFirst(piece.count)
        }
        return pieces
    }
}
