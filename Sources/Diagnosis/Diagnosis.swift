import Differentiation

/// What is wrong with a candidate, if anything.
public struct Diagnosis: Sendable {
    /// The six verdicts of api.md.
    public enum Verdict: String, CaseIterable, Sendable {
        case correct, convention, precision, mistake, ambiguous, unexplained
    }

    /// The verdict.
    public var verdict: Verdict
    /// One sentence for a person.
    public var summary: String
    /// How far the candidate is from the truth, and where.
    public var comparison: Comparison
    /// What explains it.
    public var findings: [Finding]
    /// A second β at which the findings differ, where there are several.
    public var nextPoint: NextPoint?
    /// What a candidate program gives; nil where numbers were sent.
    public var given: Derivatives?

    /// A diagnosis with all its parts.
    public init(
        verdict: Verdict, summary: String, comparison: Comparison, findings: [Finding] = [], nextPoint: NextPoint? = nil
    ) {
        self.verdict = verdict
        self.summary = summary
        self.comparison = comparison
        self.findings = findings
        self.nextPoint = nextPoint
    }
}

/// One explanation of a candidate.
public struct Finding: Sendable {
    /// The catalogue's identifier: `elementwise-product`.
    public var id: String
    /// For a person.
    public var title: String
    /// Which of `loss`, `gradient`, `hessian` it explains.
    public var explains: [String]
    /// The largest difference that it leaves.
    public var residual: Double
    /// The difference that would have been noticed: the printed digits or rounding.
    public var resolution: Double
    /// What was fitted: `factor`, `step`, `rows`…
    public var parameters: [String: ParameterValue]
    /// The buggy program, where there is one.
    public var program: String?
    /// The formula of the gradient it gives.
    public var gradient: String?
    /// The formula of the Hessian it gives.
    public var hessian: String?
    /// What to do.
    public var fix: String

    /// A finding with all its parts.
    public init(
        id: String, title: String, explains: [String], residual: Double, resolution: Double,
        parameters: [String: ParameterValue] = [:], program: String? = nil, gradient: String? = nil,
        hessian: String? = nil, fix: String
    ) {
        self.id = id
        self.title = title
        self.explains = explains
        self.residual = residual
        self.resolution = resolution
        self.parameters = parameters
        self.program = program
        self.gradient = gradient
        self.hessian = hessian
        self.fix = fix
    }
}

/// A fitted parameter of a finding.
public enum ParameterValue: Hashable, Sendable {
    case number(Double)
    case numbers([Double])
    case text(String)
}

/// Where to evaluate next in order to tell explanations apart.
public struct NextPoint: Hashable, Sendable {
    /// The second β, in the request's order.
    public var beta: [Double]
    /// Why this one.
    public var reason: String

    /// A point with its reason.
    public init(beta: [Double], reason: String) {
        self.beta = beta
        self.reason = reason
    }
}
