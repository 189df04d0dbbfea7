import LinearAlgebra
import Losses

extension Mistake {
    /// N4. log(1 + exp(800)) is infinite, and the loss there is 800.
    static let saturation = Mistake(
        recognised: "saturation", title: "a naive formula overflows or loses all digits", program: "log(1 + exp(800))",
        gives: "null where the true value is finite",
        sign: "the entries that are null (NaN or infinite), where X @ beta is large",
        fix: "write logaddexp(0, eta) for log(1 + exp(eta)), log_sigmoid for log(sigmoid), log_ndtr for log(ndtr)")
}

extension Diagnoser {
    /// Entries that are null where the truth is finite: saturation where some |η| is so large that a naive formula loses
    /// everything (from about 37, where 1 − σ(η) is 0 in binary64), and all other entries are right.
    func saturation(_ candidate: CandidateNumbers, _ bounds: Tolerances) -> Match? {
        var rest = candidate
        for index in rest.quantities.indices {
            var quantity = rest.quantities[index]
            guard let expected = Match.values(truthPrediction, quantity) else { continue }
            for k in expected.indices where quantity.values[k].isNaN { quantity.values[k] = expected[k] }
            rest.quantities[index] = quantity
        }
        guard largestPredictor > 30 else { return nil }
        return Match.between(rest, truthPrediction, bounds)
            ?? (rest.isBinary32 ? Match.between(rest, truthPrediction, bounds.scaled(Tolerances.binary32)) : nil)
    }

    /// The largest |η|, over all classes.
    private var largestPredictor: Double {
        let (p, classes) = (problem.p, problem.beta.count / max(problem.p, 1))
        return (0..<classes).reduce(0) { largest, k in
            let eta = multiply(problem.x, (0..<p).map { problem.beta[k * p + $0] })
            return eta.enumerated().reduce(largest) { max($0, abs($1.element + (problem.offset?[$1.offset] ?? 0))) }
        }
    }
}
