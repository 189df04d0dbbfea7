/// The registry of what can be diagnosed. A new mistake is a `Mistake` in a file of this folder and a line here.
public enum MistakeCatalog {
    /// The mistakes that are found by prediction, in the order of the catalogue.
    static let predicted: [Mistake] = [
        .elementwiseProduct, .elementwiseProductMean, .pairwiseResidual, .pairwiseResidualMean, .gradientNegated,
        .interceptMissing, .interceptTwice, .penaltyOnIntercept, .penaltyScale, .penaltyUnsquared,
        .penaltyOnEveryEntry, .reshaped, .rowGram, .rootMeanSquare, .weightsMisplaced, .hessianRowSums,
        .hessianDiagonal, .hessianTriangle, .outerProductOfScores, .outerProductOfGradient, .standardized,
        .labelsPlusMinus, .sigmoidTwice, .squaredOnProbability, .gaussNewton, .marginAsProbability,
        .expectedInformation, .offsetDropped, .surrogateCurvature, .columnsPermuted, .targetForgotten,
        .firstRowsOnly, .absoluteForSquared, .halvedFirstTerm, .reparametrized, .inverseAsCovariance,
    ]

    /// What is found by looking at the candidate as a whole: conventions, steps, digits.
    static let recognised: [Mistake] = [
        .scale, .negated, .finiteDifferences, .float32, .printedDigits, .kinkConvention, .saturation,
    ]

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
}
