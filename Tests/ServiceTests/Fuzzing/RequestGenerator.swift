import Foundation
import Losses

/// Sebastiano Vigna's SplitMix64: small, seeded, the same everywhere.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }
}

/// Writes requests for one loss as JSON text: small data of all magnitudes, targets at the edges of their domain, weights
/// with zeros, offsets, penalties, every scale, every witness; now and then something that is not allowed.
struct RequestGenerator {
    private var random: SplitMix
    private let loss: LossDefinition

    init(_ loss: LossDefinition, seed: UInt64) {
        self.loss = loss
        random = SplitMix(seed: seed)
    }

    /// One request.
    mutating func request() -> String {
        let n = Int.random(in: 1...8, using: &random)
        let p = Int.random(in: 1...3, using: &random)
        let classes = Int.random(in: 1...3, using: &random)
        let columnScales = (0..<p).map { _ in chance(0.4) ? magnitude(8) : 1 }
        let x = (0..<n).map { _ in columnScales.map { $0 * entry() } }
        var members = ["\"X\": \(rows(x))", "\"y\": \(targets(n, classes))"]
        // β of a size that gives moderate linear predictors, mostly.
        let size = chance(0.75) ? 1 : magnitude(8)
        if loss.domain == .classes {
            members.append("\"beta\": \(rows((0..<classes).map { _ in columnScales.map { size * entry() / $0 } }))")
        } else {
            members.append("\"beta\": \(list(columnScales.map { size * entry() / $0 }))")
        }
        members.append("\"loss\": \(lossMember())")
        if chance(0.5) { members.append("\"scale\": \(scale())") }
        if chance(loss.domain == .survival ? 0.02 : 0.4) { members.append("\"weights\": \(list(weights(n)))") }
        if chance(loss.domain == .classes ? 0.02 : 0.3) {
            let size = chance(0.7) ? 1 : magnitude(4)
            members.append("\"offset\": \(list((0..<n).map { _ in size * entry() }))")
        }
        if chance(0.3) { members.append("\"penalty\": \(penalty(p))") }
        var witnesses = ["symbolic"]
        if chance(0.6) { witnesses.append("closed-form") }
        if chance(0.4) { witnesses.append("forward-mode") }
        if chance(0.15) { witnesses.append("finite-differences") }
        members.append("\"witnesses\": [\(witnesses.map { "\"\($0)\"" }.joined(separator: ", "))]")
        if chance(0.3) {
            members.append(#""return": ["loss", "gradient", "hessian", "symbolic", "comparison", "curvature"]"#)
        }
        return "{" + members.joined(separator: ", ") + "}"
    }

    private mutating func chance(_ probability: Double) -> Bool {
        Double.random(in: 0..<1, using: &random) < probability
    }

    /// 10 to a power within ±`decades`.
    private mutating func magnitude(_ decades: Double) -> Double {
        power(Double.random(in: -decades...decades, using: &random))
    }

    private func power(_ decades: Double) -> Double { Foundation.pow(10, decades) }

    /// Mostly a number in [−2, 2], sometimes a small whole one, now and then of any magnitude.
    private mutating func entry() -> Double {
        switch Int.random(in: 0..<20, using: &random) {
        case 0..<11: Double.random(in: -2...2, using: &random)
        case 11..<18: Double(Int.random(in: -2...3, using: &random))
        default: (chance(0.5) ? -1 : 1) * magnitude(8)
        }
    }

    private mutating func targets(_ n: Int, _ classes: Int) -> String {
        if loss.domain == .survival {
            return rows(
                (0..<n).map { _ in
                    let time = chance(0.7) ? Double(Int.random(in: 1...4, using: &random)) : magnitude(8)
                    return [time, chance(0.7) ? 1 : 0]
                })
        }
        return list((0..<n).map { _ in target(classes) })
    }

    private mutating func target(_ classes: Int) -> Double {
        if chance(0.003) { return entry() }
        switch loss.domain {
        case .real: return entry()
        case .unitInterval: return chance(0.6) ? (chance(0.5) ? 1 : 0) : chance(0.8) ? unit() : edge()
        case .zeroOrOne: return chance(0.5) ? 1 : 0
        case .plusMinusOne: return chance(0.5) ? 1 : -1
        case .nonNegative: return chance(0.3) ? 0 : positive()
        case .positive: return positive()
        case .count:
            return chance(0.9) ? Double(Int.random(in: 0...9, using: &random)) : magnitude(8).rounded(.up)
        case .openUnitInterval: return chance(0.8) ? unit() : edge()
        case .classes: return Double(Int.random(in: 0..<classes, using: &random))
        case .survival: return 1
        }
    }

    private mutating func unit() -> Double { Double.random(in: 0.01...0.99, using: &random) }

    /// Next to 0 or 1.
    private mutating func edge() -> Double {
        let small = power(Double.random(in: -15...(-2), using: &random))
        return chance(0.5) ? small : 1 - small
    }

    private mutating func positive() -> Double {
        chance(0.7) ? Double.random(in: 0.05...5, using: &random) : magnitude(8)
    }

    private mutating func weights(_ n: Int) -> [Double] {
        let zeros = chance(0.5) ? 0.3 : 0
        let wide = chance(0.3)
        return (0..<n).map { _ in chance(zeros) ? 0 : wide ? magnitude(8) : Double.random(in: 0.1...3, using: &random) }
    }

    private mutating func scale() -> String {
        switch Int.random(in: 0..<5, using: &random) {
        case 0: "\"mean\""
        case 1: "\"sum\""
        case 2: "\"half-mean\""
        case 3: "\"weighted-mean\""
        default: "\(magnitude(8))"
        }
    }

    private mutating func penalty(_ p: Int) -> String {
        var members: [String] = []
        if chance(0.7) { members.append("\"ridge\": \(chance(0.7) ? unit() : magnitude(8))") }
        if chance(0.4) { members.append("\"lasso\": \(chance(0.7) ? unit() : magnitude(8))") }
        if chance(0.5) { members.append("\"exempt\": [\(Int.random(in: 0..<p, using: &random))]") }
        return "{" + members.joined(separator: ", ") + "}"
    }

    private mutating func lossMember() -> String {
        guard !loss.parameters.isEmpty, chance(0.5) else { return "\"\(loss.name)\"" }
        let parameters = loss.parameters.map { parameter -> String in
            let value: Double
            if parameter.upper.isFinite {
                value = parameter.lower + (parameter.upper - parameter.lower) * (chance(0.8) ? unit() : edge())
            } else {
                value = chance(0.6) ? Double.random(in: 0.1...3, using: &random) : magnitude(6)
            }
            return "\"\(parameter.name)\": \(value)"
        }
        return "{\"name\": \"\(loss.name)\", \(parameters.joined(separator: ", "))}"
    }

    private func list(_ values: [Double]) -> String {
        "[" + values.map { $0 == $0.rounded() && abs($0) < 1e15 ? String(Int($0)) : "\($0)" }.joined(separator: ", ")
            + "]"
    }

    private func rows(_ values: [[Double]]) -> String { "[" + values.map(list).joined(separator: ", ") + "]" }
}
