import Foundation
import WireFormat

/// Megabytes a second of the scanner on an array of numbers of one kind, and nanoseconds a number of the writer.
func benchmarkJSON() {
    var generator = SystemRandomNumberGenerator()
    func literals(_ make: (Double) -> String) -> [UInt8] {
        let rows = (0..<100_000).map { _ in
            "[" + (0..<10).map { _ in make(.random(in: -1...1, using: &generator)) }.joined(separator: ", ") + "]"
        }
        return Array(("[" + rows.joined(separator: ", ") + "]").utf8)
    }
    let kinds: [(String, (Double) -> String)] = [
        ("17 digits", { "\($0)" }),
        ("12 characters", { String(format: "%.9f", abs($0) + 1) + "5" }),
        ("short (6 to 7 characters)", { String(format: "%.4f", $0) }),
        ("integers", { String(Int($0 * 1000)) }),
        ("17 digits, scientific", { String(format: "%.16e", $0) }),
        ("40 digits", { String(format: "%.40f", $0) }),
    ]
    for (name, make) in kinds {
        let body = literals(make)
        let time = seconds {
            let scanner = JSONScanner()
            do {
                var start = 0
                while start < body.count {
                    let end = min(start + 1 << 18, body.count)
                    try body.withUnsafeBytes { try scanner.receive(UnsafeRawBufferPointer(rebasing: $0[start..<end])) }
                    start = end
                }
                _ = try scanner.finish()
            } catch {
                print(error)
            }
        }
        print("scan \(name): \(Int(Double(body.count) / time * 1e-6)) MB/s, \(time * 1e3) ns a number")
    }
    let values = (0..<100_000).map { _ in Double.random(in: -1...1, using: &generator) }
    let own = seconds {
        var writer = JSONWriter()
        writer.numbers(values)
    }
    let description = seconds {
        var bytes: [UInt8] = []
        for value in values { bytes.append(contentsOf: value.description.utf8) }
    }
    print("write: \(own * 1e4) ns a number; Swift's description: \(description * 1e4)")
}
