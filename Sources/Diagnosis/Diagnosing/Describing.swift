import Differentiation
import Expressions
import Losses

/// What a mistake that fits is called, and how its formulas read.
extension Diagnoser {
    /// The finding of a mistake that fits. The formulas are those of its own program, differentiated; where there is none,
    /// what the catalogue says in general.
    func describe(
        _ mistake: Mistake, _ variant: Variant, _ prediction: Prediction, _ match: Match, _ factor: Double?,
        _ candidate: CandidateNumbers, _ context: DiagnosisContext
    ) -> Finding {
        var parameters = variant.parameters
        if let factor {
            parameters["factor"] = .number(factor)
            if let name = NamedFactors(problem, truth).first(where: { $0.value == factor })?.name {
                parameters["factor_name"] = .text(name)
            }
        }
        let general = variant.hasFormulas ? mistake.formulas : (gradient: nil, hessian: nil)
        let formulas = context.formulas(prediction)
        var finding = Finding(
            id: mistake.id, title: variant.title ?? mistake.title, explains: candidate.quantities.map(\.name),
            residual: match.residual,
            resolution: match.resolution, parameters: parameters, program: mistake.program,
            gradient: general.gradient, hessian: general.hessian, fix: variant.fix ?? mistake.fix)
        // What a mistake leaves right is the right formula.
        let isGradientRight = !variant.changes.contains(.gradient)
        let isHessianRight = !variant.changes.contains(.hessian)
        if let text = variant.gradientText ?? (isGradientRight ? "g" : nil), let own = context.written(text) {
            finding.gradient = own
        }
        if let text = variant.hessianText ?? (isHessianRight ? "H" : nil), let own = context.written(text) {
            finding.hessian = own
        }
        guard let symbolic = formulas, let wording = variant.wording else { return finding }
        var naming = Naming(
            suggested: symbolic.names,
            avoiding: Set(environment.arrays.keys).union(wording.definitions.map(\.name)))
        func text(_ node: NodeID) -> String {
            wording.applied(to: symbolic.graph.formula(node, naming: &naming))
        }
        finding.program = text(symbolic.loss)
        finding.gradient = symbolic.gradient.map(text) ?? finding.gradient
        // The Hessian may be another one than the program's own.
        if variant.hessianText == nil { finding.hessian = symbolic.hessian.map(text) ?? finding.hessian }
        return finding
    }
}

extension Mistake {
    /// What it gives, taken apart: "gradient A, hessian B".
    var formulas: (gradient: String?, hessian: String?) {
        guard let range = gives.range(of: "hessian ") else {
            return (gives.hasPrefix("gradient ") ? String(gives.dropFirst("gradient ".count)) : nil, nil)
        }
        let before = gives[..<range.lowerBound]
        guard before.hasPrefix("gradient "), before.hasSuffix(", ") else {
            return (nil, before.isEmpty ? String(gives[range.upperBound...]) : nil)
        }
        return (String(before.dropFirst("gradient ".count).dropLast(2)), String(gives[range.upperBound...]))
    }
}
