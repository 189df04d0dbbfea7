import Diagnosis
import Foundation
import Losses
import Service
import Testing
import WireFormat

/// A thousand random requests for every loss, from their text to the answer's: each is answered with witnesses that agree,
/// or refused with a typed problem of the client's.
///
/// `HESSIAN_FUZZ_SEED` chooses other requests than those of seed 1.
@Suite struct FuzzedRequestTests {
    static let count = 1_000
    static let first = ProcessInfo.processInfo.environment["HESSIAN_FUZZ_SEED"].flatMap(UInt64.init) ?? 1

    enum Outcome {
        case answered
        case refused(code: String, detail: String)
        case wrong(String)
    }

    @Test(arguments: LossCatalog.all.map(\.name))
    func everyRequestHasAnOutcome(name: String) throws {
        let loss = try #require(LossCatalog.named(name))
        var answered = 0
        var wrong = 0
        for seed in Self.first..<Self.first + UInt64(Self.count) {
            var generator = RequestGenerator(loss, seed: seed)
            let text = generator.request()
            switch Self.outcome(of: text) {
            case .answered: answered += 1
            case .refused: break
            case .wrong(let reason):
                wrong += 1
                if wrong <= 3 { Issue.record("seed \(seed): \(reason)\n\(text)") }
            }
        }
        #expect(wrong == 0, "\(wrong) of \(Self.count)")
        // Most requests are meant to be right.
        #expect(answered > Self.count / 2, "\(answered)")
    }

    /// Cox's partial likelihood has no weights and softmax no offset: `conflicting-members` says so.
    @Test(arguments: [
        #""loss": "cox-efron", "y": [[1, 1], [2, 0]], "beta": [1], "weights": [1, 2]"#,
        #""loss": "cox-breslow", "y": [[1, 1], [2, 0]], "beta": [1], "weights": [1, 2]"#,
        #""loss": "softmax", "y": [0, 1], "beta": [[1], [2]], "offset": [1, 2]"#,
    ])
    func membersThatALossDoesNotHave(members: String) {
        guard case .refused(let code, _) = Self.outcome(of: "{\"X\": [[1], [2]], \(members)}") else {
            Issue.record("answered")
            return
        }
        #expect(code == "conflicting-members")
    }

    static func outcome(of text: String) -> Outcome {
        do {
            let decoder = RequestDecoder()
            try decoder.receive(Array(text.utf8))
            let request = try decoder.finish()
            let service = EvaluationService(threads: 1)
            let evaluation = try service.evaluate(request)
            let answer = String(decoding: EvaluationWriter.json(evaluation, for: request), as: UTF8.self)
            if [":nan", "[nan", ",nan", ":inf", "[inf", ",inf", "-inf"].contains(where: answer.contains) {
                return .wrong("a number that is none: \(answer)")
            }
            for (witness, comparison) in evaluation.comparisons where !comparison.agrees {
                return .wrong("\(witness.rawValue) disagrees: \(comparison)")
            }
            return .answered
        } catch {
            let problem = EvaluationService.problem(for: error)
            guard (400..<500).contains(problem.status) else { return .wrong("status \(problem.status): \(error)") }
            return .refused(code: problem.code, detail: problem.detail)
        }
    }
}
