import CSockets

/// Clocks: none on computing, one on everything that a client can draw out.
extension Server {
    func sweep(_ now: Double) {
        lastSweep = now
        acceptAgain(now)
        for connection in Array(connections.values) {
            switch connection.state {
            case .head: sweepHead(connection, now)
            case .discarding:
                if now - (connection.headStarted ?? now) > configuration.headTimeout { dispose(connection) }
            case .body, .writing: sweepRate(connection, now)
            case .lingering:
                let lingering = now - connection.lingeringSince
                let isQuiet = now - connection.lastByte > 0.5
                if lingering > configuration.lingerLimit
                    || isQuiet && (lingering > configuration.lingerTimeout || isStopping)
                {
                    dispose(connection)
                }
            case .computing, .closed: break
            }
        }
    }

    /// A head that has begun must end, and when the server stops it must go on; a connection without one may be idle for
    /// a while.
    private func sweepHead(_ connection: Connection, _ now: Double) {
        if let started = connection.headStarted {
            let isForsaken = isStopping && now - connection.lastByte > 0.5
            guard isForsaken || now - started > configuration.headTimeout else { return }
            begin(connection)
            refuse(connection, Problem.timeout.response())
            updateInterest(connection)
        } else if now - connection.lastByte > configuration.idleTimeout || isStopping {
            dispose(connection)
        }
    }

    /// A body and an answer must move at the minimum rate.
    private func sweepRate(_ connection: Connection, _ now: Double) {
        guard now - connection.rateWindowStart > configuration.rateWindow else { return }
        if Double(connection.rateWindowBytes) >= configuration.minimumRate * configuration.rateWindow {
            return connection.startRateWindow(now)
        }
        guard connection.state == .body else {
            // Otherwise the kernel would go on at the client's pace with what it holds.
            csockets_forget_unsent(connection.descriptor)
            return dispose(connection)
        }
        refuse(connection, Problem.timeout.response())
        updateInterest(connection)
    }
}
