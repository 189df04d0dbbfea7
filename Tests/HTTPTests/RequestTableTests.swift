import HTTP
import Testing

/// Framing: every request of the table, however its bytes are cut.
@Suite struct RequestTableTests {
    @Test(arguments: RequestCase.all)
    func verdict(item: RequestCase) {
        let found = meanings(of: whole(item.bytes), item.limits)
        switch item.verdict {
        case .accepted(let expected): #expect(found == expected)
        case .refused(let status): #expect(found.last?.status == status, "\(found)")
        }
    }

    @Test(arguments: RequestCase.all)
    func theSameHoweverItIsCut(item: RequestCase) {
        let bytes = item.bytes
        let found = meanings(of: whole(bytes), item.limits)
        #expect(meanings(of: bytewise(bytes), item.limits) == found)
        // Long ones are cut at every hundredth byte and around their ends, the others everywhere.
        let step = bytes.count > 2000 ? 101 : 1
        for position in stride(from: 1, to: bytes.count, by: step) {
            let cut = meanings(of: split(bytes, at: position), item.limits)
            guard cut == found else {
                Issue.record("cut at \(position): \(cut), whole: \(found)")
                return
            }
        }
    }

    /// Behind a refusal nothing is understood: the next request may be the attacker's body.
    @Test(arguments: RequestCase.all.filter { if case .refused = $0.verdict { true } else { false } })
    func nothingFollowsARefusal(item: RequestCase) {
        let bytes = item.bytes + Array("\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
        let found = meanings(of: whole(bytes), item.limits)
        #expect(found.last?.status != nil, "\(found)")
        #expect(found == meanings(of: bytewise(bytes), item.limits))
    }
}
