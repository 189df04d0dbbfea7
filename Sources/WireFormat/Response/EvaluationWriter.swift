import Diagnosis
import Differentiation
import LinearAlgebra

/// Writes an evaluation as the answer of api.md.
public enum EvaluationWriter {
    /// The answer's bytes; only what the request asked for is in it.
    public static func json(_ evaluation: Evaluation, for request: EvaluationRequest) -> [UInt8] {
        let items = request.returns
        let order = evaluation.derivatives.hessian?.rows ?? 0
        var writer = JSONWriter(capacity: 2048 + 48 * order * order)
        writer.object { writer in
            writer.name("n")
            writer.integer(evaluation.n)
            writer.name("p")
            writer.integer(evaluation.p)
            if items.contains(.loss), let loss = evaluation.derivatives.loss {
                writer.name("loss")
                writer.number(loss)
            }
            if items.contains(.gradient), let gradient = evaluation.derivatives.gradient {
                writer.name("gradient")
                writer.numbers(gradient)
            }
            if items.contains(.hessian), let hessian = evaluation.derivatives.hessian {
                writer.name("hessian")
                matrix(hessian, &writer)
            }
            if items.contains(.symbolic) { symbolic(evaluation, items, &writer) }
            if items.contains(.comparison) { comparisons(evaluation, &writer) }
            if items.contains(.curvature), let curvature = evaluation.curvature { self.curvature(curvature, &writer) }
            if let diagnosis = evaluation.diagnosis { self.diagnosis(diagnosis, request, &writer) }
            writer.name("warnings")
            writer.array { writer in
                for warning in evaluation.warnings { notice(warning, &writer) }
            }
        }
        return writer.bytes
    }

    private static func matrix(_ matrix: Matrix, _ writer: inout JSONWriter) {
        writer.array { writer in
            matrix.withUnsafeElements { elements in
                for i in 0..<matrix.rows {
                    writer.numbers(
                        UnsafeBufferPointer(rebasing: elements[i * matrix.columns..<(i + 1) * matrix.columns]))
                }
            }
        }
    }

    private static func symbolic(_ evaluation: Evaluation, _ items: Set<ReturnItem>, _ writer: inout JSONWriter) {
        writer.name("symbolic")
        writer.object { writer in
            for (name, formula) in [
                ("loss", evaluation.symbolicLoss), ("gradient", evaluation.symbolicGradient),
                ("hessian", evaluation.symbolicHessian),
            ] {
                guard let formula else { continue }
                writer.name(name)
                writer.object { writer in
                    writer.name("formula")
                    writer.string(formula.formula)
                    writer.name("latex")
                    writer.string(formula.latex)
                    writer.name("numpy")
                    writer.string(formula.numpy)
                    if let array = formula.value {
                        writer.name("value")
                        value(array, &writer)
                    }
                }
            }
        }
    }

    /// An array of any rank; `null` for what is not finite.
    private static func value(_ array: NumericArray, _ writer: inout JSONWriter) {
        array.withUnsafeElements { elements in nested(elements, array.shape[...], &writer) }
    }

    private static func nested(
        _ elements: UnsafeBufferPointer<Double>, _ shape: ArraySlice<Int>, _ writer: inout JSONWriter
    ) {
        guard let length = shape.first else { return writer.numberOrNull(elements.first) }
        let step = elements.count / max(length, 1)
        writer.array { writer in
            for i in 0..<length {
                nested(UnsafeBufferPointer(rebasing: elements[i * step..<(i + 1) * step]), shape.dropFirst(), &writer)
            }
        }
    }

    private static func comparisons(_ evaluation: Evaluation, _ writer: inout JSONWriter) {
        writer.name("comparison")
        writer.object { writer in
            writer.name("agrees")
            writer.bool(evaluation.comparisons.allSatisfy(\.comparison.agrees))
            writer.name("witnesses")
            writer.object { writer in
                for (witness, comparison) in evaluation.comparisons {
                    writer.name(witness.rawValue)
                    writer.object { writer in
                        writer.name("agrees")
                        writer.bool(comparison.agrees)
                        deviations(comparison, &writer)
                    }
                }
            }
        }
    }

    private static func deviations(_ comparison: Comparison, _ writer: inout JSONWriter) {
        for (name, deviation) in [
            ("loss", comparison.loss), ("gradient", comparison.gradient), ("hessian", comparison.hessian),
        ] {
            guard let deviation else { continue }
            writer.name(name)
            writer.object { writer in
                writer.name("agrees")
                writer.bool(deviation.agrees)
                writer.name("max_abs_error")
                writer.numberOrNull(deviation.maxAbsoluteError)
                writer.name("max_rel_error")
                writer.numberOrNull(deviation.maxRelativeError)
                writer.name("max_ulp")
                writer.numberOrNull(deviation.maxUlp)
                writer.name("tolerance")
                writer.numberOrNull(deviation.tolerance)
                if !deviation.position.isEmpty {
                    writer.name("at")
                    writer.array { writer in
                        for index in deviation.position { writer.integer(index) }
                    }
                }
            }
        }
    }

    private static func curvature(_ curvature: Curvature, _ writer: inout JSONWriter) {
        writer.name("curvature")
        writer.object { writer in
            writer.name("eigenvalues")
            writer.numbers(curvature.eigenvalues)
            writer.name("condition")
            writer.numberOrNull(curvature.condition)
            writer.name("definiteness")
            writer.string(curvature.definiteness.rawValue)
            for (name, values) in [
                ("newton_step", curvature.newtonStep), ("standard_errors", curvature.standardErrors),
            ] {
                writer.name(name)
                if let values, values.allSatisfy(\.isFinite) { writer.numbers(values) } else { writer.null() }
            }
        }
    }

    private static func diagnosis(_ diagnosis: Diagnosis, _ request: EvaluationRequest, _ writer: inout JSONWriter) {
        writer.name("diagnosis")
        writer.object { writer in
            writer.name("verdict")
            writer.string(diagnosis.verdict.rawValue)
            writer.name("summary")
            writer.string(diagnosis.summary)
            writer.name("comparison")
            writer.object { writer in deviations(diagnosis.comparison, &writer) }
            writer.name("findings")
            writer.array { writer in
                for finding in diagnosis.findings { self.finding(finding, &writer) }
            }
            writer.name("next_point")
            if let next = diagnosis.nextPoint {
                writer.object { writer in
                    // In the shape in which it can be posted: rows for `softmax`.
                    writer.name("beta")
                    next.beta.withUnsafeBufferPointer { nested($0, request.problem.beta.shape[...], &writer) }
                    writer.name("reason")
                    writer.string(next.reason)
                }
            } else {
                writer.null()
            }
        }
    }

    private static func finding(_ finding: Finding, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.name("id")
            writer.string(finding.id)
            writer.name("title")
            writer.string(finding.title)
            writer.name("explains")
            writer.array { writer in
                for quantity in finding.explains { writer.string(quantity) }
            }
            writer.name("residual")
            writer.numberOrNull(finding.residual)
            writer.name("resolution")
            writer.numberOrNull(finding.resolution)
            writer.name("parameters")
            writer.object { writer in
                for name in finding.parameters.keys.sorted() {
                    writer.name(name)
                    switch finding.parameters[name] {
                    case .number(let number): writer.numberOrNull(number)
                    case .numbers(let numbers): writer.numbers(numbers.filter(\.isFinite))
                    case .text(let text): writer.string(text)
                    case nil: writer.null()
                    }
                }
            }
            for (name, text) in [
                ("program", finding.program), ("gradient", finding.gradient), ("hessian", finding.hessian),
            ] {
                guard let text else { continue }
                writer.name(name)
                writer.string(text)
            }
            writer.name("fix")
            writer.string(finding.fix)
        }
    }

    private static func notice(_ notice: Notice, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.name("code")
            writer.string(notice.code.rawValue)
            writer.name("message")
            writer.string(notice.message)
            if !notice.rows.isEmpty {
                writer.name("rows")
                writer.array { writer in
                    for row in notice.rows { writer.integer(row) }
                }
            }
        }
    }
}
