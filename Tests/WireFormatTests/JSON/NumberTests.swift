import Testing
import WireFormat

@Suite struct NumberTests {
    @Test func everyLiteralReadsAsInPython() {
        #expect(numberLiterals.count > 400)
        for (literal, bits) in numberLiterals {
            // Alone (general machinery) and among others (tight loop, with enough bytes behind it).
            let padding = String(repeating: "1,", count: 100) + "1"
            guard case .success(let element) = scan(literal), case .number(let number) = element.value else {
                Issue.record("\(literal) was refused")
                continue
            }
            #expect(number.value.bitPattern == bits, "\(literal)")
            let packed = scanNumbers("[\(literal),\(padding)]")
            #expect(packed?.array[0].bitPattern == bits, "\(literal) among others")
            #expect(packed?.finestPlace == min(0, number.finestPlace), "\(literal) among others")
        }
    }

    @Test(arguments: [
        ("0.20178232", -8), ("1e-3", -3), ("5", 0), ("1.50", -2), ("1.5e3", 2), ("2E+2", 2), ("-0.000", -3),
        ("0.10245712733134446", -17), ("12345678901234567890.25", -2), ("1e-400", -400),
    ])
    func placeOfTheLastDigitWritten(literal: String, place: Int) {
        guard case .success(let element) = scan(literal), case .number(let number) = element.value else {
            Issue.record("\(literal) was refused")
            return
        }
        #expect(number.finestPlace == place)
    }

    @Test func finestPlaceOfAnArrayIsTheFinestOfItsEntries() {
        #expect(scanNumbers("[1.5, 0.20178232, 3e2]")?.finestPlace == -8)
        #expect(scanNumbers("[[1, 2.5], [1e-3, 4]]")?.finestPlace == -3)
        #expect(scanNumbers("[null]")?.finestPlace == 0)
    }

    @Test func everyNumberPrintsWithTheDigitsOfPython() {
        #expect(numberTexts.count > 390)
        for (bits, text) in numberTexts {
            var writer = JSONWriter()
            writer.number(Double(bitPattern: bits))
            #expect(writer.text == text)
        }
    }

    /// Swift's own conversions are the other witness: `description` is shortest, `Double(_: String)` is `strtod`.
    @Test(arguments: [20_261_124, 7] as [UInt64])
    func randomNumbersSurviveARoundTrip(seed: UInt64) {
        var generator = SplitMix(seed: seed)
        var writer = JSONWriter()
        for round in 0..<100_000 {
            var value = Double(bitPattern: generator.next())
            if round % 2 == 1 { value = Double(Int64(bitPattern: generator.next()) >> (round % 60)) / 1024 }
            guard value.isFinite else { continue }
            writer = JSONWriter()
            writer.number(value)
            let text = writer.text
            guard case .success(let element) = scan(text), case .number(let number) = element.value,
                number.value.bitPattern == value.bitPattern
            else {
                Issue.record("seed \(seed): \(value) was written as \(text), which does not read back")
                return
            }
            guard significantDigits(text) == significantDigits(value.description) else {
                Issue.record("seed \(seed): \(value) was written as \(text)")
                return
            }
        }
    }

    @Test(arguments: [20_261_124] as [UInt64])
    func randomLiteralsReadAsWithStrtod(seed: UInt64) {
        var generator = SplitMix(seed: seed)
        for _ in 0..<50_000 {
            var literal = generator.next() & 1 == 0 ? "-" : ""
            literal += String(generator.next() >> UInt64.random(in: 0..<64, using: &generator))
            if Bool.random(using: &generator) {
                literal += "."
                for _ in 0...Int.random(in: 0..<24, using: &generator) {
                    literal += String(Int.random(in: 0...9, using: &generator))
                }
            }
            if Bool.random(using: &generator) { literal += "e\(Int.random(in: -345...280, using: &generator))" }
            guard let expected = Double(literal), expected.isFinite else { continue }
            let padding = String(repeating: " ", count: 100)
            guard scanNumbers("[\(literal)\(padding)]")?.array[0].bitPattern == expected.bitPattern else {
                Issue.record("seed \(seed): \(literal)")
                return
            }
        }
    }

    private func significantDigits(_ text: String) -> String {
        let mantissa = text.lowercased().split(separator: "e")[0].filter(\.isNumber)
        let digits = String(mantissa.drop { $0 == "0" })
        return String(digits.reversed().drop { $0 == "0" }.reversed())
    }
}
