import LinearAlgebra

/// Element by element over two arrays of different shapes, by NumPy's rules.
enum Broadcast {
    /// Calls `body(k, i, j)` for every element k of an array of shape `target` and the positions of the elements that
    /// meet there in arrays of shapes `a` and `b`.
    @inline(__always)
    static func forEach(_ target: [Int], _ a: [Int], _ b: [Int], _ body: (Int, Int, Int) -> Void) {
        let count = target.reduce(1, *)
        guard count > 0 else { return }
        let countA = a.reduce(1, *)
        let countB = b.reduce(1, *)
        let straightA = countA == count
        let straightB = countB == count
        if (straightA || countA == 1) && (straightB || countB == 1) {
            let stepA = straightA ? 1 : 0
            let stepB = straightB ? 1 : 0
            for k in 0..<count { body(k, k * stepA, k * stepB) }
            return
        }
        let columns = target[target.count - 1]
        let lastA = a.last.map { $0 == 1 ? 0 : 1 } ?? 0
        let lastB = b.last.map { $0 == 1 ? 0 : 1 } ?? 0
        for row in 0..<count / max(columns, 1) {
            let startA = start(row, target, a)
            let startB = start(row, target, b)
            for column in 0..<columns { body(row * columns + column, startA + lastA * column, startB + lastB * column) }
        }
    }

    /// The position in an array of shape `shape` where a row (all axes but the last) of the target begins.
    private static func start(_ row: Int, _ target: [Int], _ shape: [Int]) -> Int {
        var rest = row
        var position = 0
        var step = shape.last ?? 1
        var axis = target.count - 2
        var own = shape.count - 2
        while own >= 0 {
            let index = rest % target[axis]
            rest /= target[axis]
            if shape[own] != 1 { position += index * step }
            step *= shape[own]
            axis -= 1
            own -= 1
        }
        return position
    }
}
