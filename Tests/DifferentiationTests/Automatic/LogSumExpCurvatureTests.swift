import Differentiation
import Expressions
import Foundation
import LinearAlgebra
import Testing

/// log Σ e^η over rows of which one is far ahead: the Hessian is as small as what is left to the others.
///
/// With two rows a distance t apart in η it is s·dxᵢdxⱼ, s = e^(−t)/(1 + e^(−t))², dx the difference of the rows.
@Suite struct LogSumExpCurvatureTests {
    @Test(arguments: [0.0, 0.5, 10, 36, 40, 100, 350, 700], ["X @ beta", "(X @ beta)[:, None]", "3 + X @ beta"])
    func oneRowAhead(gap: Double, predictor: String) throws {
        // dx = (1, −3); β = (gap, 0).
        let environment = Environment(
            arrays: [
                "X": NumericArray(shape: [2, 2], [1.5, 4, 0.5, 7]), "beta": NumericArray([gap, 0]),
                "y": NumericArray([0, 0]),
            ], n: 2, p: 2)
        let program = try Program.parse("logsumexp(\(predictor))", in: environment)
        let rest = exp(-gap)
        let s = rest / ((1 + rest) * (1 + rest))
        for found in [
            try AutomaticDifferentiation.derivatives(of: program, in: environment, wanting: .all),
            try ForwardMode.derivatives(of: program, in: environment, wanting: .all),
        ] {
            let hessian = try #require(found.hessian)
            let dx = [1.0, -3]
            for j in 0..<2 {
                for k in 0..<2 {
                    let exact = s * dx[j] * dx[k]
                    #expect(abs(hessian[j, k] - exact) <= 1e-13 * abs(exact), "\(hessian[j, k]), not \(exact)")
                    #expect(abs(hessian[j, k] - exact) <= (found.hessianBound?[j, k] ?? 0) + 1e-15 * abs(exact))
                }
            }
        }
    }

    /// A gradient alone is made without tangents being kept, and is the same.
    @Test func forwardModeMakesWhatIsAsked() throws {
        let environment = Environment(
            arrays: [
                "X": NumericArray(shape: [3, 2], [1.5, 4, 0.5, 7, -1, 2]), "beta": NumericArray([0.25, -0.5]),
                "y": NumericArray([0, 1, 0.5]),
            ], n: 3, p: 2)
        let program = try Program.parse("mean((sigmoid(X @ beta) - y)**2)", in: environment)
        let all = try ForwardMode.derivatives(of: program, in: environment, wanting: .all)
        for quantities in [Quantities.loss, .gradient, .hessian, [.loss, .gradient]] {
            let some = try ForwardMode.derivatives(of: program, in: environment, wanting: quantities)
            #expect(some.loss == (quantities.contains(.loss) ? all.loss : nil))
            #expect(some.gradient == (quantities.contains(.gradient) ? all.gradient : nil))
            #expect(some.hessian == (quantities.contains(.hessian) ? all.hessian : nil))
        }
        // Without room for the tangents they are made again: the same bits.
        let tight = try ForwardMode.derivatives(
            of: program, in: environment, wanting: .all, options: AutomaticOptions(memoryLimit: 1500))
        #expect(tight.hessian == all.hessian)
    }
}
