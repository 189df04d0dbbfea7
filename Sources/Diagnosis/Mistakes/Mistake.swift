/// One mistake of the catalogue: what it is called, what it looks like, what it gives, what to do.
struct Mistake: Sendable {
    /// The identifier of the wire contract.
    var id: String
    /// For a person.
    var title: String
    /// The buggy program, in general.
    var program: String
    /// What it gives, in general.
    var gives: String
    /// What to look at.
    var sign: String
    /// What to do.
    var fix: String
    /// The ways in which it can have happened to a problem: none where the mistake does not apply.
    var variants: @Sendable (DiagnosisContext) throws -> [Variant]

    init(
        id: String, title: String, program: String, gives: String, sign: String, fix: String,
        variants: @escaping @Sendable (DiagnosisContext) throws -> [Variant]
    ) {
        self.id = id
        self.title = title
        self.program = program
        self.gives = gives
        self.sign = sign
        self.fix = fix
        self.variants = variants
    }

    /// An entry that is recognised by looking at the candidate as a whole, not predicted.
    init(recognised id: String, title: String, program: String, gives: String, sign: String, fix: String) {
        self.init(id: id, title: title, program: program, gives: gives, sign: sign, fix: fix) { _ in [] }
    }
}
