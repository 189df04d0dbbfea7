import Differentiation
import LinearAlgebra
import Losses

/// The sketches of many hypotheses in one pass over the rows.
///
/// Every distinct η is computed once, every distinct pair of η and ℓ once, and what is left for each hypothesis are a few
/// products. Blocks of rows are summed by themselves and added in their order: the same for any number of threads.
/// Complexity: O(n) for each hypothesis, O(np) for each η of its own.
struct RowSweep {
    private let context: DiagnosisContext
    private let hypotheses: [RowHypothesis]
    private var predictors: [RowHypothesis.Predictor] = []
    private var functions: [(predictor: Int, targets: Int, function: RowFunction)] = []
    private var targets: [[Double]] = []
    private var weights: [[Double]?] = []
    /// For each hypothesis its function and its weights.
    private var parts: [(function: Int, weights: Int)] = []

    /// Rows that stay in the first-level cache with all that is made of them.
    private static let block = 256
    private static let chunk = 32 * block
    /// The loss, two entries of a gradient, two of a Hessian, and the sums of the moduli of their terms.
    private static let slots = 10

    /// One sketch for each hypothesis; nil where nothing of it can be looked at.
    static func sketches(_ context: DiagnosisContext, _ hypotheses: [RowHypothesis]) -> [Sketch?] {
        let usable = hypotheses.indices.filter { hypotheses[$0].fits }
        var result = hypotheses.map { $0.fits ? nil : Sketch.impossible }
        guard !usable.isEmpty, let sweep = RowSweep(context, usable.map { hypotheses[$0] }) else { return result }
        for (index, sketch) in zip(usable, sweep.run()) { result[index] = sketch }
        return result
    }

    private init?(_ context: DiagnosisContext, _ hypotheses: [RowHypothesis]) {
        guard let eta = context.rows?.eta, let low = eta.min(), let high = eta.max(), low.isFinite, high.isFinite
        else { return nil }
        self.context = context
        self.hypotheses = hypotheses
        let reach = min(1.5 * max(abs(low), abs(high)) + 2, 60)
        var predictorPlaces: [String: Int] = [:]
        var functionPlaces: [String: Int] = [:]
        var targetPlaces: [String: Int] = [:]
        var weightPlaces: [String: Int] = [:]
        var known: [String: RowFunction] = [:]
        func place<Value>(
            _ key: String, _ places: inout [String: Int], _ values: inout [Value], _ value: () -> Value
        ) -> Int {
            if let place = places[key] { return place }
            values.append(value())
            places[key] = values.count - 1
            return values.count - 1
        }
        for hypothesis in hypotheses {
            let predictor = place(hypothesis.predictor.key, &predictorPlaces, &predictors) { hypothesis.predictor }
            let target = place(hypothesis.targets.key, &targetPlaces, &targets) {
                hypothesis.targets.values ?? context.problem.y.elements
            }
            let weight = place(hypothesis.weights.key, &weightPlaces, &weights) { hypothesis.weights.values }
            let own = "\(hypothesis.link.key) | \(hypothesis.targets.key)"
            let made = known[own]
            let y = targets[target]
            let function = place("\(hypothesis.predictor.key) | \(own)", &functionPlaces, &functions) {
                let function =
                    made
                    ?? y.withUnsafeBufferPointer { RowFunction(hypothesis.link, targets: $0, range: -reach...reach) }
                return (predictor, target, function)
            }
            known[own] = functions[function].function
            parts.append((function, weight))
        }
    }

    private func run() -> [Sketch?] {
        let n = context.n
        let width = hypotheses.count * Self.slots
        let chunks = (n + Self.chunk - 1) / Self.chunk
        var partial = [Double](repeating: 0, count: chunks * width)
        let execution = Execution(threads: context.options.threads, cancelled: context.options.cancelled)
        partial.withUnsafeMutableBufferPointer { partial in
            nonisolated(unsafe) let out = partial
            nonisolated(unsafe) let sweep = self
            let eta = context.rows?.eta ?? []
            Parallel.forEach(chunks: chunks, execution: chunks < 2 ? .serial : execution) { chunk in
                guard let base = out.baseAddress else { return }
                let rows = chunk * Self.chunk..<min(n, (chunk + 1) * Self.chunk)
                sweep.add(rows, eta, to: base + chunk * width)
            }
        }
        return hypotheses.indices.map { index in
            var sums = [Double](repeating: 0, count: Self.slots)
            for chunk in 0..<chunks {
                for slot in sums.indices { sums[slot] += partial[chunk * width + index * Self.slots + slot] }
            }
            let hypothesis = hypotheses[index]
            let rows = RowSums(
                hypothesis.places, values: Array(sums[..<5]), sizes: Array(sums[5...]))
            var sketch = rows.sketch(times: hypothesis.constant, plus: hypothesis.penalty)
            if !functions[parts[index].function].function.hasValue {
                sketch.entries.removeAll { $0.quantity == "loss" }
            }
            return sketch
        }
    }

    // MARK: Rows

    private func add(_ rows: Range<Int>, _ right: [Double], to out: UnsafeMutablePointer<Double>) {
        let (p, block) = (context.p, Self.block)
        var scratch = [Double](
            repeating: 0, count: (p + predictors.count + 3 * functions.count + weights.count + 4) * block)
        scratch.withUnsafeMutableBufferPointer { scratch in
            guard let columns = scratch.baseAddress else { return }
            let etas = columns + p * block
            let values = etas + predictors.count * block
            let factors = values + 3 * functions.count * block
            let entries = factors + weights.count * block
            var start = rows.lowerBound
            while start < rows.upperBound {
                let count = min(block, rows.upperBound - start)
                // A block that is not full ends in zeros.
                if count < block { scratch.update(repeating: 0) }
                transpose(start, count, into: columns)
                for (k, predictor) in predictors.enumerated() {
                    fill(predictor, start, count, right, columns, into: etas + k * block)
                }
                for (k, item) in functions.enumerated() {
                    let to = values + 3 * k * block
                    targets[item.targets].withUnsafeBufferPointer { y in
                        guard let y = y.baseAddress else { return }
                        item.function.fill(
                            etas + item.predictor * block, y + start, from: start, count: count, to, to + block,
                            to + 2 * block)
                    }
                }
                for (k, weight) in weights.enumerated() {
                    let to = factors + k * block
                    for i in 0..<count { to[i] = weight?[start + i] ?? 1 }
                }
                for (k, hypothesis) in hypotheses.enumerated() {
                    let part = parts[k]
                    Self.accumulate(
                        hypothesis, values + 3 * part.function * block, factors + part.weights * block, columns,
                        entries,
                        start, count, to: out + k * Self.slots)
                }
                start += count
            }
        }
    }

    private func transpose(_ start: Int, _ count: Int, into columns: UnsafeMutablePointer<Double>) {
        let (p, block) = (context.p, Self.block)
        context.problem.x.withUnsafeElements { x in
            for i in 0..<count {
                let row = (start + i) * p
                for j in 0..<p { columns[j * block + i] = x[row + j] }
            }
        }
    }

    private func fill(
        _ predictor: RowHypothesis.Predictor, _ start: Int, _ count: Int, _ right: [Double],
        _ columns: UnsafeMutablePointer<Double>, into eta: UnsafeMutablePointer<Double>
    ) {
        if let values = predictor.values {
            for i in 0..<count { eta[i] = values[start + i] }
            return
        }
        guard let coefficients = predictor.coefficients else {
            for i in 0..<count { eta[i] = right[start + i] + predictor.shift }
            return
        }
        for i in 0..<count { eta[i] = predictor.shift }
        if predictor.usesOffset, let offset = context.problem.offset {
            for i in 0..<count { eta[i] += offset[start + i] }
        }
        for (j, coefficient) in coefficients.enumerated() where coefficient != 0 {
            let column = columns + j * Self.block
            for i in 0..<count { eta[i] += coefficient * column[i] }
        }
    }

    private static func accumulate(
        _ hypothesis: RowHypothesis, _ values: UnsafeMutablePointer<Double>, _ weights: UnsafeMutablePointer<Double>,
        _ columns: UnsafeMutablePointer<Double>, _ entries: UnsafeMutablePointer<Double>, _ start: Int,
        _ count: Int, to out: UnsafeMutablePointer<Double>
    ) {
        // To a whole number of vectors; what is beyond the rows is zero.
        let width = (count + 7) / 8 * 8
        func column(_ k: Int, _ to: UnsafeMutablePointer<Double>) -> UnsafeMutablePointer<Double> {
            let own = hypothesis.columns[k]
            if let values = own.values {
                for i in 0..<width { to[i] = i < count ? values[start + i] : 0 }
                return to
            }
            guard let index = own.index else {
                for i in 0..<width { to[i] = i < count ? 1 : 0 }
                return to
            }
            if own.centre == 0, own.scale == 1 { return columns + index * block }
            for i in 0..<width { to[i] = (columns[index * block + i] - own.centre) / own.scale }
            return to
        }
        let places = hypothesis.places
        if places.loss { sum(weights, values, nil, nil, width, 0, out) }
        for (slot, j) in places.gradient.enumerated() {
            sum(weights, values + block, column(j, entries), nil, width, 1 + slot, out)
        }
        guard places.gradient.isEmpty else { return }
        for (slot, (j, k)) in places.hessian.enumerated() {
            sum(weights, values + 2 * block, column(j, entries), column(k, entries + block), width, 3 + slot, out)
        }
    }

    /// Adds Σ a·b·c·d over the rows of a block, and the sum of the moduli five places on.
    private static func sum(
        _ a: UnsafeMutablePointer<Double>, _ b: UnsafeMutablePointer<Double>, _ c: UnsafeMutablePointer<Double>?,
        _ d: UnsafeMutablePointer<Double>?, _ width: Int, _ slot: Int, _ out: UnsafeMutablePointer<Double>
    ) {
        var total = SIMD8<Double>.zero
        var size = SIMD8<Double>.zero
        var i = 0
        func load(_ from: UnsafeMutablePointer<Double>) -> SIMD8<Double> {
            UnsafeRawPointer(from + i).loadUnaligned(as: SIMD8<Double>.self)
        }
        while i < width {
            var term = load(a) * load(b)
            if let c { term *= load(c) }
            if let d { term *= load(d) }
            total += term
            size += term.replacing(with: -term, where: term .< 0)
            i += 8
        }
        out[slot] += total.sum()
        out[slot + 5] += size.sum()
    }
}
