import Foundation

/// What y may be.
public enum TargetDomain: String, Sendable {
    case real = "any number"
    case unitInterval = "0 ≤ y ≤ 1"
    case zeroOrOne = "y is 0 or 1"
    case plusMinusOne = "y is −1 or 1"
    case nonNegative = "y ≥ 0"
    case positive = "y > 0"
    case count = "y is 0, 1, 2, …"
    case openUnitInterval = "0 < y < 1"
    case classes = "y is a class index 0 … K−1"
    case survival = "y is a pair [time > 0, event 0 or 1]"

    /// Whether a target is allowed.
    public func contains(_ y: Double) -> Bool {
        switch self {
        case .real: true
        case .unitInterval: y >= 0 && y <= 1
        case .zeroOrOne: y == 0 || y == 1
        case .plusMinusOne: y == 1 || y == -1
        case .nonNegative: y >= 0
        case .positive: y > 0
        case .count, .classes: y >= 0 && y == y.rounded()
        case .openUnitInterval: y > 0 && y < 1
        case .survival: y >= 0
        }
    }
}

/// A number that shapes a loss.
public struct LossParameter: Sendable {
    /// As on the wire.
    public var name: String
    /// Used where it is not given.
    public var standard: Double
    /// The least value, or the bound that it must exceed.
    public var lower: Double
    /// The greatest value, or the bound that it must stay below.
    public var upper: Double
    /// Whether the bounds themselves are excluded.
    public var isOpen: Bool

    /// Whether a value is allowed.
    public func contains(_ value: Double) -> Bool {
        isOpen ? value > lower && value < upper : value >= lower && value <= upper
    }

    /// For a person: `0 < q < 1`.
    public var range: String {
        let sign = isOpen ? "<" : "≤"
        let low = lower.isFinite ? "\(LossDefinition.literal(lower)) \(sign) " : ""
        let high = upper.isFinite ? " \(sign) \(LossDefinition.literal(upper))" : ""
        return low + name + high
    }
}

/// ℓ, ℓ′ and ℓ″ at one row, or bounds on their sizes.
public struct LossValues: Sendable {
    /// ℓ(η, y).
    public var value: Double
    /// ∂ℓ/∂η.
    public var first: Double
    /// ∂²ℓ/∂η².
    public var second: Double

    /// The three numbers.
    public init(_ value: Double, _ first: Double, _ second: Double) {
        self.value = value
        self.first = first
        self.second = second
    }
}

/// One loss: all that the program knows of it. The registry is `LossCatalog`.
public struct LossDefinition: Sendable {
    /// How the rows enter.
    public enum Kind: Sendable {
        /// A sum over rows of ℓ(ηᵢ, yᵢ).
        case separable
        /// K linear predictors a row.
        case softmax
        /// A partial likelihood over risk sets.
        case cox(efron: Bool)
    }

    /// As on the wire.
    public var name: String
    /// For a person.
    public var title: String
    /// What other libraries call it, in small letters: for the error that answers such a name.
    public var otherNames: [String] = []
    /// Its parameters in order.
    public var parameters: [LossParameter] = []
    /// What y may be.
    public var domain: TargetDomain = .real
    /// How the rows enter.
    public var kind: Kind = .separable
    /// Whether ℓ″ ≥ 0 everywhere.
    public var isConvex = true
    /// Where ℓ′ or ℓ″ jumps, and what is chosen there; empty for smooth losses.
    public var kinks: [String] = []
    /// ℓ as a program in `eta`, `y` and `{parameter}`; what automatic and symbolic differentiation start from.
    public var expression: String
    /// ℓ, ℓ′ and ℓ″ for a person, in the same grammar.
    public var formulas: (value: String, first: String, second: String)
    /// The same in LaTeX.
    public var latex: (value: String, first: String, second: String)
    /// The hand-written closed form, in stable arithmetic; not derived from `expression`.
    public var closedForm: @Sendable (_ eta: Double, _ y: Double, _ parameters: [Double]) -> LossValues
    /// The sizes of the terms that cancel in the closed form; nil where none do.
    public var sizes: (@Sendable (_ eta: Double, _ y: Double, _ parameters: [Double]) -> LossValues)?
    /// E[ℓ″] given η, where y has a distribution and it differs from ℓ″.
    public var expected: (@Sendable (_ eta: Double, _ parameters: [Double]) -> Double)?
    /// Targets for tests and examples.
    public var sampleTargets: [Double] = [-1.3, 0.4, 2.1, -0.2, 0.9]

    /// The expression with the parameters as numbers.
    public func expression(_ values: [Double]) -> String {
        var text = expression
        for (parameter, value) in zip(parameters, values) {
            text = text.replacingOccurrences(of: "{\(parameter.name)}", with: LossDefinition.literal(value))
        }
        return text
    }

    /// A number as text: whole ones without a point.
    public static func literal(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : "\(value)"
    }
}
