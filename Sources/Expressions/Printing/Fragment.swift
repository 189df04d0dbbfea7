/// A piece of printed text and how tightly its outermost operator binds, by Python's precedence.
struct Fragment {
    /// 5 atoms, calls and subscripts; 4 `**`; 3 unary minus; 2 `* / @`; 1 `+ -`; 0 comparisons.
    typealias Level = Int

    var text: String
    var level: Level

    static func atom(_ text: String) -> Fragment { Fragment(text: text, level: 5) }

    /// The text, in brackets where it binds less tightly than needed.
    func atLeast(_ level: Level) -> String { self.level >= level ? text : "(" + text + ")" }
}
