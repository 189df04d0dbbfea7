import Differentiation
import Expressions
import Foundation
import LinearAlgebra

/// The constant c in L = c·Σ wᵢ ℓᵢ + penalty.
public enum Scale: Hashable, Sendable {
    /// 1/n.
    case mean
    /// 1.
    case sum
    /// 1/(2n).
    case halfMean
    /// 1/Σw.
    case weightedMean
    /// A number > 0.
    case number(Double)
}

/// λ·Σβⱼ² and λ·Σ|βⱼ| over the columns that are not exempt; not multiplied by the scale.
public struct Penalty: Hashable, Sendable {
    /// λ of the squares.
    public var ridge: Double
    /// λ of the moduli.
    public var lasso: Double
    /// Columns without a penalty, zero-based; of every class in softmax.
    public var exempt: Set<Int>

    /// A penalty with all its parts.
    public init(ridge: Double = 0, lasso: Double = 0, exempt: Set<Int> = []) {
        self.ridge = ridge
        self.lasso = lasso
        self.exempt = exempt
    }

    /// Whether it adds nothing.
    public var isZero: Bool { ridge == 0 && lasso == 0 }
}

/// What is differentiated: a named loss or the client's own expression.
public enum Objective: Sendable {
    /// A loss of the catalogue with the values of its parameters in order.
    case loss(LossDefinition, parameters: [Double])
    /// A program.
    case expression(String)
}

/// A value that mathematics does not allow, with its place in the request.
public struct DomainError: Error, Hashable, Sendable {
    /// RFC 6901: `/y/3`.
    public var pointer: String
    /// What is wrong and what is allowed.
    public var detail: String

    /// An error with its place.
    public init(pointer: String, detail: String) {
        self.pointer = pointer
        self.detail = detail
    }
}

/// A regression problem at a point β: the data and the objective, from which every witness starts.
public struct RegressionProblem: Sendable {
    /// The design matrix, n × p.
    public var x: Matrix
    /// Targets: n numbers, or n pairs for Cox.
    public var y: NumericArray
    /// β: p numbers, or K rows of p for softmax.
    public var beta: NumericArray
    /// What is differentiated.
    public var objective: Objective
    /// The constant in front of the sum.
    public var scale: Scale
    /// w, one number a row.
    public var weights: [Double]?
    /// The offset of the linear predictor.
    public var offset: [Double]?
    /// The penalty.
    public var penalty: Penalty
    /// Further arrays that an expression names.
    public var parameters: [String: NumericArray]

    /// A problem with all its parts.
    public init(
        x: Matrix, y: NumericArray, beta: NumericArray, objective: Objective, scale: Scale = .mean,
        weights: [Double]? = nil, offset: [Double]? = nil, penalty: Penalty = Penalty(),
        parameters: [String: NumericArray] = [:]
    ) {
        self.x = x
        self.y = y
        self.beta = beta
        self.objective = objective
        self.scale = scale
        self.weights = weights
        self.offset = offset
        self.penalty = penalty
        self.parameters = parameters
    }

    /// The number of rows.
    public var n: Int { x.rows }
    /// The number of columns.
    public var p: Int { x.columns }
    /// The named loss, if it is one.
    public var loss: LossDefinition? { if case .loss(let loss, _) = objective { loss } else { nil } }
    /// Its parameters.
    public var lossParameters: [Double] { if case .loss(_, let values) = objective { values } else { [] } }
    /// Σw, or n.
    public var totalWeight: Double { weights.map { compensatedSum($0).high } ?? Double(n) }

    /// The constant as a number.
    public var constant: Double {
        switch scale {
        case .mean: 1 / Double(n)
        case .sum: 1
        case .halfMean: 1 / (2 * Double(n))
        case .weightedMean: 1 / totalWeight
        case .number(let value): value
        }
    }

    /// Checks what needs mathematics: targets in the domain of the loss, parameters in range. Rows of weight 0 may hold
    /// anything.
    /// - Throws: `DomainError` with the place of the first bad value.
    public func validate() throws(DomainError) {
        guard case .loss(let loss, let values) = objective else { return }
        for (parameter, value) in zip(loss.parameters, values) where !parameter.contains(value) {
            throw DomainError(
                pointer: "/loss/\(parameter.name)",
                detail: "\(parameter.name) is \(LossDefinition.literal(value)); it must be in \(parameter.range)")
        }
        if case .cox = loss.kind { return try validateSurvival() }
        let classes = beta.rank == 2 ? beta.shape[0] : 0
        for i in 0..<n where weights?[i] != 0 {
            let value = y[i]
            let isClass = loss.domain != .classes || value < Double(classes)
            guard loss.domain.contains(value), isClass else {
                let allowed = loss.domain == .classes ? "a class index 0 … \(classes - 1)" : loss.domain.rawValue
                throw DomainError(
                    pointer: "/y/\(i)",
                    detail: "y[\(i)] is \(LossDefinition.literal(value)); \(loss.name) needs \(allowed)")
            }
        }
    }

    /// A warning where a row of weight 0 has a target outside the domain: it is not there, but somebody may have meant it.
    public var outsideDomain: Notice? {
        guard let weights, let loss, loss.domain != .survival, weights.contains(0) else { return nil }
        let classes = beta.rank == 2 ? Double(beta.shape[0]) : .infinity
        let rows = (0..<n).filter { i in
            weights[i] == 0 && !(loss.domain.contains(y[i]) && (loss.domain != .classes || y[i] < classes))
        }
        guard let first = rows.first else { return nil }
        let places = rows.prefix(5).map(String.init).joined(separator: ", ") + (rows.count > 5 ? ", …" : "")
        return Notice(
            code: .outsideDomain,
            message: "\(loss.name) needs \(loss.domain.rawValue); y[\(first)] is \(LossDefinition.literal(y[first])): "
                + "row\(rows.count == 1 ? "" : "s") \(places) would be refused if the weight were not 0",
            rows: rows)
    }

    private func validateSurvival() throws(DomainError) {
        var events = 0
        for i in 0..<n {
            let event = y[2 * i + 1]
            guard y[2 * i] >= 0 else {
                throw DomainError(pointer: "/y/\(i)/0", detail: "the time is \(y[2 * i]); it must be at least 0")
            }
            guard event == 0 || event == 1 else {
                throw DomainError(pointer: "/y/\(i)/1", detail: "the event is \(event); it must be 0 (censored) or 1")
            }
            if event == 1 { events += 1 }
        }
        guard events > 0 else {
            throw DomainError(pointer: "/y", detail: "there is no event: the likelihood is constant")
        }
    }

    /// The data under the names that programs use.
    public var environment: Environment {
        var arrays = parameters
        arrays["X"] = NumericArray(x)
        arrays["y"] = y
        arrays["beta"] = beta
        if let weights { arrays["weights"] = NumericArray(weights) }
        if let offset { arrays["offset"] = NumericArray(offset) }
        // Also where a client posts the formula of Efron's loss back as an expression.
        if y.rank == 2, y.shape[1] == 2, arrays["tie_share"] == nil {
            arrays["tie_share"] = NumericArray(CoxClosedForm.tieShares(y))
        }
        return Environment(arrays: arrays, n: n, p: p)
    }

    /// The objective as a program's text.
    public var text: String {
        guard case .loss(let loss, let values) = objective else {
            if case .expression(let text) = objective { return text }
            return ""
        }
        var predictor = beta.rank == 2 ? "X @ beta.T" : "X @ beta"
        if offset != nil { predictor += " + offset" }
        if let shift = riskShift { predictor += shift < 0 ? " + \(-shift)" : " - \(shift)" }
        var each = loss.expression(values)
        if case .softmax = loss.kind {
            let hits = (0..<beta.shape[0]).map { "(y == \($0)) * eta[:, \($0)]" }
            each = "logsumexp(eta, axis=1) - (" + hits.joined(separator: " + ") + ")"
        }
        let terms = weights == nil ? each : "weights * (\(each))"
        var text = "eta = \(predictor)\n"
        switch scale {
        case .mean: text += "sum(\(terms)) / n"
        case .sum: text += "sum(\(terms))"
        case .halfMean: text += "sum(\(terms)) / (2 * n)"
        case .weightedMean: text += "sum(\(terms)) / " + (weights == nil ? "n" : "sum(weights)")
        case .number(let value): text += "\(LossDefinition.literal(value)) * sum(\(terms))"
        }
        return text + penaltyText
    }

    /// What is taken off η in Cox's partial likelihood, where the sums of e^η or their squares would leave the range of the
    /// numbers. It changes nothing: only differences of η matter. The largest η is brought to 0, or as far above it as it
    /// takes to keep the smallest in range.
    private var riskShift: Int? {
        guard let loss, case .cox = loss.kind else { return nil }
        let eta = linearPredictor().high
        guard let peak = eta.max(), let least = eta.min(), peak.isFinite, least.isFinite, abs(peak) < 0x1p40,
            eta.contains(where: { abs($0) > 200 })
        else { return nil }
        let lift = min(max(0, peak - least - 650), 690)
        return Int((peak - lift).rounded())
    }

    private var penaltyText: String {
        var parts = ""
        if penalty.isZero { return parts }
        let columns = (0..<p).filter { !penalty.exempt.contains($0) }
        for range in RegressionProblem.runs(columns) {
            let from = range.lowerBound == 0 ? "" : String(range.lowerBound)
            let to = range.upperBound == p ? "" : String(range.upperBound)
            let whole = range.lowerBound == 0 && range.upperBound == p
            let subscripts = whole ? "" : beta.rank == 2 ? "[:, \(from):\(to)]" : "[\(from):\(to)]"
            if penalty.ridge != 0 { parts += " + \(LossDefinition.literal(penalty.ridge)) * sum(beta\(subscripts)**2)" }
            if penalty.lasso != 0 {
                parts += " + \(LossDefinition.literal(penalty.lasso)) * sum(abs(beta\(subscripts)))"
            }
        }
        return parts
    }

    /// Consecutive numbers as ranges.
    package static func runs(_ numbers: [Int]) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        for number in numbers {
            if let last = runs.last, last.upperBound == number {
                runs[runs.count - 1] = last.lowerBound..<number + 1
            } else {
                runs.append(number..<number + 1)
            }
        }
        return runs
    }

    /// The objective as an expression graph.
    /// - Throws: `ExpressionError`; never for a named loss.
    public func program(limits: ExpressionLimits = ExpressionLimits()) throws(ExpressionError) -> Program {
        let text = text
        var limits = limits
        // The matrices of comparisons of Cox's losses are never made: their products are sums (`Graph.comparisonProduct`).
        if loss != nil { limits.memory = .max }
        var program = try Program.parse(text, in: environment, limits: limits)
        try program.requireScalar(text)
        if loss != nil {
            program.broadcasts = []
            program.sources = [:]
        }
        return program
    }

    /// The same problem without the rows of weight 0, where one of them has a loss that is not finite; the constant stays.
    ///
    /// A factor 0 does not annihilate an infinite ℓ in floating-point arithmetic, and weight 0 means that the row is not
    /// there.
    public func withoutEmptyRows() -> RegressionProblem {
        guard let weights, case .loss(let loss, let values) = objective, case .separable = loss.kind,
            weights.contains(0)
        else { return self }
        let eta = linearPredictor().high
        let isFinite = (0..<n).allSatisfy { i in
            guard weights[i] == 0 else { return true }
            guard loss.domain.contains(y[i]) else { return false }
            let all = loss.closedForm(eta[i], y[i], values)
            return all.value.isFinite && all.first.isFinite && all.second.isFinite && abs(eta[i]) < 300
        }
        if isFinite { return self }
        let kept = (0..<n).filter { weights[$0] != 0 }
        var result = self
        result.x = Matrix(rows: kept.count, columns: p, kept.flatMap { x.row($0) })
        result.y = NumericArray(kept.map { y[$0] })
        result.weights = kept.map { weights[$0] }
        result.offset = offset.map { offset in kept.map { offset[$0] } }
        result.scale = .number(constant)
        return result
    }

    /// The same problem with the columns of X about their centres, for Cox's losses where one lies far from zero: only
    /// differences of rows matter there, and the covariances of the risk sets cancel less. nil for every other problem.
    public func aboutCentres() -> RegressionProblem? {
        guard let loss, case .cox = loss.kind, let (rest, _) = Centring.split(x) else { return nil }
        var result = self
        result.x = rest
        return result
    }

    /// η = Xβ + offset in double-double.
    package func linearPredictor() -> DoubleDoubleVector {
        var eta = xBeta(x, beta.elements)
        if let offset {
            for i in 0..<n { eta[i] = eta[i] + DoubleDouble(offset[i]) }
        }
        return eta
    }
}
