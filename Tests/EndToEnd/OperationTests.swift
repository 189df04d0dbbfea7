import Foundation
import Testing

/// The process as who runs it sees it: descriptors, memory, signals, logs, exposure.
@Suite(.serialized) struct OperationTests {
    /// Sets the most descriptors that a process may have; 0 is this one.
    private func limitDescriptors(of process: Int32, to count: Int) throws {
        // The C library shows `prlimit` to GNU sources only, which Swift's module of it is not.
        typealias Function =
            @convention(c) (pid_t, Int32, UnsafePointer<rlimit>?, UnsafeMutablePointer<rlimit>?) -> Int32
        let symbol = try #require(dlsym(nil, "prlimit"))
        let function = unsafeBitCast(symbol, to: Function.self)
        let resource = Int32(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        try #require(function(process, resource, nil, &limit) == 0)
        limit.rlim_cur = rlim_t(count)
        try #require(function(process, resource, &limit, nil) == 0)
    }

    /// Clock ticks, a hundredth of a second each, that a process has computed.
    private func ticks(of process: Int32) throws -> Int {
        let text = try String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
        let fields = text.drop { $0 != ")" }.split(separator: " ")
        return (Int(fields[12]) ?? 0) + (Int(fields[13]) ?? 0)
    }

    @Test func withoutDescriptorsItWaitsAndRecovers() throws {
        let server = try RunningServer()
        let process = server.process.processIdentifier
        try limitDescriptors(of: process, to: 64)
        var connections = try (0..<100).map { _ in try RawConnection(port: server.port) }
        for connection in connections { connection.send("GET /healthz HTTP/1.1\nHost: a\n\n") }
        var answered: [Int] = []
        for (i, connection) in connections.enumerated() where i < 40 {
            if connection.read(until: "ok").hasPrefix("HTTP/1.1 200 ") { answered.append(i) }
        }
        #expect(answered.count == 40)
        // Some wait now for a descriptor; a server that tried on and on would compute all the time.
        let before = try ticks(of: process)
        sleep(1)
        #expect(try ticks(of: process) - before < 20)
        connections.removeFirst(60)
        for connection in connections { #expect(connection.read(until: "ok").hasPrefix("HTTP/1.1 200 ")) }
        connections = []
        #expect(try Curl().send("GET", server.url + "/healthz").status == 200)
    }

    @Test func twoThousandIdleConnections() throws {
        // The server sees to its own limit, which it inherits from here.
        let server = try RunningServer()
        try limitDescriptors(of: 0, to: 2200)
        let one = try RawConnection(port: server.port)
        one.send("GET /example HTTP/1.1\nHost: a\n\n")
        #expect(one.read(until: "}").hasPrefix("HTTP/1.1 200 "))
        let before = server.residentMemory
        let connections = try (0..<2000).map { _ in try RawConnection(port: server.port) }
        for connection in connections { connection.send("GET /healthz HTTP/1.1\nHost: a\n\n") }
        for connection in connections { #expect(connection.read(until: "ok").hasPrefix("HTTP/1.1 200 ")) }
        withExtendedLifetime(connections) {
            #expect(server.residentMemory - before < 20_000_000)
            one.send("GET /metrics HTTP/1.1\nHost: a\n\n")
            #expect(one.read(until: "hessian_sent_bytes_total ").contains("hessian_connections 2001"))
        }
    }

    /// What large requests have used is given back, by every worker.
    @Test func memoryAfterLargeRequests() throws {
        let server = try RunningServer(["--threads", "2"])
        let curl = try Curl()
        #expect(try curl.send("GET", server.url + "/healthz").status == 200)
        let before = server.residentMemory
        let body = LoadTests.body(megabytes: 20).bytes
        for _ in 0..<4 { #expect(try curl.send("POST", server.url + "/hessian", body: body).status == 200) }
        #expect(server.peakMemory < 64_000_000)
        // The answer is sent before the memory is given back.
        for _ in 0..<500 where server.residentMemory - before > 12_000_000 { usleep(10_000) }
        #expect(server.residentMemory - before < 12_000_000)
    }

    @Test func aSecondSignalEndsItAtOnce() throws {
        let server = try RunningServer(["--shutdown-timeout", "60"])
        let connection = try RawConnection(port: server.port)
        connection.send("POST /hessian HTTP/1.1\nHost: a\nContent-Length: 100\n\n{")
        #expect(try Curl().send("GET", server.url + "/healthz").status == 200)
        withExtendedLifetime(connection) {
            server.signal(SIGTERM)
            #expect(server.exitStatus(within: 0.5) == nil)
            server.signal(SIGTERM)
            #expect(server.exitStatus(within: 5) == 0)
            #expect(server.process.terminationReason == .exit)
        }
    }

    @Test func theShutdownTimeoutEndsIt() throws {
        let server = try RunningServer(environment: ["HESSIAN_SHUTDOWN_TIMEOUT": "0.3"])
        let connection = try RawConnection(port: server.port)
        connection.send("POST /hessian HTTP/1.1\nHost: a\nContent-Length: 100\n\n{")
        #expect(try Curl().send("GET", server.url + "/healthz").status == 200)
        withExtendedLifetime(connection) {
            server.signal(SIGINT)
            #expect(server.exitStatus(within: 5) == 0)
        }
    }

    @Test func anAccessLineSaysWhatWasAsked() throws {
        let server = try RunningServer()
        let connection = try RawConnection(port: server.port)
        connection.send("GET /healthz HTTP/1.1\nHost: a\n\n")
        _ = connection.read(until: "ok")
        connection.send("HEAD /losses HTTP/1.1\nHost: a\n\n")
        _ = connection.read(until: "\r\n\r\n")
        // A line's end, an escape sequence, a mark that turns the direction of text, and a value that looks like another.
        connection.send("GET /%0a%1b[2J%E2%80%AE%20status%3d200 HTTP/1.1\nHost: a\nConnection: close\n\n")
        _ = connection.read()
        let lines = server.log.split(separator: "\n").filter { $0.contains(" info request ") }
        #expect(lines.count == 3)
        guard lines.count == 3 else { return }
        func fields(_ line: Substring) -> [String: String] {
            var found: [String: String] = [:]
            for match in line.matches(of: #/ ([a-z]+)=("(?:[^"\\]|\\.)*"|[^ ]+)/#) {
                found[String(match.1)] = String(match.2)
            }
            return found
        }
        let (first, second, third) = (fields(lines[0]), fields(lines[1]), fields(lines[2]))
        #expect(first["method"] == "GET")
        #expect(first["path"] == "/healthz")
        #expect(first["status"] == "200")
        #expect(first["bytes"] == "15")
        #expect(Double(first["ms"] ?? "") != nil)
        #expect(first["id"] != second["id"])
        #expect(lines[0].prefixMatch(of: #/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ info request /#) != nil)
        #expect(second["method"] == "HEAD")
        #expect(second["bytes"] == "0")
        #expect(third["path"] == #""/\u{a}\u{1b}[2J\u{202e} status=200""#)
        #expect(third["status"] == "404")
    }

    /// A full pipe behind standard error stops no request.
    @Test func aLogThatNobodyReads() throws {
        let process = Process()
        process.executableURL = RunningServer.executable
        process.arguments = ["serve", "--port", "0", "--log-level", "trace"]
        let pipe = Pipe()
        process.standardError = pipe
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        defer {
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
        var start = ""
        while !start.contains("curl") {
            start += String(decoding: pipe.fileHandleForReading.availableData, as: UTF8.self)
        }
        let match = try #require(start.firstMatch(of: #/http://127\.0\.0\.1:(\d+)/#))
        let connection = try RawConnection(port: try #require(Int(match.1)))
        for _ in 0..<50 {
            connection.send(String(repeating: "HEAD /losses HTTP/1.1\nHost: a\n\n", count: 40))
        }
        connection.send("GET /healthz HTTP/1.1\nHost: a\n\n")
        #expect(connection.read(until: "{\"status\":\"ok\"}").components(separatedBy: "HTTP/1.1 200 ").count == 2002)
    }

    @Test func logLevels() throws {
        let quiet = try RunningServer(["--log-level", "warning"])
        #expect(try Curl().send("GET", quiet.url + "/healthz").status == 200)
        #expect(!quiet.log.contains("request"))
    }

    @Test func browsersMayCallOnlyWhereTheyAreAllowed() throws {
        let curl = try Curl()
        let preflight = ["Origin: https://a.example", "Access-Control-Request-Method: POST"]
        let closed = try RunningServer()
        let none = try curl.send("OPTIONS", closed.url + "/hessian", fields: preflight)
        #expect(none["Access-Control-Allow-Origin"] == nil)
        #expect(none["Access-Control-Allow-Methods"] == nil)
        #expect(try curl.send("GET", closed.url + "/healthz", fields: preflight)["Access-Control-Allow-Origin"] == nil)
        for (arguments, environment) in [
            (["--cors-origin", "https://a.example"], [:]), ([], ["HESSIAN_CORS_ORIGIN": "https://a.example"]),
        ] {
            let open = try RunningServer(arguments, environment: environment)
            let answer = try curl.send("OPTIONS", open.url + "/hessian", fields: preflight)
            #expect(answer.status == 204)
            #expect(answer["Access-Control-Allow-Origin"] == "https://a.example")
            #expect(answer["Access-Control-Allow-Methods"]?.contains("POST") == true)
            let other = try curl.send("GET", open.url + "/nowhere", fields: ["Origin: https://b.example"])
            #expect(other["Access-Control-Allow-Origin"] == "https://a.example")
            #expect(other["Vary"] == "Origin")
        }
    }

    /// The token stands in the first line of a file; a flag with the token itself does not exist.
    @Test func aTokenFromAFile() throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("token-\(UUID().uuidString)")
        try Data("  secret \nrest\n".utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let server = try RunningServer(["--token-file", file.path])
        let curl = try Curl()
        #expect(try curl.send("GET", server.url + "/nowhere").status == 401)
        #expect(try curl.send("GET", server.url + "/losses", fields: ["Authorization: Bearer secret"]).status == 200)
        #expect(try curl.send("GET", server.url + "/healthz").status == 200)
        #expect(throws: RunningServer.DidNotStart.self) { try RunningServer(["--token", "secret"]) }
    }
}
