import Foundation
import Testing

/// Every limit is an option and an environment variable, an option wins, and each has its status.
@Suite struct LimitTests {
    struct Limit: Sendable, CustomTestStringConvertible {
        var option: String
        var low: Int
        var high: Int
        var request: String
        var status: Int
        var code: String

        var variable: String { "HESSIAN_" + option.uppercased().replacing("-", with: "_") }
        var testDescription: String { option }
    }

    /// Requests that are refused under the low limit and not under the high one.
    static let limits: [Limit] = {
        let get = "GET /healthz HTTP/1.1\nHost: a\nConnection: close\n"
        let post = "POST /hessian HTTP/1.1\nHost: a\nConnection: close\n"
        let json = #"{"X": [[1], [2], [3], [4]], "y": [1, 2, 3, 4], "beta": [1]}"#
        let counted = post + "Content-Length: \(json.utf8.count)\n\n" + json
        let chunked = post + "Transfer-Encoding: chunked\n\n" + String(json.utf8.count, radix: 16)
        let padding = String(repeating: "x", count: 100)
        return [
            Limit(
                option: "max-head", low: 120, high: 1000, request: get + "X: \(padding)\n\n", status: 431,
                code: "request-header-fields-too-large"),
            Limit(
                option: "max-fields", low: 2, high: 3, request: get + "X: y\n\n", status: 431,
                code: "request-header-fields-too-large"),
            Limit(
                option: "max-target", low: 50, high: 200,
                request: get.replacing("/healthz", with: "/healthz?\(padding)") + "\n",
                status: 414, code: "uri-too-long"),
            Limit(
                option: "max-chunk-line", low: 50, high: 200, request: chunked + ";\(padding)\n\(json)\n0\n\n",
                status: 400,
                code: "malformed-request"),
            Limit(
                option: "max-trailers", low: 50, high: 200, request: chunked + "\n\(json)\n0\nX: \(padding)\n\n",
                status: 431,
                code: "request-header-fields-too-large"),
            Limit(
                option: "max-body", low: 50, high: 200, request: counted, status: 413, code: "content-too-large"),
            Limit(option: "max-buffered", low: 8, high: 100_000, request: counted, status: 503, code: "busy"),
        ]
    }()

    @Test(arguments: limits)
    func optionAndVariable(limit: Limit) throws {
        func answer(_ arguments: [String], _ environment: [String: String] = [:]) throws -> String {
            let server = try RunningServer(arguments, environment: environment)
            let connection = try RawConnection(port: server.port)
            connection.send(limit.request)
            return connection.read()
        }
        let refusal = "HTTP/1.1 \(limit.status) "
        let low = ["--\(limit.option)", "\(limit.low)"]
        let high = ["--\(limit.option)", "\(limit.high)"]
        let byOption = try answer(low)
        #expect(byOption.hasPrefix(refusal), "\(byOption)")
        #expect(byOption.contains("urn:hessian:error:\(limit.code)"))
        #expect(byOption.contains("Retry-After") == (limit.status == 503))
        #expect(try answer([], [limit.variable: "\(limit.low)"]).hasPrefix(refusal))
        #expect(try answer(low, [limit.variable: "\(limit.high)"]).hasPrefix(refusal))
        let admitted = try answer(high, [limit.variable: "\(limit.low)"])
        #expect(admitted.hasPrefix("HTTP/1.1 200 "), "\(admitted)")
    }

    @Test(arguments: [["--max-connections", "1"], []])
    func connections(arguments: [String]) throws {
        let server = try RunningServer(
            arguments, environment: arguments.isEmpty ? ["HESSIAN_MAX_CONNECTIONS": "1"] : [:])
        var first: RawConnection? = try RawConnection(port: server.port)
        first?.send("GET /healthz HTTP/1.1\nHost: a\n\n")
        #expect(first?.read(until: "ok").hasPrefix("HTTP/1.1 200 ") == true)
        let second = try RawConnection(port: server.port)
        second.send("GET /healthz HTTP/1.1\nHost: a\n\n")
        #expect(second.read(within: 1) == "")
        first = nil
        #expect(second.read(until: "ok").hasPrefix("HTTP/1.1 200 "))
    }
}
