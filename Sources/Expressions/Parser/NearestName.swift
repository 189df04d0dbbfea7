/// The known name that is most like a misspelt one, nil where none is near: at most a third of its letters differ.
public func nearestName(to name: String, among names: [String]) -> String? {
    var best: (distance: Int, name: String)?
    for candidate in names.sorted() where candidate != name {
        let distance = editDistance(name.lowercased(), candidate.lowercased())
        // One letter for another is another name; the same letter in the other case is a slip.
        let allowed = name.count == 1 ? 0 : max(1, min(name.count, candidate.count) / 3)
        guard distance <= allowed else { continue }
        if best.map({ distance < $0.distance }) ?? true { best = (distance, candidate) }
    }
    return best?.name
}

/// Levenshtein's distance with transpositions of neighbours counted once; O(|a||b|), names over 64 letters are cut.
private func editDistance(_ a: String, _ b: String) -> Int {
    let a = Array(a.prefix(64))
    let b = Array(b.prefix(64))
    var beforeLast: [Int] = []
    var last = Array(0...b.count)
    for i in 0..<a.count {
        var row = [i + 1]
        for j in 0..<b.count {
            var cost = min(row[j] + 1, last[j + 1] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
            if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, beforeLast[j - 1] + 1) }
            row.append(cost)
        }
        beforeLast = last
        last = row
    }
    return last[b.count]
}
