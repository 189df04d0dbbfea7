import Foundation
import Service
import Testing
import WireFormat

/// Requests and answers without a server.
@Suite struct AnswerTests {
    private func answer(_ request: String) throws -> [String: Any] {
        let decoder = RequestDecoder()
        try decoder.receive(Array(request.utf8))
        let json = try EvaluationService().json(try decoder.finish())
        return try #require(try JSONSerialization.jsonObject(with: Data(json)) as? [String: Any])
    }

    /// The next point can be posted as it is: a row for each class.
    @Test func theNextPointHasTheShapeOfBeta() throws {
        let request = #"{"X": [[-1], [2], [2]], "y": [0, 1, 0], "beta": [[0], [0]], "loss": "softmax", "scale": "sum""#
        let candidate = #", "candidate": {"hessian": [[0.25, -0.25], [-0.25, 0.25]]}}"#
        let diagnosis = try #require(try answer(request + candidate)["diagnosis"] as? [String: Any])
        #expect(diagnosis["verdict"] as? String == "ambiguous")
        let next = try #require(diagnosis["next_point"] as? [String: Any])
        let beta = try #require(next["beta"] as? [[Double]])
        #expect(beta.map(\.count) == [1, 1])
        let again = request.replacing("[[0], [0]]", with: "\(beta)") + "}"
        #expect(try answer(again)["loss"] != nil)
    }

    /// What would not fit is refused before it is made; 8 MB hold a Hessian of order 362.
    @Test(arguments: [
        (#""X": [[\#(ones(400))]], "y": [1], "beta": [\#(ones(400))]"#, ""),
        (
            #""X": [[\#(ones(20))]], "y": [1], "beta": [[\#(ones(20))]\#(repeated(", [\(ones(20))]", 19))], "loss": "softmax""#,
            ""
        ),
        (#""X": [[\#(ones(400))]], "y": [1], "beta": [\#(ones(400))]"#, #", "return": ["curvature"]"#),
        (
            #""X": [[\#(ones(400))]], "y": [1], "beta": [\#(ones(400))]"#,
            #", "candidate": {"loss": 1}, "return": ["loss"]"#
        ),
        // The Jacobian of the matrix: 200 columns of 200 × 200.
        (
            #""X": [[\#(ones(200))]], "y": [1], "beta": [\#(ones(200))]"#,
            #", "expression": "logdet(X.T @ X + diag(beta))""#
        ),
    ])
    func aHessianThatDoesNotFitIsRefused(data: String, rest: String) throws {
        let service = EvaluationService(memoryLimit: 8 << 20)
        let decoder = RequestDecoder()
        try decoder.receive(Array("{\(data)\(rest)}".utf8))
        let request = try decoder.finish()
        do {
            _ = try service.json(request)
            Issue.record("answered")
        } catch {
            let problem = EvaluationService.problem(for: error)
            #expect(problem.status == 422)
            #expect(problem.code == "expression-too-large")
        }
    }

    /// Loss and gradient need no Hessian.
    @Test func aGradientOfManyParameters() throws {
        let data =
            #"{"X": [[\#(Self.ones(400))]], "y": [1], "beta": [\#(Self.ones(400))], "return": ["loss", "gradient"]}"#
        let decoder = RequestDecoder()
        try decoder.receive(Array(data.utf8))
        let json = try EvaluationService(memoryLimit: 8 << 20).json(try decoder.finish())
        #expect(String(decoding: json, as: UTF8.self).hasPrefix(#"{"n":1,"p":400,"loss":159201,"gradient":[798,"#))
    }

    private static func ones(_ count: Int) -> String { "1" + repeated(", 1", count - 1) }
    private static func repeated(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }

    /// A vector stays one. At β = 0 the gradient is (−3/4, −1/4): its square, or the same on centred columns.
    @Test func theNextPointOfAVector() throws {
        let request = #"{"X": [[-1, 0], [2, 1]], "y": [0, 1], "beta": [0, 0], "loss": "logistic""#
        let candidate = #", "candidate": {"hessian": [[0.5625, 0.1875], [0.1875, 0.0625]]}}"#
        let diagnosis = try #require(try answer(request + candidate)["diagnosis"] as? [String: Any])
        let next = try #require(diagnosis["next_point"] as? [String: Any])
        #expect((next["beta"] as? [Double])?.count == 2)
    }
}
