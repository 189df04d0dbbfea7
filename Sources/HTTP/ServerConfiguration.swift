import Foundation

/// Addresses, limits and deadlines of a server; all can be set.
public struct ServerConfiguration: Sendable {
    /// The address to bind.
    public var host = "127.0.0.1"
    /// The port; 0 takes a free one.
    public var port: UInt16 = 8080
    /// Worker threads.
    public var threads = max(1, ProcessInfo.processInfo.activeProcessorCount)
    /// Requests that may wait for a worker.
    public var queue = 64
    /// Bytes of a request head.
    public var maxHead = 32 << 10
    /// Header fields.
    public var maxFields = 100
    /// Bytes of a request target.
    public var maxTarget = 8 << 10
    /// Bytes of the line before a chunk.
    public var maxChunkLine = 256
    /// Bytes of trailers.
    public var maxTrailers = 8 << 10
    /// Bytes of one body.
    public var maxBody = 256 << 20
    /// Bytes that all bodies being read may hold.
    public var maxBuffered = 1 << 30
    /// Connections at once.
    public var maxConnections = 4096
    /// Seconds for a request head.
    public var headTimeout = 9.5
    /// Seconds without a byte on a connection that is kept alive.
    public var idleTimeout = 60.0
    /// The least bytes a second, over `rateWindow` seconds.
    public var minimumRate = 1024.0
    /// See `minimumRate`.
    public var rateWindow = 10.0
    /// Seconds for which a closed connection is read on, so that the client reads its answer, once it sends nothing.
    public var lingerTimeout = 2.0
    /// Seconds for which it is read on at most.
    public var lingerLimit = 10.0
    /// Bytes that are read on at most.
    public var lingerBytes = 64 << 20
    /// Seconds that requests in flight are given when the server stops.
    public var shutdownTimeout = 8.0
    /// The bearer token that requests must carry.
    public var token: String?
    /// The origin that browsers may call from.
    public var corsOrigin: String?
    /// Whether SIGTERM and SIGINT stop the server.
    public var handlesSignals = true

    /// The defaults.
    public init() {}
}
