import Testing
import WireFormat

@Suite struct JSONWriterTests {
    @Test func structureAndCommas() {
        var writer = JSONWriter()
        writer.object { writer in
            writer.name("n")
            writer.integer(3)
            writer.name("g")
            writer.numbers([2, -0.5, 1e-7])
            writer.name("rows")
            writer.array { writer in
                writer.array { _ in }
                writer.array { $0.number(1) }
            }
            writer.name("ok")
            writer.bool(true)
            writer.name("none")
            writer.null()
            writer.name("maybe")
            writer.numberOrNull(.infinity)
        }
        #expect(writer.text == #"{"n":3,"g":[2,-0.5,1e-7],"rows":[[],[1]],"ok":true,"none":null,"maybe":null}"#)
    }

    @Test func stringsAreEscaped() {
        var writer = JSONWriter()
        writer.string("a\"b\\c\n\r\t\u{1}\u{7F}é😀/")
        #expect(writer.text == "\"a\\\"b\\\\c\\n\\r\\t\\u0001\\u007fé😀/\"")
    }

    @Test func everyScalarSurvivesARoundTrip() {
        var text = ""
        for value in 0..<0x3000 as Range<UInt32> { Unicode.Scalar(value).map { text.unicodeScalars.append($0) } }
        var writer = JSONWriter()
        writer.string(text)
        guard case .success(let element) = scan(writer.bytes), case .string(let read) = element.value else {
            Issue.record("refused")
            return
        }
        #expect(Array(read.utf8) == Array(text.utf8))
    }
}
