import ArgumentParser
import Foundation
import HTTP
import Logging
import Service

/// Runs the server until SIGTERM or SIGINT.
struct Serve: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Serve over HTTP until SIGTERM or SIGINT.",
        discussion: """
            Each option is also an environment variable: --max-body is HESSIAN_MAX_BODY. An option wins. A bearer token
            comes from HESSIAN_TOKEN or --token-file, never from the command line, which other users can read.
            """)

    @Option(help: "The address to bind. (default: 127.0.0.1)")
    var host: String?
    @Option(help: "The port; 0 takes a free one. (default: 8080)")
    var port: Int?
    @Option(help: "Threads that compute. (default: as many as processors)")
    var threads: Int?
    @Option(help: "Requests that may wait for a thread; beyond, 503. (default: 64)")
    var queue: Int?
    @Option(help: "The largest body in bytes; beyond, 413. (default: 268435456)")
    var maxBody: Int?
    @Option(help: "trace, debug, info, notice, warning, error or critical. (default: info)")
    var logLevel: Logger.Level?
    @Option(help: "The largest request head in bytes; beyond, 431. (default: 32768)")
    var maxHead: Int?
    @Option(help: "The most header fields; beyond, 431. (default: 100)")
    var maxFields: Int?
    @Option(help: "The longest request target in bytes; beyond, 414. (default: 8192)")
    var maxTarget: Int?
    @Option(help: "The longest line before a chunk in bytes; beyond, 400. (default: 256)")
    var maxChunkLine: Int?
    @Option(help: "The most bytes of trailers; beyond, 431. (default: 8192)")
    var maxTrailers: Int?
    @Option(help: "The most bytes that all requests being read may hold; beyond, 503. (default: 1073741824)")
    var maxBuffered: Int?
    @Option(help: "The most connections at once. (default: 4096)")
    var maxConnections: Int?
    @Option(help: "The most bytes that the arrays of one request's program may take. (default: 1073741824)")
    var maxMemory: Int?
    @Option(help: "Seconds that requests in flight are given after SIGTERM. (default: 8)")
    var shutdownTimeout: Double?
    @Option(help: "The origin that browsers may call from; * for any. (default: none)")
    var corsOrigin: String?
    @Option(help: "A file whose first line is the bearer token that requests must carry.")
    var tokenFile: String?

    func run() throws {
        let level = try EnvironmentDefault.value(logLevel, "log-level", default: .info)
        let logger = Logger(label: "hessian") { _ in StandardErrorLogHandler(level: level) }
        let configuration = try configuration()
        let memory = try positive(EnvironmentDefault.value(maxMemory, "max-memory", default: 1 << 30), "max-memory")
        let metrics = Metrics()
        let application = HessianApplication(
            service: EvaluationService(memoryLimit: memory, threads: configuration.threads), metrics: { metrics.text })
        let server = Server(configuration: configuration, application: application, logger: logger, metrics: metrics)
        let bound: UInt16
        do {
            bound = try server.start()
        } catch {
            logger.critical("cannot listen on \(configuration.host):\(configuration.port): \(error)")
            throw ExitCode.failure
        }
        announce(host: configuration.host, port: bound)
        server.run()
    }

    /// One line that says where, and one that is ready to paste.
    private func announce(host: String, port: UInt16) {
        let everywhere = ["0.0.0.0", "::"].contains(host)
        let name = host.contains(":") ? "[\(host)]" : host
        let reachable = everywhere ? "localhost" : name
        let text = """
            hessian \(Version.current) listens on http://\(name):\(port)
            try: curl -s \(reachable):\(port)/example | curl -s -d @- \(reachable):\(port)/hessian

            """
        FileHandle.standardError.write(Data(text.utf8))
    }

    private func configuration() throws -> ServerConfiguration {
        var configuration = ServerConfiguration()
        configuration.host = try EnvironmentDefault.value(host, "host", default: configuration.host)
        let port = try EnvironmentDefault.value(port, "port", default: 8080)
        guard let port = UInt16(exactly: port) else {
            throw ValidationError("--port is \(port); it must be in 0...65535")
        }
        configuration.port = port
        func set(_ path: WritableKeyPath<ServerConfiguration, Int>, _ given: Int?, _ option: String) throws {
            configuration[keyPath: path] = try positive(
                EnvironmentDefault.value(given, option, default: configuration[keyPath: path]), option)
        }
        try set(\.threads, threads, "threads")
        try set(\.queue, queue, "queue")
        try set(\.maxBody, maxBody, "max-body")
        try set(\.maxHead, maxHead, "max-head")
        try set(\.maxFields, maxFields, "max-fields")
        try set(\.maxTarget, maxTarget, "max-target")
        try set(\.maxChunkLine, maxChunkLine, "max-chunk-line")
        try set(\.maxTrailers, maxTrailers, "max-trailers")
        try set(\.maxBuffered, maxBuffered, "max-buffered")
        try set(\.maxConnections, maxConnections, "max-connections")
        configuration.shutdownTimeout = try EnvironmentDefault.value(
            shutdownTimeout, "shutdown-timeout", default: configuration.shutdownTimeout)
        guard configuration.shutdownTimeout >= 0, configuration.shutdownTimeout.isFinite else {
            throw ValidationError(
                "--shutdown-timeout is \(configuration.shutdownTimeout); it must be a number of seconds, at least 0")
        }
        let origin = try EnvironmentDefault.value(corsOrigin, "cors-origin", default: "")
        configuration.corsOrigin = origin.isEmpty ? nil : origin
        configuration.token = try token()
        return configuration
    }

    private func positive(_ value: Int, _ option: String) throws -> Int {
        guard value > 0 else { throw ValidationError("--\(option) is \(value); it must be at least 1") }
        return value
    }

    private func token() throws -> String? {
        let file = try EnvironmentDefault.value(tokenFile, "token-file", default: "")
        if !file.isEmpty {
            guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
                throw ValidationError("the token file '\(file)' cannot be read")
            }
            let token = text.prefix { !$0.isNewline }.trimmingCharacters(in: .whitespaces)
            guard !token.isEmpty else {
                throw ValidationError("the token file '\(file)' has no token in its first line")
            }
            return token
        }
        guard let token = ProcessInfo.processInfo.environment["HESSIAN_TOKEN"], !token.isEmpty else { return nil }
        return token
    }
}

extension Logger.Level: @retroactive ExpressibleByArgument {}
