import Diagnosis
import Losses
import Testing
import WireFormat

/// Every member of a request: what is read, and what is refused with which code at which place.
@Suite struct RequestReaderTests {
    /// Four rows of two columns, with some members replaced or added.
    private static func body(_ members: [(String, String)]) -> String {
        let data = [("X", "[[1, 2], [1, 3], [1, 5], [1, 7]]"), ("y", "[1, 2, 2, 4]"), ("beta", "[0.5, 0.5]")]
        let kept = data.filter { name, _ in !members.contains { $0.0 == name } }
        return "{" + (kept + members).map { "\"\($0.0)\": \($0.1)" }.joined(separator: ", ") + "}"
    }

    private static func read(_ body: String) -> Result<EvaluationRequest, WireError> {
        do throws(WireError) {
            let decoder = RequestDecoder()
            try decoder.receive(Array(body.utf8))
            return .success(try decoder.finish())
        } catch {
            return .failure(error)
        }
    }

    private static func request(_ members: [(String, String)] = []) throws -> EvaluationRequest {
        try read(body(members)).get()
    }

    // MARK: What is read

    @Test func defaults() throws {
        let request = try Self.request()
        #expect(request.problem.n == 4)
        #expect(request.problem.p == 2)
        #expect(request.problem.weights == nil)
        #expect(request.problem.offset == nil)
        #expect(request.problem.scale == .mean)
        #expect(request.problem.penalty == Penalty())
        #expect(request.problem.parameters.isEmpty)
        guard case .loss(let loss, _) = request.problem.objective else {
            Issue.record("an expression")
            return
        }
        #expect(loss.name == "squared")
        #expect(request.candidate == nil)
        #expect(request.witnesses == [.symbolic])
        #expect(request.returns == [.loss, .gradient, .hessian, .symbolic, .comparison])
    }

    @Test func everyMember() throws {
        let request = try Self.request([
            ("loss", #"{"name": "huber", "delta": 2}"#), ("scale", "0.25"), ("weights", "[1, 0, 2, 3]"),
            ("offset", "[0, -1, 1, 0.5]"), ("penalty", #"{"ridge": 1, "lasso": 2, "exempt": [0]}"#),
            ("parameters", #"{"a": 1, "v": [1, 2], "M": [[1, 2], [3, 4]]}"#),
            ("candidate", #"{"loss": 0.50, "gradient": [null, 1e-3], "hessian": [[1, 2], [2, 1]]}"#),
            ("witnesses", #"["finite-differences", "closed-form"]"#), ("return", #"["curvature", "loss"]"#),
        ])
        guard case .loss(let loss, let parameters) = request.problem.objective else {
            Issue.record("an expression")
            return
        }
        #expect(loss.name == "huber")
        #expect(parameters == [2])
        #expect(request.problem.scale == .number(0.25))
        #expect(request.problem.weights == [1, 0, 2, 3])
        #expect(request.problem.offset == [0, -1, 1, 0.5])
        #expect(request.problem.penalty == Penalty(ridge: 1, lasso: 2, exempt: [0]))
        #expect(request.problem.parameters.mapValues(\.shape) == ["a": [], "v": [2], "M": [2, 2]])
        #expect(Set(request.witnesses) == [.closedForm, .finiteDifferences])
        #expect(request.returns == [.curvature, .loss])
        guard case .numbers(let value, let gradient, let hessian) = request.candidate else {
            Issue.record("no numbers")
            return
        }
        #expect(value?.value == 0.5)
        #expect(value?.finestPlace == -2)
        #expect(gradient?.values.elements[0].isNaN == true)
        #expect(gradient?.finestPlace == -3)
        #expect(hessian?.values.shape == [2, 2])
    }

    @Test(arguments: [
        [("beta", "[[1, 2], [3, 4], [5, 6]]"), ("loss", "\"softmax\""), ("y", "[0, 1, 2, 0]")],
        [("y", "[[1, 1], [2, 0], [3, 1], [4, 1]]"), ("loss", "\"cox-breslow\""), ("offset", "[1, 1, 1, 1]")],
        [("beta", "[[1, 2], [3, 4]]"), ("expression", "\"sum(X @ beta)\"")],
        [("return", "[]")], [("witnesses", "[]")], [("penalty", "{}")], [("penalty", #"{"exempt": []}"#)],
        [("candidate", #"{"loss": null}"#)], [("candidate", #"{"expression": "sum(beta)"}"#)],
        [("candidate", #"{"gradient": [1]}"#)], [("candidate", #"{"gradient": [1, 2, 3]}"#)],
        [("candidate", #"{"hessian": [1, 2]}"#)], [("candidate", #"{"hessian": [[1]]}"#)],
        [("candidate", #"{"hessian": [[1, 2, 3], [1, 2, 3], [1, 2, 3]]}"#)],
        [("candidate", #"{"hessian": [[1, 2, 3, 4], [1, 2, 3, 4], [1, 2, 3, 4], [1, 2, 3, 4]]}"#)],
    ])
    func accepted(members: [(String, String)]) {
        let body = Self.body(members)
        if case .failure(let error) = Self.read(body) { Issue.record("\(body): \(error.detail)") }
    }
}
