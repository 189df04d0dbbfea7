import Foundation
import LinearAlgebra
import Losses

/// Orders of the columns of X that may have given a candidate.
enum ColumnOrders {
    /// Up to here all p! orders are tried.
    static let enumerated = 5

    static func candidates(_ context: DiagnosisContext) -> [[Int]] {
        let p = context.p
        if let key = context.key {
            let numbers = key.split(whereSeparator: { !$0.isNumber }).compactMap { Int($0) }
            return numbers.count == p && key.hasPrefix("order=") ? [numbers] : []
        }
        let identity = Array(0..<p)
        guard let candidate = context.candidate else {
            // The reverse, a rotation, an exchange.
            let exchanged = [1, 0] + identity.dropFirst(2)
            let rotated = identity.dropFirst() + [0]
            return Array(Set([identity.reversed(), Array(rotated), exchanged])).sorted {
                $0.lexicographicallyPrecedes($1)
            }
        }
        if p <= enumerated {
            // Where one evaluation is dear and no sketch cheap, only what is likely.
            guard context.isSeparable || context.n * p <= 20_000 else { return simple(p) }
            let all = permutations(p).filter { $0 != identity }
            return all.count <= affordable(context) ? all : Array(simple(p).prefix(affordable(context)))
        }
        var found: [[Int]] = []
        if let exact = bySignature(context, candidate) { found.append(exact) }
        if let search = OrderSearch(context, candidate), let order = search.run() { found.append(order) }
        if found.isEmpty { found = Array(simple(p).prefix(affordable(context))) }
        return found.filter { $0 != identity }
    }

    /// How many orders may be looked at: each is a pass over the rows.
    private static func affordable(_ context: DiagnosisContext) -> Int {
        30_000_000 / max(1, context.n * (context.p + 20))
    }

    /// Exchanges of two columns, rotations, the reverse.
    private static func simple(_ p: Int) -> [[Int]] {
        guard p <= 30 else { return [] }
        let identity = Array(0..<p)
        var orders: Set<[Int]> = [identity.reversed(), identity.dropFirst() + [0], [p - 1] + identity.dropLast()]
        for a in 0..<p {
            for b in 0..<a {
                var order = identity
                order.swapAt(a, b)
                orders.insert(order)
            }
        }
        orders.remove(identity)
        // The likeliest first: neighbours exchanged, then what moves everything.
        func moved(_ order: [Int]) -> Int { order.enumerated().reduce(0) { $0 + abs($1.offset - $1.element) } }
        return orders.sorted { moved($0) == moved($1) ? $0.lexicographicallyPrecedes($1) : moved($0) < moved($1) }
    }

    private static func permutations(_ count: Int) -> [[Int]] {
        guard count > 1 else { return [[0]] }
        return permutations(count - 1).flatMap { shorter in
            (0..<count).reversed().map { place in
                var order = shorter
                order.insert(count - 1, at: place)
                return order
            }
        }
    }

    /// For a loss of constant curvature the candidate's Hessian is PHPᵀ: its rows, each sorted, are those of H, and the
    /// diagonal entries go with them. O(p² log p).
    private static func bySignature(_ context: DiagnosisContext, _ candidate: CandidateNumbers) -> [Int]? {
        guard context.isLoss("squared", "half-squared"), let h = context.truth.hessian,
            let given = candidate.quantity("hessian"), given.values.shape == [context.p, context.p],
            let sum = candidateTrace(given.values, context.p)
        else { return nil }
        let p = context.p
        let penalty = PenaltyPart(context.problem.penalty, context.problem.beta, columns: p)
        let added = penalty.curvature
        let trace = (0..<p).reduce(0) { $0 + h[$1, $1] }
        // A factor on everything shows in the trace.
        let factor = trace != 0 ? sum / trace : 1
        func signature(_ entry: (Int, Int) -> Double, _ j: Int) -> [Double] {
            [entry(j, j)] + (0..<p).map { entry(j, $0) }.sorted()
        }
        let own = (0..<p).map { j in signature({ h[$0, $1] - ($0 == $1 ? added[$0] : 0) }, j) }
        let other = (0..<p).map { j in
            signature({ given.values[$0 * p + $1] / factor - ($0 == $1 ? added[$0] : 0) }, j)
        }
        var free = Set(0..<p)
        var order: [Int] = []
        for row in other {
            func distance(_ j: Int) -> Double { zip(own[j], row).reduce(0) { $0 + abs($1.0 - $1.1) } }
            guard let best = free.min(by: { distance($0) < distance($1) }) else { return nil }
            free.remove(best)
            order.append(best)
        }
        return order
    }

    private static func candidateTrace(_ values: NumericArray, _ p: Int) -> Double? {
        let trace = (0..<p).reduce(0) { $0 + values[$1 * p + $1] }
        return trace.isFinite && trace != 0 ? trace : nil
    }
}

/// Looks for the order whose gradient, sorted into it, is the candidate's.
///
/// For an order π the program's coefficient of column πⱼ is βⱼ, and the candidate's entry j is the gradient there by
/// column πⱼ. So: from a guess of the coefficients the gradient by all columns, from matching its entries to the
/// candidate's the next guess; and, between such steps, the exchange of two columns that brings both closest. Started from
/// the identity and from seeded random orders. Where ℓ″ is constant a gradient costs O(p²), else O(np).
struct OrderSearch {
    private let context: DiagnosisContext
    private let given: [Double]
    private let beta: [Double]
    private let p: Int
    /// H without the penalty and the gradient at 0, where the loss is quadratic.
    private var quadratic: (h: Matrix, zero: [Double])?
    private let added: [Double]

    init?(_ context: DiagnosisContext, _ candidate: CandidateNumbers) {
        guard let quantity = candidate.quantity("gradient"), quantity.values.count == context.p,
            context.problem.beta.rank == 1, context.isSeparable, let h = context.truth.hessian,
            let gradient = context.truth.gradient
        else { return nil }
        self.context = context
        p = context.p
        beta = context.problem.beta.elements
        let penalty = PenaltyPart(context.problem.penalty, context.problem.beta, columns: p)
        added = penalty.gradient
        given = quantity.values.elements.enumerated().map { $1 - penalty.gradient[$0] }
        if context.isLoss("squared", "half-squared") {
            var bare = h
            for j in 0..<p { bare[j, j] -= penalty.curvature[j] }
            let slope = multiply(bare, beta)
            quadratic = (bare, (0..<p).map { gradient[$0] - penalty.gradient[$0] - slope[$0] })
        }
    }

    /// The best order found, if it explains the gradient to a millionth; plausibility only.
    func run() -> [Int]? {
        // A gradient costs O(p²) or, with a pass over the rows, O(np); a search some thousands of them.
        let cost = quadratic != nil ? p * p : 4 * context.n * p
        var budget = min(20_000, 400_000_000 / max(cost, 1))
        guard budget > p * p else { return nil }
        var state: UInt64 = 0x9E37_79B9_7F4A_7C15
        func random(_ below: Int) -> Int {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Int(state % UInt64(below))
        }
        let scale = given.reduce(0) { $0 + $1 * $1 }
        var start = Array(0..<p)
        while budget > 0 {
            var order = start
            var energy = energy(order, &budget)
            var improves = true
            while improves, budget > 0, energy > 1e-12 * scale {
                improves = false
                let sorted = matched(order, &budget)
                let other = self.energy(sorted, &budget)
                if other < energy { (order, energy, improves) = (sorted, other, true) }
                var best: (Int, Int)?
                var lowest = energy
                for a in 0..<p where budget > 0 {
                    for b in 0..<a {
                        order.swapAt(a, b)
                        let tried = self.energy(order, &budget)
                        if tried < lowest { (lowest, best) = (tried, (a, b)) }
                        order.swapAt(a, b)
                    }
                }
                if let best {
                    order.swapAt(best.0, best.1)
                    (energy, improves) = (lowest, true)
                }
            }
            if energy <= 1e-12 * scale { return order }
            for j in (1..<p).reversed() { start.swapAt(j, random(j + 1)) }
        }
        return nil
    }

    /// The gradient, without the penalty, by every column where column πⱼ has the coefficient βⱼ.
    private func gradient(_ order: [Int], _ budget: inout Int) -> [Double] {
        budget -= 1
        var coefficients = beta
        for (j, column) in order.enumerated() { coefficients[column] = beta[j] }
        if let quadratic {
            let slope = multiply(quadratic.h, coefficients)
            return (0..<p).map { quadratic.zero[$0] + slope[$0] }
        }
        guard let loss = context.problem.loss else { return beta }
        let problem = context.problem
        var eta = multiply(problem.x, coefficients)
        for i in eta.indices {
            let z = eta[i] + (problem.offset?[i] ?? 0)
            eta[i] = context.weight(i) * loss.closedForm(z, problem.y[i], problem.lossParameters).first
        }
        return multiply(eta, problem.x).map { $0 * problem.constant }
    }

    private func energy(_ order: [Int], _ budget: inout Int) -> Double {
        let slopes = gradient(order, &budget)
        return order.indices.reduce(0) {
            let difference = given[$1] - slopes[order[$1]]
            return $0 + difference * difference
        }
    }

    /// The order that sorts the gradient's entries as the candidate's are sorted: the best assignment of one to the other.
    private func matched(_ order: [Int], _ budget: inout Int) -> [Int] {
        let slopes = gradient(order, &budget)
        let places = (0..<p).sorted { given[$0] < given[$1] }
        let columns = (0..<p).sorted { slopes[$0] < slopes[$1] }
        var result = order
        for (place, column) in zip(places, columns) { result[place] = column }
        return result
    }
}
