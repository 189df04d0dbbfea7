import Foundation
import Testing

/// Large bodies, many clients at once, and the end of the process.
@Suite(.serialized) struct LoadTests {
    /// A request of about `megabytes` MB: numbers of 12 characters, ten columns, from a fixed linear congruence.
    static func body(megabytes: Int) -> (bytes: [UInt8], rows: Int) {
        var state: UInt64 = 88_172_645_463_325_252
        func next() -> String {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let digits = String(state >> 33 % 10_000_000_000)
            return "0." + String(repeating: "0", count: 10 - digits.count) + digits
        }
        let rows = megabytes * 1_000_000 / 140
        var text = #"{"beta": [1,2,3,4,5,6,7,8,9,10], "X": ["#
        text.reserveCapacity(megabytes * 1_000_000 + 1000)
        var targets = ""
        for row in 0..<rows {
            if row > 0 {
                text += ","
                targets += ","
            }
            text += "[" + (0..<10).map { _ in next() }.joined(separator: ",") + "]"
            targets += next()
        }
        text += "], \"y\": [" + targets + "]}"
        return (Array(text.utf8), rows)
    }

    @Test func twentyMegabytes() throws {
        let server = try RunningServer()
        let curl = try Curl()
        let (bytes, rows) = Self.body(megabytes: 20)
        let answer = try curl.send("POST", server.url + "/hessian", body: bytes)
        #expect(answer.status == 200, "\(answer.text.prefix(300))")
        #expect(try answer.json()["n"] as? Int == rows)
        #expect((try answer.json()["comparison"] as? [String: Any])?["agrees"] as? Bool == true)
        #expect(server.peakMemory < 100_000_000)
    }

    @Test func manyClientsAtOnceGetTheSameBytes() async throws {
        let server = try RunningServer(["--queue", "256"])
        let url = server.url + "/hessian"
        let expected = try Curl().send("POST", url, body: FoundingDataTests.data).body
        let answers = Answers()
        let threads = (0..<16).map { _ in
            Thread {
                guard let curl = try? Curl() else { return answers.add(nil) }
                for _ in 0..<25 { answers.add(try? curl.send("POST", url, body: FoundingDataTests.data).body) }
            }
        }
        for thread in threads { thread.start() }
        let collected = await answers.all(400)
        #expect(collected.count == 400)
        #expect(collected.allSatisfy { $0 == expected })
    }

    @Test(arguments: [SIGTERM, SIGINT])
    func aSignalLetsTheRequestInFlightFinish(signal: Int32) async throws {
        let server = try RunningServer()
        let url = server.url + "/hessian"
        let padded = FoundingDataTests.data + [UInt8](repeating: UInt8(ascii: " "), count: 200_000)
        let answers = Answers()
        let thread = Thread {
            // About a second and a half for the upload; the signal comes in the middle.
            let answer = try? Curl().send("POST", url, body: padded, fields: ["Expect:"], bytesPerSecond: 170_000)
            answers.add(answer.map { $0.status == 200 ? $0.body : nil } ?? nil)
        }
        thread.start()
        try await Task.sleep(for: .milliseconds(600))
        server.signal(signal)
        let answer = await answers.all(1)
        #expect(answer.first.map { $0 != nil } == true)
        #expect(server.exitStatus(within: 5) == 0)
    }

    @Test func anIdleServerEndsAtOnce() throws {
        let server = try RunningServer()
        server.signal(SIGTERM)
        #expect(server.exitStatus(within: 2) == 0)
    }

    @Test func healthAnswersWhileEveryWorkerComputes() throws {
        let server = try RunningServer(["--threads", "1"])
        let url = server.url + "/hessian"
        let (bytes, _) = Self.body(megabytes: 20)
        let answers = Answers()
        Thread { answers.add(try? Curl().send("POST", url, body: bytes).body) }.start()
        let curl = try Curl()
        for _ in 0..<50 {
            #expect(try curl.send("GET", server.url + "/healthz", timeout: 5).status == 200)
            usleep(2_000)
        }
    }
}

/// What threads found, awaited without blocking the cooperative pool.
private final class Answers: @unchecked Sendable {
    private let lock = NSLock()
    private var found: [[UInt8]?] = []

    func add(_ answer: [UInt8]?) { lock.withLock { found.append(answer) } }

    func all(_ count: Int) async -> [[UInt8]?] {
        for _ in 0..<6_000 {
            let now = lock.withLock { found }
            if now.count >= count { return now }
            try? await Task.sleep(for: .milliseconds(10))
        }
        return lock.withLock { found }
    }
}
