import LinearAlgebra

/// Sums of products over named axes: operands are joined pair by pair, letters that nobody needs any more summed at once.
enum EinsumContraction {
    static func contract(
        _ inputs: [String], _ output: String, _ operands: [Estimate], memoryLimit: Int, execution: Execution
    ) throws(EvaluationError) -> Estimate {
        var terms = zip(inputs, operands).map { (letters: Array($0), estimate: $1) }
        var lengths: [Character: Int] = [:]
        for (letters, estimate) in terms {
            for (letter, length) in zip(letters, estimate.value.shape) { lengths[letter] = length }
        }
        func size(_ letters: [Character]) -> Double { letters.reduce(1) { $0 * Double(lengths[$1] ?? 1) } }
        while terms.count > 1 {
            // The pair whose product is smallest; ties by position.
            var best: (cost: Double, i: Int, j: Int)?
            for i in terms.indices {
                for j in terms.indices where j > i {
                    let joint = terms[i].letters + terms[j].letters.filter { !terms[i].letters.contains($0) }
                    let others =
                        terms.indices.filter { $0 != i && $0 != j }.flatMap { terms[$0].letters } + Array(output)
                    let cost = size(joint.filter { others.contains($0) }) + size(joint) * 1e-3
                    if best.map({ cost < $0.cost }) ?? true { best = (cost, i, j) }
                }
            }
            guard let (_, i, j) = best else { break }
            let others = terms.indices.filter { $0 != i && $0 != j }.flatMap { terms[$0].letters } + Array(output)
            let joined = try join(terms[i], terms[j], keeping: others, memoryLimit: memoryLimit)
            terms.remove(at: j)
            terms[i] = joined
        }
        guard let last = terms.first else { return Estimate(exact: NumericArray(1)) }
        let summed = sum(last.letters, last.estimate, keeping: Array(output))
        return permuted(summed.letters, summed.estimate, to: Array(output))
    }

    private static func join(
        _ a: (letters: [Character], estimate: Estimate), _ b: (letters: [Character], estimate: Estimate),
        keeping others: [Character], memoryLimit: Int
    ) throws(EvaluationError) -> (letters: [Character], estimate: Estimate) {
        let left = sum(a.letters, a.estimate, keeping: others + b.letters)
        let right = sum(b.letters, b.estimate, keeping: others + a.letters)
        let joint = left.letters + right.letters.filter { !left.letters.contains($0) }
        let first = aligned(left.letters, left.estimate, to: joint)
        let second = aligned(right.letters, right.estimate, to: joint)
        let shape = zip(first.value.shape, second.value.shape).map { max($0, $1) }
        let count = shape.reduce(1.0) { $0 * Double($1) }
        guard count * 16 <= Double(memoryLimit) else { throw .tooLarge(shape: shape, limit: memoryLimit) }
        let product = Elementwise.apply(.multiply, MultiplyRule.self, first, second, shape)
        return sum(joint, product, keeping: others)
    }

    private static func sum(
        _ letters: [Character], _ estimate: Estimate, keeping others: [Character]
    ) -> (letters: [Character], estimate: Estimate) {
        let axes = letters.indices.filter { !others.contains(letters[$0]) }
        if axes.isEmpty { return (letters, estimate) }
        let kept = letters.indices.filter { !axes.contains($0) }
        return (kept.map { letters[$0] }, Reductions.sum(estimate, axes, shape: kept.map { estimate.value.shape[$0] }))
    }

    /// With an axis of length 1 for every letter that it lacks.
    private static func aligned(_ letters: [Character], _ estimate: Estimate, to joint: [Character]) -> Estimate {
        let present = joint.filter { letters.contains($0) }
        let ordered = permuted(letters, estimate, to: present)
        let shape = joint.map { letter in present.firstIndex(of: letter).map { ordered.value.shape[$0] } ?? 1 }
        return Estimate(
            value: ordered.value.reshaped(shape),
            bound: ordered.bound.count == 1 ? ordered.bound : ordered.bound.reshaped(shape))
    }

    private static func permuted(_ letters: [Character], _ estimate: Estimate, to order: [Character]) -> Estimate {
        if letters == order { return estimate }
        let axes = order.compactMap { letters.firstIndex(of: $0) }
        return Estimate(
            value: permuted(estimate.value, axes),
            bound: estimate.bound.count == 1
                ? estimate.bound : permuted(estimate.bound.reshaped(estimate.value.shape), axes))
    }

    private static func permuted(_ a: NumericArray, _ axes: [Int]) -> NumericArray {
        var steps = [Int](repeating: 0, count: a.rank)
        var step = 1
        for axis in (0..<a.rank).reversed() {
            steps[axis] = step
            step *= a.shape[axis]
        }
        let target = axes.map { a.shape[$0] }
        var result = NumericArray(shape: target)
        var index = [Int](repeating: 0, count: target.count)
        for k in 0..<result.count {
            result[k] = a[zip(index, axes).reduce(0) { $0 + $1.0 * steps[$1.1] }]
            var axis = target.count - 1
            while axis >= 0 {
                index[axis] += 1
                if index[axis] < target[axis] { break }
                index[axis] = 0
                axis -= 1
            }
        }
        return result
    }
}
