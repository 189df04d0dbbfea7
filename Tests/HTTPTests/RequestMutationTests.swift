import HTTP
import Testing

/// Requests of the table, broken at random: nothing crashes, and the meaning does not depend on how the bytes are cut.
@Suite struct RequestMutationTests {
    @Test(arguments: 0..<UInt64(8))
    func mutants(seed: UInt64) {
        var random = SplitMix(seed: 0x9E3D_79B9 &+ seed)
        var limits = ServerConfiguration()
        // Small, so that mutants meet them.
        limits.maxHead = 400
        limits.maxTarget = 60
        limits.maxFields = 6
        limits.maxChunkLine = 16
        limits.maxTrailers = 30
        limits.maxBody = 60
        let corpus = RequestCase.all.map(\.bytes).filter { $0.count < 600 }
        var kinds: Set<Int> = []
        for round in 0..<1_500 {
            let mutant = Mutator.mutate(corpus, &random)
            let expected = meanings(of: whole(mutant), limits)
            let cuts = [bytewise(mutant), randomPieces(mutant, &random), randomPieces(mutant, &random)]
            for pieces in cuts where meanings(of: pieces, limits) != expected {
                Issue.record(
                    """
                    seed \(seed), round \(round): \(String(decoding: mutant, as: UTF8.self).debugDescription)
                    whole: \(expected)
                    cut into \(pieces.map(\.count)): \(meanings(of: pieces, limits))
                    """)
                return
            }
            kinds.insert(expected.last?.status ?? (expected.isEmpty ? -1 : 200))
        }
        // The mutants reach every kind of refusal, not the first one alone.
        #expect(kinds.isSuperset(of: [200, 400, 413, 414, 417, 431, 501, 505]), "seed \(seed): \(kinds.sorted())")
    }

    private func randomPieces(_ bytes: [UInt8], _ random: inout SplitMix) -> [ArraySlice<UInt8>] {
        var pieces: [ArraySlice<UInt8>] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = Int.random(in: 1...max(1, min(rest.count, 40)), using: &random)
            pieces.append(rest.prefix(count))
            rest = rest.dropFirst(count)
        }
        return pieces
    }
}

/// Breaks requests.
enum Mutator {
    private static let words: [String] = [
        "\r\n", "\r", "\n", "\0", " ", "\t", ":", ";", ",", "0", "3", "ffffffff", "Content-Length: 3\r\n",
        "Content-Length: 5\r\n", "Content-Length: 99\r\n", "Transfer-Encoding: chunked\r\n",
        "Transfer-Encoding: gzip\r\n",
        "Expect: 100-continue\r\n", "Expect: x\r\n", "Host: a\r\n", "Connection: close\r\n", "0\r\n\r\n",
        "3\r\nabc\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.0", "HTTP/2.0", "\r\n\r\n", "X: y\r\n", " HTTP/1.1\r\n",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    ]

    /// One to four changes to a request, or to two of them joined.
    static func mutate(_ corpus: [[UInt8]], _ random: inout SplitMix) -> [UInt8] {
        var bytes = corpus.randomElement(using: &random) ?? []
        if Int.random(in: 0..<4, using: &random) == 0 { bytes += corpus.randomElement(using: &random) ?? [] }
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let position = Int.random(in: 0...bytes.count, using: &random)
            let end = min(bytes.count, position + Int.random(in: 0...12, using: &random))
            switch Int.random(in: 0..<6, using: &random) {
            case 0 where position < bytes.count: bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 1 where position < bytes.count: bytes[position] = UInt8.random(in: 0...255, using: &random)
            case 2: bytes.removeSubrange(position..<end)
            case 3: bytes.insert(contentsOf: Array(bytes[position..<end]), at: position)
            case 4: bytes.removeSubrange(position...)
            default: bytes.insert(contentsOf: (words.randomElement(using: &random) ?? "").utf8, at: position)
            }
        }
        return bytes
    }
}
