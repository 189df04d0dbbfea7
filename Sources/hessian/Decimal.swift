import Foundation

/// Numbers with a given number of digits, for tables that people read.
enum Decimal {
    /// `0.912963334`: that many significant digits, without trailing zeros.
    static func fixed(_ value: Double, significant digits: Int) -> String {
        let exponent = value == 0 ? 0 : Int(log10(abs(value)).rounded(.down))
        var text = String(format: "%.\(max(0, digits - 1 - exponent))f", value)
        if text.contains(".") {
            while text.hasSuffix("0") { text.removeLast() }
            if text.hasSuffix(".") { text.removeLast() }
        }
        return text
    }

    /// `9.1296e-05`.
    static func scientific(_ value: Double, digits: Int) -> String { String(format: "%.\(digits - 1)e", value) }
}
