import CurlShim
import Foundation

/// A client that is libcurl: one easy handle, so that connections are reused as curl reuses them.
final class Curl {
    /// What came back.
    struct Answer {
        var status: Int
        var fields: [(name: String, value: String)]
        var body: [UInt8]
        /// The number of connections that were opened for it: 0 where one was reused.
        var newConnections: Int
        /// Bytes of the request's body that were sent.
        var uploaded: Int
        var seconds: Double

        /// The first field with this name, in any case.
        subscript(field: String) -> String? {
            fields.first { $0.name.caseInsensitiveCompare(field) == .orderedSame }?.value
        }

        var text: String { String(decoding: body, as: UTF8.self) }

        /// The body as JSON, its numbers exact (JSONSerialization's are not).
        func json() throws -> [String: Any] {
            guard let object = try JSONDecoder().decode(JSON.self, from: Data(body)).value as? [String: Any] else {
                throw Failure(message: "not an object: \(text.prefix(200))")
            }
            return object
        }
    }

    /// Any JSON value as Foundation's classes.
    private struct JSON: Decodable {
        var value: Any

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if container.decodeNil() {
                value = NSNull()
            } else if let flag = try? container.decode(Bool.self) {
                value = flag
            } else if let number = try? container.decode(Double.self) {
                value = NSNumber(value: number)
            } else if let text = try? container.decode(String.self) {
                value = text
            } else if let array = try? container.decode([JSON].self) {
                value = array.map(\.value)
            } else {
                value = try container.decode([String: JSON].self).mapValues(\.value)
            }
        }
    }

    struct Failure: Error, CustomStringConvertible {
        var message: String
        var code: UInt32 = 0
        var description: String { message }
    }

    private static let initialised: Bool = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    private let handle: OpaquePointer

    init() throws {
        guard Curl.initialised, let handle = curl_easy_init() else { throw Failure(message: "curl_easy_init") }
        self.handle = OpaquePointer(handle)
    }

    deinit { curl_easy_cleanup(UnsafeMutableRawPointer(handle)) }

    private var easy: UnsafeMutableRawPointer { UnsafeMutableRawPointer(handle) }

    /// Sends one request. `body` nil means no body; `fields` are whole lines (`"Expect:"` removes one).
    func send(
        _ method: String, _ url: String, body: [UInt8]? = nil, fields: [String] = [], timeout: Double = 60,
        bytesPerSecond: Int = 0, version: Int = Int(CURL_HTTP_VERSION_1_1)
    ) throws -> Answer {
        curl_easy_reset(easy)
        curl_shim_set_string(easy, CURLOPT_URL, url)
        curl_shim_set_long(easy, CURLOPT_NOSIGNAL, 1)
        curl_shim_set_long(easy, CURLOPT_TIMEOUT_MS, Int(timeout * 1000))
        curl_shim_set_long(easy, CURLOPT_HTTP_VERSION, version)
        curl_shim_set_string(easy, CURLOPT_NOPROXY, "*")
        if bytesPerSecond > 0 {
            curl_shim_set_offset(easy, CURLOPT_MAX_SEND_SPEED_LARGE, curl_off_t(bytesPerSecond))
        }
        switch method {
        case "GET": curl_shim_set_long(easy, CURLOPT_HTTPGET, 1)
        case "HEAD": curl_shim_set_long(easy, CURLOPT_NOBODY, 1)
        default: curl_shim_set_string(easy, CURLOPT_CUSTOMREQUEST, method)
        }
        var list: UnsafeMutablePointer<curl_slist>?
        for field in fields { list = curl_slist_append(list, field) }
        defer { curl_slist_free_all(list) }
        if list != nil { curl_shim_set_list(easy, CURLOPT_HTTPHEADER, list) }
        var content = curl_shim_buffer()
        var head = curl_shim_buffer()
        defer {
            curl_shim_free(&content)
            curl_shim_free(&head)
        }
        let code: CURLcode = withUnsafeMutablePointer(to: &content) { content in
            withUnsafeMutablePointer(to: &head) { head in
                curl_shim_collect(easy, content, head)
                guard let body else { return curl_easy_perform(easy) }
                return body.withUnsafeBytes { bytes in
                    curl_shim_set_offset(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(bytes.count))
                    // An empty body has no address; curl wants one to send `Content-Length: 0`.
                    if let start = bytes.baseAddress, !bytes.isEmpty {
                        curl_shim_set_pointer(easy, CURLOPT_POSTFIELDS, start)
                        return curl_easy_perform(easy)
                    }
                    return "".withCString { empty in
                        curl_shim_set_pointer(easy, CURLOPT_POSTFIELDS, empty)
                        return curl_easy_perform(easy)
                    }
                }
            }
        }
        guard code == CURLE_OK else {
            throw Failure(
                message: "\(method) \(url): " + String(cString: curl_easy_strerror(code)), code: code.rawValue)
        }
        var status = 0
        var connections = 0
        var uploaded = 0.0
        var seconds = 0.0
        curl_shim_get_long(easy, CURLINFO_RESPONSE_CODE, &status)
        curl_shim_get_long(easy, CURLINFO_NUM_CONNECTS, &connections)
        curl_shim_get_double(easy, CURLINFO_SIZE_UPLOAD, &uploaded)
        curl_shim_get_double(easy, CURLINFO_TOTAL_TIME, &seconds)
        return Answer(
            status: status, fields: Curl.fields(in: Curl.bytes(of: head)), body: Curl.bytes(of: content),
            newConnections: connections, uploaded: Int(uploaded), seconds: seconds)
    }

    private static func bytes(of buffer: curl_shim_buffer) -> [UInt8] {
        Array(UnsafeRawBufferPointer(start: buffer.bytes, count: buffer.count))
    }

    /// The header fields of the last response (a 100 Continue comes first).
    private static func fields(in head: [UInt8]) -> [(name: String, value: String)] {
        var fields: [(name: String, value: String)] = []
        for line in String(decoding: head, as: UTF8.self).split(whereSeparator: \.isNewline) {
            if line.hasPrefix("HTTP/") {
                fields = []
            } else if let colon = line.firstIndex(of: ":") {
                let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
                fields.append((String(line[..<colon]), value))
            }
        }
        return fields
    }
}
