import Expressions

/// `einsum` as products of pairs, the smallest result first: matrix products, outer products, elementwise products and sums.
extension Normalising {
    private struct Piece {
        var letters: [Character]
        var node: NodeID
    }

    /// A sum of products in plain operations, nil where an axis would have to be moved in an array of three or more.
    mutating func contraction(_ inputs: [String], _ output: String, _ operands: [NodeID]) throws(ShapeError) -> NodeID?
    {
        var lengths: [Character: Int] = [:]
        var pieces: [Piece] = []
        for (letters, operand) in zip(inputs, operands) {
            for (letter, count) in zip(letters, graph[operand].shape.counts) { lengths[letter] = count }
            pieces.append(Piece(letters: Array(letters), node: operand))
        }
        func size(_ letters: Set<Character>) -> Double {
            letters.reduce(1) { $0 * Double(lengths[$1] ?? 1) }
        }
        while pieces.count > 1 {
            var best: (cost: (Double, Double), i: Int, j: Int)?
            for i in pieces.indices {
                for j in pieces.indices where j > i {
                    let (a, b) = (Set(pieces[i].letters), Set(pieces[j].letters))
                    let kept = remaining(i, j, pieces, output)
                    let isProduct = isMatrixProduct(pieces[i], pieces[j], kept)
                    let cost = (size(isProduct ? kept : a.union(b)), size(a.union(b)))
                    if best.map({ cost < $0.cost }) ?? true { best = (cost, i, j) }
                }
            }
            guard let (_, i, j) = best else { return nil }
            let kept = remaining(i, j, pieces, output)
            guard let joined = try joined(pieces[i], pieces[j], kept, output) else { return nil }
            pieces.remove(at: j)
            pieces[i] = joined
        }
        guard let last = pieces.first, let whole = try summed(last, keeping: Set(output)) else { return nil }
        let wanted = Array(output)
        if whole.letters == wanted { return whole.node }
        return whole.letters == wanted.reversed() && wanted.count == 2 ? graph.transpose(whole.node) : nil
    }

    /// The letters of a pair that something else needs.
    private func remaining(_ i: Int, _ j: Int, _ pieces: [Piece], _ output: String) -> Set<Character> {
        var needed = Set(output)
        for (k, piece) in pieces.enumerated() where k != i && k != j { needed.formUnion(piece.letters) }
        return Set(pieces[i].letters).union(pieces[j].letters).intersection(needed)
    }

    private func isMatrixProduct(_ a: Piece, _ b: Piece, _ kept: Set<Character>) -> Bool {
        let shared = Set(a.letters).intersection(b.letters)
        return shared.count == 1 && shared.isDisjoint(with: kept) && a.letters.count <= 2 && b.letters.count <= 2
            && kept.count == a.letters.count + b.letters.count - 2
    }

    private mutating func summed(_ piece: Piece, keeping kept: Set<Character>) throws(ShapeError) -> Piece? {
        let axes = piece.letters.indices.filter { !kept.contains(piece.letters[$0]) }
        if axes.isEmpty { return piece }
        return Piece(letters: piece.letters.filter { kept.contains($0) }, node: try graph.sum(piece.node, axes: axes))
    }

    private mutating func joined(
        _ a: Piece, _ b: Piece, _ kept: Set<Character>, _ output: String
    ) throws(ShapeError) -> Piece? {
        if isMatrixProduct(a, b, kept), let letter = Set(a.letters).intersection(b.letters).first {
            let left = a.letters.count == 2 && a.letters[0] == letter ? graph.transpose(a.node) : a.node
            let right = b.letters.count == 2 && b.letters[1] == letter ? graph.transpose(b.node) : b.node
            let letters = a.letters.filter { $0 != letter } + b.letters.filter { $0 != letter }
            if letters.count == 2, letters == Array(output.reversed()) {
                // (AB)ᵀ = BᵀAᵀ: in the order that is wanted.
                let node = try graph.matmul(graph.transpose(right), graph.transpose(left))
                return Piece(letters: letters.reversed(), node: node)
            }
            return Piece(letters: letters, node: try product(left, right))
        }
        // What one operand alone has and nobody needs is summed before it is multiplied.
        guard let left = try summed(a, keeping: kept.union(b.letters)),
            let right = try summed(b, keeping: kept.union(a.letters))
        else { return nil }
        let all = Set(left.letters).union(right.letters)
        let letters =
            Array(output).filter { all.contains($0) }
            + (left.letters + right.letters).reduce(into: []) {
                if !output.contains($1), !$0.contains($1) { $0.append($1) }
            }
        if left.letters.count == 1, right.letters.count == 1, left.letters != right.letters {
            let isInOrder = letters == left.letters + right.letters
            return Piece(
                letters: letters,
                node: try isInOrder ? graph.outer(left.node, right.node) : graph.outer(right.node, left.node))
        }
        guard let x = try aligned(left, to: letters), let y = try aligned(right, to: letters) else { return nil }
        return try summed(Piece(letters: letters, node: try graph.elementwise(.multiply, x, y)), keeping: kept)
    }

    /// An operand with its axes in the order of the letters and new axes for those that it lacks.
    private mutating func aligned(_ piece: Piece, to letters: [Character]) throws(ShapeError) -> NodeID? {
        let own = letters.filter { piece.letters.contains($0) }
        var node = piece.node
        if own != piece.letters {
            guard own == piece.letters.reversed(), own.count == 2 else { return nil }
            node = graph.transpose(node)
        }
        guard let first = own.first, let start = letters.firstIndex(of: first) else { return node }
        for (axis, letter) in letters[start...].enumerated() where !own.contains(letter) {
            node = try graph.expandingDimensions(node, at: axis)
        }
        return node
    }
}
