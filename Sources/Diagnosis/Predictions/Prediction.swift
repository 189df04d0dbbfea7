import Differentiation
import Expressions
import LinearAlgebra

/// What a mistaken program would have given: any of loss, gradient, Hessian, in the shapes that it gives them.
struct Prediction {
    var loss: Double?
    var gradient: [Double]?
    var hessian: NumericArray?
    /// The program that computes it and the data that it runs on, where there is one: its bounds are those of evaluating
    /// it in plain binary64.
    var program: Program?
    /// What tells its program from others.
    var text = ""
    var environment: Environment?
    /// Its formulas for a person, where they are not the program's.
    var formulas: Program?
    /// Relative size of rounding errors to be allowed beyond those of the truth.
    var slack = 1.0
}

/// One way in which a mistake can have happened, evaluated only when a cheap look does not rule it out.
struct Variant {
    /// What tells it from the other variants of the same mistake at every β: `rows=20`.
    var key = ""
    /// The same for a person: `omega = "w**2"`, `rows = 20`.
    var parameters: [String: ParameterValue] = [:]
    /// What happened and what to do, where the variant can say it more exactly than the mistake.
    var title: String?
    var fix: String?
    /// What it changes of loss, gradient and Hessian; the rest is right.
    var changes: Quantities = .all
    /// Decimal digits of agreement that chance takes away because this variant was picked among many.
    var chance = 0.0
    /// Whether there are formulas for it at all: the catalogue's own are those of the squared loss.
    var hasFormulas = true
    /// How the formulas of its program read; nil where the program cannot be written in the expression grammar.
    var wording: Wording? = Wording()
    /// The gradient as a formula in g, H (the right derivatives) and the request's names, where it is no derivative of the
    /// mistaken program: `-g`.
    var gradientText: String?
    /// The Hessian likewise: `sum(H, axis=1)`.
    var hessianText: String?
    /// A few of its numbers, at a small part of the cost; nil where there is no such short cut.
    var sketch: (() -> Sketch?)?
    /// The same as sums over the rows, for a pass that all mistakes share; asked for before `sketch`.
    var rows: (() -> [RowHypothesis]?)?
    /// Its numbers, as far as they are wanted; nil where the mistaken program cannot run on these data.
    var evaluate: (Quantities) throws -> Prediction?
}
