import Differentiation
import Expressions
import Foundation
import LinearAlgebra
import Losses

/// What a mistaken program would have given: any of loss, gradient, Hessian, in the shapes that it gives them.
struct Prediction {
    var loss: Double?
    var gradient: [Double]?
    var hessian: NumericArray?
    /// The program that computes it, where there is one.
    var program: Program?
    /// The data that the program runs on.
    var environment: Environment?
    /// Its text for a person.
    var text: String?
    /// What distinguishes this variant of the mistake: `omega = "w**2"`, `rows = 20`.
    var parameters: [String: ParameterValue] = [:]
    /// Relative size of rounding errors to be allowed beyond those of the truth.
    var slack = 1.0
}

/// One mistake of the catalogue.
struct Mistake: Sendable {
    /// The identifier of the wire contract.
    var id: String
    /// For a person.
    var title: String
    /// The buggy program, in general.
    var program: String
    /// What it gives, in general.
    var gives: String
    /// What to look at.
    var sign: String
    /// What to do.
    var fix: String
    /// The predictions for a problem: none where the mistake does not apply.
    var predict: @Sendable (DiagnosisContext) throws -> [Prediction]
}

/// What the mistakes share: the problem, its right derivatives, and the rewriting of its program.
struct DiagnosisContext {
    let problem: RegressionProblem
    let environment: Environment
    let truth: Derivatives
    let options: AutomaticOptions
    /// Whether a Hessian was sent, whether a gradient: nothing else need be predicted.
    let quantities: Quantities

    var n: Int { problem.n }
    var p: Int { problem.p }

    /// The text of the objective with `eta = …` in its first line.
    var text: String { problem.text }

    /// Loss, gradient and Hessian of a program on some data.
    func prediction(_ text: String, in environment: Environment? = nil) throws -> Prediction? {
        let environment = environment ?? self.environment
        guard var program = try? Program.parse(text, in: environment, limits: ExpressionLimits(memory: 256 << 20))
        else { return nil }
        guard (try? program.requireScalar(text)) != nil else { return nil }
        guard
            let derivatives = try? AutomaticDifferentiation.derivatives(
                of: program, in: environment, wanting: quantities.union(.loss), options: options)
        else {
            if options.cancelled() { throw Cancelled() }
            return nil
        }
        return Prediction(
            loss: derivatives.loss, gradient: derivatives.gradient,
            hessian: derivatives.hessian.map { NumericArray($0) },
            program: program, environment: environment, text: text.replacingOccurrences(of: "\n", with: "; "))
    }

    /// The problem with some part changed, as a prediction.
    func prediction(of change: (inout RegressionProblem) -> Void) throws -> Prediction? {
        var other = problem
        change(&other)
        return try prediction(other.text, in: other.environment)
    }

    /// Rows' ℓ, ℓ′, ℓ″ by the closed form, for separable losses.
    func rows() -> (eta: [Double], values: [LossValues])? {
        guard let loss = problem.loss, case .separable = loss.kind else { return nil }
        var eta = multiply(problem.x, problem.beta.elements)
        if let offset = problem.offset { for i in 0..<n { eta[i] += offset[i] } }
        return (eta, (0..<n).map { loss.closedForm(eta[$0], problem.y[$0], problem.lossParameters) })
    }

    /// c·Xᵀdiag(w)X plus the penalty's part.
    func gram(_ weights: [Double], constant: Double? = nil) -> NumericArray {
        var matrix = weightedGram(
            problem.x, weights: zip(weights, problem.weights ?? [Double](repeating: 1, count: n)).map { $0 * $1 })
        let c = constant ?? problem.constant
        for j in 0..<p {
            for k in 0..<p { matrix[j, k] *= c }
            if !problem.penalty.exempt.contains(j) { matrix[j, j] += 2 * problem.penalty.ridge }
        }
        return NumericArray(matrix)
    }

    /// The truth with another Hessian.
    func withHessian(_ hessian: NumericArray, _ parameters: [String: ParameterValue] = [:]) -> Prediction {
        Prediction(loss: truth.loss, gradient: truth.gradient, hessian: hessian, parameters: parameters, slack: 4)
    }

    /// Columns that are one number throughout: intercepts.
    var interceptColumns: [Int] {
        (0..<p).filter { j in
            let first = problem.x[0, j]
            return first != 0 && (1..<max(n, 1)).allSatisfy { problem.x[$0, j] == first }
        }
    }

    /// Whether the objective is a separable named loss of these.
    func isLoss(_ names: String...) -> Bool { problem.loss.map { names.contains($0.name) } ?? false }

    var isSeparable: Bool { if let loss = problem.loss, case .separable = loss.kind { true } else { false } }
}
