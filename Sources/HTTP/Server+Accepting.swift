import CSockets
import Foundation

/// Connections come and go.
extension Server {
    func setListening(_ on: Bool) {
        guard on != isListening, listener >= 0 else { return }
        isListening = on
        _ = csockets_epoll_control(epoll, on ? csockets_add : csockets_delete, listener, csockets_in, Server.listenerID)
    }

    func acceptAll() {
        var peer = [CChar](repeating: 0, count: 64)
        for _ in 0..<64 {
            // At the limit connections wait in the kernel's queue.
            if connections.count >= configuration.maxConnections { return setListening(false) }
            let descriptor = csockets_accept(listener, &peer, 64)
            guard descriptor >= 0 else {
                if errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM {
                    // Without a descriptor accepting again at once would spin; wait for one to be closed.
                    setListening(false)
                    acceptAgainAt = Server.now() + 0.25
                }
                return
            }
            nextID += 1
            let text = String(decoding: peer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            let connection = Connection(
                id: nextID, descriptor: descriptor, peer: text, limits: configuration, now: Server.now())
            connections[nextID] = connection
            metrics.opening()
            connection.interest = csockets_in | csockets_peer_closed
            _ = csockets_epoll_control(epoll, csockets_add, descriptor, connection.interest, UInt64(nextID))
        }
    }

    /// Accepts again where that was given up for want of descriptors or connections.
    func acceptAgain(_ now: Double) {
        if !isListening, !isStopping, now > acceptAgainAt, connections.count < configuration.maxConnections {
            setListening(true)
        }
    }

    /// Closes a connection and forgets all about it; a computation that nobody waits for is called off.
    func dispose(_ connection: Connection) {
        guard connections.removeValue(forKey: connection.id) != nil else { return }
        if connection.state == .computing {
            connection.token?.cancel()
            workers.remove(connection.id)
        }
        connection.state = .closed
        account(connection, 0)
        connection.receiver = nil
        close(connection.descriptor)
        metrics.closing()
        if !isListening, !isStopping, connections.count < configuration.maxConnections { setListening(true) }
    }

    /// Asks for the events that the state can use; while computing only whether the client is still there.
    func updateInterest(_ connection: Connection) {
        let interest =
            switch connection.state {
            case .head, .body, .discarding: csockets_in | csockets_peer_closed
            case .lingering: csockets_in
            case .computing: csockets_peer_closed
            case .writing: csockets_out
            case .closed: connection.interest
            }
        guard connection.interest != interest else { return }
        connection.interest = interest
        _ = csockets_epoll_control(epoll, csockets_modify, connection.descriptor, interest, UInt64(connection.id))
    }
}
