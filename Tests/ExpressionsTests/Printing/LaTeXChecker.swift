/// What TeX would refuse in a formula: groups and delimiters that do not match, a second script on one symbol, commands that
/// plain LaTeX does not have. Found with pdflatex on some 900 formulas; a test of the build needs no TeX.
struct LaTeXChecker {
    private static let known: Set<String> = [
        "left", "right", "frac", "sqrt", "mathrm", "mathbf", "top", "circ", "odot", "cdot", "log", "exp", "sin", "cos",
        "tanh",
        "sinh", "cosh", "arctan", "max", "min", "det", "sum", "psi", "Gamma", "Phi", "le", "ge", "ne", "to", "quad",
        "dots",
        "begin", "end", "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda",
        "mu",
        "nu", "xi", "pi", "rho", "sigma", "tau", "phi", "chi", "omega", "bigl", "bigr", "ln",
        ",", "|", "{", "}", "_", "\\", " ", ";", "!",
    ]

    private let text: [Character]
    private var position = 0
    private(set) var problems: [String] = []

    /// What is wrong with a formula, nothing where TeX would take it.
    static func problems(in formula: String) -> [String] {
        var checker = LaTeXChecker(text: Array(formula))
        checker.sequence(until: nil)
        return checker.problems
    }

    private init(text: [Character]) { self.text = text }

    private var current: Character? { position < text.count ? text[position] : nil }

    /// A sequence of symbols with their scripts, up to a closing brace, `\right`, `\end` or the end.
    private mutating func sequence(until close: String?) {
        var scripts: Set<Character> = []
        var isOpen = true
        while let character = current {
            switch character {
            case "{":
                position += 1
                sequence(until: "}")
                scripts = []
            case "}":
                if close != "}" { problems.append("a brace too many") }
                position += 1
                return
            case "^", "_":
                if !scripts.insert(character).inserted { problems.append("a second '\(character)' on one symbol") }
                position += 1
                argument()
            case "\\":
                let name = command()
                switch name {
                case "right", "end":
                    if close != name { problems.append("\\\(name) without its beginning") }
                    if name == "right" { delimiter() } else { argument() }
                    return
                case "left":
                    delimiter()
                    sequence(until: "right")
                case "begin":
                    argument()
                    sequence(until: "end")
                default:
                    if !Self.known.contains(name) { problems.append("\\\(name) is not known") }
                }
                scripts = []
            case " ": position += 1
            default:
                position += 1
                scripts = []
            }
            isOpen = true
        }
        if isOpen, let close { problems.append("'\(close)' is missing") }
    }

    private mutating func argument() {
        while current == " " { position += 1 }
        if current == "{" {
            position += 1
            sequence(until: "}")
        } else if current == "\\" {
            _ = command()
        } else {
            position += 1
        }
    }

    private mutating func delimiter() {
        if current == "\\" {
            let name = command()
            if !["{", "}", "|", "lfloor", "rfloor"].contains(name) { problems.append("\\\(name) is no delimiter") }
        } else if let character = current, "()[]|.".contains(character) {
            position += 1
        } else {
            problems.append("a delimiter is missing")
        }
    }

    private mutating func command() -> String {
        position += 1
        var name = ""
        while let character = current, character.isLetter {
            name.append(character)
            position += 1
        }
        if name.isEmpty, let character = current {
            name = String(character)
            position += 1
        }
        return name
    }
}
