import Foundation
import Testing
import Yams

/// openapi.yaml is what the server serves, and every example in it is what it says.
@Suite struct OpenAPITests {
    struct NotADescription: Error {}

    /// The document as the server serves it.
    private func document(_ server: RunningServer, _ curl: Curl) throws -> [String: Any] {
        let served = try curl.send("GET", server.url + "/openapi.yaml")
        #expect(served["Content-Type"]?.hasPrefix("application/yaml") == true)
        guard let document = try Yams.load(yaml: served.text) as? [String: Any] else { throw NotADescription() }
        return document
    }

    @Test func servedFileIsTheFileInTheRoot() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let file = try Data(contentsOf: root.appendingPathComponent("openapi.yaml"))
        let server = try RunningServer()
        #expect(try curlBody(server, "/openapi.yaml") == [UInt8](file))
    }

    private func curlBody(_ server: RunningServer, _ path: String) throws -> [UInt8] {
        try Curl().send("GET", server.url + path).body
    }

    @Test func everyExampleIsWhatItSays() throws {
        let server = try RunningServer()
        let curl = try Curl()
        let document = try document(server, curl)
        let examples = try examples(document)
        #expect(examples.count >= 10)
        for (name, example) in examples {
            let body = try JSONSerialization.data(withJSONObject: try #require(example["value"]))
            let answer = try curl.send("POST", server.url + "/hessian", body: [UInt8](body))
            #expect(answer.status == example["x-status"] as? Int ?? 200, "\(name): \(answer.text.prefix(500))")
            let object = try answer.json()
            if let code = example["x-code"] as? String {
                #expect(object["type"] as? String == "urn:hessian:error:" + code, "\(name)")
            } else {
                #expect((object["comparison"] as? [String: Any])?["agrees"] as? Bool == true, "\(name)")
            }
            if let verdict = example["x-verdict"] as? String {
                let diagnosis = try #require(object["diagnosis"] as? [String: Any], "\(name)")
                #expect(diagnosis["verdict"] as? String == verdict, "\(name): \(answer.text)")
                let findings = diagnosis["findings"] as? [[String: Any]] ?? []
                #expect(findings.first?["id"] as? String == example["x-finding"] as? String, "\(name)")
            }
        }
    }

    /// Every path and method in the document answers, and with a status that is listed.
    @Test func everyPathAnswers() throws {
        let server = try RunningServer()
        let curl = try Curl()
        let paths = try #require(try document(server, curl)["paths"] as? [String: [String: [String: Any]]])
        for (path, methods) in paths {
            for (method, operation) in methods {
                let answer = try curl.send(method.uppercased(), server.url + path, body: method == "post" ? [] : nil)
                let listed = try #require(operation["responses"] as? [String: Any])
                #expect(listed[String(answer.status)] != nil, "\(method) \(path): \(answer.status)")
            }
        }
    }

    /// What the document says of requests and answers holds of the examples and of all that can be read.
    @Test func answersAreAsDescribed() throws {
        let server = try RunningServer()
        let curl = try Curl()
        let document = try document(server, curl)
        let checker = try checker(document)
        for (name, example) in try examples(document) {
            let value = try #require(example["value"])
            let body = try JSONSerialization.data(withJSONObject: value)
            let answer = try curl.send("POST", server.url + "/hessian", body: [UInt8](body))
            if answer.status == 200 {
                #expect(checker.faults(value, ["$ref": "Request"]) == [], "\(name)")
                #expect(checker.faults(try answer.json(), ["$ref": "Answer"]) == [], "\(name)")
            } else {
                #expect(checker.faults(try answer.json(), ["$ref": "Problem"]) == [], "\(name)")
            }
        }
        let example = try curl.send("GET", server.url + "/example").json()
        #expect(checker.faults(example, ["$ref": "Request"]) == [])
        for (path, member, schema) in [("/losses", "losses", "Loss"), ("/mistakes", "mistakes", "Mistake")] {
            let listed = try #require(try curl.send("GET", server.url + path).json()[member])
            let rule: [String: Any] = ["type": "array", "minItems": 28, "items": ["$ref": schema]]
            #expect(checker.faults(listed, rule) == [], "\(path)")
        }
    }

    /// The checker notices what it should.
    @Test func deviationsFromTheDescriptionAreNoticed() throws {
        let checker = try checker(try document(try RunningServer(), try Curl()))
        let request = #"{"X": [[1]], "y": [1], "beta": [1]"#
        for (text, schema) in [
            (request + #", "gamma": 1}"#, "Request"), (#"{"X": [[1]], "y": [1]}"#, "Request"),
            (request + #", "scale": 0}"#, "Request"), (request + #", "scale": "mena"}"#, "Request"),
            (request + #", "loss": {"name": "huber", "delta": true}}"#, "Request"),
            (request + #", "penalty": {"exempt": [0.5]}}"#, "Request"), (request + #", "candidate": {}}"#, "Request"),
            (request + #", "candidate": {"gradient": [[1], "2"]}}"#, "Request"),
            (#"{"n": 1, "p": 1, "warnings": [{"code": "odd", "message": "m"}]}"#, "Answer"),
            (#"{"type": "urn:hessian:error:odd", "title": "t", "status": 400, "detail": "d"}"#, "Problem"),
        ] {
            let value = try JSONSerialization.jsonObject(with: Data(text.utf8))
            #expect(checker.faults(value, ["$ref": schema]) != [], "\(text)")
        }
    }

    /// Everything of the contract that has a name is in the document, and nothing else.
    @Test func everyNameIsListed() throws {
        let server = try RunningServer()
        let curl = try Curl()
        let document = try document(server, curl)
        func listed(_ schema: String) throws -> Set<String> {
            Set(try checker(document).schemas[schema]?["enum"] as? [String] ?? [])
        }
        let losses = try curl.send("GET", server.url + "/losses").json()["losses"] as? [[String: Any]] ?? []
        #expect(try listed("LossName").count == 28)
        #expect(try listed("LossName") == Set(losses.compactMap { $0["name"] as? String }))
        let mistakes = try curl.send("GET", server.url + "/mistakes").json()["mistakes"] as? [[String: Any]] ?? []
        #expect(try listed("MistakeID") == Set(mistakes.compactMap { $0["id"] as? String }))
        let codes = """
            malformed-request malformed-json duplicate-member number-out-of-range trailing-content unauthorized not-found \
            method-not-allowed request-timeout length-required content-too-large uri-too-long unsupported-media-type \
            expectation-failed request-header-fields-too-large not-implemented http-version-not-supported missing-member \
            unknown-member wrong-type empty ragged-matrix length-mismatch outside-domain unknown-loss unknown-parameter \
            conflicting-members expression-syntax expression-name expression-shape expression-too-large not-scalar \
            non-finite-result internal busy too-large-now
            """
        #expect(try listed("ProblemType") == Set(codes.split(separator: " ").map { "urn:hessian:error:" + $0 }))
    }

    private func checker(_ document: [String: Any]) throws -> SchemaChecker {
        let components = try #require(document["components"] as? [String: Any])
        return SchemaChecker(schemas: try #require(components["schemas"] as? [String: [String: Any]]))
    }

    private func examples(_ document: [String: Any]) throws -> [String: [String: Any]] {
        let paths = try #require(document["paths"] as? [String: [String: [String: Any]]])
        let content = try #require(
            (paths["/hessian"]?["post"]?["requestBody"] as? [String: Any])?["content"] as? [String: [String: Any]])
        return try #require(content["application/json"]?["examples"] as? [String: [String: Any]])
    }
}
