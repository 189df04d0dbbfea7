extension Mistake {
    /// 10. RMSE for MSE.
    static let rootMeanSquare = Mistake(
        id: "root-mean-square", title: "the square root of the loss is differentiated (RMSE for MSE)",
        program: "sqrt(mean((X @ beta - y)**2))",
        gives: "gradient g / (2 * s), hessian H / (2 * s) - outer(g, g) / (4 * s**3), s = sqrt(L)",
        sign: "the gradient is g / (2 * sqrt(L)); the Hessian has a term of rank one along g",
        fix: "leave the square root out, or ask for the derivatives of sqrt(mean(...)) as an expression"
    ) { context in
        guard let loss = context.truth.loss, loss > 0, let gradient = context.truth.gradient,
            context.isLoss("squared", "half-squared") || context.isExpression
        else { return [] }
        let root = loss.squareRoot()
        func sketch() -> Sketch? {
            guard let places = context.places, places.gradient.allSatisfy({ $0 < gradient.count }) else { return nil }
            var sketch = Sketch()
            if places.loss {
                sketch.entries.append(Sketch.Entry(quantity: "loss", index: 0, value: root, size: root))
            }
            for j in places.gradient where context.candidate?.quantity("gradient")?.values.count == gradient.count {
                let value = gradient[j] / (2 * root)
                let size = abs(value) + 1e3 * context.truth.gradientBound[j] / root
                sketch.entries.append(Sketch.Entry(quantity: "gradient", index: j, value: value, size: size))
            }
            if places.gradient.isEmpty, let h = context.truth.hessian, places.order == 0 || places.order == h.rows {
                for (j, k) in places.hessian {
                    let (first, second) = (h[j, k] / (2 * root), gradient[j] * gradient[k] / (4 * root * root * root))
                    let size = abs(first) + abs(second) + 1e3 * (context.truth.hessianBound?[j, k] ?? 0) / root
                    sketch.entries.append(
                        Sketch.Entry(quantity: "hessian", index: j * h.rows + k, value: first - second, size: size))
                }
            }
            return sketch
        }
        return [
            context.program(sketch: sketch) { ProgramText.wrappingResult(context.text) { "sqrt(\($0))" } }
        ]
    }
}
