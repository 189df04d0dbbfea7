import Foundation
import Logging

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
            line += " \(key)=" + StandardErrorLogHandler.escaped("\(value)")
        }
        FileHandle.standardError.write(Data((line + "\n").utf8))
    }

    private static func time() -> String {
        var now = time_t()
        Foundation.time(&now)
        var parts = tm()
        gmtime_r(&now, &parts)
        var buffer = [CChar](repeating: 0, count: 32)
        strftime(&buffer, buffer.count, "%Y-%m-%dT%H:%M:%SZ", &parts)
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// C0, C1, DEL and the characters that turn the direction of text, as `\u{…}`.
    package static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            let v = scalar.value
            let hidden =
                v < 0x20 || (0x7F...0x9F).contains(v) || (0x200E...0x200F).contains(v) || (0x2028...0x202E).contains(v)
                || (0x2066...0x2069).contains(v) || v == 0x061C
            if hidden {
                result += "\\u{\(String(v, radix: 16))}"
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
