/// The functions of numbers that apply to arrays element by element: the registry.
///
/// A new one is a file in this folder that states its rule, a case here, and a line in `unary` or `binary`.
public enum ElementwiseFunction: String, CaseIterable, Hashable, Sendable {
    // Arithmetic
    case add, subtract, multiply, divide, power, negate
    // Comparisons: 1 or 0
    case less, lessEqual, greater, greaterEqual, equal, notEqual
    // Two arguments
    case maximum, minimum, logaddexp, polygamma
    // One argument
    case exp, expm1, log, log1p, sqrt, absolute, sign, tanh, cosh, sinh, sin, cos, arctan
    case sigmoid, softplus, logcosh, relu, erf, ndtr, logNdtr, gammaln, digamma
}
