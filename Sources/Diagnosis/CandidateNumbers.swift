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
    }

    var quantities: [Quantity]

    func quantity(_ name: String) -> Quantity? { quantities.first { $0.name == name } }
    var hasNull: Bool { quantities.contains { $0.values.withUnsafeElements { $0.contains { $0.isNaN } } } }

    /// Every number sent.
    var all: [Double] { quantities.flatMap(\.values.elements) }

    /// Whether every number is a binary32 number and some of them show it.
    var isBinary32: Bool {
        let numbers = all.filter { !$0.isNaN }
        return numbers.allSatisfy { Double(Float($0)) == $0 } && numbers.contains { $0 != $0.rounded() }
    }

    static func resolution(_ place: Int?) -> Double { place.map { 0.5 * pow(10, Double($0)) } ?? 0 }

    init(loss: CandidateNumber?, gradient: CandidateArray?, hessian: CandidateArray?) {
        quantities = []
        if let loss {
            quantities.append(
                Quantity(name: "loss", values: NumericArray(loss.value), resolution: Self.resolution(loss.finestPlace)))
        }
        if let gradient {
            quantities.append(
                Quantity(name: "gradient", values: gradient.values, resolution: Self.resolution(gradient.finestPlace)))
        }
        if let hessian {
            quantities.append(
                Quantity(name: "hessian", values: hessian.values, resolution: Self.resolution(hessian.finestPlace)))
        }
    }

    /// What a program gives, to the last digit.
    init(_ derivatives: Derivatives) {
        quantities = []
        if let loss = derivatives.loss {
            quantities.append(Quantity(name: "loss", values: NumericArray(loss), resolution: 0))
        }
        if let gradient = derivatives.gradient {
            quantities.append(Quantity(name: "gradient", values: NumericArray(gradient), resolution: 0))
        }
        if let hessian = derivatives.hessian {
            quantities.append(Quantity(name: "hessian", values: NumericArray(hessian), resolution: 0))
        }
    }
}
