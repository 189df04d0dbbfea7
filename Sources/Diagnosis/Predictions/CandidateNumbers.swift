import Differentiation
import Expressions
import Foundation
import LinearAlgebra
import Losses

/// A candidate as numbers with the resolution that its digits leave.
struct CandidateNumbers {
    /// One quantity: its numbers, shape, and half a unit of its last decimal.
    struct Quantity {
        var name: String
        var values: NumericArray
        var resolution: Double
        /// The most significant digits that an entry has, where all have few: numbers of different sizes printed to so
        /// many digits each have a resolution of their own.
        var digits: Int?

        /// `place` is the exponent of ten of the last digit of the entry with the most decimals, nil for exact numbers.
        init(name: String, values: NumericArray, place: Int?) {
            self.name = name
            self.values = values
            resolution = place.map { 0.5 * pow(10, Double($0)) } ?? 0
            if let place, values.count > 1 { digits = Self.significantDigits(values, place) }
        }

        /// The difference from a value that printing this entry can have made.
        func resolution(at k: Int) -> Double {
            guard let digits else { return resolution }
            let value = abs(values[k])
            guard value > 0, value.isFinite else { return resolution }
            let exponent = log10(value).rounded(.down)
            return max(resolution, 0.5 * pow(10, exponent - Double(digits) + 1))
        }

        /// From 4 to 15 digits, fewer being no such format; nil where some entry has more. Zeros at the end of a literal do
        /// not show in its value, but some entry reaches down to `place`.
        private static func significantDigits(_ values: NumericArray, _ place: Int) -> Int? {
            values.withUnsafeElements { values in
                var most = 0
                var lowest = Double.infinity
                for value in values where value.isFinite && value != 0 {
                    lowest = min(lowest, abs(value))
                    let digits = "\(value)".prefix { $0 != "e" }.filter(\.isNumber).drop { $0 == "0" }
                    let count = digits.reversed().drop { $0 == "0" }.count
                    if count > 15 { return nil }
                    most = max(most, count)
                }
                guard lowest.isFinite else { return nil }
                most = max(most, Int(log10(lowest).rounded(.down)) - place + 1)
                return (4...15).contains(most) ? most : nil
            }
        }
    }

    var quantities: [Quantity]

    /// One quantity of it, with the arithmetic of all.
    func only(_ quantity: Quantity) -> CandidateNumbers {
        var alone = self
        alone.quantities = [quantity]
        return alone
    }

    func quantity(_ name: String) -> Quantity? { quantities.first { $0.name == name } }
    var hasNull: Bool { quantities.contains { $0.values.withUnsafeElements { $0.contains { $0.isNaN } } } }

    /// Which of loss, gradient and Hessian were sent.
    var sent: Quantities {
        quantities.reduce(into: []) { $0.formUnion(Self.kinds[$1.name] ?? []) }
    }

    static let kinds: [String: Quantities] = ["loss": .loss, "gradient": .gradient, "hessian": .hessian]

    /// Whether every number is a binary32 number and one of them shows it by having a long significand or many decimal
    /// digits: 0.5 is one too.
    let isBinary32: Bool

    /// Whether every number may be a binary32 number that was printed with few digits.
    let mayBePrintedBinary32: Bool

    /// How much coarser than binary64's the arithmetic may have been.
    var coarseness: Double { isBinary32 || mayBePrintedBinary32 ? Tolerances.binary32 : 1 }

    /// How far a sketch may be off, relative to its terms.
    var sketchUnit: Double { isBinary32 || mayBePrintedBinary32 ? 1e-3 : 1e-6 }

    /// Whether every number may be a binary32 number that was printed: one is within what was printed, or it is the
    /// shortest decimal that reads back as one, which is what NumPy and Python's `str` print.
    private static func mayBePrintedBinary32(_ quantities: [Quantity]) -> Bool {
        quantities.allSatisfy { quantity in
            quantity.values.withUnsafeElements { values in
                values.indices.allSatisfy {
                    let single = Float(values[$0])
                    let reading = 0x1p-52 * abs(values[$0])
                    return abs(Double(single) - values[$0]) <= quantity.resolution(at: $0) * (1 + 1e-9) + reading
                        || Double("\(single)") == values[$0]
                }
            }
        }
    }

    /// A sum that cancelled in binary32 has few bits left, but who writes it as binary64 writes many digits.
    private static func isTelling(_ single: Float) -> Bool {
        single.significandBitPattern.trailingZeroBitCount < 6
            || "\(Double(single))".prefix { $0 != "e" }.filter(\.isNumber).drop { $0 == "0" }.count > 10
    }

    private static func areBinary32(_ quantities: [Quantity]) -> Bool {
        var isLong = false
        for quantity in quantities {
            let fits = quantity.values.withUnsafeElements { values in
                values.allSatisfy { value in
                    if value.isNaN { return true }
                    let single = Float(value)
                    if !isLong, single.isFinite { isLong = isTelling(single) }
                    return Double(single) == value
                }
            }
            if !fits { return false }
        }
        return isLong
    }

    init(loss: CandidateNumber?, gradient: CandidateArray?, hessian: CandidateArray?) {
        var quantities: [Quantity] = []
        if let loss {
            quantities.append(
                Quantity(name: "loss", values: NumericArray(loss.value), place: loss.finestPlace))
        }
        if let gradient {
            quantities.append(
                Quantity(name: "gradient", values: gradient.values, place: gradient.finestPlace))
        }
        if let hessian {
            quantities.append(
                Quantity(name: "hessian", values: hessian.values, place: hessian.finestPlace))
        }
        self.init(quantities)
    }

    /// What was sent.
    init(_ quantities: [Quantity]) {
        self.quantities = quantities
        isBinary32 = Self.areBinary32(quantities)
        mayBePrintedBinary32 = !isBinary32 && Self.mayBePrintedBinary32(quantities)
    }

    /// What a program gives, to the last digit.
    init(_ derivatives: Derivatives) {
        isBinary32 = false
        mayBePrintedBinary32 = false
        quantities = []
        if let loss = derivatives.loss {
            quantities.append(Quantity(name: "loss", values: NumericArray(loss), place: nil))
        }
        if let gradient = derivatives.gradient {
            quantities.append(Quantity(name: "gradient", values: NumericArray(gradient), place: nil))
        }
        if let hessian = derivatives.hessian {
            quantities.append(Quantity(name: "hessian", values: NumericArray(hessian), place: nil))
        }
    }
}
