/// Content negotiation by `Accept` (RFC 9110 §12.5.1).
enum Negotiation {
    /// The weight that a client gives to a media type: that of the most specific range that covers it; 1 where the client
    /// says nothing, 0 where no range covers it.
    static func weight(of type: String, in accept: String?) -> Double {
        guard let accept, !accept.allSatisfy(\.isWhitespace) else { return 1 }
        let family = type.prefix { $0 != "/" } + "/*"
        var best: (rank: Int, weight: Double) = (-1, 0)
        for entry in accept.lowercased().split(separator: ",") {
            let parts = entry.split(separator: ";", omittingEmptySubsequences: false).map { part in
                part.filter { $0 != " " && $0 != "\t" }
            }
            let rank =
                switch parts.first {
                case type: 2
                case String(family): 1
                case "*/*": 0
                default: -1
                }
            guard rank > best.rank else { continue }
            let quality = parts.dropFirst().first { $0.hasPrefix("q=") }.map { Double($0.dropFirst(2)) ?? 0 } ?? 1
            best = (rank, quality)
        }
        return best.weight
    }
}
