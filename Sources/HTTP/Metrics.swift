import Foundation

/// Counters in the Prometheus text format. Written by the I/O thread, read by anyone.
public final class Metrics: @unchecked Sendable {
    private let lock = NSLock()
    private var requests: [Int: Int] = [:]
    private var connections = 0
    private var opened = 0
    private var bytesIn = 0
    private var bytesOut = 0
    private var buckets = [Int](repeating: 0, count: Metrics.bounds.count)
    private var count = 0
    private var seconds = 0.0
    var queueDepth: @Sendable () -> Int = { 0 }

    private static let bounds: [Double] = [
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
    ]

    /// Counters at zero.
    public init() {}

    func request(status: Int, seconds: Double) {
        lock.withLock {
            requests[status, default: 0] += 1
            count += 1
            self.seconds += seconds
            for (i, bound) in Metrics.bounds.enumerated() where seconds <= bound { buckets[i] += 1 }
        }
    }

    func opening() {
        lock.withLock {
            connections += 1
            opened += 1
        }
    }

    func closing() { lock.withLock { connections -= 1 } }
    func received(_ bytes: Int) { lock.withLock { bytesIn += bytes } }
    func sent(_ bytes: Int) { lock.withLock { bytesOut += bytes } }

    /// The text.
    public var text: String {
        let depth = queueDepth()
        return lock.withLock {
            var lines = [
                "# HELP hessian_requests_total Requests answered, by status.", "# TYPE hessian_requests_total counter",
            ]
            for status in requests.keys.sorted() {
                lines.append("hessian_requests_total{status=\"\(status)\"} \(requests[status] ?? 0)")
            }
            lines += [
                "# HELP hessian_request_seconds Time from the head to the answer.",
                "# TYPE hessian_request_seconds histogram",
            ]
            for (bound, bucket) in zip(Metrics.bounds, buckets) {
                lines.append("hessian_request_seconds_bucket{le=\"\(bound)\"} \(bucket)")
            }
            lines += [
                "hessian_request_seconds_bucket{le=\"+Inf\"} \(count)", "hessian_request_seconds_sum \(seconds)",
                "hessian_request_seconds_count \(count)", "# HELP hessian_connections Open connections.",
                "# TYPE hessian_connections gauge", "hessian_connections \(connections)",
                "# HELP hessian_connections_total Connections accepted.", "# TYPE hessian_connections_total counter",
                "hessian_connections_total \(opened)", "# HELP hessian_queue_depth Requests that wait for a worker.",
                "# TYPE hessian_queue_depth gauge", "hessian_queue_depth \(depth)",
                "# HELP hessian_received_bytes_total Bytes received.", "# TYPE hessian_received_bytes_total counter",
                "hessian_received_bytes_total \(bytesIn)", "# HELP hessian_sent_bytes_total Bytes sent.",
                "# TYPE hessian_sent_bytes_total counter", "hessian_sent_bytes_total \(bytesOut)",
            ]
            return lines.joined(separator: "\n") + "\n"
        }
    }
}
