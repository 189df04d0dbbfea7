import CSockets
import Foundation
import Logging

/// Responses become bytes, and connections go on or end.
extension Server {
    /// Answers and closes: the framing of what follows is not known.
    func refuse(_ connection: Connection, _ response: Response) {
        connection.closesAfterAnswer = true
        connection.receiver = nil
        account(connection, 0)
        answer(connection, response)
    }

    /// Sends an answer, as far as the socket takes it.
    ///
    /// A body that has not been read and is small is thrown away afterwards, so that the connection can go on; with a
    /// larger one, one whose length is not known, or one that waits for `100 Continue` and may never come, it is closed.
    func answer(_ connection: Connection, _ response: Response) {
        if isStopping { connection.closesAfterAnswer = true }
        if let decoder = connection.decoder, !decoder.isDone {
            let isSmall = decoder.remaining.map { $0 <= 64 << 10 } ?? false
            if !isSmall || connection.parsed?.expectsContinue == true { connection.closesAfterAnswer = true }
        }
        connection.state = .writing
        connection.status = response.status.code
        (connection.head, connection.content) = ResponseEncoder.encode(
            response, for: connection.parsed, closes: connection.closesAfterAnswer, date: currentDate(),
            corsOrigin: configuration.corsOrigin)
        connection.written = 0
        connection.startRateWindow(Server.now())
        flush(connection)
    }

    private func currentDate() -> String {
        var seconds = time_t()
        time(&seconds)
        if seconds != dateSecond || date.isEmpty {
            dateSecond = seconds
            date = ResponseEncoder.date(seconds)
        }
        return date
    }

    /// Sends on; head and body go out together.
    func flush(_ connection: Connection) {
        guard connection.state == .writing else { return }
        let total = connection.head.count + connection.content.count
        while connection.written < total {
            let count = connection.head.withUnsafeBytes { head in
                connection.content.withUnsafeBytes { content in
                    csockets_send(
                        connection.descriptor, head.baseAddress, head.count, content.baseAddress, content.count,
                        connection.written)
                }
            }
            guard count > 0 else {
                if errno == EINTR { continue }
                guard errno == EAGAIN else { return dispose(connection) }
                // What the kernel took at once says nothing about the client: the clock starts where it holds back.
                if connection.interest != csockets_out { connection.startRateWindow(Server.now()) }
                return updateInterest(connection)
            }
            connection.written += count
            connection.rateWindowBytes += count
            metrics.sent(count)
        }
        finish(connection)
    }

    /// The answer is out: on to the next request, or the end.
    private func finish(_ connection: Connection) {
        let now = Server.now()
        let seconds = now - connection.requestStarted
        metrics.request(status: connection.status, seconds: seconds)
        if logger.logLevel <= .info { log(connection, seconds) }
        connection.head = []
        connection.content = []
        connection.token = nil
        connection.lastByte = now
        if connection.closesAfterAnswer {
            connection.state = .lingering
            connection.lingeringSince = now
            connection.lingered = 0
            shutdown(connection.descriptor, Int32(SHUT_WR))
        } else if let decoder = connection.decoder, !decoder.isDone {
            connection.state = .discarding
            connection.headStarted = now
        } else {
            connection.state = .head
        }
        connection.parsed = nil
    }

    private func log(_ connection: Connection, _ seconds: Double) {
        logger.info(
            "request",
            metadata: [
                "id": "\(connection.id)-\(connection.requestNumber)", "peer": "\(connection.peer)",
                "method": "\(connection.parsed?.head.method.rawValue ?? "-")",
                "path": "\(String((connection.parsed?.head.path ?? "-").prefix(200)))",
                "status": "\(connection.status)",
                "bytes": "\(connection.content.count)", "ms": "\((seconds * 1e4).rounded() / 10)",
            ])
    }
}
