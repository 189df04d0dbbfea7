import HTTP
import HTTPTypes
import Testing

@Suite struct GuardTests {
    private struct Routes: Application {
        func route(_ head: RequestHead) -> RouteDecision {
            switch (head.path, head.method) {
            case ("/a", .get): .respond(Response(status: .ok))
            case ("/a", _): .respond(Problem.methodNotAllowed(head.method.rawValue, "/a", allowed: ["GET", "HEAD"]))
            default: .respond(Problem.notFound(head.path).response())
            }
        }
    }

    private func head(_ method: HTTPRequest.Method, _ path: String, _ fields: HTTPFields = [:]) -> RequestHead {
        RequestHead(method: method, path: path, fields: fields)
    }

    @Test(arguments: ["Bearer secret", "bearer secret", "BEARER secret", "Bearer   secret"])
    func admitted(authorization: String) {
        let head = head(.get, "/a", [.authorization: authorization])
        #expect(Guard.refusal(of: head, token: "secret", corsOrigin: nil) == nil)
    }

    @Test(arguments: [
        nil, "", "Bearer", "Bearer ", "Bearer secre", "Bearer secrets", "Bearer Secret", "Bearer \tsecret",
        "Basic secret", "secret", " secret", "Bearer secret, Bearer secret", "Bearer secretsecret", "Bearersecret",
    ])
    func refused(authorization: String?) {
        for path in ["/a", "/nowhere", "/", "/healthz/", "/Healthz"] {
            let head = head(.get, path, authorization.map { [.authorization: $0] } ?? [:])
            let refusal = Guard.refusal(of: head, token: "secret", corsOrigin: nil)
            #expect(refusal?.status.code == 401)
            #expect(refusal?.fields[.wwwAuthenticate] == "Bearer")
        }
    }

    @Test func twoFieldsAreNoToken() {
        var fields = HTTPFields()
        fields.append(HTTPField(name: .authorization, value: "Bearer secret"))
        fields.append(HTTPField(name: .authorization, value: "Bearer other"))
        #expect(Guard.refusal(of: head(.get, "/a", fields), token: "secret", corsOrigin: nil) != nil)
    }

    @Test func open() {
        #expect(Guard.refusal(of: head(.get, "/a"), token: nil, corsOrigin: nil) == nil)
        #expect(Guard.refusal(of: head(.get, "/healthz"), token: "secret", corsOrigin: nil) == nil)
    }

    private let preflight: HTTPFields = [.origin: "https://a", .accessControlRequestMethod: "POST"]

    @Test func preflightNeedsNoTokenWhereBrowsersMayCall() {
        #expect(Guard.refusal(of: head(.options, "/a", preflight), token: "s", corsOrigin: "https://a") == nil)
        #expect(Guard.refusal(of: head(.options, "/a", preflight), token: "s", corsOrigin: nil) != nil)
        #expect(Guard.refusal(of: head(.options, "/a"), token: "s", corsOrigin: "https://a") != nil)
        #expect(Guard.refusal(of: head(.get, "/a", preflight), token: "s", corsOrigin: "https://a") != nil)
    }

    @Test func preflightIsTheSameForEveryPath() {
        let known = Guard.options(head(.options, "/a", preflight), corsOrigin: "*", Routes())
        let unknown = Guard.options(head(.options, "/nowhere", preflight), corsOrigin: "*", Routes())
        #expect(known.status.code == 204)
        #expect(unknown.status == known.status)
        #expect(unknown.fields == known.fields)
        #expect(known.fields[.accessControlAllowMethods] == "GET, HEAD, POST")
        #expect(known.fields[.accessControlAllowHeaders]?.contains("Authorization") == true)
    }

    @Test func options() {
        let known = Guard.options(head(.options, "/a"), corsOrigin: nil, Routes())
        #expect(known.status.code == 204)
        #expect(known.fields[.allow] == "GET, HEAD, OPTIONS")
        #expect(known.fields[.accessControlAllowMethods] == nil)
        #expect(Guard.options(head(.options, "/nowhere"), corsOrigin: nil, Routes()).status.code == 404)
        #expect(Guard.options(head(.options, "*"), corsOrigin: nil, Routes()).status.code == 204)
    }
}
