import Differentiation
import Expressions
import Foundation
import LinearAlgebra
import Losses

/// What the mistakes share: the problem, its right derivatives, what was sent, and the rewriting of its program.
final class DiagnosisContext {
    let problem: RegressionProblem
    let program: Program
    let environment: Environment
    let truth: Derivatives
    let options: AutomaticOptions
    /// What was sent; nil where a mistake is asked for what it gives, not compared.
    let candidate: CandidateNumbers?
    /// The variant that is asked for again at another β.
    let key: String?
    /// Where sketches look.
    let places: Sketch.Places?
    private let problemText: String
    private var derivations: [String: SymbolicDerivatives] = [:]

    init(
        problem: RegressionProblem, program: Program, environment: Environment, truth: Derivatives,
        options: AutomaticOptions,
        candidate: CandidateNumbers? = nil, key: String? = nil
    ) {
        self.problem = problem
        self.program = program
        problemText = problem.text
        self.environment = environment
        self.truth = truth
        self.options = options
        self.candidate = candidate
        self.key = key
        places = candidate.map(Sketch.Places.init)
    }

    var n: Int { problem.n }
    var p: Int { problem.p }

    /// The objective as text in which the linear predictor is written `X @ beta`: a named loss's own, a client's program as
    /// he wrote it or, where he wrote the product otherwise, as we print it.
    private(set) lazy var text: String = {
        guard case .expression(let text) = problem.objective, !text.contains("X @ beta"),
            !text.contains("beta.T")
        else { return problemText }
        var naming = Naming(suggested: [:], avoiding: Set(environment.arrays.keys))
        let printed = program.graph.formula(program.root, naming: &naming)
        return printed.contains("X @ beta") ? printed : text
    }()

    /// Rows' η and ℓ, ℓ′, ℓ″ by the closed form, for separable losses.
    private(set) lazy var rows: (eta: [Double], values: [LossValues])? = {
        guard let loss = problem.loss, case .separable = loss.kind else { return nil }
        let eta = Sketch.linearPredictor(problem)
        let parameters = problem.lossParameters
        let block = 4096
        var values = [LossValues](repeating: LossValues(0, 0, 0), count: n)
        let execution = Execution(threads: options.threads, cancelled: options.cancelled)
        let chunks = (n + block - 1) / block
        values.withUnsafeMutableBufferPointer { values in
            nonisolated(unsafe) let out = values
            problem.y.withUnsafeElements { y in
                nonisolated(unsafe) let y = y
                Parallel.forEach(chunks: chunks, execution: chunks < 2 ? .serial : execution) { chunk in
                    for i in chunk * block..<min(eta.count, (chunk + 1) * block) {
                        out[i] = loss.closedForm(eta[i], y[i], parameters)
                    }
                }
            }
        }
        return (eta, values)
    }()

    /// The sums over all targets at one η.
    private(set) lazy var targetSums: TargetSums? = {
        guard let eta = rows?.eta, let low = eta.min(), let high = eta.max(), low.isFinite, high.isFinite else {
            return nil
        }
        return TargetSums(problem, range: low...high)
    }()

    /// Columns that are one number throughout: intercepts.
    private(set) lazy var interceptColumns: [Int] = {
        guard n > 0 else { return [] }
        return problem.x.withUnsafeElements { x in
            (0..<p).filter { j in x[j] != 0 && (1..<n).allSatisfy { x[$0 * p + j] == x[j] } }
        }
    }()

    /// Whether the objective is a named loss of these.
    func isLoss(_ names: String...) -> Bool { problem.loss.map { names.contains($0.name) } ?? false }

    var isSeparable: Bool { if let loss = problem.loss, case .separable = loss.kind { true } else { false } }

    var isExpression: Bool { problem.loss == nil }

    /// The shape that the candidate's Hessian has, if one was sent; nil where everything is wanted or none was sent.
    var hessianShape: [Int]? { candidate?.quantity("hessian")?.values.shape }

    /// Whether a Hessian of this shape can be of use.
    func wantsHessian(_ shape: [Int]) -> Bool { candidate == nil || hessianShape == shape }

    /// Whether what was sent can come from a program with this many coefficients.
    func accepts(order: Int) -> Bool {
        candidate?.quantities.allSatisfy { quantity in
            switch quantity.name {
            case "loss": true
            case "gradient": quantity.values.count == order
            default: quantity.values.shape == [order, order]
            }
        } ?? true
    }

    // MARK: Predictions

    /// Loss, gradient and Hessian of a program on some data; nil where it cannot be run on them.
    func prediction(_ text: String, in environment: Environment? = nil, wanting quantities: Quantities) throws
        -> Prediction?
    {
        let environment = environment ?? self.environment
        let hasShapes = environment.n == n && environment.p == p
        var own = program
        if !hasShapes || text != problemText {
            let limits = ExpressionLimits(memory: min(256 << 20, options.memoryLimit))
            guard let parsed = try? Program.parse(text, in: environment, limits: limits) else { return nil }
            own = parsed
            guard (try? own.requireScalar(text)) != nil else { return nil }
        }
        do {
            let derivatives = try AutomaticDifferentiation.derivatives(
                of: own, in: environment, wanting: quantities, options: options)
            return Prediction(
                loss: quantities.contains(.loss) ? derivatives.loss : nil, gradient: derivatives.gradient,
                hessian: derivatives.hessian.map { NumericArray($0) }, program: own,
                text: "\(environment.n) \(environment.p) \(text)", environment: environment)
        } catch is Cancelled {
            throw Cancelled()
        } catch {
            // It has no finite result here: nobody can have seen one.
            return nil
        }
    }

    /// The formulas of a prediction's program, derived once for each text.
    func formulas(_ prediction: Prediction) -> SymbolicDerivatives? {
        guard let program = prediction.program ?? prediction.formulas else { return nil }
        if let known = derivations[prediction.text] { return known }
        guard
            let derived = try? SymbolicDerivatives.derive(
                program, wanting: .all, beta: environment.shape(of: "beta"))
        else { return nil }
        if !prediction.text.isEmpty { derivations[prediction.text] = derived }
        return derived
    }

    /// The program as another text, which is made when it is needed; nil where there is none.
    func program(
        in environment: Environment? = nil, key: String = "", _ parameters: [String: ParameterValue] = [:],
        sketch: (() -> Sketch?)? = nil, rows: (() -> [RowHypothesis]?)? = nil, _ text: @escaping () -> String?
    ) -> Variant {
        Variant(key: key, parameters: parameters, sketch: sketch, rows: rows) { [self] quantities in
            try text().flatMap { try prediction($0, in: environment, wanting: quantities) }
        }
    }

    /// The problem with some part changed.
    ///
    /// `rows` is the name under which a part that leaves Xβ + offset as it is shares a pass over the rows with others;
    /// `hypothesis` makes of the right one what the change comes to there, for changes of X or β.
    func rewritten(
        key: String = "", _ parameters: [String: ParameterValue] = [:], rows name: String? = nil,
        hypothesis: ((inout RowHypothesis) -> Void)? = nil, slack: Double = 1, wording: Wording? = Wording(),
        _ change: @escaping (inout RegressionProblem) -> Void
    ) -> Variant {
        var variant = Variant(key: key, parameters: parameters) { [self] in
            guard let places, let candidate else { return nil }
            var other = problem
            change(&other)
            return Sketch.of(other, eta: name == nil ? nil : rows?.eta, places, candidate)
        } evaluate: { [self] quantities in
            var other = problem
            change(&other)
            var result = try prediction(other.text, in: other.environment, wanting: quantities)
            result?.slack = slack
            return result
        }
        variant.wording = wording
        if let hypothesis {
            variant.rows = { [self] in
                guard var own = rightRows else { return nil }
                hypothesis(&own)
                return [own]
            }
        } else if let name {
            variant.rows = { [self] in
                guard let places else { return nil }
                var other = problem
                change(&other)
                return RowHypothesis(other, of: problem, key: name, places).map { [$0] }
            }
        }
        return variant
    }

    /// The right program as a hypothesis about the rows; nil where it is no sum over rows of functions of one predictor.
    var rightRows: RowHypothesis? {
        places.flatMap { RowHypothesis(problem, of: problem, key: "", $0) }
    }

    /// The means and the root mean squares about them of the columns.
    private(set) lazy var moments: (means: [Double], deviations: [Double]) = {
        var means = [Double](repeating: 0, count: p)
        var squares = means
        problem.x.withUnsafeElements { x in
            means.withUnsafeMutableBufferPointer { means in
                squares.withUnsafeMutableBufferPointer { squares in
                    for i in 0..<n { for j in 0..<p { means[j] += x[i * p + j] } }
                    for j in 0..<p { means[j] /= Double(n) }
                    for i in 0..<n {
                        for j in 0..<p {
                            let difference = x[i * p + j] - means[j]
                            squares[j] += difference * difference
                        }
                    }
                }
            }
        }
        return (means, squares.map { ($0 / Double(n)).squareRoot() })
    }()

    /// The loss of a row replaced by another one, given with its closed form.
    func replacing(_ each: String, closedForm: @escaping @Sendable (_ eta: Double, _ y: Double) -> LossValues)
        -> [Variant]
    {
        guard var loss = problem.loss else { return [] }
        loss.expression = each
        loss.closedForm = { eta, y, _ in closedForm(eta, y) }
        let changed = loss
        return [rewritten(rows: each) { $0.objective = .loss(changed, parameters: []) }]
    }

    /// The truth with another Hessian.
    func withHessian(
        shape: [Int]? = nil, key: String = "", _ parameters: [String: ParameterValue] = [:], slack: Double = 4,
        text: String? = nil, sketch: (() -> Sketch?)? = nil, _ hessian: @escaping () -> NumericArray?
    ) -> [Variant] {
        let order = problem.beta.count
        guard wantsHessian(shape ?? [order, order]) else { return [] }
        var variant = Variant(key: key, parameters: parameters, changes: .hessian, sketch: sketch) {
            [self] quantities in
            let changed = quantities.contains(.hessian) ? hessian() : nil
            if quantities.contains(.hessian), changed == nil { return nil }
            return Prediction(loss: truth.loss, gradient: truth.gradient, hessian: changed, slack: slack)
        }
        variant.hessianText = text
        return [variant]
    }

    /// The truth with c·Xᵀdiag(v)X and the penalty's part as Hessian; `v` includes the row weights.
    func withCurvature(
        key: String = "", _ parameters: [String: ParameterValue] = [:], penalized: Bool = true,
        text: String? = nil, _ v: @escaping (Int) -> Double
    ) -> [Variant] {
        withHessian(
            key: key, parameters, text: text.map { gramText($0, penalized: penalized) },
            sketch: { [self] in sketchOfGram(penalized: penalized, v) },
            { [self] in gram((0..<n).map(v), penalized: penalized) })
    }

    /// A row's weight.
    func weight(_ i: Int) -> Double { problem.weights?[i] ?? 1 }

    /// c·Xᵀdiag(v)X plus the penalty's part.
    func gram(_ v: [Double], penalized: Bool = true) -> NumericArray {
        var matrix = weightedGram(problem.x, weights: v)
        let c = problem.constant
        let penalty = PenaltyPart(problem.penalty, problem.beta, columns: p)
        for j in 0..<p {
            for k in 0..<p { matrix[j, k] *= c }
            if penalized { matrix[j, j] += penalty.curvature[j] }
        }
        return NumericArray(matrix)
    }

    private func sketchOfGram(penalized: Bool, _ v: (Int) -> Double) -> Sketch? {
        guard var places, places.order == p else { return nil }
        places.gradient = []
        places.loss = false
        var sums = RowSums(places)
        problem.x.withUnsafeElements { x in
            for i in 0..<n { sums.add(0, 0, v(i)) { x[i * p + $0] } }
        }
        return sums.sketch(
            times: problem.constant,
            plus: PenaltyPart(penalized ? problem.penalty : Penalty(), problem.beta, columns: p))
    }

    /// The truth with another penalty: its sketch from the truth itself.
    func withPenalty(_ penalty: Penalty, key: String = "", _ parameters: [String: ParameterValue] = [:]) -> Variant {
        var variant = rewritten(key: key, parameters) { $0.penalty = penalty }
        variant.sketch = { [self] in
            let new = PenaltyPart(penalty, problem.beta, columns: p)
            let old = PenaltyPart(problem.penalty, problem.beta, columns: p)
            return sketch(adding: new, removing: old) { $0 == $1 ? new.curvature[$0] - old.curvature[$0] : 0 }
        }
        return variant
    }

    /// The truth's gradient and loss with one part taken away and another put in its place.
    ///
    /// `curvature` is what changes in an entry of the Hessian; nil where that is not on the diagonal alone and not known.
    func sketch(
        adding new: PenaltyPart, removing old: PenaltyPart, curvature: ((Int, Int) -> Double)? = nil
    ) -> Sketch? {
        guard let places else { return nil }
        var sketch = Sketch()
        if places.gradient.isEmpty, let curvature, let hessian = truth.hessian {
            guard places.order == 0 || places.order == hessian.rows else { return .impossible }
            for (j, k) in places.hessian {
                let added = curvature(j, k)
                sketch.entries.append(
                    Sketch.Entry(
                        quantity: "hessian", index: j * places.order + k, value: hessian[j, k] + added,
                        size: abs(hessian[j, k]) + abs(added) + 1e3 * (truth.hessianBound?[j, k] ?? 0)))
            }
        }
        if places.loss, let loss = truth.loss {
            sketch.entries.append(
                Sketch.Entry(
                    quantity: "loss", index: 0, value: loss - old.loss + new.loss,
                    size: abs(loss) + abs(old.loss) + abs(new.loss)))
        }
        if let gradient = truth.gradient {
            for j in places.gradient {
                guard j < gradient.count, candidate?.quantity("gradient")?.values.count == gradient.count else {
                    return .impossible
                }
                sketch.entries.append(
                    Sketch.Entry(
                        quantity: "gradient", index: j, value: gradient[j] - old.gradient[j] + new.gradient[j],
                        size: abs(gradient[j]) + abs(old.gradient[j]) + abs(new.gradient[j])))
            }
        }
        return sketch
    }
}
