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

    /// A vector stays one. At β = 0 the gradient is (−3/4, −1/4): its square, or the same on centred columns.
    @Test func theNextPointOfAVector() throws {
        let request = #"{"X": [[-1, 0], [2, 1]], "y": [0, 1], "beta": [0, 0], "loss": "logistic""#
        let candidate = #", "candidate": {"hessian": [[0.5625, 0.1875], [0.1875, 0.0625]]}}"#
        let diagnosis = try #require(try answer(request + candidate)["diagnosis"] as? [String: Any])
        let next = try #require(diagnosis["next_point"] as? [String: Any])
        #expect((next["beta"] as? [Double])?.count == 2)
    }
}
