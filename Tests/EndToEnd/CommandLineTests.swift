import Foundation
import Testing

/// The executable without a server.
@Suite struct CommandLineTests {
    /// What a run of the executable gave.
    struct Outcome {
        var status: Int32
        var output: String
        var errors: String
    }

    static func run(_ arguments: [String], input: [UInt8] = [], environment: [String: String] = [:]) throws -> Outcome {
        let process = Process()
        process.executableURL = RunningServer.executable
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let files = ["in", "out", "err"].map { folder.appendingPathComponent($0) }
        try Data(input).write(to: files[0])
        try Data().write(to: files[1])
        try Data().write(to: files[2])
        process.standardInput = try FileHandle(forReadingFrom: files[0])
        process.standardOutput = try FileHandle(forWritingTo: files[1])
        process.standardError = try FileHandle(forWritingTo: files[2])
        try process.run()
        process.waitUntilExit()
        return Outcome(
            status: process.terminationStatus, output: String(decoding: try Data(contentsOf: files[1]), as: UTF8.self),
            errors: String(decoding: try Data(contentsOf: files[2]), as: UTF8.self))
    }

    @Test func versionAndHelp() throws {
        #expect(try Self.run(["--version"]).output.hasPrefix("1."))
        let help = try Self.run(["--help"])
        #expect(help.status == 0)
        for command in ["serve", "evaluate", "check", "healthcheck"] { #expect(help.output.contains(command)) }
    }

    @Test func evaluateGivesTheServersBytes() throws {
        let server = try RunningServer()
        let served = try Curl().send("POST", server.url + "/hessian", body: FoundingDataTests.data)
        let outcome = try Self.run(["evaluate", "-"], input: FoundingDataTests.data)
        #expect(outcome.status == 0)
        #expect(outcome.output == served.text)
    }

    @Test func evaluateSaysWhatIsWrong() throws {
        let outcome = try Self.run(
            ["evaluate"], input: Array(#"{"X": [[1, 2], [3]], "y": [1, 2], "beta": [1, 1]}"#.utf8))
        #expect(outcome.status == 2)
        #expect(outcome.output.contains("ragged-matrix") || outcome.errors.contains("ragged-matrix"))
    }

    @Test(arguments: [
        (#"{"gradient": [0.10245712733134446, 0.0663437068651397, 0.0025875767977980696]}"#, 0, "correct"),
        (#"{"expression": "sum((y[:, None] - X * beta)**2) / n"}"#, 1, "elementwise-product"),
        (#"{"gradient": [0.1, 7.3, -2.9991], "hessian": [[1, 2, 3], [2, 5, 6], [3, 6, 9.5]]}"#, 1, "unexplained"),
    ])
    func checkGivesAVerdict(candidate: String, status: Int32, word: String) throws {
        let outcome = try Self.run(["check", "-"], input: FoundingDataTests.body("\"candidate\": \(candidate)"))
        #expect(outcome.status == status, "\(outcome.output) \(outcome.errors)")
        #expect(outcome.output.contains(word), "\(outcome.output)")
        #expect(!outcome.output.contains("\u{1B}["), "colours only on a terminal")
    }

    @Test func checkRefusesUnusableInput() throws {
        let outcome = try Self.run(["check"], input: Array("{".utf8))
        #expect(outcome.status == 2)
        #expect(outcome.errors.contains("malformed-json"))
        #expect(try Self.run(["check", "/nowhere/at/all.json"]).status == 2)
    }

    @Test func healthcheck() throws {
        let server = try RunningServer()
        #expect(try Self.run(["healthcheck", server.url]).status == 0)
        #expect(try Self.run(["healthcheck"], environment: ["HESSIAN_PORT": String(server.port)]).status == 0)
        #expect(try Self.run(["healthcheck", "http://127.0.0.1:1"]).status == 1)
    }

    @Test func badFlagsAndVariablesAreRefused() throws {
        let flag = try Self.run(["serve", "--no-such-flag"])
        #expect(flag.status != 0)
        #expect(flag.errors.contains("no-such-flag"))
        let variable = try Self.run(["serve"], environment: ["HESSIAN_PORT": "eighty"])
        #expect(variable.status != 0)
        #expect(variable.errors.contains("HESSIAN_PORT"))
        for seconds in ["nan", "inf", "-1"] {
            let timeout = try Self.run(["serve", "--shutdown-timeout=\(seconds)"])
            #expect(timeout.status == 64)
            #expect(timeout.errors.contains("--shutdown-timeout"))
        }
    }
}
