/// What is known of a function of one number: all that the rest of the program needs, in one place.
///
/// `value`, `first` and `second` are used by automatic differentiation, `symbolicDerivative` by symbolic differentiation:
/// neither is computed from the other, and the table tests check one against the other and against finite differences.
public protocol UnaryRule: Sendable {
    /// The names it has in programs, the one it is printed with first: `["log_ndtr", "norm.logcdf"]`.
    static var names: [String] { get }
    /// f(x).
    static func value(_ x: Double) -> Double
    /// f′(x), in a form that keeps full relative accuracy over the whole range.
    static func first(_ x: Double) -> Double
    /// f″(x), likewise.
    static func second(_ x: Double) -> Double
    /// A bound on |f‴| near x (for the propagation of rounding errors through f″); coarse is good enough.
    static func thirdBound(_ x: Double) -> Double
    /// The error of `value`, `first` and `second` in units of 2⁻⁵³ relative to the result.
    static var roundingUnits: Double { get }
    /// f′ as a program in `x`: `"1 - tanh(x)**2"`.
    static var symbolicDerivative: String { get }
    /// The points where f′ jumps or is not defined; at them `first` and `second` are the values that are chosen.
    static var kinks: [Double] { get }
    /// LaTeX of f applied to the argument, which is already bracketed where needed: `"\\tanh\\left(\(x)\\right)"`.
    static func latex(_ x: String) -> String
    /// NumPy of f applied to the argument: `"np.tanh(\(x))"`; `sp` is `scipy.special`.
    static func numpy(_ x: String) -> String
    /// Points of its domain, both ends included, at which the tables of tests evaluate it.
    static var samples: [Double] { get }
}

/// What is known of a function of two numbers; see `UnaryRule`.
public protocol BinaryRule: Sendable {
    /// The names it has as a function in programs.
    static var names: [String] { get }
    /// f(a, b).
    static func value(_ a: Double, _ b: Double) -> Double
    /// ∂f/∂a and ∂f/∂b.
    static func first(_ a: Double, _ b: Double) -> (a: Double, b: Double)
    /// ∂²f/∂a², ∂²f/∂a∂b and ∂²f/∂b².
    static func second(_ a: Double, _ b: Double) -> (aa: Double, ab: Double, bb: Double)
    /// A bound on the third derivatives near the point; coarse is good enough.
    static func thirdBound(_ a: Double, _ b: Double) -> Double
    /// The error of the above in units of 2⁻⁵³ relative to the result.
    static var roundingUnits: Double { get }
    /// ∂f/∂a and ∂f/∂b as programs in `a` and `b`.
    static var symbolicDerivatives: (a: String, b: String) { get }
    /// Whether f′ jumps where a = b (`maximum`).
    static var hasKinkWhereEqual: Bool { get }
    /// Points of its domain at which the tables of tests evaluate it.
    static var samples: [(Double, Double)] { get }
}
