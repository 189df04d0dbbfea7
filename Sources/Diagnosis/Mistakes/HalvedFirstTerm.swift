import LinearAlgebra
import Losses

extension Mistake {
    /// 22. Half of the first term in the Hessian of −n/2·log SSR (statsmodels#9469).
    static let halvedFirstTerm = Mistake(
        id: "halved-first-term", title: "one term in the Hessian of a concentrated likelihood is halved",
        program: "-n/2 * log(SSR)",
        gives: "hessian -(n/2) * (A / SSR - 4 * outer(v, v) / SSR**2)",
        sign: "at the optimum exactly half of the right Hessian",
        fix: "differentiate -n/2 * log(SSR) twice: -n * (A / SSR - 2 * outer(v, v) / SSR**2)"
    ) { context in
        guard case .expression(let text) = context.problem.objective, text.contains("log"),
            let h = context.truth.hessian, let g = context.truth.gradient
        else { return [] }
        // H = k(A/S·2 − vvᵀ/S²·4) and g = 2kv/S for L = k log S: the second term is −ggᵀ/k.
        return [-0.5, 0.5].flatMap { sign in
            context.withHessian(key: "\(sign)") {
                let k = sign * Double(context.n)
                var halved = h
                for i in 0..<h.rows { for j in 0..<h.rows { halved[i, j] = h[i, j] / 2 - g[i] * g[j] / (2 * k) } }
                return NumericArray(halved)
            }
        }
    }
}
