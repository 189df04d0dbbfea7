import Testing
import WireFormat

/// What is refused of a request, with which code, at which place.
@Suite struct RequestRefusalTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var body: String
        var code: WireError.Code
        var pointer: String
        var hint: String
        var testDescription: String { "\(code) \(pointer): \(body)" }
    }

    /// A request of which one member is replaced, added or, with nil, left out.
    private static func replacing(_ name: String, _ text: String?, in data: [(String, String)]) -> String {
        var members = data.filter { $0.0 != name }
        if let text { members.append((name, text)) }
        return "{" + members.map { "\"\($0.0)\": \($0.1)" }.joined(separator: ", ") + "}"
    }

    private static let rows = [
        ("X", "[[1, 2], [1, 3], [1, 5], [1, 7]]"), ("y", "[1, 2, 2, 4]"), ("beta", "[0.5, 0.5]"),
    ]
    private static let classes = [
        ("X", "[[1, 2], [1, 3]]"), ("y", "[0, 1]"), ("beta", "[[1, 2], [3, 4]]"), ("loss", "\"softmax\""),
    ]
    private static let pairs = [
        ("X", "[[1], [2]]"), ("y", "[[1, 1], [2, 0]]"), ("beta", "[1]"), ("loss", "\"cox-efron\""),
    ]
    private static let program = rows + [("expression", "\"sum(beta)\"")]

    private static func cases(
        _ data: [(String, String)], _ list: [(name: String, text: String?, code: WireError.Code, pointer: String)]
    ) -> [Case] {
        list.map { Case(body: replacing($0.name, $0.text, in: data), code: $0.code, pointer: $0.pointer, hint: "") }
    }

    static let data =
        cases(
            rows,
            [
                ("X", nil, .missingMember, "/X"), ("y", nil, .missingMember, "/y"),
                ("beta", nil, .missingMember, "/beta"), ("X", "1", .wrongType, "/X"), ("X", "null", .wrongType, "/X"),
                ("X", "{}", .wrongType, "/X"), ("X", "[1, 2]", .wrongType, "/X/0"),
                ("X", "[[1, 2], 3]", .wrongType, "/X/1"), ("X", "[[1, \"2\"]]", .wrongType, "/X/0/1"),
                ("X", "[[1, null]]", .wrongType, "/X/0/1"), ("X", "[[1, [2]]]", .wrongType, "/X/0/1"),
                ("X", "[]", .empty, "/X"), ("X", "[[], []]", .empty, "/X"),
                ("X", "[[1, 2], [3]]", .raggedMatrix, "/X/1"), ("X", "[[], [3]]", .raggedMatrix, "/X/1"),
                ("y", "[1, true, 2, 3]", .wrongType, "/y/1"), ("y", "[[1, 2, 3, 4]]", .wrongType, "/y/0"),
                ("y", "[]", .empty, "/y"), ("y", "[1, 2, 3]", .lengthMismatch, "/y"),
                ("beta", "1", .wrongType, "/beta"), ("beta", "[[1, 2]]", .wrongType, "/beta/0"),
                ("beta", "[1, 2, 3]", .lengthMismatch, "/beta"), ("weights", "1", .wrongType, "/weights"),
                ("weights", "[1, 1, 1]", .lengthMismatch, "/weights"),
                ("weights", "[1, 1, -1, 1]", .outsideDomain, "/weights/2"),
                ("weights", "[0, 0, 0, 0]", .outsideDomain, "/weights"), ("weights", "[]", .empty, "/weights"),
                ("offset", "[1, null, 1, 1]", .wrongType, "/offset/1"),
                ("offset", "[1, 1, 1, 1, 1]", .lengthMismatch, "/offset"), ("offset", "{}", .wrongType, "/offset"),
            ])
        + cases(
            classes,
            [
                ("beta", "[1, 2]", .wrongType, "/beta/0"), ("beta", "[[1, 2], [3]]", .raggedMatrix, "/beta/1"),
                ("beta", "[[1], [2]]", .lengthMismatch, "/beta"), ("beta", "[[1, 2]]", .lengthMismatch, "/beta"),
                ("y", "[[0, 1], [1, 0]]", .wrongType, "/y/0"), ("offset", "[0, 0]", .conflictingMembers, "/offset"),
            ])
        + cases(
            pairs,
            [
                ("y", "[1, 2]", .wrongType, "/y/0"), ("y", "[[1], [2]]", .lengthMismatch, "/y/0"),
                ("y", "[[1, 1]]", .lengthMismatch, "/y"), ("weights", "[1, 1]", .conflictingMembers, "/weights"),
            ])

    static let objective =
        cases(
            rows,
            [
                ("loss", "1", .wrongType, "/loss"), ("loss", "[]", .wrongType, "/loss"),
                ("loss", "\"logistc\"", .unknownLoss, "/loss"), ("loss", "{}", .missingMember, "/loss/name"),
                ("loss", #"{"name": 1}"#, .wrongType, "/loss/name"),
                ("loss", #"{"name": "hubr"}"#, .unknownLoss, "/loss/name"),
                ("loss", #"{"name": "huber", "d": 1}"#, .unknownParameter, "/loss/d"),
                ("loss", #"{"name": "squared", "delta": 1}"#, .unknownParameter, "/loss/delta"),
                ("loss", #"{"name": "huber", "delta": "1"}"#, .wrongType, "/loss/delta"),
                ("loss", #"{"name": "huber", "delta": 0}"#, .outsideDomain, "/loss/delta"),
                ("loss", #"{"name": "quantile", "q": 1}"#, .outsideDomain, "/loss/q"),
                ("loss", #"{"name": "expectile", "tau": 0}"#, .outsideDomain, "/loss/tau"),
                ("loss", #"{"name": "tweedie", "power": 2}"#, .outsideDomain, "/loss/power"),
                ("loss", #"{"name": "student-t", "nu": -1}"#, .outsideDomain, "/loss/nu"),
                ("loss", #"{"name": "epsilon-insensitive", "epsilon": -0.1}"#, .outsideDomain, "/loss/epsilon"),
                ("scale", "null", .wrongType, "/scale"), ("scale", "[1]", .wrongType, "/scale"),
                ("scale", "0", .outsideDomain, "/scale"), ("scale", "-1", .outsideDomain, "/scale"),
                ("scale", "\"men\"", .outsideDomain, "/scale"), ("penalty", "1", .wrongType, "/penalty"),
                ("penalty", "[]", .wrongType, "/penalty"),
                ("penalty", #"{"rigde": 1}"#, .unknownMember, "/penalty/rigde"),
                ("penalty", #"{"ridge": -1}"#, .outsideDomain, "/penalty/ridge"),
                ("penalty", #"{"lasso": "1"}"#, .wrongType, "/penalty/lasso"),
                ("penalty", #"{"exempt": 0}"#, .wrongType, "/penalty/exempt"),
                ("penalty", #"{"exempt": [0, 2]}"#, .outsideDomain, "/penalty/exempt/1"),
                ("penalty", #"{"exempt": [-1]}"#, .outsideDomain, "/penalty/exempt/0"),
                ("penalty", #"{"exempt": [0.5]}"#, .outsideDomain, "/penalty/exempt/0"),
                ("expression", "1", .wrongType, "/expression"), ("parameters", "[]", .wrongType, "/parameters"),
                ("parameters", #"{"a": "x"}"#, .wrongType, "/parameters/a"),
                ("parameters", #"{"a": []}"#, .empty, "/parameters/a"),
                ("parameters", #"{"a b": 1}"#, .outsideDomain, "/parameters/a b"),
                ("parameters", #"{"": 1}"#, .outsideDomain, "/parameters/"),
                ("parameters", #"{"beta": 1}"#, .conflictingMembers, "/parameters/beta"),
                ("parameters", #"{"exp": 1}"#, .conflictingMembers, "/parameters/exp"),
                ("parameters", #"{"np": 1}"#, .conflictingMembers, "/parameters/np"),
            ])
        + cases(
            program,
            [
                ("loss", "\"squared\"", .conflictingMembers, "/loss"),
                ("scale", "\"mean\"", .conflictingMembers, "/scale"),
                ("penalty", "{}", .conflictingMembers, "/penalty"),
            ])

    static let answers = cases(
        rows,
        [
            ("candidate", "null", .wrongType, "/candidate"), ("candidate", "{}", .missingMember, "/candidate"),
            ("candidate", #"{"gradeint": [1, 2]}"#, .unknownMember, "/candidate/gradeint"),
            ("candidate", #"{"loss": 1, "expression": "1"}"#, .conflictingMembers, "/candidate/expression"),
            ("candidate", #"{"expression": 1}"#, .wrongType, "/candidate/expression"),
            ("candidate", #"{"loss": "1"}"#, .wrongType, "/candidate/loss"),
            ("candidate", #"{"gradient": 1}"#, .wrongType, "/candidate/gradient"),
            ("candidate", #"{"gradient": []}"#, .empty, "/candidate/gradient"),
            ("candidate", #"{"gradient": [1, 2, 3, 4]}"#, .lengthMismatch, "/candidate/gradient"),
            ("candidate", #"{"hessian": [[1, 2, 3], [1, 2, 3]]}"#, .lengthMismatch, "/candidate/hessian"),
            ("candidate", #"{"hessian": [1, 2, 3]}"#, .lengthMismatch, "/candidate/hessian"),
            ("candidate", #"{"hessian": [[1, 2], [3]]}"#, .raggedMatrix, "/candidate/hessian/1"),
            ("witnesses", "\"symbolic\"", .wrongType, "/witnesses"), ("witnesses", "[1]", .wrongType, "/witnesses/0"),
            ("witnesses", #"["symbolic", "symbolc"]"#, .outsideDomain, "/witnesses/1"),
            ("return", "{}", .wrongType, "/return"), ("return", #"["loss", null]"#, .wrongType, "/return/1"),
            ("return", #"["hesian"]"#, .outsideDomain, "/return/0"),
        ])

    @Test(arguments: data + objective + answers)
    func refused(item: Case) {
        check(item)
    }

    /// The nearest known name is in the detail.
    @Test(arguments: [
        (#"{"wieghts": []}"#, "/wieghts", "weights"), (#"{"x": []}"#, "/x", "X"), (#"{"Beta": []}"#, "/Beta", "beta"),
        (#"{"candidates": 1}"#, "/candidates", "candidate"), (#"{"returns": 1}"#, "/returns", "return"),
        (#"{"penalty": {"rigde": 1}}"#, "/penalty/rigde", "ridge"),
    ])
    func nearestName(members: String, pointer: String, name: String) {
        checkHint(members, pointer, name)
    }

    /// What other libraries call it, and other ways to write ours.
    @Test(arguments: [
        (#"{"sample_weight": []}"#, "/sample_weight", "weights"), (#"{"coef_": []}"#, "/coef_", "beta"),
        (#"{"exog": []}"#, "/exog", "X"), (#"{"endog": []}"#, "/endog", "y"), (#"{"targets": []}"#, "/targets", "y"),
        (#"{"objective": "x"}"#, "/objective", "loss"), (#"{"reduction": "x"}"#, "/reduction", "scale"),
        (#"{"penalties": {}}"#, "/penalties", "penalty"), (#"{"alpha": 1}"#, "/alpha", "penalty"),
        (#"{"penalty": {"l2": 1}}"#, "/penalty/l2", "ridge"),
        (#"{"penalty": {"reg_alpha": 1}}"#, "/penalty/reg_alpha", "lasso"),
        (#"{"candidate": {"grad": []}}"#, "/candidate/grad", "gradient"),
        (#"{"candidate": {"H": []}}"#, "/candidate/H", "hessian"),
    ])
    func otherNames(members: String, pointer: String, name: String) {
        checkHint(members, pointer, name)
    }

    @Test(arguments: [
        ("return", #"["hess"]"#, "hessian"), ("return", #"["grad"]"#, "gradient"),
        ("witnesses", #"["closed_form"]"#, "closed-form"), ("witnesses", #"["jvp"]"#, "forward-mode"),
        ("scale", #""Half_Mean""#, "half-mean"),
    ])
    func otherNamesOfChoices(member: String, value: String, name: String) {
        let error = error(Self.replacing(member, value, in: Self.rows))
        #expect(error?.detail.contains("did you mean \"\(name)\"?") == true, "\(error?.detail ?? "read")")
    }

    /// Lengths are numbers in `expected` and `actual`.
    @Test func expectedAndActual() {
        let lengths = error(Self.replacing("y", "[1, 2, 3]", in: Self.rows))
        #expect(lengths?.expected == 4)
        #expect(lengths?.actual == 3)
        let ragged = error(Self.replacing("X", "[[1, 2], [3]]", in: Self.rows))
        #expect(ragged?.expected == 2)
        #expect(ragged?.actual == 1)
        #expect(ragged?.detail == "row 1 has 1 number, expected 2")
        let type = error(Self.replacing("scale", "{}", in: Self.rows))
        #expect(type?.actual == "object")
    }

    @Test(arguments: ["[]", "[[1]]", "1", "\"x\"", "null", "true"])
    func notAnObject(body: String) { check(Case(body: body, code: .wrongType, pointer: "", hint: "object")) }

    private func error(_ body: String) -> WireError? {
        do throws(WireError) {
            let decoder = RequestDecoder()
            try decoder.receive(Array(body.utf8))
            _ = try decoder.finish()
            return nil
        } catch {
            return error
        }
    }

    /// A request with further members, one of which is unknown, names the known one.
    private func checkHint(_ members: String, _ pointer: String, _ name: String) {
        let rest = Self.replacing("", nil, in: Self.rows)
        let body = rest.dropLast() + ", " + members.dropFirst()
        check(Case(body: String(body), code: .unknownMember, pointer: pointer, hint: "did you mean \"\(name)\"?"))
    }

    private func check(_ item: Case) {
        let error = error(item.body)
        #expect(error?.code == item.code, "\(item.body): \(error?.detail ?? "read")")
        #expect(error?.pointer?.description == item.pointer, "\(item.body)")
        #expect(error?.detail.contains(item.hint) == true || item.hint.isEmpty, "\(error?.detail ?? "")")
    }
}
