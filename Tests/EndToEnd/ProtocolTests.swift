import Foundation
import Testing

/// HTTP as curl speaks it, against the running executable.
@Suite struct ProtocolTests {
    let server: RunningServer
    let curl: Curl

    init() throws {
        server = try RunningServer()
        curl = try Curl()
    }

    @Test func oneConnectionServesManyRequests() throws {
        let first = try curl.send("POST", server.url + "/hessian", body: FoundingDataTests.data)
        #expect(first.newConnections == 1)
        for _ in 0..<20 {
            let next = try curl.send("POST", server.url + "/hessian", body: FoundingDataTests.data)
            #expect(next.status == 200)
            #expect(next.newConnections == 0)
            #expect(next.body == first.body)
        }
    }

    @Test func expectationIsAnsweredBeforeTheBody() throws {
        // More than a second without an answer and curl sends the body unasked; well under it, it was asked for.
        let padded = FoundingDataTests.data + [UInt8](repeating: UInt8(ascii: " "), count: 2_000_000)
        let answer = try curl.send("POST", server.url + "/hessian", body: padded, fields: ["Expect: 100-continue"])
        #expect(answer.status == 200)
        #expect(answer.seconds < 0.9)
    }

    @Test func aBodyForAWrongPathIsNotTransferred() throws {
        let body = [UInt8](repeating: UInt8(ascii: "1"), count: 20_000_000)
        let answer = try curl.send("POST", server.url + "/nowhere", body: body, fields: ["Expect: 100-continue"])
        #expect(answer.status == 404)
        #expect(answer.uploaded == 0)
    }

    @Test(arguments: ["/healthz", "/example", "/losses", "/mistakes", "/openapi.yaml", "/", "/metrics"])
    func headIsGetWithoutTheBody(path: String) throws {
        let get = try curl.send("GET", server.url + path)
        let head = try curl.send("HEAD", server.url + path)
        #expect(get.status == 200)
        #expect(head.status == 200)
        #expect(head.body.isEmpty)
        if path != "/metrics" { #expect(head["Content-Length"] == String(get.body.count)) }
        #expect(head["Content-Type"] == get["Content-Type"])
        #expect(get["Server"] == nil)
        #expect(get["Date"] != nil)
    }

    @Test(arguments: [
        ("GET", "/hessian", "POST"), ("DELETE", "/losses", "GET"), ("POST", "/healthz", "GET"), ("PUT", "/", "GET"),
    ])
    func wrongMethodNamesTheRightOne(method: String, path: String, allowed: String) throws {
        let answer = try curl.send(method, server.url + path)
        #expect(answer.status == 405)
        #expect(answer["Allow"]?.contains(allowed) == true)
        #expect(try answer.json()["type"] as? String == "urn:hessian:error:method-not-allowed")
    }

    @Test func unknownPathIsAProblemDocument() throws {
        let answer = try curl.send("GET", server.url + "/nowhere")
        #expect(answer.status == 404)
        #expect(answer["Content-Type"] == "application/problem+json")
        #expect(try answer.json()["status"] as? Int == 404)
    }

    @Test(arguments: [
        ("application/json", 200), ("application/vnd.api+json; charset=utf-8", 200),
        ("application/x-www-form-urlencoded", 200), ("text/csv", 415), ("application/xml", 415),
    ])
    func contentTypes(type: String, status: Int) throws {
        let answer = try curl.send(
            "POST", server.url + "/hessian", body: FoundingDataTests.data, fields: ["Content-Type: \(type)"])
        #expect(answer.status == status)
        let bare = try curl.send(
            "POST", server.url + "/hessian", body: FoundingDataTests.data, fields: ["Content-Type:"])
        #expect(bare.status == 200)
    }

    @Test func usageIsTextForCurlAndAPageForABrowser() throws {
        let text = try curl.send("GET", server.url + "/")
        #expect(text["Content-Type"]?.hasPrefix("text/plain") == true)
        #expect(text.text.contains("curl"))
        #expect(text["Vary"] == "Accept")
        let page = try curl.send(
            "GET", server.url + "/", fields: ["Accept: text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"])
        #expect(page["Content-Type"]?.hasPrefix("text/html") == true)
        #expect(page["Vary"] == "Accept")
    }

    @Test func exampleCanBePostedBack() throws {
        let example = try curl.send("GET", server.url + "/example").body
        let answer = try curl.send("POST", server.url + "/hessian", body: example)
        #expect(answer.status == 200)
        #expect(try answer.json()["hessian"] != nil)
    }

    @Test func chunkedBodiesAreRead() throws {
        let answer = try curl.send(
            "POST", server.url + "/hessian", body: FoundingDataTests.data, fields: ["Transfer-Encoding: chunked"])
        #expect(answer.status == 200)
    }

    @Test func aBodyOverTheLimitIsRefused() throws {
        let small = try RunningServer(["--max-body", "1000"])
        let answer = try curl.send("POST", small.url + "/hessian", body: FoundingDataTests.data)
        #expect(answer.status == 413)
        #expect(try curl.send("GET", small.url + "/healthz").status == 200)
    }

    @Test func aTokenGuardsEverythingButHealth() throws {
        let guarded = try RunningServer(environment: ["HESSIAN_TOKEN": "a secret"])
        #expect(try curl.send("GET", guarded.url + "/healthz").status == 200)
        let refused = try curl.send("GET", guarded.url + "/losses")
        #expect(refused.status == 401)
        #expect(refused["WWW-Authenticate"]?.hasPrefix("Bearer") == true)
        #expect(try curl.send("GET", guarded.url + "/nowhere").status == 401)
        let admitted = try curl.send("GET", guarded.url + "/losses", fields: ["Authorization: Bearer a secret"])
        #expect(admitted.status == 200)
    }
}
