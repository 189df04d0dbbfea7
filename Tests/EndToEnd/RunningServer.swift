import Foundation

/// The built executable, serving on a free port until this goes away.
final class RunningServer {
    let process: Process
    let port: Int
    var url: String { "http://127.0.0.1:\(port)" }
    private let errors: URL

    /// The executable that was built beside these tests.
    static let executable: URL = {
        let tests = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
        var folder = tests.deletingLastPathComponent()
        for _ in 0..<6 {
            let candidate = folder.appendingPathComponent("hessian")
            var isFolder: ObjCBool = false
            if FileManager.default.fileExists(atPath: candidate.path, isDirectory: &isFolder), !isFolder.boolValue {
                return candidate
            }
            folder.deleteLastPathComponent()
        }
        return tests.deletingLastPathComponent().appendingPathComponent("hessian")
    }()

    struct DidNotStart: Error { var log: String }

    /// Starts `hessian serve --port 0` with further arguments and waits for the line that says where it listens.
    init(_ arguments: [String] = [], environment: [String: String] = [:]) throws {
        process = Process()
        process.executableURL = RunningServer.executable
        process.arguments = ["serve", "--port", "0"] + arguments
        process.environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("HESSIAN_") }
            .merging(environment) { $1 }
        errors = FileManager.default.temporaryDirectory.appendingPathComponent("hessian-\(UUID().uuidString).log")
        _ = FileManager.default.createFile(atPath: errors.path, contents: nil)
        process.standardError = try FileHandle(forWritingTo: errors)
        process.standardOutput = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        try process.run()
        var found: Int?
        for _ in 0..<500 where found == nil {
            usleep(10_000)
            let log = (try? String(contentsOf: errors, encoding: .utf8)) ?? ""
            if let match = log.firstMatch(of: #/http://127\.0\.0\.1:(\d+)/#) { found = Int(match.1) }
            if found == nil, !process.isRunning { break }
        }
        guard let found else {
            let log = (try? String(contentsOf: errors, encoding: .utf8)) ?? ""
            process.terminate()
            throw DidNotStart(log: log)
        }
        port = found
    }

    /// What it has written to standard error so far.
    var log: String { (try? String(contentsOf: errors, encoding: .utf8)) ?? "" }

    /// Sends a signal.
    func signal(_ number: Int32) { kill(process.processIdentifier, number) }

    /// Waits for the end; nil if it has not ended after `seconds`.
    func exitStatus(within seconds: Double) -> Int32? {
        let end = Date().addingTimeInterval(seconds)
        while process.isRunning, Date() < end { usleep(5_000) }
        return process.isRunning ? nil : process.terminationStatus
    }

    /// The peak resident set in bytes.
    var peakMemory: Int { memory("VmHWM") }
    /// The resident set in bytes.
    var residentMemory: Int { memory("VmRSS") }

    private func memory(_ name: String) -> Int {
        let status = (try? String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)) ?? ""
        for line in status.split(separator: "\n") where line.hasPrefix(name) {
            return (Int(line.split(separator: " ").dropFirst().first ?? "") ?? 0) * 1024
        }
        return 0
    }

    deinit {
        if process.isRunning {
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
        try? FileManager.default.removeItem(at: errors)
    }
}
