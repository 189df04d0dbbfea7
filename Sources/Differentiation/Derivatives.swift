import LinearAlgebra

/// Which of loss, gradient and Hessian are wanted; nothing else is computed.
public struct Quantities: OptionSet, Hashable, Sendable {
    /// The set as bits.
    public let rawValue: Int
    /// A set from its bits.
    public init(rawValue: Int) { self.rawValue = rawValue }
    /// The loss L(β).
    public static let loss = Quantities(rawValue: 1)
    /// ∂L/∂β.
    public static let gradient = Quantities(rawValue: 2)
    /// ∂²L/∂β∂βᵀ.
    public static let hessian = Quantities(rawValue: 4)
    /// All three.
    public static let all: Quantities = [.loss, .gradient, .hessian]
}

/// Loss, gradient and Hessian as one witness computed them, each with a bound on its own rounding error.
///
/// The bound of an entry holds for |computed − exact|, where *exact* is the real-number value for the binary64 data.
/// The tolerance for comparing two witnesses is the sum of both bounds.
public struct Derivatives: Sendable {
    /// L(β), if it was wanted.
    public var loss: Double?
    /// The bound for `loss`.
    public var lossBound: Double = 0
    /// ∂L/∂β: p numbers, or K·p in β's row-major order.
    public var gradient: [Double]?
    /// The bounds for `gradient`, entry by entry.
    public var gradientBound: [Double] = []
    /// ∂²L/∂β∂βᵀ, symmetric to the bit.
    public var hessian: Matrix?
    /// The bounds for `hessian`, entry by entry.
    public var hessianBound: Matrix?
    /// What was noticed on the way (kinks, saturation).
    public var notices: [Notice] = []
    /// Which pieces of a piecewise program were in force, where it was asked for.
    package var branches = Branches()

    /// Nothing computed yet.
    public init() {}
}

/// Something a person should know about a result.
public struct Notice: Hashable, Sendable {
    /// The codes of api.md.
    public enum Code: String, Hashable, Sendable {
        case broadcast, kink, stationary
        case rankDeficient = "rank-deficient"
        case separable, saturation
        case outsideDomain = "outside-domain"
    }

    /// Which kind.
    public var code: Code
    /// One or two sentences.
    public var message: String
    /// The rows concerned, zero-based (kinks).
    public var rows: [Int]

    /// A notice with all its parts.
    public init(code: Code, message: String, rows: [Int] = []) {
        self.code = code
        self.message = message
        self.rows = rows
    }
}

/// A result that is not a number: where it arose first and what would help.
public struct NonFiniteResult: Error, Hashable, Sendable {
    /// The quantity: `loss`, `gradient`, `hessian`.
    public var quantity: String
    /// What overflowed or was undefined, and where.
    public var detail: String
    /// The first row concerned, if there is one.
    public var row: Int?

    /// An error with all its parts.
    public init(quantity: String, detail: String, row: Int? = nil) {
        self.quantity = quantity
        self.detail = detail
        self.row = row
    }
}

/// The computation was given up because nobody waits for it.
public struct Cancelled: Error {
    /// The only value.
    public init() {}
}
