import LinearAlgebra

/// What the client's own program gave, or that program itself.
public enum Candidate: Sendable {
    /// The numbers that were printed or stored. At least one is there.
    case numbers(loss: CandidateNumber?, gradient: CandidateArray?, hessian: CandidateArray?)
    /// The program as text, in the expression grammar.
    case expression(String)
}

/// A number with the digits it was written with.
public struct CandidateNumber: Hashable, Sendable {
    /// The value; NaN stands for `null`.
    public var value: Double
    /// The exponent of ten of the last digit written: −8 for `0.20178232`, 3 for `2e3`, 0 for `17`; nil for `null`.
    public var finestPlace: Int?

    /// A number whose literal ends at a decimal place.
    public init(value: Double, finestPlace: Int?) {
        self.value = value
        self.finestPlace = finestPlace
    }
}

/// An array of numbers with the digits of the entry that has the most decimals.
public struct CandidateArray: Sendable {
    /// The values; NaN stands for `null`.
    public var values: NumericArray
    /// The least exponent of ten of a last digit over all entries: −8 where the entry with the most decimals has eight;
    /// nil where every entry is `null`.
    public var finestPlace: Int?

    /// An array whose finest literal ends at a decimal place.
    public init(values: NumericArray, finestPlace: Int?) {
        self.values = values
        self.finestPlace = finestPlace
    }
}
