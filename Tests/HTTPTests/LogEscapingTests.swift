import HTTP
import Testing

@Suite struct LogEscapingTests {
    @Test(arguments: [
        ("plain", "plain"), ("ümlaut €", "ümlaut €"), ("a\nb", "a\\u{a}b"), ("a\r\nb", "a\\u{d}\\u{a}b"),
        ("\u{1B}[2J", "\\u{1b}[2J"), ("\0", "\\u{0}"), ("\u{7F}", "\\u{7f}"), ("\u{9B}2J", "\\u{9b}2J"),
        ("\u{85}", "\\u{85}"), ("a\u{202E}b", "a\\u{202e}b"), ("\u{2066}\u{2069}", "\\u{2066}\\u{2069}"),
        ("\u{200E}\u{200F}\u{061C}", "\\u{200e}\\u{200f}\\u{61c}"), ("\u{2028}\u{2029}", "\\u{2028}\\u{2029}"),
        ("\\u{a}", "\\\\u{a}"),
    ])
    func escaped(text: String, expected: String) { #expect(StandardErrorLogHandler.escaped(text) == expected) }

    /// Nothing of C0, C1, DEL and the characters of the Unicode property Bidi_Control, whatever comes.
    @Test func everyScalar() {
        for value in UInt32(0)...0x2FFF {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let isControl = scalar.properties.generalCategory == .control || scalar.properties.isBidiControl
            let kept = StandardErrorLogHandler.escaped("a" + String(scalar)).unicodeScalars.contains(scalar)
            #expect(!isControl || !kept, "U+\(String(value, radix: 16))")
        }
    }

    @Test(arguments: [
        ("/a", "/a"), ("/a b", "\"/a b\""), ("/ status=200", "\"/ status=200\""), ("a\"b", "\"a\\\"b\""), ("", "\"\""),
        ("\\", "\\\\"),
    ])
    func valuesCannotForgeOthers(text: String, expected: String) {
        #expect(StandardErrorLogHandler.quoted(text) == expected)
    }
}
