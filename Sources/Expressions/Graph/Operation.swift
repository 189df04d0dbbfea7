import LinearAlgebra

/// What a node of an expression graph does to its operands. NumPy's semantics; the number of operands in brackets.
///
/// Everything a program can say is reduced to these by the parser: `mean` is a sum and a division, `tf.multiply` is
/// `.elementwise(.multiply)`, `clip` is a maximum and a minimum, `X[:, None]` a subscript.
///
/// # How something is added
///
/// * A function that the grammar can say (`huber_loss`, `norm.logpdf`): one line in `LibraryFunction.all`. It has
///   derivatives and prints at once.
/// * A function of one or two numbers (`erf`): one file in `Expressions/Operations` that states its names, value,
///   derivatives, printing and samples, and a case of `ElementwiseFunction`. The tests run over all cases.
/// * An operation on whole arrays (`logdet`): a case here. The compiler then asks for its value (`Evaluator`), its printing
///   (`TextPrinter`, `LaTeXPrinter`) and its derivatives on the tape; a function in `GraphBuilding` states its shape, a name
///   in `FunctionTable` lets programs say it, and a case each in `SymbolicGradient` and `SymbolicJacobian` its symbolic
///   rules. Where the others can say it, write it in `Rewriting` in terms of them instead: `trace`, `outer` and `solve` have
///   no automatic rules of their own.
public enum Operation: Hashable, Sendable {
    /// A number. [0]
    case constant(Constant)
    /// The length of an axis as a number: `n`, `p`. [0]
    case dimension(Dimension)
    /// A named array: `X`, `y`, `beta`, `weights`, `offset` or a parameter. [0]
    case variable(String)
    /// A function of numbers applied to each element, operands broadcast together. [1 or 2]
    case elementwise(ElementwiseFunction)
    /// `where(condition, a, b)`, broadcast. [3]
    case select
    /// `a @ b` by `numpy.matmul`'s rules for ranks 1 and 2. [2]
    case matmul
    /// `a.T`: all axes reversed. [1]
    case transpose
    /// `a[…]`: slices, integers and new axes. [1]
    case subscripted([Subscript])
    /// Row-major reshape. [1]
    case reshape(Shape)
    /// Sum over the given axes (ascending, non-negative). [1]
    case sum(axes: [Int], keepingAxes: Bool)
    /// log Σ exp over the given axes, without overflow. [1]
    case logSumExp(axes: [Int], keepingAxes: Bool)
    /// exp(a − logsumexp(a)) along one axis. [1]
    case softmax(axis: Int)
    /// A vector as a diagonal matrix. [1]
    case diagonalMatrix
    /// The diagonal of a matrix as a vector. [1]
    case diagonal
    /// The sum of the diagonal of a square matrix. [1]
    case trace
    /// The outer product of two vectors. [2]
    case outer
    /// A sum of products over named axes, e.g. `ij,i,ik->jk`; letters of each operand and of the result. [any]
    case einsum(inputs: [String], output: String)
    /// The inverse of a square matrix. [1]
    case inverse
    /// `solve(A, b)`: the vector or matrix A⁻¹b. [2]
    case solve
    /// The determinant. [1]
    case determinant
    /// log |det A|. [1]
    case logDeterminant
    /// The Euclidean norm of all elements. [1]
    case norm
    /// Σ_j [a_j ⋚ b_i] v_j for the operands a, b and the vector v: a product with a matrix of comparisons that is not made.
    /// No program says so; the automatic derivation finds it (`Graph.comparisonProduct`). [3]
    case comparisonSum(ComparisonRelation)
    /// log(Σ_j [a_j ⋚ a_i] e^(v_j) − s_i Σ_j [a_j = a_i] c_j e^(v_j)) − v_i for the operands a, v and, where given, s and c: a
    /// term of a survival model's partial likelihood. No program says so; the automatic derivation finds it. [2 or 4]
    case riskSetLogSum(ComparisonRelation)
    /// The identity matrix of an order. [0]
    case identity(Dimension)
    /// The numbers 0, 1, … as a vector of that length. [0]
    case arange(Dimension)
    /// An array of one repeated number. [0]
    case filled(Shape, Constant)
}

/// One entry between the brackets of `a[…]`, normalised to the length of its axis.
public enum Subscript: Hashable, Sendable {
    /// `None`: a new axis of length 1.
    case newAxis
    /// An integer position; removes the axis. Kept with its symbol: `[-1]` is p − 1.
    case position(Dimension)
    /// `start..<end` with step 1; the full axis is `start == 0`, `end` its dimension.
    case range(start: Dimension, end: Dimension)
}
