import Foundation
import Testing

/// The founding case, over HTTP. The literals are exact rational arithmetic on the data, rounded once; with the data as
/// `d`, in Python:
///
///     X = [[Fraction(v) for v in row] for row in d["X"]]; y = [Fraction(v) for v in d["y"]]; b = [1, 2, 3]
///     r = [sum(x * c for x, c in zip(row, b)) - t for row, t in zip(X, y)]
///     L = sum(v * v for v in r) / n; g[j] = 2 * sum(X[i][j] * r[i]) / n; H[j][k] = 2 * sum(X[i][j] * X[i][k]) / n
@Suite struct FoundingDataTests {
    static let data: [UInt8] = {
        guard
            let url = Bundle.module.url(
                forResource: "founding-program", withExtension: "json", subdirectory: "Resources"),
            let data = try? Data(contentsOf: url)
        else { return [] }
        return [UInt8](data)
    }()

    /// The data with further members.
    static func body(_ members: String) -> [UInt8] {
        Array(data.reversed().drop { $0 != UInt8(ascii: "}") }.dropFirst().reversed())
            + Array((", " + members + "}").utf8)
    }

    let server: RunningServer
    let curl: Curl

    init() throws {
        server = try RunningServer()
        curl = try Curl()
    }

    private func answer(_ body: [UInt8]) throws -> [String: Any] {
        let answer = try curl.send("POST", server.url + "/hessian", body: body)
        #expect(answer.status == 200, "\(answer.text.prefix(500))")
        return try answer.json()
    }

    @Test func lossAndGradientAreRightToTheLastBit() throws {
        let answer = try answer(Self.data)
        #expect(answer["n"] as? Int == 1000)
        #expect(answer["p"] as? Int == 3)
        #expect(number(answer["loss"]) == 0.9129633336216927)
        #expect(numbers(answer["gradient"]) == [0.10245712733134446, 0.0663437068651397, 0.0025875767977980696])
    }

    @Test func hessianIsRightToTheLastBit() throws {
        let hessian = rows(try answer(Self.data)["hessian"])
        let exact: [[Double]] = [
            [2, -0.09051341498039077, 0.02723388063232714],
            [-0.09051341498039077, 1.9525652517700147, -0.06145150941109841],
            [0.02723388063232714, -0.06145150941109841, 1.8750383506927073],
        ]
        #expect(hessian == exact)
    }

    @Test func formulasAreTheTextbooks() throws {
        let symbolic = try #require(try answer(Self.data)["symbolic"] as? [String: [String: Any]])
        #expect(symbolic["gradient"]?["formula"] as? String == "2/n * X.T @ (X @ beta - y)")
        #expect(symbolic["hessian"]?["formula"] as? String == "2/n * X.T @ X")
        #expect(symbolic["loss"]?["formula"] as? String == "sum((X @ beta - y)**2) / n")
    }

    @Test func witnessesAgreeWithinATightTolerance() throws {
        let body = Self.body(#""witnesses": ["symbolic", "closed-form", "forward-mode", "finite-differences"]"#)
        let comparison = try #require(try answer(body)["comparison"] as? [String: Any])
        #expect(comparison["agrees"] as? Bool == true)
        let witnesses = try #require(comparison["witnesses"] as? [String: [String: Any]])
        #expect(Set(witnesses.keys) == ["symbolic", "closed-form", "forward-mode", "finite-differences"])
        for (name, witness) in witnesses where name != "finite-differences" {
            for quantity in ["loss", "gradient", "hessian"] {
                let deviation = try #require(witness[quantity] as? [String: Any])
                #expect(deviation["agrees"] as? Bool == true)
                #expect(number(deviation["max_rel_error"]) < 1e-12, "\(name) \(quantity)")
                // Wide enough to pass a mistake is no tolerance.
                #expect(number(deviation["tolerance"]) < 1e-11, "\(name) \(quantity)")
            }
        }
    }

    /// TensorFlow's numbers for the program as it was posted in 2019.
    @Test func foundingProgramPastedAsWritten() throws {
        let program = "y_fit = tf.multiply(X, beta); tf.reduce_sum(tf.pow(reshape(y, (n, 1)) - y_fit, 2)) / n"
        let answer = try answer(Self.body("\"expression\": \"\(program)\""))
        #expect(number(answer["loss"]) == 28.470647376739077)
        #expect(numbers(answer["gradient"]) == [0.20178231539514457, 0.3412116500788257, 0.09825671498766775])
        let expected: [[Double]] = [[2, 0, 0], [0, 1.9525652517700147, 0], [0, 0, 1.8750383506927073]]
        for (row, wanted) in zip(rows(answer["hessian"]), expected) {
            for (value, exact) in zip(row, wanted) { #expect(abs(value - exact) <= 2 * exact.ulp) }
        }
        let warnings = try #require(answer["warnings"] as? [[String: Any]])
        #expect(warnings.contains { $0["code"] as? String == "broadcast" })
    }

    @Test(arguments: [
        #"{"expression": "y_fit = tf.multiply(X, beta); tf.reduce_sum(tf.pow(reshape(y, (n, 1)) - y_fit, 2)) / n"}"#,
        #"{"gradient": [0.20178232, 0.34121165, 0.09825671], "hessian": [[2.00000000, 0, 0], [0, 1.95256525, 0], [0, 0, 1.87503835]]}"#,
    ])
    func foundingMistakeIsNamed(candidate: String) throws {
        let diagnosis = try #require(
            try answer(Self.body("\"candidate\": \(candidate)"))["diagnosis"] as? [String: Any])
        #expect(diagnosis["verdict"] as? String == "mistake")
        let findings = try #require(diagnosis["findings"] as? [[String: Any]])
        try #require(findings.count == 1)
        #expect(findings[0]["id"] as? String == "elementwise-product")
        #expect((findings[0]["fix"] as? String)?.contains("X @ beta") == true)
        #expect(number(findings[0]["residual"]) <= number(findings[0]["resolution"]))
    }

    @Test func rightNumbersAsPrintedAreNoMistake() throws {
        let body = Self.body(
            #""candidate": {"loss": 0.91296333, "gradient": [0.10245713, 0.06634371, 0.00258758]}"#)
        let diagnosis = try #require(try answer(body)["diagnosis"] as? [String: Any])
        #expect(diagnosis["verdict"] as? String == "precision")
        let findings = try #require(diagnosis["findings"] as? [[String: Any]])
        #expect(findings.first?["id"] as? String == "printed-digits")
    }

    @Test func sameBytesWhateverTheNumberOfThreads() throws {
        let one = try RunningServer(["--threads", "1"])
        let three = try RunningServer(["--threads", "3"])
        let first = try curl.send("POST", one.url + "/hessian", body: Self.data).body
        let second = try curl.send("POST", three.url + "/hessian", body: Self.data).body
        #expect(first == second)
    }
}

/// A JSON number; NaN where it is something else.
func number(_ value: Any?) -> Double { (value as? NSNumber)?.doubleValue ?? .nan }
/// A JSON array of numbers.
func numbers(_ value: Any?) -> [Double] { (value as? [Any] ?? []).map(number) }
/// A JSON array of arrays of numbers.
func rows(_ value: Any?) -> [[Double]] { (value as? [Any] ?? []).map(numbers) }
