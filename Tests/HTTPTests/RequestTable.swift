import HTTP
import Testing

/// Requests, and what the RFCs make of them. `\n` in a text stands for CRLF; `^` for a bare CR, `|` for a bare LF,
/// `~` for NUL.
struct RequestCase: Sendable, CustomTestStringConvertible {
    enum Verdict: Hashable, Sendable {
        case accepted([Meaning])
        case refused(Int)
    }

    var source: String
    var text: String
    var verdict: Verdict
    var limits = ServerConfiguration()

    var testDescription: String { "\(source): \(text.prefix(120).debugDescription)" }

    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\n"): bytes += [0x0D, 0x0A]
            case UInt8(ascii: "^"): bytes.append(0x0D)
            case UInt8(ascii: "|"): bytes.append(0x0A)
            case UInt8(ascii: "~"): bytes.append(0)
            default: bytes.append(byte)
            }
        }
        return bytes
    }

    static func refused(
        _ source: String, _ status: Int, _ text: String, limits change: (inout ServerConfiguration) -> Void = { _ in }
    ) -> RequestCase {
        var limits = ServerConfiguration()
        change(&limits)
        return RequestCase(source: source, text: text, verdict: .refused(status), limits: limits)
    }

    static func accepted(
        _ source: String, _ text: String, _ meanings: [Meaning],
        limits change: (inout ServerConfiguration) -> Void = { _ in }
    ) -> RequestCase {
        var limits = ServerConfiguration()
        change(&limits)
        return RequestCase(source: source, text: text, verdict: .accepted(meanings), limits: limits)
    }

    /// A request as it should be understood.
    static func request(
        _ method: String, _ path: String, _ body: String = "", closes: Bool = false, expects: Bool = false
    ) -> Meaning {
        .request(
            method: method, path: path, keepsAlive: !closes, expectsContinue: expects, body: Array(body.utf8))
    }
}

extension RequestCase {
    static let all = accepted + target + host + fields + length + coding + chunks + expectations + limits

    static let accepted: [RequestCase] = [
        .accepted("9112 §2.1", "GET / HTTP/1.1\nHost: a\n\n", [request("GET", "/")]),
        .accepted("9112 §2.2 an empty line before", "\nGET / HTTP/1.1\nHost: a\n\n", [request("GET", "/")]),
        .accepted("9112 §2.2 two empty lines before", "\n\nGET / HTTP/1.1\nHost: a\n\n", [request("GET", "/")]),
        .accepted("9112 §2.3 a higher minor version", "GET / HTTP/1.2\nHost: a\n\n", [request("GET", "/")]),
        .accepted(
            "9112 §9.3 close", "GET / HTTP/1.1\nHost: a\nConnection: close\n\n",
            [
                request("GET", "/", closes: true)
            ]),
        .accepted(
            "9112 §9.3 close in a list, in any case", "GET / HTTP/1.1\nHost: a\nConnection: x, CLOSE\n\n",
            [
                request("GET", "/", closes: true)
            ]),
        .accepted("9112 §9.3 HTTP/1.0 closes", "GET / HTTP/1.0\n\n", [request("GET", "/", closes: true)]),
        .accepted(
            "9112 §9.3 HTTP/1.0 keeps alive", "GET / HTTP/1.0\nConnection: Keep-Alive\n\n", [request("GET", "/")]),
        .accepted(
            "9112 §6.3 a body", "POST /a HTTP/1.1\nHost: a\nContent-Length: 3\n\nabc", [request("POST", "/a", "abc")]),
        .accepted(
            "9112 §6.3 an empty body", "POST /a HTTP/1.1\nHost: a\nContent-Length: 0\n\n", [request("POST", "/a")]),
        .accepted(
            "9110 §8.6 leading zeros", "POST /a HTTP/1.1\nHost: a\nContent-Length: 0003\n\nabc",
            [
                request("POST", "/a", "abc")
            ]),
        .accepted("9112 §6.3 no length, no body", "POST /a HTTP/1.1\nHost: a\n\n", [request("POST", "/a")]),
        .accepted(
            "9112 §9.3.2 pipelining",
            "GET /1 HTTP/1.1\nHost: a\n\nPOST /2 HTTP/1.1\nHost: a\nContent-Length: 1\n\nxGET /3 HTTP/1.1\nHost: a\n\n",
            [
                request("GET", "/1"), request("POST", "/2", "x"), request("GET", "/3"),
            ]),
        .accepted(
            "9110 §5.5 white space around a value", "GET / HTTP/1.1\nHost: \t a \t\nX:\n\n", [request("GET", "/")]),
        .accepted("9110 §5.5 obs-text", "GET / HTTP/1.1\nHost: a\nX: ünï\n\n", [request("GET", "/")]),
        .accepted("9110 §9.1 any method", "BREW /pot HTTP/1.1\nHost: a\n\n", [request("BREW", "/pot")]),
        .accepted("9112 §2.1 unfinished", "GET / HTTP/1.1\nHost", [.unfinishedHead]),
        .accepted(
            "9112 §6.3 unfinished", "POST / HTTP/1.1\nHost: a\nContent-Length: 9\n\nabc",
            [
                .unfinishedBody(received: 3)
            ]),
    ]

    static let target: [RequestCase] = [
        .accepted("9112 §3.2.1 with a query", "GET /a/b?c=d/e HTTP/1.1\nHost: a\n\n", [request("GET", "/a/b")]),
        .accepted(
            "3986 §2.1 percent-encoding", "GET /%61%2Fb%zz%+1% HTTP/1.1\nHost: a\n\n",
            [
                request("GET", "/a/b%zz%+1%")
            ]),
        .accepted("9112 §3.2.2 absolute", "GET http://b:80/c?d HTTP/1.1\nHost: a\n\n", [request("GET", "/c")]),
        .accepted("9112 §3.2.2 absolute without path", "GET HTTP://b?d HTTP/1.1\nHost: a\n\n", [request("GET", "/")]),
        .accepted("9112 §3.2.4 asterisk", "OPTIONS * HTTP/1.1\nHost: a\n\n", [request("OPTIONS", "*")]),
        .refused("9112 §3.2.4 asterisk of another method", 400, "GET * HTTP/1.1\nHost: a\n\n"),
        .refused("9112 §3.2.3 authority", 400, "CONNECT a:80 HTTP/1.1\nHost: a\n\n"),
        .refused("9110 §4.2.4 user information", 400, "GET http://u@a/ HTTP/1.1\nHost: a\n\n"),
        .refused("9112 §3.2.2 another scheme", 400, "GET ftp://a/ HTTP/1.1\nHost: a\n\n"),
        .refused("9112 §3.2 no slash", 400, "GET a HTTP/1.1\nHost: a\n\n"),
        .refused("9112 §3.2 a control character", 400, "GET /\u{1} HTTP/1.1\nHost: a\n\n"),
        .refused("9112 §3.2 not ASCII", 400, "GET /ä HTTP/1.1\nHost: a\n\n"),
        .refused("9112 §3 two words", 400, "GET /\nHost: a\n\n"),
        .refused("9112 §3 two spaces", 400, "GET  / HTTP/1.1\nHost: a\n\n"),
        .refused("9112 §3 four words", 400, "GET / x HTTP/1.1\nHost: a\n\n"),
        .refused("9112 §3 a tab", 400, "GET\t/ HTTP/1.1\nHost: a\n\n"),
        .refused("9112 §3 a space in front", 400, " GET / HTTP/1.1\nHost: a\n\n"),
        .refused("9112 §3 a space behind", 400, "GET / HTTP/1.1 \nHost: a\n\n"),
        .refused("9110 §9.1 no token", 400, "G(T / HTTP/1.1\nHost: a\n\n"),
        .refused("9112 §2.3 version in lower case", 400, "GET / http/1.1\nHost: a\n\n"),
        .refused("9112 §2.3 version of two digits", 400, "GET / HTTP/1.10\nHost: a\n\n"),
        .refused("9112 §2.3 no version", 400, "GET / HTTP\nHost: a\n\n"),
        .refused("9110 §15.6.6 HTTP/2.0", 505, "GET / HTTP/2.0\nHost: a\n\n"),
        .refused("9110 §15.6.6 HTTP/0.9", 505, "GET / HTTP/0.9\nHost: a\n\n"),
        .refused("9113 §3.4 the preface of HTTP/2", 505, "PRI * HTTP/2.0\n\nSM\n\n"),
        .refused("9112 §2.2 three empty lines before", 400, "\n\n\nGET / HTTP/1.1\nHost: a\n\n"),
        .refused("TLS spoken to a plain port", 400, "\u{16}\u{3}\u{1}~\u{5}"),
    ]

    static let host: [RequestCase] =
        [
            "a", "a:80", "a:", "localhost:8080", "127.0.0.1", "[::1]", "[::1]:80", "[v1.a:b]", "a-b.c_d!e", "%41b", "",
        ].map {
            .accepted("9112 §3.2 Host", "GET / HTTP/1.1\nHost: \($0)\n\n", [request("GET", "/")])
        }
        + [
            "a b", "a/b", "a@b", "u:p@b", "a:b", "a:80:80", "[::1", "::1", "[::1]x", "[x]", "[]", "[v1.]", "a[::1]",
            "%4", "%zz", "a\"", "a?", "a#", "ä", "a\\b", "<a>", ":b",
        ].map { .refused("9112 §3.2 Host", 400, "GET / HTTP/1.1\nHost: \($0)\n\n") }
        + [
            .refused("9112 §3.2 missing", 400, "GET / HTTP/1.1\n\n"),
            .refused("9112 §3.2 missing in 1.2", 400, "GET / HTTP/1.2\n\n"),
            .refused("9112 §3.2 twice", 400, "GET / HTTP/1.1\nHost: a\nHost: a\n\n"),
            .refused("9112 §3.2 twice in HTTP/1.0", 400, "GET / HTTP/1.0\nHost: a\nhost: b\n\n"),
            .refused("9112 §3.2 invalid in HTTP/1.0", 400, "GET / HTTP/1.0\nHost: a b\n\n"),
        ]

    static let fields: [RequestCase] = [
        .refused("9112 §5.1 a space before the colon", 400, "GET / HTTP/1.1\nHost : a\n\n"),
        .refused("9112 §5.1 a tab before the colon", 400, "GET / HTTP/1.1\nHost: a\nX\t: a\n\n"),
        .refused("9112 §5.2 obs-fold", 400, "GET / HTTP/1.1\nHost: a\nX: a\n b\n\n"),
        .refused("9112 §5.2 obs-fold by a tab", 400, "GET / HTTP/1.1\nHost: a\nX: a\n\tb\n\n"),
        .refused("9112 §2.2 white space before the first field", 400, "GET / HTTP/1.1\n Host: a\n\n"),
        .refused("9112 §5 no colon", 400, "GET / HTTP/1.1\nHost: a\nX\n\n"),
        .refused("9110 §5.1 no name", 400, "GET / HTTP/1.1\nHost: a\n: a\n\n"),
        .refused("9110 §5.1 no token", 400, "GET / HTTP/1.1\nHost: a\nX(: a\n\n"),
        .refused("9110 §5.1 a name that is not ASCII", 400, "GET / HTTP/1.1\nHost: a\nÄ: a\n\n"),
        .refused("9112 §2.2 a bare CR in a value", 400, "GET / HTTP/1.1\nHost: a\nX: a^b\n\n"),
        .refused("9112 §2.2 a bare CR as a line's end", 400, "GET / HTTP/1.1^Host: a\n\n"),
        .refused("9112 §2.2 CR CR LF", 400, "GET / HTTP/1.1^\nHost: a\n\n"),
        .refused("9112 §2.2 a bare LF as a line's end", 400, "GET / HTTP/1.1|Host: a\n\n"),
        .refused("9112 §2.2 a bare LF as the head's end", 400, "GET / HTTP/1.1\nHost: a\n|"),
        .refused("9112 §2.2 a bare LF in front", 400, "|GET / HTTP/1.1\nHost: a\n\n"),
        .refused("9110 §5.5 NUL in a value", 400, "GET / HTTP/1.1\nHost: a\nX: a~b\n\n"),
        .refused("9110 §5.5 NUL in a name", 400, "GET / HTTP/1.1\nHost: a\nX~: a\n\n"),
        .refused("9110 §5.5 NUL in the target", 400, "GET /~ HTTP/1.1\nHost: a\n\n"),
        .refused("9110 §5.5 a control character", 400, "GET / HTTP/1.1\nHost: a\nX: a\u{1}b\n\n"),
        .refused("9110 §5.5 DEL", 400, "GET / HTTP/1.1\nHost: a\nX: a\u{7F}b\n\n"),
    ]

    static let length: [RequestCase] =
        ["+3", "-3", "0x3", "3,3", "3, 3", "", "3 3", "3.0", "1e1", "abc", "٣", "3;", "\"3\"", "-0"].map {
            .refused("9110 §8.6 Content-Length", 400, "POST / HTTP/1.1\nHost: a\nContent-Length: \($0)\n\nabc")
        } + [
            .refused(
                "9112 §6.3 the same length twice", 400,
                "POST / HTTP/1.1\nHost: a\nContent-Length: 3\nContent-Length: 3\n\nabc"),
            .refused(
                "9112 §6.3 two lengths", 400, "POST / HTTP/1.1\nHost: a\nContent-Length: 3\ncontent-length: 4\n\nabc"),
            .refused(
                "9112 §6.3 length and coding", 400,
                "POST / HTTP/1.1\nHost: a\nContent-Length: 3\nTransfer-Encoding: chunked\n\n0\n\n"),
            .refused(
                "9112 §6.3 coding and length", 400,
                "POST / HTTP/1.1\nHost: a\nTransfer-Encoding: chunked\nContent-Length: 3\n\n0\n\n"),
            .refused(
                "9110 §15.5.14 more than 64 bits", 413,
                "POST / HTTP/1.1\nHost: a\nContent-Length: 99999999999999999999\n\n"),
            .refused(
                "9110 §15.5.14 2⁶³", 413, "POST / HTTP/1.1\nHost: a\nContent-Length: 9223372036854775808\n\n"),
            .refused(
                "9110 §15.5.14 over the limit", 413, "POST / HTTP/1.1\nHost: a\nContent-Length: 11\n\n",
                limits: { $0.maxBody = 10 }),
            .accepted(
                "9110 §15.5.14 at the limit", "POST / HTTP/1.1\nHost: a\nContent-Length: 10\n\n0123456789",
                [request("POST", "/", "0123456789")], limits: { $0.maxBody = 10 }),
        ]

    static let coding: [RequestCase] =
        [
            "gzip", "gzip, chunked", "chunked, gzip", "chunked, chunked", "identity", "xchunked", "chunked;q=1", "",
            "\"chunked\"",
        ].map {
            .refused("9112 §6.1 coding", 501, "POST / HTTP/1.1\nHost: a\nTransfer-Encoding: \($0)\n\n0\n\n")
        } + [
            .refused(
                "9112 §6.1 two fields", 501,
                "POST / HTTP/1.1\nHost: a\nTransfer-Encoding: chunked\nTransfer-Encoding: chunked\n\n0\n\n"),
            .refused(
                "9112 §6.1 two fields, one unknown", 501,
                "POST / HTTP/1.1\nHost: a\nTransfer-Encoding: chunked\nTransfer-Encoding: x\n\n0\n\n"),
            .refused("9112 §6.1 in HTTP/1.0", 400, "POST / HTTP/1.0\nTransfer-Encoding: chunked\n\n0\n\n"),
            .refused(
                "9112 §5.1 a space before the colon", 400,
                "POST / HTTP/1.1\nHost: a\nTransfer-Encoding : chunked\n\n0\n\n"),
            .accepted(
                "9112 §7 any case, white space around",
                "POST / HTTP/1.1\nHost: a\nTRANSFER-ENCODING: \t ChunKed \n\n0\n\n",
                [request("POST", "/")]),
        ]

    /// A request with this chunked body.
    private static func chunked(_ body: String) -> String {
        "POST / HTTP/1.1\nHost: a\nTransfer-Encoding: chunked\n\n" + body
    }

    static let chunks: [RequestCase] =
        [
            ("3\nabc\n0\n\n", "abc"), ("3\nabc\n2\nde\n0\n\n", "abcde"), ("0\n\n", ""), ("000\n\n", ""),
            ("A\n0123456789\n0\n\n", "0123456789"), ("a\n0123456789\n0\n\n", "0123456789"),
            ("00000000000000000000003\nabc\n0\n\n", "abc"), ("3;x\nabc\n0\n\n", "abc"),
            ("3;x=y;z=\"a;b\"\nabc\n0;q\n\n", "abc"),
            ("3 ;x\nabc\n0\n\n", "abc"), ("3\t ; x\nabc\n0\n\n", "abc"), ("0\nX: y\n\n", ""), ("0\nX: y\nZ:\n\n", ""),
            ("2\n^|\n0\n\n", "\r\n"), ("5\n0\n\n\n0\n\n", "0\r\n\r\n"),
        ].map { .accepted("9112 §7.1", chunked($0.0), [request("POST", "/", $0.1)]) }
        + [
            "g\n", "\n", "-3\nabc\n", "+3\nabc\n", "0x3\nabc\n", "3 \nabc\n0\n\n", " 3\nabc\n0\n\n", "3h\nabc\n0\n\n",
            "3,\nabc\n", "3\nabcd\n0\n\n", "3\nab\n0\n\n", "3\nabc0\n\n", "3|abc\n0\n\n", "3^abc\n0\n\n",
            "3\nabc|0\n\n", "3\nabc^0\n\n", "3;~\nabc\n0\n\n", "3;\u{7F}\nabc\n0\n\n", "3;a^b\nabc\n0\n\n",
            "3;a|\nabc\n0\n\n", "0\n|", "0\nX\n\n", "0\nX : y\n\n", "0\n y\n\n", "0\nX: a\n b\n\n", "0\nX: ~\n\n",
            "0\nX: a^b\n\n", "0\nX: a|\n\n", "0\n: y\n\n",
        ].map { .refused("9112 §7.1", 400, chunked($0)) }
        + [
            .accepted(
                "9112 §7.1.2 what follows the trailers is another request",
                chunked("0\nX: y\n\nGET /b HTTP/1.1\nHost: a\n\n"), [request("POST", "/"), request("GET", "/b")]),
            .accepted("9112 §7.1.2 unfinished trailers", chunked("1\na\n0\nX: y\n"), [.unfinishedBody(received: 1)]),
            .refused("9112 §7.1 2⁶⁴", 413, chunked("10000000000000000\n")),
            .refused("9112 §7.1 2⁶⁴ + 3", 413, chunked("10000000000000003\nabc\n0\n\n")),
            .refused("9112 §7.1 2⁶³ − 1 behind a byte", 413, chunked("1\na\n7fffffffffffffff\n")),
            .refused("9112 §7.1 200 digits", 413, chunked(String(repeating: "f", count: 200) + "\n")),
            .refused("the sum over the limit", 413, chunked("3\nabc\n3\ndef\n0\n\n"), limits: { $0.maxBody = 5 }),
            .accepted(
                "the sum at the limit", chunked("3\nabc\n2\nde\n0\n\n"), [request("POST", "/", "abcde")],
                limits: { $0.maxBody = 5 }),
        ]

    static let expectations: [RequestCase] =
        ["100-continue", "100-Continue", "100-continue, 100-continue", ",100-continue,"].map {
            .accepted(
                "9110 §10.1.1", "POST / HTTP/1.1\nHost: a\nExpect: \($0)\nContent-Length: 1\n\nx",
                [request("POST", "/", "x", expects: true)])
        }
        + ["200-ok", "100-continue, other", "other, 100-continue", "100-continue;x=y", "100"].map {
            .refused("9110 §15.5.18", 417, "POST / HTTP/1.1\nHost: a\nExpect: \($0)\nContent-Length: 1\n\nx")
        }
        + [
            .refused(
                "9110 §15.5.18 in another field", 417,
                "POST / HTTP/1.1\nHost: a\nExpect: 100-continue\nExpect: x\nContent-Length: 1\n\nx"),
            .accepted(
                "9110 §10.1.1 ignored in HTTP/1.0", "POST / HTTP/1.0\nExpect: 100-continue\nContent-Length: 1\n\nx",
                [request("POST", "/", "x", closes: true)]),
        ]

    static let limits: [RequestCase] = {
        let start = "GET / HTTP/1.1\nHost: a\n"
        let size = start.utf8.count + 2  // Each `\n` is two bytes.
        func field(_ bytes: Int) -> String { "X: " + String(repeating: "x", count: bytes - 5) + "\n" }
        let ninetyNine = String(repeating: "X: y\n", count: 99)
        return [
            .accepted("head at the limit", start + field(1000 - size - 2) + "\n", [request("GET", "/")]) {
                $0.maxHead = 1000
            },
            .refused("6585 §5 head over the limit", 431, start + field(1001 - size - 2) + "\n") { $0.maxHead = 1000 },
            .refused("6585 §5 head that does not end", 431, start + field(40_000)),
            .accepted("100 fields", start + ninetyNine + "\n", [request("GET", "/")]),
            .refused("6585 §5 101 fields", 431, start + ninetyNine + "X: y\n\n"),
            .accepted(
                "target at the limit", "GET /\(String(repeating: "x", count: 99)) HTTP/1.1\nHost: a\n\n",
                [request("GET", "/" + String(repeating: "x", count: 99))], limits: { $0.maxTarget = 100 }),
            .refused(
                "9112 §3 target over the limit", 414,
                "GET /\(String(repeating: "x", count: 100)) HTTP/1.1\nHost: a\n\n",
                limits: { $0.maxTarget = 100 }),
            .refused("9112 §3 target over the head's limit", 414, "GET /" + String(repeating: "x", count: 40_000)),
            .accepted(
                "chunk line at the limit", chunked("1;\(String(repeating: "x", count: 254))\na\n0\n\n"),
                [
                    request("POST", "/", "a")
                ]),
            .refused(
                "9112 §7.1.1 chunk line over the limit", 400,
                chunked("1;\(String(repeating: "x", count: 255))\na\n0\n\n")),
            .refused("9112 §7.1.1 chunk line that does not end", 400, chunked(String(repeating: "0", count: 300))),
            .accepted(
                "trailers at the limit", chunked("0\nX: \(String(repeating: "x", count: 95))\n\n"),
                [request("POST", "/")]
            ) {
                $0.maxTrailers = 100
            },
            .refused(
                "9112 §7.1.2 trailers over the limit", 431, chunked("0\nX: \(String(repeating: "x", count: 96))\n\n")
            ) {
                $0.maxTrailers = 100
            },
            .refused(
                "9112 §7.1.2 trailers that do not end", 431, chunked("0\n" + String(repeating: "X: y\n", count: 5000))),
        ]
    }()
}
