import HTTP
import HTTPTypes

/// What a stream of bytes means, request by request, up to the first that is refused or not complete.
enum Meaning: Hashable, CustomStringConvertible {
    case request(method: String, path: String, keepsAlive: Bool, expectsContinue: Bool, body: [UInt8])
    case refusedHead(Int)
    case refusedBody(Int)
    case unfinishedHead
    case unfinishedBody(received: Int)

    var description: String {
        switch self {
        case .request(let method, let path, let keeps, let expects, let body):
            "\(method) \(path) body \(String(decoding: body, as: UTF8.self).debugDescription)"
                + (keeps ? "" : " closes") + (expects ? " expects" : "")
        case .refusedHead(let status): "head refused with \(status)"
        case .refusedBody(let status): "body refused with \(status)"
        case .unfinishedHead: "head unfinished"
        case .unfinishedBody(let received): "body unfinished after \(received)"
        }
    }

    /// The status of a refusal.
    var status: Int? {
        switch self {
        case .refusedHead(let status), .refusedBody(let status): status
        default: nil
        }
    }
}

/// Feeds pieces to the reader of heads and the decoder of bodies as the server does.
func meanings(of pieces: [ArraySlice<UInt8>], _ limits: ServerConfiguration = ServerConfiguration()) -> [Meaning] {
    var result: [Meaning] = []
    var reader = HeadReader(limits: limits)
    var current: (head: ParsedHead, decoder: BodyDecoder, body: [UInt8])?

    /// Nil where nothing more can be understood.
    func take(_ bytes: UnsafeRawBufferPointer) -> Int? {
        guard current != nil else {
            let (used, outcome) = reader.take(bytes)
            switch outcome {
            case .incomplete: break
            case .complete(let head): current = (head, BodyDecoder(head.framing, limits: limits), [])
            case .failed(let problem):
                result.append(.refusedHead(problem.status))
                return nil
            }
            return used
        }
        do {
            var body: [UInt8] = []
            let used = try current?.decoder.take(bytes) { body += $0 }
            current?.body += body
            return used
        } catch let rejection as Rejection {
            result.append(.refusedBody(rejection.response.status.code))
        } catch {
            result.append(.refusedBody(0))
        }
        return nil
    }
    func finishIfDone() {
        guard let (head, decoder, body) = current, decoder.isDone else { return }
        result.append(
            .request(
                method: head.head.method.rawValue, path: head.head.path, keepsAlive: head.keepsAlive,
                expectsContinue: head.expectsContinue, body: body))
        current = nil
    }

    for piece in pieces {
        var rest = piece
        while !rest.isEmpty {
            guard let used = rest.withUnsafeBytes({ take($0) }) else { return result }
            finishIfDone()
            rest = rest.dropFirst(used)
        }
    }
    if let current {
        result.append(.unfinishedBody(received: current.body.count))
    } else if !reader.isEmpty {
        result.append(.unfinishedHead)
    }
    return result
}

/// In one piece.
func whole(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] { [bytes[...]] }
/// In two pieces.
func split(_ bytes: [UInt8], at position: Int) -> [ArraySlice<UInt8>] { [bytes[..<position], bytes[position...]] }
/// Every byte a piece.
func bytewise(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] { bytes.indices.map { bytes[$0...$0] } }
