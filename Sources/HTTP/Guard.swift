import HTTPTypes

/// What is decided before a request reaches the application: the bearer token and OPTIONS.
package enum Guard {
    /// 401 unless the request carries the token (RFC 6750 §2.1); `/healthz` is open, and so is the preflight of a
    /// browser that may call, which never carries one.
    package static func refusal(of head: RequestHead, token: String?, corsOrigin: String?) -> Response? {
        guard let token, head.path != "/healthz" else { return nil }
        if corsOrigin != nil, isPreflight(head) { return nil }
        let given = head.fields[.authorization] ?? ""
        // Any number of spaces may stand between scheme and token (RFC 9110 §11.4).
        let parts = given.split(separator: " ", maxSplits: 1).map { $0.drop { $0 == " " } }
        let isBearer = parts.count == 2 && parts[0].lowercased() == "bearer"
        if isBearer, equal(Array(parts[1].utf8), Array(token.utf8)) { return nil }
        return Problem.unauthorized.response([.wwwAuthenticate: "Bearer"])
    }

    /// Compares in a time that depends on the length of what was given alone.
    private static func equal(_ given: [UInt8], _ secret: [UInt8]) -> Bool {
        var difference = given.count ^ secret.count
        for i in given.indices { difference |= Int(given[i] ^ secret[i % max(secret.count, 1)]) }
        return difference == 0
    }

    /// `OPTIONS` with what a browser asks before it calls (Fetch standard, "CORS-preflight request").
    private static func isPreflight(_ head: RequestHead) -> Bool {
        head.method == .options && head.fields[.origin] != nil && head.fields[.accessControlRequestMethod] != nil
    }

    /// `OPTIONS`: which methods a path has (RFC 9110 §9.3.7); the preflight of a browser where an origin is allowed,
    /// the same for every path, so that it tells nobody without a token which paths there are.
    package static func options(
        _ head: RequestHead, corsOrigin: String?, _ application: any Application
    ) -> Response {
        var allowed = ["GET", "HEAD", "POST"]
        if head.path != "*", corsOrigin == nil || !isPreflight(head) {
            if case .respond(let response) = application.route(head) {
                if response.status.code == 404 { return response }
                if let allow = response.fields[.allow] {
                    allowed = allow.split(separator: ",").map { $0.filter { $0 != " " } }
                }
            }
        }
        var fields: HTTPFields = [.allow: (allowed + ["OPTIONS"]).joined(separator: ", ")]
        if corsOrigin != nil {
            fields[.accessControlAllowMethods] = allowed.joined(separator: ", ")
            fields[.accessControlAllowHeaders] = "Content-Type, Authorization"
            fields[.accessControlMaxAge] = "600"
        }
        return Response(status: .noContent, fields: fields)
    }
}
