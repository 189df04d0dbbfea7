import Foundation

/// A client that sends whatever bytes it is told.
final class RawClient: @unchecked Sendable {
    struct Answer: Hashable {
        var status: Int
        var fields: [String: String]
        var body: [UInt8]
        var text: String { String(decoding: body, as: UTF8.self) }

        /// The last part of the problem's type.
        var code: String? {
            text.firstMatch(of: #/"type":"urn:hessian:error:([a-z-]+)"/#).map { String($0.1) }
        }
    }

    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    private var descriptor: Int32
    private var received: [UInt8] = []
    /// Whether the server has ended its side, and not by a reset.
    private(set) var hasEnded = false

    init(port: UInt16) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Foundation.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw Failure(description: "connect: \(String(cString: strerror(errno)))") }
        // A test that waits for what never comes fails instead of hanging.
        var patience = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var on: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, 4)
    }

    deinit { close() }

    func close() {
        if descriptor >= 0 { Foundation.close(descriptor) }
        descriptor = -1
    }

    /// Ends the connection by a reset.
    func reset() {
        var hard = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &hard, socklen_t(MemoryLayout<linger>.size))
        close()
    }

    /// Ends this side only.
    func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Keeps the kernel from taking much of an answer that is not read.
    func shrinkReceiveBuffer() {
        var size: Int32 = 4096
        setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, 4)
    }

    /// Sends text in which `\n` stands for CRLF.
    @discardableResult
    func send(_ text: String) -> Bool { send(Array(text.replacing("\n", with: "\r\n").utf8)) }

    /// Sends bytes; false where the server does not take them.
    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Foundation.send(
                    descriptor, $0.baseAddress.map { $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            if count <= 0 { return false }
            sent += count
        }
        return true
    }

    /// Reads more; false at the end. - Throws: where the connection is reset or nothing comes.
    private func readMore() throws -> Bool {
        if hasEnded { return false }
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        guard count >= 0 else { throw Failure(description: "recv: \(String(cString: strerror(errno)))") }
        hasEnded = count == 0
        received += buffer[..<count]
        return count > 0
    }

    /// The next answer; a 100 Continue is one. `isHead` says that a body is announced and not sent.
    func read(isHead: Bool = false) throws -> Answer {
        while true {
            if let (answer, size) = Self.parse(received, isHead: isHead) {
                received.removeFirst(size)
                return answer
            }
            guard try readMore() else {
                throw Failure(description: "ended after \(String(decoding: received.prefix(200), as: UTF8.self))")
            }
        }
    }

    /// All answers up to the end of the connection. - Throws: where it ends by a reset.
    func readAll() throws -> [Answer] {
        while try readMore() {}
        var answers: [Answer] = []
        while let (answer, size) = Self.parse(received, isHead: false) {
            answers.append(answer)
            received.removeFirst(size)
        }
        if !received.isEmpty {
            throw Failure(description: "no answer: \(String(decoding: received.prefix(200), as: UTF8.self))")
        }
        return answers
    }

    /// The answer at the beginning of the bytes and its size; nil where it is not complete.
    private static func parse(_ bytes: [UInt8], isHead: Bool) -> (Answer, size: Int)? {
        guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
        guard let first = lines.first, first.hasPrefix("HTTP/1.1 "), let status = Int(first.dropFirst(9).prefix(3))
        else { return nil }
        var fields: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            fields[parts[0].lowercased(), default: ""] += parts.count > 1 ? parts[1].drop { $0 == " " } : ""
        }
        let length = isHead || status < 200 || status == 204 ? 0 : Int(fields["content-length"] ?? "") ?? 0
        guard bytes.count >= end.upperBound + length else { return nil }
        let body = Array(bytes[end.upperBound..<(end.upperBound + length)])
        return (Answer(status: status, fields: fields, body: body), end.upperBound + length)
    }
}
