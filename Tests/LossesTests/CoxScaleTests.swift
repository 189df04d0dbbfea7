import Differentiation
import LinearAlgebra
import Losses
import Testing

/// Survival data of ordinary size: the matrices of risk sets are never made.
@Suite struct CoxScaleTests {
    @Test(arguments: ["cox-breslow", "cox-efron"])
    func tenThousandRowsAgreeWithTheClosedForm(name: String) throws {
        let loss = try #require(LossCatalog.named(name))
        let (n, p) = (10_000, 2)
        var state: UInt64 = 20
        func next() -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(state >> 11) * 0x1p-53
        }
        let x = Matrix(rows: n, columns: p, (0..<n * p).map { _ in next() - 0.5 })
        let y = NumericArray(
            shape: [n, 2], (0..<n).flatMap { _ in [(next() * 500).rounded(), next() < 0.4 ? 0 : 1] })
        let problem = RegressionProblem(
            x: x, y: y, beta: NumericArray([0.5, -1]), objective: .loss(loss, parameters: []))
        let found = try AutomaticDifferentiation.derivatives(
            of: problem.program(), in: problem.environment, wanting: .all)
        let closed = try #require(try problem.closedForm(wanting: .all))
        let scale = abs(try #require(closed.loss))
        #expect(abs(try #require(found.loss) - scale) <= 1e-13 * scale)
        for (a, b) in zip(try #require(found.gradient), try #require(closed.gradient)) { #expect(abs(a - b) <= 1e-12) }
        for (a, b) in zip(try #require(found.hessian).elements, try #require(closed.hessian).elements) {
            #expect(abs(a - b) <= 1e-12)
        }
    }

    /// Where covariances about the peaks would cost too much, and where they are needed all the same: one row far ahead.
    @Test(arguments: ["cox-breslow", "cox-efron"], [0.0, 60])
    func manyColumnsAgreeWithTheClosedForm(name: String, lead: Double) throws {
        let loss = try #require(LossCatalog.named(name))
        let (n, p) = (400, 72)
        var state: UInt64 = 77
        func next() -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(state >> 11) * 0x1p-53 - 0.5
        }
        let x = Matrix(rows: n, columns: p, (0..<n * p).map { _ in next() })
        // The first row fails last.
        let y = NumericArray(
            shape: [n, 2], (0..<n).flatMap { [$0 == 0 ? 999 : ((next() + 0.5) * 50).rounded(), next() < -0.1 ? 0 : 1] })
        let problem = RegressionProblem(
            x: x, y: y, beta: NumericArray((0..<p).map { _ in next() }), objective: .loss(loss, parameters: []),
            offset: (0..<n).map { $0 == 0 ? lead : 0 })
        let found = try AutomaticDifferentiation.derivatives(
            of: problem.program(), in: problem.environment, wanting: .all)
        let closed = try #require(try problem.closedForm(wanting: .all))
        let (a, b) = (try #require(found.hessian), try #require(closed.hessian))
        for j in 0..<p {
            for k in 0..<p { #expect(abs(a[j, k] - b[j, k]) <= 1e-12 * (b[j, j] * b[k, k]).squareRoot()) }
        }
    }

    /// Columns about a million instead of 0, exactly: the covariances of the risk sets are the same.
    @Test(arguments: ["cox-breslow", "cox-efron"])
    func columnsFarFromZeroCostNoDigits(name: String) throws {
        let loss = try #require(LossCatalog.named(name))
        let n = 40
        let near = (0..<2 * n).map { Double(($0 * 7919) % 211 - 105) / 128 }
        var pairs: [Double] = []
        for i in 0..<n { pairs += [Double(i % 13 + 1), i % 3 == 0 ? 0 : 1] }
        let y = NumericArray(shape: [n, 2], pairs)
        func hessian(_ elements: [Double], centred: Bool) throws -> [Double] {
            let problem = RegressionProblem(
                x: Matrix(rows: n, columns: 2, elements), y: y, beta: NumericArray([0.5, 0.5]),
                objective: .loss(loss, parameters: []))
            let own = problem.aboutCentres()
            #expect((own != nil) == centred)
            let used = own ?? problem
            let found = try AutomaticDifferentiation.derivatives(
                of: used.program(), in: used.environment, wanting: .all)
            return try #require(found.hessian).elements
        }
        let exact = try hessian(near, centred: false)
        var moved = near
        for i in moved.indices { moved[i] += i % 2 == 0 ? 1e6 : -1e6 }
        let far = try hessian(moved, centred: true)
        for (a, b) in zip(exact, far) { #expect(abs(a - b) <= 1e-14 * abs(exact[0])) }
    }
}
