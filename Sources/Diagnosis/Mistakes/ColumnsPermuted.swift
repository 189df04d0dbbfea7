import Foundation
import LinearAlgebra
import Losses

extension Mistake {
    /// 25a. The columns of X in another order than β.
    static let columnsPermuted = Mistake(
        id: "columns-permuted", title: "the columns of X stand in another order than β", program: "X[:, order] @ beta",
        gives: "gradient and hessian of the permuted X",
        sign: "the eigenvalues of the Hessian are right where the loss is quadratic",
        fix: "bring the columns of X and the entries of β into the same order; the order found is in `order`"
    ) { context in
        guard context.p > 1 else { return [] }
        let orders = ColumnOrders.candidates(context)
        // Picked among p! orders.
        let chance = (2...context.p).reduce(0) { $0 + log10(Double($1)) } / 2
        return orders.map { order in
            // NumPy's own notation; the expression grammar has no lists of places.
            let wording = Wording(definitions: [("Z", "X[:, \(order)]")], names: ["X": "Z"])
            var variant = context.rewritten(
                key: "order=\(order)", ["order": .numbers(order.map(Double.init))],
                hypothesis: { rows in
                    // Column πⱼ has the coefficient βⱼ.
                    var moved = context.problem.beta.elements
                    for (j, column) in order.enumerated() { moved[column] = context.problem.beta[j] }
                    rows.predictor = RowHypothesis.Predictor(key: "\(order)", coefficients: moved)
                    rows.columns = order.map { RowHypothesis.Column(index: $0) }
                }, wording: wording
            ) { $0.x = $0.x.selecting(order) }
            variant.chance = min(chance, 6)
            return variant
        }
    }
}
