import LinearAlgebra
import Losses

/// A mistaken program whose sums run over the rows: η from other coefficients, another ℓ, other targets, other weights,
/// other columns. Many of these are looked at in one pass (`RowSweep`).
struct RowHypothesis {
    /// η of a row; equal keys are equal η.
    struct Predictor {
        var key: String
        /// Of the columns of X; nil for the right η.
        var coefficients: [Double]?
        var shift = 0.0
        var usesOffset = true
        /// η itself, where X is another matrix.
        var values: [Double]?

        /// Xβ + offset as it is.
        static let right = Predictor(key: "")
    }

    /// A column by which is differentiated: (xⱼ − centre)/scale, or ones where there is no index.
    struct Column {
        var index: Int?
        var centre = 0.0
        var scale = 1.0
        /// The column itself, where X is another matrix.
        var values: [Double]?
    }

    /// One number a row; equal keys are equal numbers.
    struct Values {
        var key: String
        /// Nil for the right targets, and for weights of one.
        var values: [Double]?
    }

    var predictor = Predictor.right
    var targets: Values
    var link: RowLink
    var weights: Values
    /// The columns of the mistaken program, in its order.
    var columns: [Column]
    /// The constant in front of the sum.
    var constant: Double
    var penalty: PenaltyPart
    /// Where to look.
    var places: Sketch.Places

    /// A problem with the rows of another one: what it has of its own is in its targets, weights, loss, constant and penalty.
    ///
    /// `key` tells its loss and targets from those of other mistakes. Nil where the sums are not over rows.
    init?(_ problem: RegressionProblem, of right: RegressionProblem, key: String, _ places: Sketch.Places) {
        guard problem.beta.rank == 1, let own = problem.loss, let known = right.loss else { return nil }
        let isOwnLoss = own.name == known.name && own.expression == known.expression
        guard let link = RowLink(problem, key: isOwnLoss ? "" : key) else { return nil }
        self.link = link
        let hasTargets = problem.y.storage === right.y.storage
        targets = Values(key: hasTargets ? "" : key, values: hasTargets ? nil : problem.y.elements)
        weights = Values(key: problem.weights == right.weights ? "" : key, values: problem.weights)
        columns = (0..<problem.p).map { Column(index: $0) }
        constant = problem.constant
        penalty = PenaltyPart(problem.penalty, problem.beta, columns: problem.p)
        self.places = places
    }

    /// Whether a candidate of these places can have come from it.
    var fits: Bool {
        let count = columns.count
        return places.gradient.allSatisfy { $0 < count } && (places.order == 0 || places.order == count)
    }
}
