import Diagnosis
import Differentiation
import Expressions
import Foundation
import LinearAlgebra
import Losses

/// The stages of one evaluation of a mean loss, in milliseconds, and the whole beside the bare Gram matrix.
///
/// `swift run -c release Benchmarks evaluation [n p [loss]]`, and in the same minutes
/// `python Tests/Benchmarks/peers.py n p [loss]`, which needs NumPy, SciPy and JAX.
///
/// On two quiet cores with AVX-512, milliseconds, all in the same minute:
///
/// | loss, n, p | automatic | symbolic values | whole | Gram | NumPy | JAX | whole ÷ NumPy | whole ÷ JAX |
/// |---|---|---|---|---|---|---|---|---|
/// | squared, 1e3, 3 | 0.088 | 0.031 | 0.13 | 0.004 | 0.015 | 0.075 | 8.7 | 1.7 |
/// | squared, 1e5, 10 | 2.4 | 1.7 | 4.5 | 0.5 | 2.4 | 3.1 | 1.9 | 1.5 |
/// | squared, 1e5, 100 | 30 | 23 | 52 | 14 | 35 | 98 | 1.5 | 0.5 |
/// | squared, 2e4, 1e3 | 248 | 250 | 527 | 180 | 181 | 1164 | 2.9 | 0.5 |
/// | logistic, 1e5, 10 | 7.0 | 2.9 | 11.5 | 0.6 | 10.3 | 4.6 | 1.1 | 2.5 |
func benchmarkEvaluation(_ arguments: [String]) {
    var sizes = [(1_000, 3), (100_000, 10), (100_000, 100), (20_000, 1_000)]
    if arguments.count >= 2, let n = Int(arguments[0]), let p = Int(arguments[1]) { sizes = [(n, p)] }
    let name = arguments.count >= 3 ? arguments[2] : "squared"
    guard let loss = LossCatalog.all.first(where: { $0.name == name }) else { return }
    for (n, p) in sizes {
        var state: UInt64 = 42
        func next() -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(state >> 11) * 0x1p-53 - 0.5
        }
        let x = Matrix(rows: n, columns: p, (0..<n * p).map { _ in next() })
        let problem = RegressionProblem(
            x: x, y: NumericArray((0..<n).map { _ in name == "squared" ? next() : (next() + 0.5).rounded() }),
            beta: NumericArray((0..<p).map { _ in next() }),
            objective: .loss(loss, parameters: loss.parameters.map(\.standard)))
        let environment = problem.environment
        guard let program = try? problem.program(),
            let symbolic = try? SymbolicDerivatives.derive(program, wanting: .all),
            let gradient = symbolic.gradient, let hessian = symbolic.hessian
        else { continue }
        let parse = seconds { _ = try? problem.program() }
        let automatic = seconds {
            _ = try? AutomaticDifferentiation.derivatives(of: program, in: environment, wanting: .all)
        }
        let derive = seconds { _ = try? SymbolicDerivatives.derive(program, wanting: .all) }
        let evaluate = seconds {
            _ = try? Evaluator.evaluate(symbolic.graph, roots: [symbolic.loss, gradient, hessian], in: environment)
        }
        let print = seconds {
            var naming = Naming(avoiding: [])
            _ = symbolic.graph.formula(hessian, naming: &naming) + symbolic.graph.latex(hessian, naming: &naming)
        }
        let gram = seconds { _ = weightedGram(x) }
        let whole = seconds { _ = try? Oracle.evaluate(problem, EvaluationPlan()) }
        let processor = processorSeconds {
            _ = try? AutomaticDifferentiation.derivatives(of: program, in: environment, wanting: .all)
        }
        let processorEvaluate = processorSeconds {
            _ = try? Evaluator.evaluate(symbolic.graph, roots: [symbolic.loss, gradient, hessian], in: environment)
        }
        let processorWhole = processorSeconds { _ = try? Oracle.evaluate(problem, EvaluationPlan()) }
        let processorGram = processorSeconds { _ = weightedGram(x) }
        func ms(_ value: Double) -> String { String(format: "%8.3f", value * 1e3) }
        Swift.print(
            "(\(n), \(p)): parse \(ms(parse)) automatic \(ms(automatic)) derive \(ms(derive)) evaluate \(ms(evaluate)) "
                + "print \(ms(print)) gram \(ms(gram)) whole \(ms(whole)) whole/gram \(String(format: "%.2f", whole / gram)); "
                + "processor time: automatic \(ms(processor)) evaluate \(ms(processorEvaluate)) gram \(ms(processorGram)) "
                + "whole \(ms(processorWhole))"
        )
    }
}
