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
        let paths = try #require(document["paths"] as? [String: [String: [String: Any]]])
        let content = try #require(
            (paths["/hessian"]?["post"]?["requestBody"] as? [String: Any])?["content"] as? [String: [String: Any]])
        let examples = try #require(content["application/json"]?["examples"] as? [String: [String: Any]])
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

    /// The losses and the members named in the document are those that the server knows.
    @Test func lossNamesAreTheRegistrys() throws {
        let server = try RunningServer()
        let curl = try Curl()
        let schemas = try #require(
            (try document(server, curl)["components"] as? [String: Any])?["schemas"] as? [String: [String: Any]])
        let documented = Set(schemas["LossName"]?["enum"] as? [String] ?? [])
        let losses = try curl.send("GET", server.url + "/losses").json()["losses"] as? [[String: Any]] ?? []
        #expect(documented.count == 28)
        #expect(Set(losses.compactMap { $0["name"] as? String }) == documented)
    }
}
