import ArgumentParser
import Foundation

/// Asks a server whether it can accept work; for a container, which has no curl.
struct Healthcheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "healthcheck", abstract: "Ask a server whether it can accept work; exit 0 if it can.",
        discussion: "Without a URL it asks this machine, on the port that HESSIAN_PORT names (8080).")

    @Argument(help: "The server, e.g. http://127.0.0.1:8080.")
    var url: String?

    func run() throws {
        let port = try EnvironmentDefault.value(nil, "port", default: 8080)
        let text = url ?? "http://127.0.0.1:\(port)"
        guard let target = URLComponents(string: text), target.scheme == "http", let host = target.host, !host.isEmpty
        else {
            throw ValidationError("'\(text)' is not an http URL")
        }
        let path = target.path.isEmpty || target.path == "/" ? "/healthz" : target.path
        let bare = host.trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
        let status = Probe.status(host: bare, port: target.port ?? 80, path: path)
        guard status == 200 else {
            let said = status.map { "answered \($0)" } ?? "did not answer"
            FileHandle.standardError.write(Data("\(text)\(target.path.isEmpty ? path : "") \(said)\n".utf8))
            throw ExitCode.failure
        }
        print("ok")
    }
}

/// One GET over a socket of our own, for which a whole HTTP client would be too much.
enum Probe {
    /// The status of the answer, nil where there is none within three seconds.
    static func status(host: String, port: Int, path: String) -> Int? {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, String(port), &hints, &found) == 0 else { return nil }
        defer { freeaddrinfo(found) }
        var next = found
        while let address = next {
            if let status = status(at: address.pointee, host: host, path: path) { return status }
            next = address.pointee.ai_next
        }
        return nil
    }

    private static func status(at address: addrinfo, host: String, path: String) -> Int? {
        let descriptor = socket(address.ai_family, address.ai_socktype, address.ai_protocol)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var timeout = timeval(tv_sec: 3, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(descriptor, SOL_SOCKET, option, &timeout, socklen_t(MemoryLayout<timeval>.size))
        }
        guard connect(descriptor, address.ai_addr, address.ai_addrlen) == 0 else { return nil }
        let name = host.contains(":") ? "[\(host)]" : host
        let request = "GET \(path) HTTP/1.1\r\nHost: \(name)\r\nConnection: close\r\n\r\n"
        guard request.withCString({ send(descriptor, $0, strlen($0), Int32(MSG_NOSIGNAL)) }) == request.utf8.count
        else { return nil }
        var head = [UInt8](repeating: 0, count: 64)
        var count = 0
        while count < 12 {
            let received = recv(descriptor, &head[count], head.count - count, 0)
            guard received > 0 else { return nil }
            count += received
        }
        let words = String(decoding: head[..<count], as: UTF8.self).split(separator: " ")
        guard words.count > 1, words[0].hasPrefix("HTTP/1.") else { return nil }
        return Int(words[1].prefix(3))
    }
}
