/// The registry of what can be diagnosed. A new mistake is a `Mistake` in this folder and a line here.
public enum MistakeCatalog {
    /// The mistakes that are found by prediction, in the order of the catalogue.
    static let predicted: [Mistake] = [
        .elementwiseProduct, .elementwiseProductMean, .pairwiseResidual, .pairwiseResidualMean, .gradientNegated,
        .interceptMissing,
        .interceptTwice, .penaltyOnIntercept, .penaltyScale, .penaltyUnsquared, .penaltyOnEveryEntry, .reshaped,
        .rowGram,
        .rootMeanSquare, .weightsMisplaced, .hessianRowSums, .hessianDiagonal, .hessianTriangle, .outerProductOfScores,
        .outerProductOfGradient, .standardized, .labelsPlusMinus, .sigmoidTwice, .squaredOnProbability, .gaussNewton,
        .marginAsProbability, .expectedInformation, .offsetDropped, .surrogateCurvature, .columnsPermuted,
        .targetForgotten,
        .firstRowsOnly, .absoluteForSquared, .halvedFirstTerm, .reparametrized,
    ]

    /// What is found by looking at the candidate as a whole: conventions, digits, steps.
    static let recognised: [Mistake] = [
        described(
            "scale", "another factor", "sum for mean, ½, a forgotten power rule", "everything times a factor",
            "the same factor in gradient and Hessian", "name the convention, or apply the power rule"),
        described(
            "negated", "the other sign", "a log-likelihood", "-g and -H", "the Hessian is negative definite",
            "minimise the negative log-likelihood"),
        described(
            "finite-differences", "a finite difference", "(L(beta + h) - L(beta)) / h", "g + h/2 * diag(H)",
            "one step h explains every entry", "use a central difference or the derivative itself"),
        described(
            "float32", "binary32 arithmetic", "float32 arrays", "right to seven digits",
            "every entry is a binary32 number", "compute in float64"),
        described(
            "printed-digits", "printed digits", "print(g)", "right to the digits shown",
            "the difference is below half a unit of the last decimal", "print with repr"),
        described(
            "kink-convention", "another value at a kink", "sign(0) = 1", "right but for rows at a kink",
            "the difference is within the rows at the kink", "state which value is taken"),
        described(
            "saturation", "a naive formula overflows", "log(1 + exp(800))", "null where the true value is finite",
            "the entries that are null", "use softplus, logaddexp, log_ndtr"),
        described(
            "inverse-as-covariance", "the inverse of the Hessian of a mean as the covariance", "inv(H)",
            "the inverse of the Hessian", "n/2/sigma² too large", "multiply by sigma² * 2/n"),
    ]

    private static func described(
        _ id: String, _ title: String, _ program: String, _ gives: String, _ sign: String, _ fix: String
    ) -> Mistake {
        Mistake(id: id, title: title, program: program, gives: gives, sign: sign, fix: fix) { _ in [] }
    }

    /// One entry of the registry for a reader.
    public struct Entry: Sendable {
        /// The identifier.
        public var id: String
        /// For a person.
        public var title: String
        /// The buggy program.
        public var program: String
        /// What it gives.
        public var gives: String
        /// What gives it away.
        public var sign: String
        /// What to do.
        public var fix: String
    }

    /// Everything that can be diagnosed.
    public static var all: [Entry] {
        (predicted + recognised).map {
            Entry(id: $0.id, title: $0.title, program: $0.program, gives: $0.gives, sign: $0.sign, fix: $0.fix)
        }
    }

    static func named(_ id: String) -> Mistake? { (predicted + recognised).first { $0.id == id } }
}
