import Foundation
import Testing
import WireFormat

@Suite struct JSONScannerTests {
    @Test func packsNumbersAndRows() {
        let vector = scanNumbers("[1, 2.5, -3e2]")
        #expect(vector?.shape == [3])
        #expect(vector?.array.elements == [1, 2.5, -300])
        let matrix = scanNumbers(" [ [1,2] ,\n[3, 4], [5,6]\t] ")
        #expect(matrix?.shape == [3, 2])
        #expect(matrix?.array.elements == [1, 2, 3, 4, 5, 6])
        #expect(matrix?.offset == 1)
        #expect(scanNumbers("[[], []]")?.shape == [2, 0])
    }

    @Test func largeMatricesComeInRowMajorOrder() {
        let rows = (0..<5000).map { i in "[" + (0..<7).map { "\(i * 7 + $0).25" }.joined(separator: ", ") + "]" }
        let packed = scanNumbers("[" + rows.joined(separator: ",") + "]")
        #expect(packed?.shape == [5000, 7])
        #expect(packed?.array.elements == (0..<35000).map { Double($0) + 0.25 })
        #expect(packed?.finestPlace == -2)
    }

    /// Members and strings cost much more than numbers: they are counted over the whole document.
    @Test func membersAndStringsAreCounted() {
        func members(_ count: Int) -> String { (0..<count).map { "\"a\($0)\": 0" }.joined(separator: ", ") }
        func strings(_ count: Int) -> String { [String](repeating: "\"\"", count: count).joined(separator: ", ") }
        for text in [
            "{\(members(4096))}", "{\"return\": [\(strings(4095))]}", "{\"b\": {\(members(4094))}, \"c\": 1}",
        ] {
            guard case .success = scan(text) else {
                Issue.record("refused: \(text.prefix(30))")
                continue
            }
        }
        for (text, pointer) in [
            ("{\(members(4097))}", "/a4096"), ("{\"return\": [\(strings(4096))]}", "/return/4095"),
            ("{\"b\": {\(members(4094))}, \"c\": 1, \"d\": 2}", "/d"), ("[1, {\(members(4097))}]", "/1"),
        ] {
            let error = scanError(text)
            #expect(error?.code == .outsideDomain)
            #expect(error?.pointer?.description.hasPrefix(pointer) == true, "\(error?.pointer?.description ?? "")")
        }
    }

    @Test func nullInsideNumbersIsRememberedWithItsPlace() {
        let packed = scanNumbers("[[1, 2], [3, null]]")
        #expect(packed?.firstNull?.position == 3)
        #expect(packed?.firstNull?.offset == 13)
        #expect(packed?.array[3].isNaN == true)
        #expect(packed.map { "\($0.pointer(of: 3, below: .root.appending("H")))" } == "/H/1/1")
    }

    @Test func objectsKeepTheirMembersInOrder() {
        guard
            case .success(let element) = scan(#"{"b": true, "a": {"x": null}, "return": ["loss", "\u00e9"], "e": []}"#),
            case .object(let object) = element.value
        else {
            Issue.record("refused")
            return
        }
        #expect(object.members.map(\.name) == ["b", "a", "return", "e"])
        #expect(object.members.map(\.offset) == [1, 12, 30, 60])
        guard case .strings(let texts) = object["return"]?.value else {
            Issue.record("not strings")
            return
        }
        #expect(texts.map(\.text) == ["loss", "é"])
        #expect(object["absent"] == nil)
    }

    @Test(arguments: [
        (#""a\"\\\/\b\f\n\r\tz""#, "a\"\\/\u{8}\u{C}\n\r\tz"), (#""\u0041\u00E9\u20ac""#, "Aé€"),
        (#""\ud83d\ude00\uDBFF\uDFFF""#, "😀\u{10FFFF}"), (#""é€😀""#, "é€😀"), (#""\u0000""#, "\0"), (#""""#, ""),
    ])
    func strings(literal: String, text: String) {
        guard case .success(let element) = scan(literal), case .string(let read) = element.value else {
            Issue.record("\(literal) was refused")
            return
        }
        #expect(Array(read.utf8) == Array(text.utf8))
    }

    @Test func byteOrderMarkIsSkippedAndCounts() {
        guard case .success(let element) = scan("\u{FEFF}[1]") else {
            Issue.record("refused")
            return
        }
        #expect(element.offset == 3)
    }

    /// Text, code, byte, pointer. Every text is also fed in pieces by `everySplitGivesTheSameOutcome`.
    static let faults: [(text: String, code: WireError.Code, offset: Int, pointer: String?)] = [
        ("", .malformedJSON, 0, ""),
        ("  ", .malformedJSON, 2, ""),
        ("\u{FEFF}", .malformedJSON, 3, ""),
        ("{", .malformedJSON, 1, ""),
        ("[1, 2", .malformedJSON, 5, "/1"),
        (#"{"X": [[1, 2"#, .malformedJSON, 12, "/X/0/1"),
        (#"{"X": "abc"#, .malformedJSON, 10, "/X"),
        ("[1,]", .malformedJSON, 3, "/1"),
        ("[,1]", .malformedJSON, 1, "/0"),
        ("[1 2]", .malformedJSON, 3, "/0"),
        ("[1}", .malformedJSON, 2, "/0"),
        (#"{"a": 1]"#, .malformedJSON, 7, "/a"),
        (#"{"a" 1}"#, .malformedJSON, 5, "/a"),
        (#"{"a": 1,}"#, .malformedJSON, 8, "/a"),
        (#"{a: 1}"#, .malformedJSON, 1, ""),
        (#"{'a': 1}"#, .malformedJSON, 1, ""),
        (#"{1: 1}"#, .malformedJSON, 1, ""),
        ("[01]", .malformedJSON, 1, "/0"),
        ("[1, -01.5]", .malformedJSON, 5, "/1"),
        ("[+1]", .malformedJSON, 1, "/0"),
        ("[.5]", .malformedJSON, 1, "/0"),
        ("[5.]", .malformedJSON, 3, "/0"),
        ("[1.5.2]", .malformedJSON, 4, "/0"),
        ("[1e]", .malformedJSON, 3, "/0"),
        ("[1e+]", .malformedJSON, 4, "/0"),
        ("[-]", .malformedJSON, 2, "/0"),
        ("[1-2]", .malformedJSON, 2, "/0"),
        ("[0x10]", .malformedJSON, 2, "/0"),
        ("[1_000]", .malformedJSON, 2, "/0"),
        ("[NaN]", .malformedJSON, 1, "/0"),
        ("[-Infinity]", .malformedJSON, 1, "/0"),
        (#"{"y": [1, Infinity]}"#, .malformedJSON, 10, "/y/1"),
        ("[None]", .malformedJSON, 1, "/0"),
        ("[True]", .malformedJSON, 1, "/0"),
        ("nul", .malformedJSON, 0, ""),
        ("nulll", .malformedJSON, 0, ""),
        ("[abcdefghijklmnopqrstuvwxyz]", .malformedJSON, 1, "/0"),
        ("\"a\nb\"", .malformedJSON, 2, ""),
        ("\"a\u{1}\"", .malformedJSON, 2, ""),
        (#""\x""#, .malformedJSON, 2, ""),
        (#""\u12G4""#, .malformedJSON, 5, ""),
        (#""\ud800""#, .malformedJSON, 1, ""),
        (#""\ud800x""#, .malformedJSON, 1, ""),
        (#""\ud800\n""#, .malformedJSON, 1, ""),
        (#""\ud800\u0041""#, .malformedJSON, 1, ""),
        (#""\udc00\ud800""#, .malformedJSON, 1, ""),
        ("[1] 2", .trailingContent, 4, nil),
        ("{}}", .trailingContent, 2, nil),
        ("[1]\u{0}", .trailingContent, 3, nil),
        ("// comment\n1", .malformedJSON, 0, ""),
        (#"{"X": 1, "y": 2, "X": 3}"#, .duplicateMember, 17, "/X"),
        (#"{"p": {"a": 1, "\u0061": 2}}"#, .duplicateMember, 15, "/p/a"),
        (#"{"y": [1, 1e999]}"#, .numberOutOfRange, 10, "/y/1"),
        ("-1.7976931348623159e308", .numberOutOfRange, 0, ""),
        ("[[1, 2, 3], [4, 5, 6], [7, 8, 9], [1, 2], [1]]", .raggedMatrix, 34, "/3"),
        ("[[1, 2], [3, 4, 5]]", .raggedMatrix, 9, "/1"),
        ("[[], [1]]", .raggedMatrix, 5, "/1"),
        (#"{"X": [[1, 2], [3, "a"]]}"#, .wrongType, 19, "/X/1/1"),
        (#"{"X": [[1, 2], [3, true]]}"#, .wrongType, 19, "/X/1/1"),
        (#"{"X": [[1, 2], 3]}"#, .wrongType, 15, "/X/1"),
        (#"{"X": [[1, 2], null]}"#, .wrongType, 15, "/X/1"),
        (#"{"X": [1, [2, [3, {"a": 1}]]]}"#, .wrongType, 10, "/X/1"),
        (#"{"X": [[[1]]]}"#, .wrongType, 8, "/X/0/0"),
        (#"{"X": [{"a": [1]}]}"#, .wrongType, 7, "/X/0"),
        (#"{"X": ["1"]}"#, .wrongType, 7, "/X/0"),
        (#"{"return": ["loss", 1]}"#, .wrongType, 20, "/return/1"),
        (#"{"return": [null]}"#, .wrongType, 12, "/return/0"),
        // What follows in a value that is refused anyway is still read: a syntax error comes first.
        (#"{"X": [[[1, 2,]]]}"#, .malformedJSON, 14, "/X/0/0"),
        (#"{"X": [{"a": 1, "a": 2}]}"#, .duplicateMember, 16, "/X/0/a"),
    ]

    @Test(arguments: faults)
    func everyFaultIsNamedWithItsPlace(
        fault: (text: String, code: WireError.Code, offset: Int, pointer: String?)
    ) {
        let error = scanError(fault.text)
        #expect(error?.code == fault.code, "\(fault.text): \(error?.detail ?? "accepted")")
        #expect(error?.offset == fault.offset, "\(fault.text)")
        #expect(error?.pointer?.description == fault.pointer, "\(fault.text)")
    }

    /// The loop for packed numbers needs many bytes ahead; in pieces of one byte it is never entered.
    @Test(arguments: [
        "[1, 2] [3, 4]", "[1, 2], [3 4]", "[1, 2],, [3, 4]", "[1, 2,], [3, 4]", "[1, 2], 3, [4, 5]",
        "[1, 2], [], [3, 4]",
        "[1, 2], [[3, 4]]", "[1, 2]], [3, 4]", "[1, 2], [3, 4, 5]", "[1, 2], [3]", "[1, 2] , \n\t [ 3 , 4 ] ",
        "[01, 2]",
        "[1., 2]", "[.5, 2]", "[-, 2]", "[--1, 2]", "[1e, 2]", "[1e+, 2]", "[1e400, 2]", "[1e-400, -0]", "[1.5.5, 2]",
        "[1a, 2]",
        "[1, null]", "[1, \"2\"]", "[1, true]", "[1, {}]", "[1234567890123456789012345, 0.0]", "[1, 2]}", "[1, 2]:",
        "[0.000000000000000000000000000001, 0.00000000000000000000000]", "[1e12345678, 2]",
        "[1e-12345678, 2e0000000001]",
    ])
    func unusualRowsAmongManyReadAlikeInOnePieceAndInBytes(rows: String) {
        let usual = (0..<40).map { "[\($0).5, -0.\($0)]" }.joined(separator: ", ")
        let body = Array("{\"X\": [\(usual), \(rows), \(usual)]}".utf8)
        #expect(dump(scan(body)) == dump(scan(body, cuts: Array(1..<body.count))))
    }

    @Test func everyCountOfDigitsReadsAlikeInOnePieceAndInBytes() {
        let digits = "9876543210123456789098765432109876543210"
        var numbers: [String] = []
        for count in 1...30 {
            let end = digits.prefix(count)
            numbers += ["\(end)", "-\(end)", "0.\(end)", "-7.\(end)", "42.\(end)e-7", "123456789.\(end)E+12"]
            numbers += [
                "0.0000\(end)", "0.0000000000000\(end)", "-0.\(String(repeating: "0", count: count))", "5e\(count)",
            ]
        }
        let body = Array(("[" + numbers.joined(separator: ",") + String(repeating: ", 0", count: 100) + "]").utf8)
        let outcome = scan(body)
        #expect(dump(outcome) == dump(scan(body, cuts: Array(1..<body.count))))
        guard case .success(let element) = outcome, case .numbers(let packed) = element.value else {
            Issue.record("refused")
            return
        }
        // The C library's strtod is another reader.
        #expect(
            packed.array.elements.prefix(numbers.count).map(\.bitPattern) == numbers.map { strtod($0, nil).bitPattern })
    }

    @Test func raggedRowsSayHowLongTheyAre() {
        let error = scanError("[[1, 2, 3], [4, 5, 6], [7, 8, 9], [1, 2]]")
        #expect(error?.detail == "row 3 has 2 numbers, expected 3")
        #expect(error?.expected == 3)
        #expect(error?.actual == 2)
    }

    @Test func raggedRowIsNoticedBeforeTheBodyEnds() {
        let scanner = JSONScanner()
        #expect(throws: WireError.self) { try scanner.receive(Array(#"{"X": [[1, 2], [3], "#.utf8)) }
    }

    @Test func wrongTypesSayWhatWasExpected() {
        let error = scanError(#"{"X": [[1, 2], [3, "a"]]}"#)
        #expect(error?.expected == "number")
        #expect(error?.actual == "string")
    }

    @Test func sixtyFourLevelsAreTheLimit() {
        func nested(_ depth: Int) -> String {
            String(repeating: #"{"a":"#, count: depth) + "1" + String(repeating: "}", count: depth)
        }
        #expect(scanError(nested(64)) == nil)
        #expect(scanError(nested(65))?.code == .malformedJSON)
        #expect(scanError(nested(65))?.offset == 64 * 5)
        let brackets = String(repeating: "[", count: 100_000)
        #expect(scanError(brackets)?.code == .malformedJSON)
        #expect(scanError(brackets)?.offset == 64)
        #expect(scanError(String(repeating: "[", count: 64) + String(repeating: "]", count: 64))?.code == .wrongType)
    }

    @Test(
        arguments: [
            [0xFF], [0xC0, 0x80], [0xC3], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82], [0x80],
            [0xF0, 0x8F, 0xBF, 0xBF], [0xE0, 0x9F, 0xBF], [0xF8, 0x88, 0x80, 0x80, 0x80],
        ] as [[UInt8]])
    func invalidUTF8IsRefused(bytes: [UInt8]) {
        let body: [UInt8] = [0x22, 0x61] + bytes + [0x22]
        guard case .failure(let error) = scan(body) else {
            Issue.record("accepted")
            return
        }
        #expect(error.code == .malformedJSON)
        #expect(error.offset == 2)
        #expect(dump(scan(body, cuts: Array(1..<body.count))) == dump(scan(body)))
    }

    @Test func everySplitGivesTheSameOutcome() {
        let documents =
            Self.faults.map(\.text) + [
                #" {"X": [[1.5, -2e-3], [0.25, 123456789.123456789]], "s": "a\ud83d\ude00é\n", "t": [true]}"#,
                #"{"X": [[1.5, -2e-3], [0.25, 123456789.123456789]], "s": "a\ud83d\ude00é\n€", "t": true, "n": null}"#,
                "\u{FEFF}[12345678901234567890123e-5, null, 1]", "true", "-0.5e1",
                #"{"return": ["a", "b"], "witnesses": []}"#,
                "[" + (0..<60).map { "[\($0), \($0).5, -0.00\($0)e2]" }.joined(separator: " , ") + "]",
            ]
        for text in documents {
            let body = Array(text.utf8)
            let whole = dump(scan(body))
            #expect(dump(scan(body, cuts: Array(0...body.count))) == whole, "byte by byte: \(text)")
            for cut in 0...body.count where dump(scan(body, cuts: [cut])) != whole {
                Issue.record("cut at \(cut): \(text)")
                break
            }
        }
    }

    @Test(arguments: [20_261_124, 42] as [UInt64])
    func mutatedBodiesNeverCrashAndSplitAlike(seed: UInt64) {
        var generator = SplitMix(seed: seed)
        let seeds = [
            #"{"X": [[1, 2.5, -3e-7], [4, 5.25, 6], [7, 8, 9.999]], "y": [1, 2, null], "beta": [0.1, 0.2, 0.3]}"#,
            #"{"loss": {"name": "huber", "delta": 1.5}, "return": ["loss", "gr\u00e9\ud83d\ude00"], "penalty": {"ridge": 1e-3}}"#,
            "[" + (0..<40).map { "[\($0).125, \($0)e\($0), 0.\($0)]" }.joined(separator: ", ") + "]",
        ].map { Array($0.utf8) }
        let alphabet = Array("[]{},:\"\\-+.eE0123456789 \n\tuntfbrlasd\u{1}".utf8) + [0x80, 0xC3, 0xA9, 0xFF]
        for round in 0..<4000 {
            var body = seeds[round % seeds.count]
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let place = Int.random(in: 0..<body.count, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: body[place] = alphabet.randomElement(using: &generator) ?? 0
                case 1: body.insert(alphabet.randomElement(using: &generator) ?? 0, at: place)
                case 2: body.remove(at: place)
                default:
                    let other = Int.random(in: 0..<body.count, using: &generator)
                    body.insert(contentsOf: body[min(place, other)..<max(place, other)], at: place)
                }
                if body.isEmpty { body = [0x30] }
            }
            let cuts = (0..<Int.random(in: 1...9, using: &generator))
                .map { _ in Int.random(in: 0...body.count, using: &generator) }.sorted()
            let whole = dump(scan(body))
            guard dump(scan(body, cuts: cuts)) == whole else {
                Issue.record("seed \(seed), round \(round): \(String(decoding: body, as: UTF8.self)) cut at \(cuts)")
                return
            }
        }
    }

    @Test func aDuplicateAmongManyMembersIsFound() {
        let members = (0..<4_000).map { "\"m\($0)\": 1" }.joined(separator: ",")
        guard case .success(let element) = scan("{\(members)}"), case .object(let object) = element.value else {
            Issue.record("refused")
            return
        }
        #expect(object.members.count == 4_000)
        for name in ["m0", "m15", "m16", "m3999"] {
            #expect(scanError("{\(members), \"\(name)\": 2}")?.code == .duplicateMember)
        }
    }

    @Test func longTokensAreLinearInTheirLength() {
        // Two million bytes in pieces of 100: quadratic work would not end.
        let string = Array(("\"" + String(repeating: "é\\n", count: 500_000) + "\"").utf8)
        #expect(scanError(String(decoding: string, as: UTF8.self)) == nil)
        let cuts = Array(stride(from: 0, to: string.count, by: 100))
        guard case .success(let element) = scan(string, cuts: cuts), case .string(let text) = element.value else {
            Issue.record("refused")
            return
        }
        #expect(text.utf8.count == 1_500_000)
        let number = Array(("0." + String(repeating: "3", count: 2_000_000)).utf8)
        guard case .success(let read) = scan(number, cuts: Array(stride(from: 0, to: number.count, by: 100))),
            case .number(let third) = read.value
        else {
            Issue.record("refused")
            return
        }
        #expect(third.value == 1.0 / 3)
        #expect(third.finestPlace == -2_000_000)
    }

    @Test func bufferedBytesGrowWithTheNumbersNotWithTheText() throws {
        let scanner = JSONScanner()
        try scanner.receive(Array("[".utf8))
        let piece = Array(String(repeating: "0.123456789012345, ", count: 1000).utf8)
        for _ in 0..<100 { try scanner.receive(piece) }
        #expect(scanner.bufferedBytes >= 800_000)
        #expect(scanner.bufferedBytes < 801_000)
    }
}
