import LinearAlgebra

/// Operations that move elements and compute nothing.
enum Rearrangement {
    static func transposed(_ a: NumericArray) -> NumericArray {
        if a.rank == 2 { return NumericArray(Matrix(a).transposed()) }
        let rank = a.rank
        var steps = [Int](repeating: 0, count: rank)
        var step = 1
        for axis in (0..<rank).reversed() {
            steps[axis] = step
            step *= a.shape[axis]
        }
        return gathered(a, Array(a.shape.reversed()), base: 0, steps: steps.reversed())
    }

    static func subscripted(_ a: NumericArray, _ subscripts: [Subscript], _ target: [Int]) -> NumericArray {
        if a.count == target.reduce(1, *) { return a.reshaped(target) }
        var own = [Int](repeating: 0, count: a.rank)
        var step = 1
        for axis in (0..<a.rank).reversed() {
            own[axis] = step
            step *= a.shape[axis]
        }
        var base = 0
        var steps: [Int] = []
        var axis = 0
        for entry in subscripts {
            switch entry {
            case .newAxis: steps.append(0)
            case .position(let position):
                base += position.count * own[axis]
                axis += 1
            case .range(let start, _):
                base += start.count * own[axis]
                steps.append(own[axis])
                axis += 1
            }
        }
        return gathered(a, target, base: base, steps: steps)
    }

    static func diagonalMatrix(_ a: NumericArray) -> NumericArray {
        let q = a.count
        var result = NumericArray(shape: [q, q])
        for i in 0..<q { result[i * q + i] = a[i] }
        return result
    }

    static func diagonal(_ a: NumericArray) -> NumericArray {
        let columns = a.shape[1]
        return NumericArray((0..<min(a.shape[0], columns)).map { a[$0 * columns + $0] })
    }

    private static func gathered(_ a: NumericArray, _ target: [Int], base: Int, steps: [Int]) -> NumericArray {
        var result = NumericArray(shape: target)
        var index = [Int](repeating: 0, count: target.count)
        var position = base
        a.withUnsafeElements { source in
            result.withUnsafeMutableElements { result in
                for k in result.indices {
                    result[k] = source[position]
                    var axis = target.count - 1
                    while axis >= 0 {
                        index[axis] += 1
                        position += steps[axis]
                        if index[axis] < target[axis] { break }
                        position -= steps[axis] * target[axis]
                        index[axis] = 0
                        axis -= 1
                    }
                }
            }
        }
        return result
    }
}
