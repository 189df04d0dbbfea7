import ArgumentParser
import Foundation
import HTTP
import Service
import WireFormat

/// The same JSON in and out as `POST /hessian`, without a server.
struct Evaluate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate", abstract: "Evaluate a request without a server: the JSON of POST /hessian in and out.",
        discussion: "Exit status: 0 answered, 2 unusable input (the problem document is written instead).")

    @Argument(help: "The request; - for standard input.")
    var file = "-"

    func run() throws {
        do {
            let request = try InputReader.request(file)
            FileHandle.standardOutput.write(Data(try EvaluationService().json(request)))
        } catch let error as InputReader.Unreadable {
            FileHandle.standardError.write(Data((error.description + "\n").utf8))
            throw ExitCode(2)
        } catch {
            FileHandle.standardOutput.write(Data(EvaluationService.problem(for: error).json))
            throw ExitCode(2)
        }
    }
}

/// Reads a request from a file or standard input, in pieces, as the server does.
enum InputReader {
    struct Unreadable: Error, CustomStringConvertible {
        var description: String
    }

    static func request(_ file: String) throws -> EvaluationRequest {
        let decoder = RequestDecoder()
        let descriptor = file == "-" ? STDIN_FILENO : open(file, O_RDONLY)
        guard descriptor >= 0 else { throw Unreadable(description: "\(file): \(String(cString: strerror(errno)))") }
        defer { if descriptor != STDIN_FILENO { close(descriptor) } }
        var buffer = [UInt8](repeating: 0, count: 256 << 10)
        while true {
            let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Unreadable(description: "\(file): \(String(cString: strerror(errno)))") }
            if count == 0 { return try decoder.finish() }
            try buffer.withUnsafeBytes { try decoder.receive(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
        }
    }
}
