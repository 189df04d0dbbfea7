/// A client's own program that cannot be read or evaluated: not the request's loss, but its candidate is at fault.
public struct CandidateError: Error {
    /// What is wrong: an `ExpressionError`, a `NonFiniteResult`, a `SingularMatrix` or an `EvaluationError`.
    public var underlying: any Error
}
