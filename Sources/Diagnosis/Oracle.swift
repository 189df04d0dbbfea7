import Differentiation
import Expressions
import LinearAlgebra
import Losses

/// What of an evaluation is wanted.
public struct EvaluationPlan: Sendable {
    /// Loss, gradient, Hessian: what is answered or compared.
    public var quantities: Quantities
    /// Whether the symbolic forms are printed.
    public var printsSymbolic: Bool
    /// Whether the witnesses are compared.
    public var compares: Bool
    /// Which witnesses.
    public var witnesses: [Witness]
    /// Whether the second-order picture is wanted.
    public var wantsCurvature: Bool
    /// What is to be diagnosed.
    public var candidate: Candidate?

    /// A plan with all its parts.
    public init(
        quantities: Quantities = .all, printsSymbolic: Bool = true, compares: Bool = true,
        witnesses: [Witness] = [.symbolic], wantsCurvature: Bool = false, candidate: Candidate? = nil
    ) {
        self.quantities = quantities
        self.printsSymbolic = printsSymbolic
        self.compares = compares
        self.witnesses = witnesses
        self.wantsCurvature = wantsCurvature
        self.candidate = candidate
    }
}

/// Evaluates a whole request: automatic derivatives, witnesses, comparison, curvature. Nothing that is not wanted is
/// computed.
public enum Oracle {
    /// - Throws: `DomainError`, `ExpressionError`, `NonFiniteResult`, `SingularMatrix`, `EvaluationError`, `CandidateError`, `Cancelled`.
    public static func evaluate(
        _ problem: RegressionProblem, _ plan: EvaluationPlan, options: AutomaticOptions = AutomaticOptions()
    ) throws -> Evaluation {
        try problem.validate()
        let computed = problem.withoutEmptyRows()
        let derivation = try DerivationCache.shared.derivation(of: computed, memoryLimit: options.memoryLimit)
        let program = derivation.program
        let environment = computed.environment
        var quantities = plan.quantities
        if plan.candidate != nil { quantities = .all }
        if plan.wantsCurvature { quantities.formUnion([.gradient, .hessian]) }
        let centred = computed.aboutCentres()
        let stable = try centred.map {
            try DerivationCache.shared.derivation(of: $0, memoryLimit: options.memoryLimit).stable
        }
        let derivatives = try AutomaticDifferentiation.derivatives(
            of: stable ?? derivation.stable, in: centred?.environment ?? environment, wanting: quantities,
            options: options)
        var evaluation = Evaluation(n: problem.n, p: problem.p, derivatives: derivatives)
        evaluation.warnings =
            program.broadcasts.map { Notice(code: .broadcast, message: $0.message) }
            + (problem.outsideDomain.map { [$0] } ?? []) + derivatives.notices
        let symbolic = try addWitnesses(to: &evaluation, computed, derivation, environment, plan, options)
        if plan.wantsCurvature, let (curvature, notices) = Curvature.analyse(computed, derivatives) {
            evaluation.curvature = curvature
            evaluation.warnings += notices
            if let separable = Separation.notice(computed) { evaluation.warnings.append(separable) }
        }
        if let candidate = plan.candidate {
            let diagnoser = Diagnoser(
                problem: computed, program: program, environment: environment, truth: derivatives, symbolic: symbolic,
                options: options)
            evaluation.diagnosis = try diagnoser.diagnose(candidate)
        }
        return evaluation
    }

    /// The symbolic derivatives with their bounds, where they were evaluated.
    private static func addWitnesses(
        to evaluation: inout Evaluation, _ problem: RegressionProblem, _ derivation: Derivation,
        _ environment: Environment,
        _ plan: EvaluationPlan, _ options: AutomaticOptions
    ) throws -> Derivatives? {
        let witnesses = plan.compares ? plan.witnesses : []
        var evaluated: Derivatives?
        if plan.printsSymbolic || witnesses.contains(.symbolic) {
            let symbolic = try SymbolicWitness.evaluate(derivation, environment, plan.quantities, options)
            evaluation.warnings += symbolic.notices
            evaluated = symbolic.derivatives
            if plan.printsSymbolic {
                evaluation.symbolicLoss = symbolic.loss
                evaluation.symbolicGradient = symbolic.gradient
                evaluation.symbolicHessian = symbolic.hessian
            }
            if witnesses.contains(.symbolic) {
                evaluation.judge(.symbolic, symbolic.derivatives)
            }
        }
        if witnesses.contains(.forwardMode) {
            let forward = try ForwardMode.derivatives(
                of: derivation.program, in: environment, wanting: plan.quantities, options: options)
            evaluation.judge(.forwardMode, forward)
        }
        if witnesses.contains(.finiteDifferences) {
            let differences = try FiniteDifferences.derivatives(
                of: derivation.program, in: environment, wanting: plan.quantities, options: options)
            evaluation.judge(.finiteDifferences, differences)
        }
        if witnesses.contains(.closedForm), let closed = try problem.closedForm(wanting: plan.quantities) {
            evaluation.judge(.closedForm, closed)
        }
        return evaluated
    }
}
