/// How far one quantity (the loss, an array) is from what it is compared with.
public struct Deviation: Hashable, Sendable {
    /// Whether every entry's error is within its tolerance.
    public var agrees: Bool
    /// The largest |a − b|.
    public var maxAbsoluteError: Double
    /// The largest |a − b| ÷ |b|, 0 where both are 0.
    public var maxRelativeError: Double
    /// The largest distance in units in the last place.
    public var maxUlp: Double
    /// The tolerance of the entry at `position`.
    public var tolerance: Double
    /// The entry where error ÷ tolerance is largest: `[]` for the loss, `[j]`, `[j, k]`.
    public var position: [Int]
    /// Whether the tolerance is so large that nothing can exceed it: a bound has overflowed.
    public var isUnbounded: Bool { tolerance == .greatestFiniteMagnitude }

    /// A deviation with all its parts.
    public init(
        agrees: Bool, maxAbsoluteError: Double, maxRelativeError: Double, maxUlp: Double, tolerance: Double,
        position: [Int]
    ) {
        self.agrees = agrees
        self.maxAbsoluteError = maxAbsoluteError
        self.maxRelativeError = maxRelativeError
        self.maxUlp = maxUlp
        self.tolerance = tolerance
        self.position = position
    }
}

/// The comparison of one witness (or a candidate) with the automatic derivatives.
public struct Comparison: Hashable, Sendable {
    /// The loss, where both sides have one.
    public var loss: Deviation?
    /// The gradient, likewise.
    public var gradient: Deviation?
    /// The Hessian, likewise.
    public var hessian: Deviation?
    /// Whether everything compared agrees.
    public var agrees: Bool { (loss?.agrees ?? true) && (gradient?.agrees ?? true) && (hessian?.agrees ?? true) }

    /// A comparison of what there is.
    public init(loss: Deviation? = nil, gradient: Deviation? = nil, hessian: Deviation? = nil) {
        self.loss = loss
        self.gradient = gradient
        self.hessian = hessian
    }
}
