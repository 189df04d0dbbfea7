import Foundation
import Testing

/// Bad input of every kind: the status and code of the contract, the place, and a server that goes on serving.
@Suite struct ErrorTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var body: String
        var status: Int
        var code: String
        var pointer: String?
        var testDescription: String { "\(code): \(body.prefix(80))" }

        init(_ body: String, _ status: Int, _ code: String, _ pointer: String? = nil) {
            self.body = body
            self.status = status
            self.code = code
            self.pointer = pointer
        }
    }

    static let cases: [Case] = [
        // JSON
        Case("", 400, "malformed-json"),
        Case("{", 400, "malformed-json"),
        Case(#"{"X": [[1, NaN]], "y": [1], "beta": [1, 1]}"#, 400, "malformed-json"),
        Case(#"{"X": [[1, 01]], "y": [1], "beta": [1, 1]}"#, 400, "malformed-json"),
        Case(#"{"X": [[1]], "y": [1], "beta": [1], "X": [[1]]}"#, 400, "duplicate-member"),
        Case(#"{"X": [[1, 1e999]], "y": [1], "beta": [1, 1]}"#, 400, "number-out-of-range", "/X/0/1"),
        Case(#"{"X": [[1]], "y": [1], "beta": [1]} x"#, 400, "trailing-content"),
        Case(String(repeating: "[", count: 70), 400, "malformed-json"),
        Case(#"{"X": [[1]], "y": [1], "beta": [1], "expression": "\ud800"}"#, 400, "malformed-json"),
        // Members
        Case("[1]", 422, "wrong-type"),
        Case(#"{"y": [1], "beta": [1]}"#, 422, "missing-member"),
        Case(#"{"X": [[1]], "beta": [1]}"#, 422, "missing-member"),
        Case(#"{"X": [[1]], "y": [1], "beta": [1], "wieghts": [1]}"#, 422, "unknown-member", "/wieghts"),
        Case(
            #"{"X": [[1, 2], [3, 4], [5, 6], [7, "8"]], "y": [1, 2, 3, 4], "beta": [1, 1]}"#, 422, "wrong-type",
            "/X/3/1"),
        Case(
            #"{"X": [[1, 2], [3, 4], [5, 6], [7, null]], "y": [1, 2, 3, 4], "beta": [1, 1]}"#, 422, "wrong-type",
            "/X/3/1"),
        Case(#"{"X": [[1, 2], [3]], "y": [1, 2], "beta": [1, 1]}"#, 422, "ragged-matrix", "/X/1"),
        Case(#"{"X": [], "y": [], "beta": [1]}"#, 422, "empty", "/X"),
        Case(#"{"X": [[]], "y": [1], "beta": []}"#, 422, "empty"),
        Case(#"{"X": [[1], [2]], "y": [1], "beta": [1]}"#, 422, "length-mismatch", "/y"),
        Case(#"{"X": [[1], [2]], "y": [1, 2], "beta": [1, 2]}"#, 422, "length-mismatch", "/beta"),
        Case(#"{"X": [[1]], "y": [1], "beta": [1], "scale": "men"}"#, 422, "outside-domain", "/scale"),
        Case(#"{"X": [[1]], "y": [1], "beta": [1], "return": ["hesian"]}"#, 422, "outside-domain", "/return/0"),
        Case(#"{"X": [[1]], "y": [1], "beta": [1], "weights": [-1]}"#, 422, "outside-domain", "/weights/0"),
        Case(#"{"X": [[1]], "y": [1], "beta": [1], "weights": [0]}"#, 422, "outside-domain", "/weights"),
        Case(#"{"X": [[1]], "y": [1], "beta": [1], "penalty": {"ridge": 1, "exempt": [1]}}"#, 422, "outside-domain"),
        // Losses
        Case(#"{"X": [[1]], "y": [1], "beta": [1], "loss": "logistc"}"#, 422, "unknown-loss", "/loss"),
        Case(#"{"X": [[1]], "y": [1], "beta": [1], "loss": {"name": "huber", "d": 1}}"#, 422, "unknown-parameter"),
        Case(#"{"X": [[1]], "y": [1], "beta": [1], "loss": {"name": "huber", "delta": -1}}"#, 422, "outside-domain"),
        Case(#"{"X": [[1], [1]], "y": [0, 2], "beta": [1], "loss": "logistic"}"#, 422, "outside-domain", "/y/1"),
        Case(#"{"X": [[1], [1]], "y": [0, -2], "beta": [1], "loss": "poisson"}"#, 422, "outside-domain", "/y/1"),
        Case(#"{"X": [[1e200]], "y": [1], "beta": [1e200]}"#, 422, "non-finite-result"),
        // Expressions
        Case(
            #"{"X": [[1]], "y": [1], "beta": [1], "expression": "sum(X", "loss": "squared"}"#, 422,
            "conflicting-members"),
        Case(#"{"X": [[1]], "y": [1], "beta": [1], "expression": "sum(X"}"#, 422, "expression-syntax"),
        Case(#"{"X": [[1]], "y": [1], "beta": [1], "expression": "sum(Z)"}"#, 422, "expression-name"),
        Case(#"{"X": [[1, 2]], "y": [1], "beta": [1, 2], "expression": "sum(X @ y)"}"#, 422, "expression-shape"),
        Case(#"{"X": [[1, 2]], "y": [1], "beta": [1, 2], "expression": "X @ beta * beta"}"#, 422, "not-scalar"),
        Case(
            #"{"X": [[1]], "y": [1], "beta": [1], "expression": "\#(String(repeating: "(", count: 5000))"}"#, 422,
            "expression-too-large"),
        // The candidate's program is another than the request's.
        Case(
            #"{"X": [[1]], "y": [1], "beta": [1], "candidate": {"expression": "sum(bta)"}}"#, 422, "expression-name",
            "/candidate/expression"),
        Case(
            #"{"X": [[1]], "y": [1], "beta": [1], "expression": "sum(beta)", "candidate": {"expression": "sum("}}"#,
            422,
            "expression-syntax", "/candidate/expression"),
        Case(
            #"{"X": [[1]], "y": [1], "beta": [1], "expression": "sum(", "candidate": {"expression": "sum("}}"#, 422,
            "expression-syntax", "/expression"),
        Case(
            #"{"X": [[1, 2]], "y": [1], "beta": [1, 2], "candidate": {"expression": "X @ y"}}"#, 422,
            "expression-shape", "/candidate/expression"),
        Case(
            #"{"X": [[1, 2]], "y": [1], "beta": [1, 2], "candidate": {"expression": "beta"}}"#, 422, "not-scalar",
            "/candidate/expression"),
        Case(
            #"{"X": [[1]], "y": [1], "beta": [1], "candidate": {"expression": "sum(log(beta - 2))"}}"#, 422,
            "non-finite-result", "/candidate/expression"),
        Case(
            #"{"X": [[1]], "y": [1], "beta": [1], "candidate": {"expression": "sum(zeros((100000, 100000))) + sum(beta)"}}"#,
            422, "expression-too-large", "/candidate/expression"),
        Case(
            #"{"X": [[1]], "y": [1], "beta": [1], "expression": "np.sum(beta)", "parameters": {"np": 2}}"#, 422,
            "conflicting-members", "/parameters/np"),
    ]

    @Test func everyKindOfBadInput() throws {
        let server = try RunningServer()
        let curl = try Curl()
        for item in Self.cases {
            let answer = try curl.send("POST", server.url + "/hessian", body: Array(item.body.utf8))
            #expect(answer.status == item.status, "\(item.testDescription) → \(answer.text)")
            let problem = try answer.json()
            #expect(
                problem["type"] as? String == "urn:hessian:error:" + item.code,
                "\(item.testDescription) → \(answer.text)")
            #expect(answer["Content-Type"] == "application/problem+json")
            #expect(problem["status"] as? Int == item.status)
            #expect((problem["detail"] as? String)?.isEmpty == false)
            if let pointer = item.pointer {
                #expect(problem["pointer"] as? String == pointer, "\(item.testDescription) → \(answer.text)")
            }
        }
        let good = try curl.send("POST", server.url + "/hessian", body: FoundingDataTests.data)
        #expect(good.status == 200)
    }

    @Test func nearestNameIsSuggested() throws {
        let server = try RunningServer()
        let curl = try Curl()
        for (body, word) in [
            (#"{"X": [[1]], "y": [1], "beta": [1], "wieghts": [1]}"#, "weights"),
            (#"{"X": [[1]], "y": [1], "beta": [1], "loss": "logistc"}"#, "logistic"),
            (#"{"X": [[1]], "y": [1], "beta": [1], "expression": "sum(bta)"}"#, "beta"),
            (
                #"{"X": [[1, 2], [3, 4], [5, 6]], "y": [1, 2, 3], "beta": [1, 2], "expression": "sum(X @ y)"}"#,
                "X.T @ y"
            ),
        ] {
            let problem = try curl.send("POST", server.url + "/hessian", body: Array(body.utf8)).json()
            #expect((problem["detail"] as? String)?.contains(word) == true, "\(problem)")
        }
    }

    @Test func anExpressionErrorSaysWhere() throws {
        let server = try RunningServer()
        let body = #"{"X": [[1, 2]], "y": [1], "beta": [1, 2], "expression": "r = X @ beta - y\nsum(r * X @ Y)"}"#
        let problem = try Curl().send("POST", server.url + "/hessian", body: Array(body.utf8)).json()
        #expect(problem["line"] as? Int == 2)
        #expect(problem["column"] as? Int == 13)
        #expect((problem["detail"] as? String)?.contains("^") == true)
    }
}
