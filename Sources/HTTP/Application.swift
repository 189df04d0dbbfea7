import HTTPTypes

/// What a server serves. It sees whole request heads and streams of body bytes; framing is the server's.
public protocol Application: Sendable {
    /// Decides about a request as soon as its head is complete, before any byte of the body and before `100 Continue`.
    /// Called on the I/O thread: it must not compute.
    func route(_ head: RequestHead) -> RouteDecision
}

/// A request line and header fields that have passed the framing checks.
public struct RequestHead: Sendable {
    /// The method.
    public var method: HTTPRequest.Method
    /// The path without the query, percent-encoding removed.
    public var path: String
    /// The header fields.
    public var fields: HTTPFields

    /// A head with all its parts.
    public init(method: HTTPRequest.Method, path: String, fields: HTTPFields) {
        self.method = method
        self.path = path
        self.fields = fields
    }
}

/// What to do with a request.
public enum RouteDecision {
    /// Answer at once, on the I/O thread; a body is not read.
    case respond(Response)
    /// Read the body into this, then compute on a worker thread.
    case receive(any BodyReceiver)
}

/// Takes one request's body as it arrives and computes the answer. Used by one thread at a time.
public protocol BodyReceiver: AnyObject {
    /// How many bytes it holds now; all receivers together are limited.
    var bufferedBytes: Int { get }
    /// Takes the next bytes, on the I/O thread.
    /// - Throws: `Rejection` to answer at once.
    func receive(_ bytes: UnsafeRawBufferPointer) throws
    /// Computes the answer when the body is complete, on a worker thread.
    func respond(cancellation: CancellationToken) -> Response
}

/// Stops the reading of a body: the answer is known.
public struct Rejection: Error {
    /// The answer.
    public var response: Response
    /// A rejection with its answer.
    public init(_ response: Response) { self.response = response }
}
