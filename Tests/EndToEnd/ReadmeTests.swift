import Foundation
import Testing

/// The README's commands do what it shows: every ```console block is run, line by line, and compared with what stands
/// below each `$ command`. `…` in the expected output stands for anything.
@Suite struct ReadmeTests {
    struct Step {
        var command: String
        var expected: String
    }

    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static func text() throws -> String {
        try String(contentsOf: root.appendingPathComponent("README.md"), encoding: .utf8)
    }

    static func steps(in text: String) -> [Step] {
        var steps: [Step] = []
        var inside = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("```") {
                inside = line == "```console"
            } else if inside, line.hasPrefix("$ ") {
                steps.append(Step(command: String(line.dropFirst(2)), expected: ""))
            } else if inside, line.hasPrefix("> "), let last = steps.indices.last, steps[last].expected.isEmpty {
                steps[last].command += "\n" + line.dropFirst(2)
            } else if inside, let last = steps.indices.last {
                steps[last].expected += line + "\n"
            }
        }
        return steps
    }

    @Test func everyExampleGivesWhatIsShown() throws {
        let steps = Self.steps(in: try Self.text())
        #expect(steps.count >= 6)
        let server = try RunningServer()
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for step in steps {
            let command = step.command.replacingOccurrences(of: "localhost:8080", with: "127.0.0.1:\(server.port)")
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/bin/bash")
            process.arguments = ["-c", command]
            process.currentDirectoryURL = folder
            var environment = ProcessInfo.processInfo.environment
            let programs = RunningServer.executable.deletingLastPathComponent().path
            environment["PATH"] = programs + ":" + (environment["PATH"] ?? "/usr/bin:/bin")
            environment["no_proxy"] = "*"
            process.environment = environment
            let output = folder.appendingPathComponent("output-\(UUID().uuidString)")
            try Data().write(to: output)
            process.standardOutput = try FileHandle(forWritingTo: output)
            process.standardError = process.standardOutput
            try process.run()
            process.waitUntilExit()
            let actual = String(decoding: try Data(contentsOf: output), as: UTF8.self)
            #expect(matches(actual, step.expected), "$ \(command)\ngave\n\(actual)\nnot\n\(step.expected)")
        }
    }

    /// `…` stands for anything, white space at the ends of the whole does not count.
    private func matches(_ actual: String, _ expected: String) -> Bool {
        let actual = actual.trimmingCharacters(in: .whitespacesAndNewlines)
        let parts = expected.trimmingCharacters(in: .whitespacesAndNewlines).components(separatedBy: "…")
        guard parts.count > 1 else { return actual == parts[0] }
        guard actual.hasPrefix(parts[0]), actual.hasSuffix(parts[parts.count - 1]) else { return false }
        var rest = Substring(actual)
        for part in parts where !part.isEmpty {
            guard let range = rest.range(of: part) else { return false }
            rest = rest[range.upperBound...]
        }
        return true
    }

    /// The table of losses lists what the registry lists.
    @Test func lossTableIsTheRegistrys() throws {
        let server = try RunningServer()
        let losses = try Curl().send("GET", server.url + "/losses").json()["losses"] as? [[String: Any]] ?? []
        let text = try Self.text()
        #expect(losses.count == 28)
        for loss in losses {
            let name = try #require(loss["name"] as? String)
            #expect(text.contains("| `\(name)` |"), "\(name)")
        }
    }

    @Test func mistakeTableIsTheRegistrys() throws {
        let server = try RunningServer()
        let mistakes = try Curl().send("GET", server.url + "/mistakes").json()["mistakes"] as? [[String: Any]] ?? []
        let text = try Self.text()
        #expect(mistakes.count >= 43)
        for mistake in mistakes {
            let id = try #require(mistake["id"] as? String)
            #expect(text.contains("`\(id)`"), "\(id)")
        }
    }
}
