import Differentiation
import Losses

/// The factors that have a name, 1 excepted; the first name of a value counts.
struct NamedFactors: Sequence {
    private var factors: [(name: String, value: Double)] = []

    /// `truth` has the loss, whose root is in the derivative of a root of the loss.
    init(_ problem: RegressionProblem, _ truth: Derivatives) {
        let n = Double(problem.n)
        let p = Double(problem.p)
        var all: [(String, Double)] = [
            ("-1", -1), ("2", 2), ("1/2", 0.5), ("-2", -2), ("-1/2", -0.5), ("n", n), ("1/n", 1 / n), ("-n", -n),
            ("-1/n", -1 / n), ("n/2", n / 2), ("2/n", 2 / n), ("2n", 2 * n), ("1/(2n)", 0.5 / n), ("-n/2", -n / 2),
            ("-2/n", -2 / n), ("-2n", -2 * n), ("-1/(2n)", -0.5 / n), ("p", p), ("1/p", 1 / p), ("n*p", n * p),
            ("1/(n*p)", 1 / (n * p)),
        ]
        if problem.weights != nil {
            let w = problem.totalWeight
            all += [("n/sum(w)", n / w), ("sum(w)/n", w / n), ("sum(w)", w), ("1/sum(w)", 1 / w), ("-sum(w)", -w)]
        }
        // Who differentiates √L and stops at the chain rule's factor has it on the gradient and on the Hessian.
        if problem.penalty.isZero, let loss = truth.loss, loss > 0, problem.loss?.name == "squared" {
            all.append(("1/(2*RMSE)", 0.5 / loss.squareRoot()))
        }
        var seen: Set<Double> = [1]
        factors = all.filter { $0.1.isFinite && $0.1 != 0 && seen.insert($0.1).inserted }
    }

    func makeIterator() -> IndexingIterator<[(name: String, value: Double)]> { factors.makeIterator() }
}
