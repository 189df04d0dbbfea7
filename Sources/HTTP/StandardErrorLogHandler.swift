import Foundation
import Logging
import Synchronization

/// Log lines on standard error: time, level, message, metadata. Control characters are escaped, so that a request cannot
/// forge a line or move a terminal's cursor.
public struct StandardErrorLogHandler: LogHandler {
    /// The least severe level that is written.
    public var logLevel: Logger.Level
    /// Metadata of every line.
    public var metadata: Logger.Metadata = [:]

    /// A handler that writes lines of this level and above.
    public init(level: Logger.Level) { logLevel = level }

    /// A value of the metadata.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes one line.
    public func log(event: LogEvent) {
        var line =
            StandardErrorLogHandler.time() + " \(event.level) " + StandardErrorLogHandler.escaped("\(event.message)")
        for (key, value) in metadata.merging(event.metadata ?? [:], uniquingKeysWith: { $1 }).sorted(by: {
            $0.key < $1.key
        }) {
            line += " \(key)=" + StandardErrorLogHandler.quoted("\(value)")
        }
        StandardErrorLogHandler.write(line)
    }

    private static let lost = Atomic(0)

    /// Writes a line, or counts it as lost where nobody reads: a pipe that is full must not stop the server. Where a pipe
    /// is ready it has room for `PIPE_BUF` bytes, 4096, and a line is shorter.
    private static func write(_ line: String) {
        var state = pollfd(fd: STDERR_FILENO, events: Int16(POLLOUT), revents: 0)
        guard poll(&state, 1, 0) == 1 else {
            lost.add(1, ordering: .relaxed)
            return
        }
        let count = lost.exchange(0, ordering: .relaxed)
        var text =
            (count > 0 ? time() + " warning \(count) lines were lost, since nobody read them\n" : "") + line + "\n"
        // One write, so that lines of several threads do not mix.
        text.withUTF8 { bytes in _ = Foundation.write(STDERR_FILENO, bytes.baseAddress, bytes.count) }
    }

    private static func time() -> String {
        var now = time_t()
        Foundation.time(&now)
        var parts = tm()
        gmtime_r(&now, &parts)
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 32) { buffer in
            guard let start = buffer.baseAddress, strftime(start, buffer.count, "%Y-%m-%dT%H:%M:%SZ", &parts) > 0
            else { return "-" }
            return String(cString: start)
        }
    }

    /// A value: in quotes where it has a space, a quote or an equals sign, so that it cannot pass for further values.
    package static func quoted(_ text: String) -> String {
        let isPlain = !text.isEmpty && text.utf8.allSatisfy { $0 != 0x20 && $0 != 0x22 && $0 != 0x3D }
        return isPlain ? escaped(text) : "\"" + escaped(text).replacing("\"", with: "\\\"") + "\""
    }

    /// C0, C1, DEL, line separators and the characters that turn the direction of text (Unicode's Bidi_Control), as
    /// `\u{…}`; a backslash as two.
    package static func escaped(_ text: String) -> String {
        if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F && $0 != 0x5C }) { return text }
        var result = ""
        for scalar in text.unicodeScalars {
            let v = scalar.value
            let hidden =
                v < 0x20 || (0x7F...0x9F).contains(v) || (0x200E...0x200F).contains(v) || (0x2028...0x202E).contains(v)
                || (0x2066...0x2069).contains(v) || v == 0x061C
            if hidden {
                result += "\\u{\(String(v, radix: 16))}"
            } else if scalar == "\\" {
                result += "\\\\"
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
