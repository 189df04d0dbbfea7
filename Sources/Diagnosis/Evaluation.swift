import Differentiation
import LinearAlgebra

/// The names of the witnesses, as on the wire.
public enum Witness: String, CaseIterable, Hashable, Sendable {
    case symbolic
    case closedForm = "closed-form"
    case forwardMode = "forward-mode"
    case finiteDifferences = "finite-differences"
}

/// A symbolic result in the three notations, with what the printed formula gives in binary64.
public struct PrintedFormula: Sendable {
    /// In the expression grammar.
    public var formula: String
    /// Compiles inside `$…$`.
    public var latex: String
    /// A complete snippet that leaves the result in `loss`, `gradient` or `hessian`.
    public var numpy: String
    /// The value: a scalar, a vector or a matrix; nil where an intermediate is larger than the memory limit.
    public var value: NumericArray?

    /// A formula with all its parts.
    public init(formula: String, latex: String, numpy: String, value: NumericArray?) {
        self.formula = formula
        self.latex = latex
        self.numpy = numpy
        self.value = value
    }
}

/// The second-order picture at β.
public struct Curvature: Sendable {
    /// The verdict on the eigenvalues' signs, with a zero that knows rounding.
    public enum Definiteness: String, Sendable {
        case positiveDefinite = "positive definite"
        case positiveSemidefinite = "positive semidefinite"
        case indefinite
        case negativeSemidefinite = "negative semidefinite"
        case negativeDefinite = "negative definite"
        case zero
    }

    /// Ascending.
    public var eigenvalues: [Double]
    /// max |λ| ÷ min |λ|; nil where the smallest is zero.
    public var condition: Double?
    /// See `Definiteness`.
    public var definiteness: Definiteness
    /// −H⁻¹g, where H is positive definite.
    public var newtonStep: [Double]?
    /// Of maximum likelihood, from the observed information of the sum.
    public var standardErrors: [Double]?

    /// A picture with all its parts.
    public init(
        eigenvalues: [Double], condition: Double?, definiteness: Definiteness, newtonStep: [Double]?,
        standardErrors: [Double]?
    ) {
        self.eigenvalues = eigenvalues
        self.condition = condition
        self.definiteness = definiteness
        self.newtonStep = newtonStep
        self.standardErrors = standardErrors
    }
}

/// All that is answered to one request, before it is written as JSON.
public struct Evaluation: Sendable {
    /// Rows of the design matrix.
    public var n: Int
    /// Columns of the design matrix.
    public var p: Int
    /// Loss, gradient and Hessian by automatic differentiation.
    public var derivatives: Derivatives
    /// The symbolic results, where they were wanted.
    public var symbolicLoss: PrintedFormula?
    /// ∂L/∂β, symbolically.
    public var symbolicGradient: PrintedFormula?
    /// ∂²L/∂β∂βᵀ, symbolically.
    public var symbolicHessian: PrintedFormula?
    /// Each witness compared with the automatic derivatives.
    public var comparisons: [(witness: Witness, comparison: Comparison)] = []
    /// The second-order picture, where it was wanted.
    public var curvature: Curvature?
    /// What explains the candidate, where there was one.
    public var diagnosis: Diagnosis?
    /// What a person should know.
    public var warnings: [Notice] = []

    /// An evaluation of the automatic derivatives alone.
    public init(n: Int, p: Int, derivatives: Derivatives) {
        self.n = n
        self.p = p
        self.derivatives = derivatives
    }
}
